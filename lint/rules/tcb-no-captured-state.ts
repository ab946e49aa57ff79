import { TSESLint } from "@typescript-eslint/utils";
import { createRule } from "../create-rule.ts";

/** All state of the monitor lies in monitor frames, where the checker hashes, undoes and judges it. A captured `let` would be hidden from it. */
export const tcbNoCapturedState = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: { captured: "`{{name}}` is mutable and outlives the function that uses it: keep state in monitor frames, or pass it as an argument." },
  },
  defaultOptions: [],
  create(context) {
    const isMutable = (variable: TSESLint.Scope.Variable): boolean =>
      variable.defs.some((definition) => {
        if (definition.type === TSESLint.Scope.DefinitionType.Parameter) return variable.references.some((use) => use.isWrite());
        return definition.type === TSESLint.Scope.DefinitionType.Variable && definition.parent.kind !== "const";
      });
    return {
      "Program:exit": () => {
        for (const scope of context.sourceCode.scopeManager?.scopes ?? []) {
          for (const { identifier, resolved } of scope.references) {
            if (resolved === null || resolved.scope.variableScope === scope.variableScope || !isMutable(resolved)) continue;
            context.report({ node: identifier, messageId: "captured", data: { name: resolved.name } });
          }
        }
      },
    };
  },
});
