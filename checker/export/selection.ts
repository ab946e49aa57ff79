/**
 * Which values of its parameters a rule tries. A target that loops over all of them in every state is given no more than it has to try: values that
 * a guard excludes whatever the state is are not among them, nor those that the state determines.
 */
import { visit, type Node } from "../../spec/lang/node.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import { known, map, range, type AnyType, type Bounds } from "../../spec/lang/types.ts";
import type { Value } from "../../spec/lang/value.ts";
import { emptyScope, named, standing, term, type Lowering, type Scope } from "./lower.ts";
import { constant, entryOf, isScalar, literals, sizeOf } from "./operand.ts";
import { permutable, type Program } from "./program.ts";
import { conjunction, isStatic, substituted, visitTerm, type Term } from "./term.ts";

/** Parameters that are chosen together, among the tuples of values that some state allows. */
export interface Choice { readonly type: AnyType; readonly parameters: readonly string[]; readonly tuples: readonly (readonly Value[])[] }

export interface Selection {
  /** Parameters that follow from the state and the others. */
  readonly determined: ReadonlyMap<string, Node>;
  readonly choice: Choice | null;
}

const conjunctsOf = (node: Node): readonly Node[] => (node.op === "and" ? node.all.flatMap(conjunctsOf) : [node]);

/** Whether an expression reads one of the variables. */
export const mentions = (node: Node, names: ReadonlySet<string>): boolean => {
  let found = false;
  visit(node, (one) => { found ||= one.op === "variable" && names.has(one.name); });
  return found;
};

/** The parameters that `enabled` says to be equal to an expression of the parameters before them: there is no choice. */
export const determined = (transition: Transition): ReadonlyMap<string, Node> => {
  const found = new Map<string, Node>();
  transition.parameters.forEach(({ name }, i) => {
    const later = new Set(transition.parameters.slice(i).map((one) => one.name));
    for (const conjunct of conjunctsOf(transition.enabled)) {
      if (conjunct.op !== "equal") continue;
      const sides = [[conjunct.left, conjunct.right], [conjunct.right, conjunct.left]] as const;
      const side = sides.find(([one, other]) => one.op === "variable" && one.name === name && !mentions(other, later) && known(other.type).kind === known(one.type).kind);
      if (side !== undefined && !found.has(name)) found.set(name, side[1]);
    }
  });
  return found;
};

const product = <T>(each: readonly (readonly T[])[]): readonly (readonly T[])[] => each.reduce<readonly (readonly T[])[]>((so, one) => so.flatMap((tuple) => one.map((value) => [...tuple, value])), [[]]);

const mentioned = (one: Term): ReadonlySet<string> => {
  const found = new Set<string>();
  visitTerm(one, (part) => { if (part.op === "name") found.add(part.name); });
  return found;
};

const selected = (program: Program, transition: Transition, fixed: ReadonlyMap<string, Node>): { readonly selection: Selection; readonly tries: number } => {
  const { system, names, now } = program, { bounds } = system, symmetric = permutable(system);
  let scope: Scope = emptyScope;
  const free = transition.parameters.filter(({ name }) => !fixed.has(name)).map(({ name, type }) => {
    const next = named({ names }, scope, name, type);
    scope = next.scope;
    return { parameter: name, name: next.name, type };
  });
  const conditions = [transition.enabled, ...transition.guards.map(({ condition }) => condition)].flatMap((node) => {
    if (fixed.size > 0 && mentions(node, new Set(fixed.keys()))) return [];
    const whole = term(now, scope, node);
    return whole.op === "and" ? whole.all : [whole];
  });
  const small = new Set(free.filter(({ type }) => isScalar(type) && !symmetric.has(type.name)).map(({ name }) => name));
  const fixedByNothing = conditions.filter((one) => isStatic(one) && one.op !== "literal" && [...mentioned(one)].every((name) => small.has(name) || !free.some((other) => other.name === name)));
  const impossible = conditions.some((one) => one.op === "literal" && one.value !== true);
  const concerned = free.filter(({ name }) => fixedByNothing.some((one) => mentioned(one).has(name))), all = conjunction(...fixedByNothing);
  const every = product(concerned.map(({ type }) => literals(bounds, type)));
  const tuples = impossible ? [] : every.filter((tuple) => {
    const holds = substituted(all, new Map(concerned.map(({ name }, i) => [name, tuple[i] as Term] as const)));
    return holds.op !== "literal" || holds.value === true;
  });
  const others = free.filter((one) => !concerned.includes(one)).reduce((count, { type }) => count * sizeOf(bounds, type), 1);
  return {
    tries: others * tuples.length,
    selection: {
      determined: fixed,
      choice: tuples.length === every.length ? null : {
        type: range(`${transition.name} choice`), parameters: concerned.map(({ parameter }) => parameter),
        tuples: tuples.map((tuple) => tuple.map((one) => (one.op === "literal" ? one.value : null))),
      },
    },
  };
};

/** What a rule of the transition tries: the least of what there is to try with the determined parameters determined or chosen. */
export const selectionOf = (program: Program, transition: Transition): Selection => {
  const follows = selected(program, transition, determined(transition)), free = selected(program, transition, new Map());
  return (free.tries < follows.tries ? free : follows).selection;
};

/** The bounds of the choices. */
export const withChoices = (system: System, selections: readonly Selection[]): Bounds => ({
  ...system.bounds,
  ...Object.fromEntries(selections.flatMap(({ choice }) => (choice === null ? [] : [[choice.type.name, { lo: 0, hi: choice.tuples.length - 1 }] as const]))),
});

/** The scope in which the parameters of a choice stand for what a tuple says. */
export const chosenFrom = (context: Pick<Lowering, "bounds">, transition: Transition, scope: Scope, choice: Choice, name: string): Scope => choice.parameters.reduce((so, parameter, i) => {
  const type = transition.parameters.find((one) => one.name === parameter)?.type;
  if (type === undefined) return so;
  const values = constant(context.bounds, `${transition.name}_${parameter}`, map(choice.type, type), choice.tuples.map((tuple) => tuple[i] ?? null));
  return standing(so, parameter, entryOf(values, { op: "name", type: choice.type, name }));
}, scope);
