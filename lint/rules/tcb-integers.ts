import { AST_NODE_TYPES } from "@typescript-eslint/utils";
import type { TSESTree } from "@typescript-eslint/utils";
import { createRule } from "../create-rule.ts";

const ROUNDING: ReadonlySet<string> = new Set(["ceil", "floor", "trunc"]);

/** The machine has words of 32 bits. A fraction would be cut off silently when it is stored; a BigInt allocates. */
export const tcbIntegers = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      float: "`{{raw}}` is not written as an integer.",
      bigint: "No BigInt: an entry is two words of 32 bits.",
      divide: "`{{operator}}` leaves the integers; shift and mask, or divide inside Math.floor, Math.ceil or Math.trunc.",
    },
  },
  defaultOptions: [],
  create(context) {
    const reportOperator = (node: TSESTree.BinaryExpression | TSESTree.AssignmentExpression): void =>
      context.report({ node, messageId: "divide", data: { operator: node.operator } });
    return {
      Literal: (node) => {
        if ("bigint" in node) context.report({ node, messageId: "bigint" });
        else if (typeof node.value === "number" && !isPlainInteger(node.raw)) {
          context.report({ node, messageId: "float", data: { raw: node.raw } });
        }
      },
      TSBigIntKeyword: (node) => context.report({ node, messageId: "bigint" }),
      'BinaryExpression[operator="/"]': (node: TSESTree.BinaryExpression) => {
        if (!isRounded(node)) reportOperator(node);
      },
      'BinaryExpression[operator="**"]': reportOperator,
      'AssignmentExpression[operator="/="]': reportOperator,
      'AssignmentExpression[operator="**="]': reportOperator,
    };
  },
});

function isPlainInteger(raw: string): boolean {
  return /^(0x[0-9a-f_]+|0b[01_]+|0o[0-7_]+|[0-9_]+)$/i.test(raw) && Number.isSafeInteger(Number(raw.replaceAll("_", "")));
}

function isRounded({ parent }: TSESTree.BinaryExpression): boolean {
  if (parent.type !== AST_NODE_TYPES.CallExpression || parent.callee.type !== AST_NODE_TYPES.MemberExpression) return false;
  const { object, property } = parent.callee;
  return (
    object.type === AST_NODE_TYPES.Identifier &&
    object.name === "Math" &&
    property.type === AST_NODE_TYPES.Identifier &&
    ROUNDING.has(property.name)
  );
}
