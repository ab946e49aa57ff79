import type { TSESLint } from "@typescript-eslint/utils";
import { noJsOperatorsOnExpressions } from "./rules/no-js-operators-on-expressions.ts";
import { tcbBoundedLoops } from "./rules/tcb-bounded-loops.ts";
import { tcbGlobals } from "./rules/tcb-globals.ts";
import { tcbIdentifiers } from "./rules/tcb-identifiers.ts";
import { tcbImports } from "./rules/tcb-imports.ts";
import { tcbIntegers } from "./rules/tcb-integers.ts";
import { tcbLiteralKeys } from "./rules/tcb-literal-keys.ts";
import { tcbNoAllocation } from "./rules/tcb-no-allocation.ts";
import { tcbNoCapturedState } from "./rules/tcb-no-captured-state.ts";
import { tcbNoCasts } from "./rules/tcb-no-casts.ts";
import { tcbNoExceptions } from "./rules/tcb-no-exceptions.ts";
import { tcbNoMemberWrites } from "./rules/tcb-no-member-writes.ts";
import { tcbNoRecursion } from "./rules/tcb-no-recursion.ts";
import { tcbPlainFunctions } from "./rules/tcb-plain-functions.ts";

/** The project's own rules, as an ESLint plugin. Those that begin with `tcb-` make up the language of monitor/. */
export const plugin: { readonly rules: NonNullable<TSESLint.FlatConfig.Plugin["rules"]> } = {
  rules: {
    "no-js-operators-on-expressions": noJsOperatorsOnExpressions,
    "tcb-bounded-loops": tcbBoundedLoops,
    "tcb-globals": tcbGlobals,
    "tcb-identifiers": tcbIdentifiers,
    "tcb-imports": tcbImports,
    "tcb-integers": tcbIntegers,
    "tcb-literal-keys": tcbLiteralKeys,
    "tcb-no-allocation": tcbNoAllocation,
    "tcb-no-captured-state": tcbNoCapturedState,
    "tcb-no-casts": tcbNoCasts,
    "tcb-no-exceptions": tcbNoExceptions,
    "tcb-no-member-writes": tcbNoMemberWrites,
    "tcb-no-recursion": tcbNoRecursion,
    "tcb-plain-functions": tcbPlainFunctions,
  },
};
