import { AST_NODE_TYPES } from "@typescript-eslint/utils";
import { createRule } from "../create-rule.ts";

const INTEGER_FUNCTIONS: ReadonlySet<string> = new Set(["ceil", "clz32", "floor", "imul", "max", "min", "trunc"]);

/** Globals are dependencies that no import shows: time, randomness, the process, reflection. Integer arithmetic is all that the monitor needs. */
export const tcbGlobals = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: { global: "The monitor uses no global but `undefined` and the integer functions of Math, not `{{name}}`." },
  },
  defaultOptions: [],
  create(context) {
    const { sourceCode } = context;
    return {
      "Program:exit": (program) => {
        for (const scope of sourceCode.scopeManager?.scopes ?? []) {
          for (const reference of scope.references) {
            const isDeclaredHere = (reference.resolved?.defs.length ?? 0) > 0;
            if (isDeclaredHere || reference.isTypeReference || reference.identifier.name === "undefined") continue;
            if (reference.identifier.name === "const" && reference.identifier.parent.type === AST_NODE_TYPES.TSTypeReference) continue;
            const outer = reference.identifier.parent;
            const isIntegerFunction =
              reference.identifier.name === "Math" &&
              outer.type === AST_NODE_TYPES.MemberExpression &&
              outer.property.type === AST_NODE_TYPES.Identifier &&
              !outer.computed &&
              INTEGER_FUNCTIONS.has(outer.property.name);
            if (isIntegerFunction) continue;
            context.report({ node: reference.identifier ?? program, messageId: "global", data: { name: sourceCode.getText(reference.identifier) } });
          }
        }
      },
    };
  },
});
