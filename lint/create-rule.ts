import { ESLintUtils } from "@typescript-eslint/utils";

/** Makes a rule whose message identifiers are checked by the compiler. The rules of this folder have no options. */
export const createRule = ESLintUtils.RuleCreator.withoutDocs;
