/**
 * Two systems as one: both run in lockstep on the same actions while both allow them. It is a system like any other, so the search that finds shortest counterexamples finds the
 * shortest runs after which one allows what the other denies. What provably never differs is there once. `proofs-notes/diff.md` has the argument.
 */
import { current } from "../../spec/definitions.ts";
import { and, eq, not, type Bool, type Expr } from "../../spec/lang/index.ts";
import type { Node } from "../../spec/lang/node.ts";
import type { Property } from "../../spec/lang/property.ts";
import type { System } from "../../spec/lang/system.ts";
import { term } from "../../spec/lang/term.ts";
import type { Guard, Transition } from "../../spec/lang/transition.ts";
import { bool } from "../../spec/lang/types.ts";
import { equal } from "../../spec/lang/value.ts";
import { s } from "../../spec/state.ts";
import { Domain, Vcpu } from "../../spec/vocabulary.ts";
import { isRelation, type RelationName } from "./relations.ts";
import { assigning, rewriting, touchedBy, type Cell, type Rewriting } from "./rewriting.ts";
import { other, type Side, type Sides } from "./universe.ts";

export interface Product {
  readonly sides: Sides<System>;
  /** Without properties. */
  readonly system: System;
  /** Constants and state variables in which the two may differ, under their own names. */
  readonly differing: ReadonlySet<string>;
  /** How each side reads what is there twice. */
  readonly reading: Sides<Rewriting>;
  /** Calls and moves of either. */
  readonly transitions: readonly Transition[];
}

/** The second copy of what differs. */
const second = (name: string): string => `${name}New`;

const byName = (system: System, name: string): Transition | undefined => system.transitions.find((one) => one.name === name);

const differsIn = (differing: ReadonlySet<string>) => ({ store, name }: Cell): boolean => (store === "constant" || store === "state") && differing.has(name);

/** Constants with two values, variables that begin with two, and whatever a step that both take may make of them. */
const differingOf = ({ old, new: now }: Sides<System>): ReadonlySet<string> => {
  const differ = (one: System["constants"], two: System["constants"]): readonly string[] =>
    Object.keys({ ...one, ...two }).filter((name) => one[name] === undefined || two[name] === undefined || !equal(one[name], two[name]));
  const found = new Set([...differ(old.constants, now.constants), ...differ(old.initial, now.initial)]);
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const { effects } of old.transitions) for (const name of touchedBy(effects, differsIn(found))) found.add(name);
  }
  return found;
};

const conjunction = (all: readonly Node[]): Node => ({ op: "and", type: bool, all: [...all] });

/** Both, where they are not the same. */
const both = (one: Node, two: Node): Node => (one === two ? one : conjunction([one, two]));

const jointly = (transition: Transition, now: Rewriting, differing: ReadonlySet<string>): Transition => {
  const guards = transition.guards.flatMap((guard): readonly Guard[] => {
    const condition = now.node(guard.condition);
    return condition === guard.condition ? [] : [{ ...guard, id: `new-${guard.id}`, condition }];
  });
  return {
    ...transition,
    enabled: both(transition.enabled, now.node(transition.enabled)),
    guards: [...transition.guards, ...guards],
    effects: [...transition.effects, ...now.effects(assigning(transition.effects, (variable) => differing.has(variable)))],
  };
};

/** The systems must have the same bounds and variables. */
export const productOf = (sides: Sides<System>): Product => {
  const { old, new: now } = sides, differing = differingOf(sides), differs = differsIn(differing);
  const same = rewriting((cell) => cell, ""), renaming = rewriting((cell) => (differs(cell) ? { ...cell, name: second(cell.name) } : cell), "New");
  const transitions = [...old.transitions, ...now.transitions.filter(({ name }) => byName(old, name) === undefined)];
  const twice = (one: System["initial"], two: System["initial"]): System["initial"] =>
    ({ ...one, ...Object.fromEntries(Object.entries(two).flatMap(([name, value]) => (differing.has(name) ? [[second(name), value]] : []))) });
  return {
    sides, differing, transitions, reading: { old: same, new: renaming },
    system: {
      ...old,
      name: `${old.name} beside ${now.name}`,
      variables: { ...old.variables, ...Object.fromEntries(Object.entries(old.variables).flatMap(([name, type]) => (differing.has(name) ? [[second(name), type]] : []))) },
      constants: twice(old.constants, now.constants),
      initial: twice(old.initial, now.initial),
      // What only one of the two has is never a step of both, and a step without effects leads nowhere.
      transitions: old.transitions.filter(({ name, effects }) => effects.length > 0 && byName(now, name) !== undefined).map((transition) => jointly(transition, renaming, differing)),
      properties: [],
    },
  };
};

/** What an instance needs on a side, one condition after another; `null` if the side does not have the transition. */
const needs = ({ sides, reading }: Product, side: Side, name: string): readonly Node[] | null => {
  const transition = byName(sides[side], name);
  return transition === undefined ? null : [transition.enabled, ...transition.guards.map(({ condition }) => condition)].map(reading[side].node);
};

/** Whether one side may allow instances of a transition where the other denies them. Conditions that read the same in both decide the same. */
export const mayDiffer = (product: Product, { name }: Transition): boolean => {
  const old = needs(product, "old", name), now = needs(product, "new", name);
  return old === null || now === null || old.some((node, i) => node !== now[i]);
};

const text = { title: "difference", form: "state", place: "A" } as const;

/** The domain that a vCPU runs on a side. */
const runs = ({ reading }: Product, side: Side, vcpu: Node): Expr<typeof Domain> => term(Domain, reading[side].node(current({ vcpu: term(Vcpu, vcpu) }).node));

/**
 * Violated where `side` allows an instance that the other denies, of a caller in this relation (`null`: in any). Whom a vCPU runs is another matter: both must run the caller there.
 */
export const rowProperty = (product: Product, id: string, transition: Transition, side: Side, relation: RelationName | null): Property => {
  const { reading } = product, { name, parameters } = transition;
  const here = needs(product, side, name), there = needs(product, other(side), name);
  const variable = (parameter: string): Node | null => {
    const found = parameters.find((one) => one.name === parameter);
    return found === undefined ? null : { op: "variable", type: found.type, name: parameter };
  };
  const vcpu = variable("vcpu"), caller = variable("caller");
  const running = vcpu === null || caller === null ? null : eq(runs(product, other(side), vcpu), term(Domain, caller)).node;
  const related = relation === null ? null : isRelation(transition, relation);
  return {
    ...text, id, sentence: `${name} is allowed in both or in none.`, bindings: parameters,
    given: here === null ? { op: "literal", type: bool, value: false } : conjunction([...here, ...(running === null ? [] : [running]), ...(related === null ? [] : [reading[side].node(related)])]),
    then: there === null ? { op: "literal", type: bool, value: false } : conjunction(there.filter((node) => here?.includes(node) !== true)),
  };
};

/** Violated where a vCPU runs someone on `side` whom it does not run on the other. Where the other runs one whom this side does not have at all, it runs a stand-in here, which is excused. */
export const controlProperty = (product: Product, id: string, side: Side): Property => {
  const { reading } = product, vcpu: Node = { op: "variable", type: Vcpu, name: "vcpu" };
  const here = runs(product, side, vcpu), there = runs(product, other(side), vcpu);
  const isFree = (domain: Expr<typeof Domain>, on: Side): Expr<Bool> => eq(term(s.phase.type, reading[on].node(s.phase.node)).at(domain), "free");
  return {
    ...text, id, sentence: "The same steps make every vCPU run the same domain.", bindings: [{ name: "vcpu", type: Vcpu }],
    given: not(eq(here, there)).node,
    then: and(isFree(there, side), not(isFree(here, other(side)))).node,
  };
};

/** Whether a vCPU can come to run different domains in the two. */
export const controlMayDiffer = ({ differing, reading }: Product): boolean => {
  const node = current({ vcpu: term(Vcpu, { op: "variable", type: Vcpu, name: "vcpu" }) }).node;
  return differing.size > 0 && reading.old.node(node) !== reading.new.node(node);
};
