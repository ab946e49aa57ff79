import { AST_NODE_TYPES, TSESLint } from "@typescript-eslint/utils";
import type { TSESTree } from "@typescript-eslint/utils";
import { createRule } from "../create-rule.ts";
import { enclosingFunction } from "../functions.ts";

/** All state of the monitor lies in monitor frames, where the checker hashes, undoes and judges it. A captured `let` would be hidden from it, and so would the content of an object of the module. */
export const tcbNoCapturedState = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      captured: "`{{name}}` is mutable and outlives the function that uses it: keep state in monitor frames, or pass it as an argument.",
      object: "What a module holds can be written unless it is `as const`; keep state in monitor frames.",
    },
  },
  defaultOptions: [],
  create(context) {
    const isMutable = (variable: TSESLint.Scope.Variable): boolean =>
      variable.defs.some((definition) => {
        if (definition.type === TSESLint.Scope.DefinitionType.Parameter) return variable.references.some((use) => use.isWrite());
        return definition.type === TSESLint.Scope.DefinitionType.Variable && definition.parent.kind !== "const";
      });
    return {
      ":matches(ObjectExpression, ArrayExpression, NewExpression)": (node: TSESTree.Expression) => {
        if (enclosingFunction(node) === null && !isConstant(node)) context.report({ node, messageId: "object" });
      },
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

/** Whether `as const` stands around the literal, at any distance: it reaches literals inside literals. */
function isConstant(node: TSESTree.Node): boolean {
  if (node.type === AST_NODE_TYPES.NewExpression || node.parent === undefined) return false;
  const { parent } = node;
  if (parent.type === AST_NODE_TYPES.TSAsExpression) return isConst(parent.typeAnnotation);
  const reaches = parent.type === AST_NODE_TYPES.ObjectExpression || parent.type === AST_NODE_TYPES.ArrayExpression || parent.type === AST_NODE_TYPES.Property;
  return reaches && isConstant(parent);
}

function isConst(type: TSESTree.TypeNode): boolean {
  return type.type === AST_NODE_TYPES.TSTypeReference && type.typeName.type === AST_NODE_TYPES.Identifier && type.typeName.name === "const";
}
