import type { TSESTree } from "@typescript-eslint/utils";
import { createRule } from "../create-rule.ts";

/** What the specification language offers in place of each operator of JavaScript. */
const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ["&&", "and(a, b)"],
  ["||", "or(a, b)"],
  ["??", "matchOption(o, { none, some })"],
  ["!", "not(a)"],
  ["===", "eq(a, b)"],
  ["==", "eq(a, b)"],
  ["!==", "not(eq(a, b))"],
  ["!=", "not(eq(a, b))"],
  ["<", "lt(a, b)"],
  ["<=", "le(a, b)"],
  [">", "lt(b, a)"],
  [">=", "le(b, a)"],
  ["in", "has(set, element)"],
  ["instanceof", "the types of the language"],
]);

/**
 * An expression of the specification is an object. `a && b` is therefore just `b`, `!a` is `false`, `a === b` compares identities: each compiles
 * and silently drops a conjunct. The same holds for control flow, which runs once while the tree is built and never while it is evaluated.
 */
export const noJsOperatorsOnExpressions = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      operator: "`{{operator}}` acts on the expression object and drops the clause; write {{replacement}}.",
      conditional: "`?:` is decided while the tree is built; write ite(condition, a, b).",
      branch: "`{{keyword}}` is decided while the tree is built; write ite(condition, a, b), or a guard, or an effect with `when`.",
      loop: "A loop runs while the tree is built; write forall, exists, count or each over a finite type.",
    },
  },
  defaultOptions: [],
  create(context) {
    const checkOperator = (node: TSESTree.Node, operator: string): void => {
      const replacement = REPLACEMENTS.get(operator);
      if (replacement !== undefined) context.report({ node, messageId: "operator", data: { operator, replacement } });
    };
    const reportLoop = (node: TSESTree.Node): void => context.report({ node, messageId: "loop" });
    return {
      LogicalExpression: (node) => checkOperator(node, node.operator),
      BinaryExpression: (node) => checkOperator(node, node.operator),
      UnaryExpression: (node) => checkOperator(node, node.operator),
      // `a &&= b` and its like: the operator without its `=`. Of `a <<= b` nothing is left that has a replacement.
      AssignmentExpression: (node) => checkOperator(node, node.operator.slice(0, -1)),
      ConditionalExpression: (node) => context.report({ node, messageId: "conditional" }),
      IfStatement: (node) => context.report({ node, messageId: "branch", data: { keyword: "if" } }),
      SwitchStatement: (node) => context.report({ node, messageId: "branch", data: { keyword: "switch" } }),
      ForStatement: reportLoop,
      ForInStatement: reportLoop,
      ForOfStatement: reportLoop,
      WhileStatement: reportLoop,
      DoWhileStatement: reportLoop,
    };
  },
});
