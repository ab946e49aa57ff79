/** Transitions ready for printing: parameters, guards as terms, effects as a sequence, and what must hold of the step. */
import type { Property } from "../../spec/lang/property.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import { known, type AnyType } from "../../spec/lang/types.ts";
import { emptyScope, named, operand, standing, term, type Lowering, type Scope } from "./lower.ts";
import { constant, type Operand } from "./operand.ts";
import { chosenFrom, type Selection } from "./selection.ts";
import type { Program } from "./program.ts";
import { exportable, readsStore, type StepValue } from "./step-values.ts";
import { sequence, writtenBy, type Statement } from "./statement.ts";
import { disjunction, negation, no, visitTerm, type Term } from "./term.ts";

export interface Parameter { readonly name: string; readonly type: AnyType }
export interface Clause { readonly id: string; readonly code: string | null; readonly condition: Term }

/** A property of steps, for all its bindings, after the effects; or before them if it reads nothing that comes after. */
export interface Assertion { readonly property: Property; readonly title: string; readonly bindings: readonly Parameter[]; readonly holds: Term; readonly before: boolean }

export interface Action {
  readonly transition: Transition;
  /** What has to be chosen. A parameter that `enabled` determines is not among them; it is written out where it stands. */
  readonly parameters: readonly Parameter[];
  readonly clauses: readonly Clause[];
  readonly statements: readonly Statement[];
  /** Copies to take before the effects: identifiers of copy and variable. */
  readonly copies: readonly { readonly copy: string; readonly variable: string; readonly type: AnyType }[];
  readonly assertions: readonly Assertion[];
}

const readsRoot = (one: Term, root: string): boolean => {
  let found = false;
  visitTerm(one, (part) => { found ||= (part.op === "leaf" || part.op === "absent") && part.place.root === root; });
  return found;
};

/** What a property is called in messages. */
export const titleOf = (property: Property): string => (property.id.startsWith("C:") ? property.id : `${property.id} ${property.title}`);

/** Whether a property of steps can be said of every transition: all that it reads of the step is a constant or a parameter. */
export const sayable = ({ system, stepValuesOf }: Pick<Program, "system" | "stepValuesOf">, property: Property): boolean => [...readsStore(property, "step").keys()]
  .every((name) => system.transitions.every((transition) => stepValuesOf(transition).has(name)));

/** Lines that say which properties an export does not state, and why. */
export const leftOut = (program: Program): readonly string[] => {
  const { system } = program;
  const list = (properties: readonly Property[]): string => [...new Set(properties.map(({ id }) => id))].join(", ");
  const attainable = system.properties.filter(({ form }) => form === "graph");
  const shown = system.properties.filter((property) => !exportable(system).includes(property) && !attainable.includes(property));
  const unsaid = exportable(system).filter((property) => property.form === "step" && !sayable(program, property));
  return [
    ...(shown.length === 0 ? [] : [`Left out are clauses over what hardware shows, which the abstract system does not have: of ${list(shown)}.`]),
    ...(attainable.length === 0 ? [] : [`Left out is what can be attained from every state, which no invariant says: ${list(attainable)}.`]),
    ...(unsaid.length === 0 ? [] : [`Left out are clauses over what a step is, where no constant and no parameter of the step says it: of ${list(unsaid)}.`]),
  ];
};

/**
 * The action of a transition, its parameters selected as told; `copyName` names the copy of a variable. Assertions that hold whatever the state is
 * are left out.
 */
export const actionOf = (program: Program, transition: Transition, { determined: follow, choice }: Selection, copyName: (variable: string) => string): Action => {
  const { system, names, variables, now } = program;
  let scope: Scope = emptyScope;
  const parameters: Parameter[] = [];
  const choose = (hint: string, type: AnyType): string => {
    const next = named({ names }, scope, hint, type);
    scope = next.scope;
    parameters.push({ name: next.name, type });
    return next.name;
  };
  for (const { name, type } of transition.parameters) if (!follow.has(name) && choice?.parameters.includes(name) !== true) choose(name, type);
  if (choice !== null) scope = chosenFrom(now, transition, scope, choice, choice.tuples.length === 1 ? "" : choose("choice", choice.type));
  const chosenScope = scope;
  const scopeIn = (context: Lowering): Scope => transition.parameters.reduce((so, { name }) => {
    const node = follow.get(name);
    return node === undefined ? so : standing(so, name, operand(context, so, node));
  }, chosenScope);

  const inNow = scopeIn(now);
  const clauses: Clause[] = [
    { id: "enabled", code: null, condition: term(now, inNow, transition.enabled) },
    ...transition.guards.map(({ id, code, condition }) => ({ id, code, condition: term(now, inNow, condition) })),
  ].filter(({ id, condition }) => id !== "enabled" || condition.op !== "literal" || condition.value !== true);

  const copyOf = (copied: Iterable<string>): ReadonlyMap<string, string> => new Map([...copied].map((name) => [name, copyName(name)]));
  const { statements, copied } = sequence(variables, (so) => {
    const context = program.during(copyOf(so));
    return { context, scope: scopeIn(context) };
  }, transition.effects);

  const specified = new Map([...variables].map(([name, root]) => [root, name]));
  const before = copyOf([...writtenBy(statements)].flatMap((root) => specified.get(root) ?? []));
  const assertions = exportable(system).flatMap((property) => (property.form === "step" ? assertionsOf(program, transition, property, before, scopeIn) : []));
  const needed = [...before].filter(([name, copy]) => copied.has(name) || assertions.some(({ holds }) => readsRoot(holds, copy)));
  return {
    transition, parameters, clauses, statements, assertions,
    copies: needed.flatMap(([name, copy]) => {
      const variable = variables.get(name), type = system.variables[name];
      return variable === undefined || type === undefined ? [] : [{ copy, variable, type }];
    }),
  };
};

/** What a property asks of the steps of a transition: nothing, if it holds of them whatever the state is. */
const assertionsOf = (
  program: Program, transition: Transition, property: Property, before: ReadonlyMap<string, string>, scopeIn: (context: Lowering) => Scope,
): readonly Assertion[] => {
  const { system, names } = program;
  if (!sayable(program, property)) return [];
  const early = readsStore(property, "next").size === 0, values = program.stepValuesOf(transition), step = new Map<string, Operand>();
  const context = program.after(early ? new Map() : before, step);
  let scope = scopeIn(context);
  for (const [name, type] of readsStore(property, "step")) {
    const value = values.get(name);
    if (value !== undefined) step.set(name, stepOperand(system, type, value, scope, `${name}_${transition.name}`));
  }
  const bindings = property.bindings.map(({ name, type }) => {
    const next = named({ names }, scope, name, type);
    scope = next.scope;
    return { name: next.name, type };
  });
  const said = (where: Lowering): Term => disjunction(negation(term(where, scope, property.given)), term(where, scope, property.then));
  const spelt = said({ ...context, callable: () => null }), holds = said(context);
  if (spelt.op === "literal" && spelt.value === true) return [];
  return holds.op === "literal" && holds.value === true ? [] : [{ property, title: titleOf(property), bindings, holds, before: early }];
};

const stepOperand = (system: System, type: AnyType, value: StepValue, scope: Scope, name: string): Operand => {
  if (value.kind === "value") return constant(system.bounds, name, type, value.value);
  const parameter: Operand = scope.values.get(value.name) ?? { form: "nothing" };
  return known(type).kind === "option" && parameter.form === "scalar" ? { form: "option", type, none: no, content: parameter } : parameter;
};
