import { AST_NODE_TYPES, ESLintUtils } from "@typescript-eslint/utils";
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import ts from "typescript";
import { createRule } from "../create-rule.ts";

interface Counter {
  readonly name: string;
  readonly direction: "up" | "down";
}

/**
 * A call that does not end is a denial of service by the monitor itself. The one form allowed ends by its shape: a counter declared by the `for`,
 * compared with a bound, moved towards it by the update alone. The bound is read anew in every round, so it is made of what a round cannot change: literals, variables that the loop does not
 * write, readonly properties, arithmetic. A call is none of these, except of Math. Further conditions may be joined with `&&`: they only stop it earlier.
 *
 * That the bound is small is not checked: a number from a register as a bound is a long loop, and a state that grows with it must be judged by its reader.
 */
export const tcbBoundedLoops = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      form: "The only loop is `for (let i = start; i < bound; i += step)`: counted, so that it ends.",
      bound: "The condition does not compare the counter with a bound in the direction in which the update moves it.",
      fixed: "The bound may be another in the next round; put it into a `const` before the loop.",
      moving: "`{{name}}` decides when the loop ends and is changed inside it.",
    },
  },
  defaultOptions: [],
  create(context) {
    const { sourceCode } = context;
    const services = ESLintUtils.getParserServices(context);
    const checker = services.program.getTypeChecker();
    const isReadonlyMember = (node: TSESTree.MemberExpression): boolean =>
      !node.computed && node.property.type === AST_NODE_TYPES.Identifier && isReadonly(checker, services.getTypeAtLocation(node.object), node.property.name);
    /** Whether only a write to a variable that the expression reads could change its value. */
    const isFixed = (node: TSESTree.Node): boolean => {
      switch (node.type) {
        case AST_NODE_TYPES.Literal:
        case AST_NODE_TYPES.Identifier:
          return true;
        case AST_NODE_TYPES.MemberExpression:
          return isReadonlyMember(node) && isFixed(node.object);
        case AST_NODE_TYPES.UnaryExpression:
          return isFixed(node.argument);
        case AST_NODE_TYPES.BinaryExpression:
          return isFixed(node.left) && isFixed(node.right);
        case AST_NODE_TYPES.CallExpression:
          return node.callee.type === AST_NODE_TYPES.MemberExpression && nameOf(node.callee.object) === "Math" && node.arguments.every(isFixed);
        default:
          return false;
      }
    };
    const reportForm = (node: TSESTree.Node): void => context.report({ node, messageId: "form" });
    /** Reports the writes inside the loop, other than the update's, to any variable that the expression reads. */
    const reportWrites = (loop: TSESTree.ForStatement, expression: TSESTree.Node): void => {
      for (const variable of variablesReadIn(sourceCode, expression)) {
        for (const { identifier, init } of variable.references.filter((use) => use.isWrite())) {
          if (init === true || !isInside(identifier, loop) || isInside(identifier, loop.update)) continue;
          context.report({ node: identifier, messageId: "moving", data: { name: variable.name } });
        }
      }
    };
    return {
      WhileStatement: reportForm,
      DoWhileStatement: reportForm,
      ForInStatement: reportForm,
      ForOfStatement: reportForm,
      ForStatement: (node) => {
        const counter = counterOf(node);
        if (counter === null || node.test === null) return reportForm(node);
        const comparison = conjuncts(node.test).find((condition) => comparesWithBound(condition, counter));
        if (comparison === undefined) context.report({ node: node.test, messageId: "bound" });
        else if (!isFixed(comparison)) context.report({ node: comparison, messageId: "fixed" });
        else reportWrites(node, comparison);
      },
    };
  },
});

/** Returns the variable that the `for` declares and its update moves by a constant step, or null where it is of another form. */
function counterOf({ init, update }: TSESTree.ForStatement): Counter | null {
  if (init?.type !== AST_NODE_TYPES.VariableDeclaration || update === null) return null;
  const [target, direction] = moveOf(update);
  const isDeclaredHere = init.declarations.some(({ id }) => id.type === AST_NODE_TYPES.Identifier && id.name === target);
  return target !== null && direction !== null && isDeclaredHere ? { name: target, direction } : null;
}

function moveOf(update: TSESTree.Expression): readonly [target: string | null, direction: Counter["direction"] | null] {
  if (update.type === AST_NODE_TYPES.UpdateExpression) return [nameOf(update.argument), update.operator === "++" ? "up" : "down"];
  if (update.type !== AST_NODE_TYPES.AssignmentExpression || !isPositiveStep(update.right)) return [null, null];
  if (update.operator === "+=") return [nameOf(update.left), "up"];
  if (update.operator === "-=") return [nameOf(update.left), "down"];
  return [null, null];
}

/** A literal, or a constant named in capitals: the steps that a reader can see to be positive. */
function isPositiveStep(step: TSESTree.Expression): boolean {
  if (step.type === AST_NODE_TYPES.Literal) return typeof step.value === "number" && step.value > 0;
  return step.type === AST_NODE_TYPES.Identifier && /^[A-Z][A-Z0-9_]*$/.test(step.name);
}

function conjuncts(condition: TSESTree.Expression): TSESTree.Expression[] {
  if (condition.type !== AST_NODE_TYPES.LogicalExpression || condition.operator !== "&&") return [condition];
  return [...conjuncts(condition.left), ...conjuncts(condition.right)];
}

function comparesWithBound(condition: TSESTree.Expression, { name, direction }: Counter): boolean {
  if (condition.type !== AST_NODE_TYPES.BinaryExpression) return false;
  const below = direction === "up" ? /^<=?$/ : /^>=?$/;
  const above = direction === "up" ? /^>=?$/ : /^<=?$/;
  return (
    (nameOf(condition.left) === name && below.test(condition.operator)) || (nameOf(condition.right) === name && above.test(condition.operator))
  );
}

function variablesReadIn(sourceCode: Readonly<TSESLint.SourceCode>, expression: TSESTree.Node): ReadonlySet<TSESLint.Scope.Variable> {
  const read = new Set<TSESLint.Scope.Variable>();
  for (const scope of sourceCode.scopeManager?.scopes ?? []) {
    for (const { identifier, resolved } of scope.references) {
      if (resolved !== null && isInside(identifier, expression)) read.add(resolved);
    }
  }
  return read;
}

/** Whether the property is declared readonly. A readonly tuple has a length of its own, which no declaration stands for. */
function isReadonly(checker: ts.TypeChecker, type: ts.Type, name: string): boolean {
  if (checker.isTupleType(type)) return name === "length";
  const declarations = type.getProperty(name)?.declarations ?? [];
  return declarations.length > 0 && declarations.every((one) => (ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Readonly) !== 0);
}

function nameOf(node: TSESTree.Node): string | null {
  return node.type === AST_NODE_TYPES.Identifier ? node.name : null;
}

function isInside(node: TSESTree.Node, outer: TSESTree.Node | null): boolean {
  return outer !== null && node.range[0] >= outer.range[0] && node.range[1] <= outer.range[1];
}
