/** Transitions: monitor calls with their ordered guards, and moves of hardware and adversaries. */
import { complete } from "./construction.ts";
import { effectNodes, everyEffect, type Effect } from "./effect.ts";
import type { Node, Parameter } from "./node.ts";
import { parameters, type Parameters } from "./operators.ts";
import type { Expr } from "./term.ts";
import type { Bool, Fields } from "./types.ts";

/** One conjunct of a call's precondition: the first of a call that fails decides the code. */
export interface Guard { readonly id: string; readonly code: string; readonly condition: Node }

export interface Transition {
  readonly kind: "call" | "move";
  readonly name: string;
  /** The actor's parameters first, then the call's own, which are what a caller passes. */
  readonly parameters: readonly Parameter[];
  readonly own: readonly Parameter[];
  /** Which instances exist in a state at all: the actor runs, hardware allows the access. */
  readonly enabled: Node;
  /** Empty for a move. */
  readonly guards: readonly Guard[];
  readonly effects: readonly Effect[];
}

/** `condition` must hold, or the call is denied with `code`. The id is the clause's name in code, reports and mutants. */
export const guard = <const C extends string>(id: string, code: C, condition: Expr<Bool>): Guard & { readonly code: C } =>
  ({ id, code, condition: condition.node });

export interface Actor<A extends Fields> { readonly parameters: A; readonly enabled: (actor: Parameters<A>) => Expr<Bool> }

export interface CallBody { readonly guards: readonly Guard[]; readonly effects: readonly Effect[] }
export interface MoveBody { readonly enabled: Expr<Bool>; readonly effects: readonly Effect[] }

const listed = (fields: Fields): readonly Parameter[] => Object.entries(fields).map(([name, type]) => ({ name, type }));

const finish = (kind: "call" | "move", name: string, actor: Fields, own: Fields, body: () => { enabled: Node; guards: readonly Guard[]; effects: readonly Effect[] }): Transition => {
  const { enabled, guards, effects } = complete(`${kind} ${name}`, body, (built) => ({
    nodes: [built.enabled, ...built.guards.map((g) => g.condition), ...effectNodes(built.effects)],
    effects: everyEffect(built.effects),
  }));
  return { kind, name, parameters: [...listed(actor), ...listed(own)], own: listed(own), enabled, guards, effects };
};

/** The constructor of a system's calls: what every call of it gets is the state `s` and the actor. */
export const callsOver = <S, A extends Fields>(s: S, actor: Actor<A>) =>
  <P extends Fields>(name: string, own: P, body: (s: S, by: Parameters<A>, arguments_: Parameters<P>) => CallBody): Transition =>
    finish("call", name, actor.parameters, own, () => {
      const by = parameters(actor.parameters);
      return { enabled: actor.enabled(by).node, ...body(s, by, parameters(own)) };
    });

/** The constructor of a system's moves. */
export const movesOver = <S, A extends Fields>(s: S, actor: Actor<A>) =>
  <P extends Fields>(name: string, own: P, body: (s: S, by: Parameters<A>, arguments_: Parameters<P>) => MoveBody): Transition =>
    finish("move", name, actor.parameters, own, () => {
      const by = parameters(actor.parameters);
      const { enabled, effects } = body(s, by, parameters(own));
      return { enabled: { op: "and", type: enabled.type, all: [actor.enabled(by).node, enabled.node] }, guards: [], effects };
    });
