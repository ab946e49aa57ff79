import { AST_NODE_TYPES } from "@typescript-eslint/utils";
import type { TSESTree } from "@typescript-eslint/utils";
import { createRule } from "../create-rule.ts";

/** The branded identifiers keep frames, pages and domains apart only as long as nothing overrides the compiler. One audited file makes them. */
export const tcbNoCasts = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      any: "`any` switches the compiler off.",
      cast: "A cast overrides the compiler; only monitor/identifiers.ts may (`as const` is no cast).",
      nonNull: "`!` is a cast: read through a function that returns a value for every argument.",
      predicate: "A type predicate is a cast that its callers cannot see; only monitor/identifiers.ts may.",
    },
  },
  defaultOptions: [],
  create(context) {
    return {
      TSAnyKeyword: (node) => context.report({ node, messageId: "any" }),
      TSAsExpression: (node) => {
        if (!isConstAssertion(node)) context.report({ node, messageId: "cast" });
      },
      TSTypeAssertion: (node) => context.report({ node, messageId: "cast" }),
      TSNonNullExpression: (node) => context.report({ node, messageId: "nonNull" }),
      TSTypePredicate: (node) => context.report({ node, messageId: "predicate" }),
    };
  },
});

function isConstAssertion({ typeAnnotation }: TSESTree.TSAsExpression): boolean {
  return (
    typeAnnotation.type === AST_NODE_TYPES.TSTypeReference &&
    typeAnnotation.typeName.type === AST_NODE_TYPES.Identifier &&
    typeAnnotation.typeName.name === "const"
  );
}
