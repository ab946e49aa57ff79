import { AST_NODE_TYPES, ESLintUtils } from "@typescript-eslint/utils";
import type { TSESTree } from "@typescript-eslint/utils";
import ts from "typescript";
import { createRule } from "../create-rule.ts";

/**
 * Which property is read must be readable in the source: a key that is computed could name anything, `__proto__` included. Elements of arrays and
 * typed arrays chosen by a number are not properties in that sense, and are allowed.
 */
export const tcbLiteralKeys = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: { computed: "The property is chosen at run time; write its name, use a `switch`, or index an array by a number." },
  },
  defaultOptions: [],
  create(context) {
    const services = ESLintUtils.getParserServices(context);
    const checker = services.program.getTypeChecker();
    return {
      "MemberExpression[computed=true]": (node: TSESTree.MemberExpression) => {
        if (node.property.type === AST_NODE_TYPES.Literal) return;
        const isElement = isIndexable(checker, services.getTypeAtLocation(node.object)) && isNumber(services.getTypeAtLocation(node.property));
        if (!isElement) context.report({ node: node.property, messageId: "computed" });
      },
      "Property[computed=true]": (node: TSESTree.Property) => context.report({ node: node.key, messageId: "computed" }),
      "BinaryExpression[operator='in']": (node: TSESTree.BinaryExpression) => context.report({ node, messageId: "computed" }),
    };
  },
});

function isIndexable(checker: ts.TypeChecker, type: ts.Type): boolean {
  return checker.isArrayType(type) || checker.isTupleType(type) || /^(Ui|I)nt(8|16|32)Array$/.test(type.symbol?.name ?? "");
}

/** A branded number is an intersection that has `number` in it. */
function isNumber(type: ts.Type): boolean {
  if (type.isIntersection()) return type.types.some(isNumber);
  if (type.isUnion()) return type.types.every(isNumber);
  return (type.flags & ts.TypeFlags.NumberLike) !== 0;
}
