import { AST_NODE_TYPES } from "@typescript-eslint/utils";
import type { TSESTree } from "@typescript-eslint/utils";
import { createRule } from "../create-rule.ts";

/** Methods that change no object. Math is no object in that sense. */
const READING: ReadonlySet<string> = new Set(["forEach"]);

/**
 * The monitor changes the machine through the functions of hw/ alone, each of which the checker logs, hashes and judges. A write to a member, or a method that
 * writes, would pass all three by: it could keep a secret in a table of constants, or take the judge off the machine.
 */
export const tcbNoMemberWrites = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      write: "A member is written out of the checker's sight; write a word with writePhysical, writeEntry or writeState.",
      method: "A method may write its object; call functions, by their names.",
    },
  },
  defaultOptions: [],
  create(context) {
    const checkTarget = (target: TSESTree.Node): void => {
      if (target.type !== AST_NODE_TYPES.Identifier) context.report({ node: target, messageId: "write" });
    };
    return {
      // A pattern could hold members anywhere inside, so that all of them are refused.
      AssignmentExpression: (node) => checkTarget(node.left),
      UpdateExpression: (node) => checkTarget(node.argument),
      'UnaryExpression[operator="delete"]': (node: TSESTree.UnaryExpression) => checkTarget(node.argument),
      CallExpression: ({ callee }) => {
        if (callee.type !== AST_NODE_TYPES.Identifier && !isReading(callee)) context.report({ node: callee, messageId: "method" });
      },
    };
  },
});

function isReading(callee: TSESTree.Expression): boolean {
  if (callee.type !== AST_NODE_TYPES.MemberExpression || callee.computed || callee.property.type !== AST_NODE_TYPES.Identifier) return false;
  return READING.has(callee.property.name) || (callee.object.type === AST_NODE_TYPES.Identifier && callee.object.name === "Math");
}
