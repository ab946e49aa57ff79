import { ESLintUtils } from "@typescript-eslint/utils";
import type { TSESTree } from "@typescript-eslint/utils";
import ts from "typescript";
import { createRule } from "../create-rule.ts";
import { ANY_FUNCTION, enclosingFunction } from "../functions.ts";

const ALLOCATING = [
  "ArrayExpression",
  "ArrayPattern",
  "ImportExpression",
  "NewExpression",
  "ObjectExpression",
  "RestElement",
  "SpreadElement",
  "TaggedTemplateExpression",
  "TemplateLiteral[expressions.length>0]",
  "Literal[regex]",
].join(", ");

/** The monitor owns a fixed amount of memory: no caller can make it run out, and no old value lingers in a heap. */
export const tcbNoAllocation = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      allocates: "This allocates each time the function runs. Write to monitor frames or return a word.",
      closure: "A nested function is allocated each time the outer one runs; make it a function of the module.",
    },
  },
  defaultOptions: [],
  create(context) {
    const services = ESLintUtils.getParserServices(context);
    /** Whether the sum is a text: of anything else but numbers `+` makes one. */
    const isText = (node: TSESTree.Node): boolean => (services.getTypeAtLocation(node).flags & ts.TypeFlags.NumberLike) === 0;
    return {
      ":matches(BinaryExpression[operator='+'], AssignmentExpression[operator='+='])": (node: TSESTree.Node) => {
        if (enclosingFunction(node) !== null && isText(node)) context.report({ node, messageId: "allocates" });
      },
      [`:matches(${ALLOCATING})`]: (node: TSESTree.Node) => {
        if (enclosingFunction(node) !== null) context.report({ node, messageId: "allocates" });
      },
      [ANY_FUNCTION]: (node: TSESTree.Node) => {
        if (enclosingFunction(node) !== null) context.report({ node, messageId: "closure" });
      },
    };
  },
});
