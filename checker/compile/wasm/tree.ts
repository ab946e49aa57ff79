/** The part of JavaScript that generated functions are written in, as a tree. */

/** Text that is outside of what can be translated: a mistake of what generates it. */
export class Untranslatable extends Error {
  override readonly name = "Untranslatable";
}

export interface Name { readonly type: "Name"; readonly name: string }
/** A number, or a truth value as 1 or 0. */
export interface Numeral { readonly type: "Numeral"; readonly value: number }
/** `object[index]`. */
export interface Member { readonly type: "Member"; readonly object: string; readonly index: Expression }
export interface Unary { readonly type: "Unary"; readonly operator: "!" | "~" | "-"; readonly argument: Expression }
export interface Binary { readonly type: "Binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
export interface Logical { readonly type: "Logical"; readonly operator: "&&" | "||"; readonly left: Expression; readonly right: Expression }
export interface Conditional { readonly type: "Conditional"; readonly test: Expression; readonly consequent: Expression; readonly alternate: Expression }
/** `callee` with its object, if it has one: `Math.imul`. */
export interface Call { readonly type: "Call"; readonly callee: string; readonly given: readonly Expression[] }
export interface Assignment { readonly type: "Assignment"; readonly operator: string; readonly target: Name | Member; readonly value: Expression }
export interface Update { readonly type: "Update"; readonly operator: "++" | "--"; readonly prefix: boolean; readonly target: Name | Member }
export type Expression = Name | Numeral | Member | Unary | Binary | Logical | Conditional | Call | Assignment | Update;

export interface Declaration { readonly type: "Declaration"; readonly constant: boolean; readonly variables: readonly { readonly name: string; readonly value: Expression }[] }
export interface Block { readonly type: "Block"; readonly statements: readonly Statement[] }
export interface Evaluation { readonly type: "Evaluation"; readonly expression: Expression }
export interface Loop { readonly type: "Loop"; readonly first: Declaration | null; readonly test: Expression | null; readonly update: Expression | null; readonly body: Statement }
export interface Choice { readonly type: "Choice"; readonly test: Expression; readonly consequent: Statement; readonly alternate: Statement | null }
export interface Continue { readonly type: "Continue" }
export interface Return { readonly type: "Return"; readonly value: Expression | null }
export type Statement = Declaration | Block | Evaluation | Loop | Choice | Continue | Return;

export interface FunctionTree { readonly name: string; readonly parameters: readonly string[]; readonly body: Block }

export type Node = Expression | Statement;

const below = (node: Node): readonly (Node | null)[] => {
  switch (node.type) {
    case "Name": case "Numeral": case "Continue": return [];
    case "Member": return [node.index];
    case "Unary": return [node.argument];
    case "Binary": case "Logical": return [node.left, node.right];
    case "Conditional": case "Choice": return [node.test, node.consequent, node.alternate];
    case "Call": return node.given;
    case "Assignment": return [node.target, node.value];
    case "Update": return [node.target];
    case "Declaration": return node.variables.map(({ value }) => value);
    case "Block": return node.statements;
    case "Evaluation": return [node.expression];
    case "Loop": return [node.first, node.test, node.update, node.body];
    case "Return": return [node.value];
  }
};

/** Calls `each` for a node and all below it. */
export const walk = (node: Node, each: (node: Node) => void): void => {
  each(node);
  for (const one of below(node)) if (one !== null) walk(one, each);
};
