/** The part of JavaScript that generated functions are written in, as a tree. */

/** Text that is outside of what can be translated: a mistake of what generates it. */
export class Untranslatable extends Error {
  override readonly name = "Untranslatable";
}

/** What is known of a piece of text once it has been read. */
export interface Extent {
  readonly tokens: number;
  /** The variables that it writes, besides where they are declared. */
  readonly written: ReadonlySet<string>;
  /** What it calls, once for each call. */
  readonly calls: readonly string[];
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
export interface Block { readonly type: "Block"; readonly statements: readonly Statement[]; readonly extent: Extent }
export interface Evaluation { readonly type: "Evaluation"; readonly expression: Expression }
/** `extent` is that of the body. */
export interface Loop { readonly type: "Loop"; readonly extent: Extent; readonly first: Declaration | null; readonly test: Expression | null; readonly update: Expression | null; readonly body: Statement }
export interface Choice { readonly type: "Choice"; readonly test: Expression; readonly consequent: Statement; readonly alternate: Statement | null }
export interface Continue { readonly type: "Continue" }
export interface Return { readonly type: "Return"; readonly value: Expression | null }
export type Statement = Declaration | Block | Evaluation | Loop | Choice | Continue | Return;

/** `returns` if it gives a number. */
export interface FunctionTree { readonly name: string; readonly parameters: readonly string[]; readonly body: Block; readonly returns: boolean }
