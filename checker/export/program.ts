/** What the text of a whole system shares: names, variables, constants, and definitions as functions. */
import { SpecificationError } from "../../spec/lang/construction.ts";
import { visit, type Definition, type Node } from "../../spec/lang/node.ts";
import { effectNodes } from "../../spec/lang/effect.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import { known, type AnyType } from "../../spec/lang/types.ts";
import { emptyScope, named, standing, term, type Lowering, type Scope } from "./lower.ts";
import type { Names } from "./names.ts";
import { constant, held, scalar, type Operand } from "./operand.ts";
import { exportable, stepValues, type StepValue } from "./step-values.ts";
import { type Callable, type Term } from "./term.ts";

export interface Routine { readonly name: string; readonly title: string; readonly parameters: readonly { readonly name: string; readonly type: AnyType }[]; readonly body: Term }

export interface Program {
  readonly system: System;
  readonly names: Names;
  /** Identifier of each state variable. */
  readonly variables: ReadonlyMap<string, string>;
  /** Identifiers of the constants. */
  readonly constants: ReadonlySet<string>;
  /** What properties may know of a transition's steps. */
  readonly stepValuesOf: (transition: Transition) => ReadonlyMap<string, StepValue>;
  /** Functions in the order in which they are needed; grows as expressions are lowered. */
  readonly routines: readonly Routine[];
  /** Outside of steps: `state` is what the variables hold. */
  readonly now: Lowering;
  /** After a step: `next` is what the variables hold, `state` is the copy for a variable in `before`, which maps it to the copy's identifier. */
  readonly after: (before: ReadonlyMap<string, string>, step: ReadonlyMap<string, Operand>) => Lowering;
  /** While a step's effects run: a variable in `before` is read from its copy. */
  readonly during: (before: ReadonlyMap<string, string>) => Lowering;
}

const cellsOf = (definition: Definition): readonly (Node & { readonly op: "cell" })[] => {
  const cells: (Node & { readonly op: "cell" })[] = [];
  visit(definition.body, (node) => { if (node.op === "cell") cells.push(node); });
  return cells;
};

export const createProgram = (system: System, names: Names): Program => {
  const { bounds } = system;
  const variables = new Map(Object.keys(system.variables).map((name) => [name, names.global(name)]));
  const constantNames = new Map(Object.keys(system.constants).map((name) => [name, names.global(name)]));
  const routines: Routine[] = [], callables = new Map<Definition, Callable>();

  const variable = (name: string, type: AnyType): Operand => {
    const root = variables.get(name);
    if (root === undefined) throw new SpecificationError(`there is no variable ${name}`);
    return held({ root, steps: [], type });
  };
  const constantCell = (name: string, type: AnyType): Operand => {
    const value = system.constants[name];
    if (value === undefined) throw new SpecificationError(`nothing says what the constant ${name} is`);
    return constant(bounds, constantNames.get(name) ?? name, type, value);
  };
  const nothing = (store: string, name: string): never => { throw new SpecificationError(`${store} variable ${name} means nothing here`); };

  /** Inside functions both stores are what the variables hold: a definition is called where that is what it reads. */
  const inside: Lowering = {
    bounds, names,
    cell: (store, name, type) => {
      switch (store) {
        case "state": case "next": return variable(name, type);
        case "constant": return constantCell(name, type);
        case "step": case "view": return nothing(store, name);
      }
    },
    callable: (definition) => callableOf(definition),
  };

  const callableOf = (definition: Definition): Callable => {
    const found = callables.get(definition);
    if (found !== undefined) return found;
    let scope: Scope = emptyScope;
    const parameters = definition.parameters.map(({ name, type }) => {
      const next = named({ names }, scope, name, type);
      scope = next.scope;
      return { name: next.name, type };
    });
    const body = term(inside, scope, definition.body);
    const callable: Callable = {
      name: names.global(definition.name),
      inPlace: (given) => term(inside, definition.parameters.reduce((so, { name }, i) => {
        const one = given[i];
        return one === undefined ? so : standing(so, name, scalar(one));
      }, { ...emptyScope, taken: takenBy(given) }), definition.body),
    };
    callables.set(definition, callable);
    routines.push({ name: callable.name, title: definition.name, parameters, body });
    return callable;
  };

  const after = (before: ReadonlyMap<string, string>, step: ReadonlyMap<string, Operand>): Lowering => ({
    ...inside,
    cell: (store, name, type) => {
      if (store === "state") {
        const copy = before.get(name);
        return copy === undefined ? variable(name, type) : held({ root: copy, steps: [], type });
      }
      if (store === "step") return step.get(name) ?? nothing(store, name);
      return inside.cell(store, name, type);
    },
    callable: (definition) => {
      const current = cellsOf(definition).every(({ store, name }) => store === "constant" || store === "next" || (store === "state" && !before.has(name)));
      return current ? callableOf(definition) : null;
    },
  });

  const now: Lowering = { ...inside, cell: (store, name, type) => (store === "next" ? nothing(store, name) : inside.cell(store, name, type)) };
  return {
    system, names, variables, constants: new Set(constantNames.values()), stepValuesOf: stepValues(system), routines, now, after,
    during: (before) => {
      const { cell, callable } = after(before, new Map());
      return { ...now, cell: (store, name, type) => (store === "next" ? nothing(store, name) : cell(store, name, type)), callable };
    },
  };
};

/** The names that terms mention. */
const takenBy = (terms: readonly Term[]): ReadonlySet<string> => {
  const names = new Set<string>();
  const collect = (text: string): void => { for (const [, name] of text.matchAll(/"name":"([A-Za-z0-9_]+)"/g)) names.add(name ?? ""); };
  terms.forEach((one) => { collect(JSON.stringify(one)); });
  return names;
};

/** The scalarsets whose members the target may permute: none of their members has a rank in a set or in a union. */
export const permutable = (system: System): ReadonlySet<string> => {
  const ranked = new Set<string>();
  const note = (type: AnyType): void => {
    const t = known(type);
    if (t.kind === "scalarset") ranked.add(t.name);
    if (t.kind === "union") Object.values(t.cases).forEach((payload) => { if (payload !== null) note(payload); });
  };
  const seen = new Set<AnyType>();
  const search = (type: AnyType): void => {
    if (seen.has(type)) return;
    seen.add(type);
    const t = known(type);
    switch (t.kind) {
      case "set": note(t.of); break;
      case "union": note(t); break;
      case "option": search(t.of); break;
      case "record": Object.values(t.fields).forEach(search); break;
      case "map": search(t.key); search(t.value); break;
      case "bool": case "enum": case "range": case "scalarset": break;
    }
  };
  everyType(system).forEach(search);
  return new Set(system.symmetric.filter((name) => !ranked.has(name)));
};

/** The types of everything that a system's calls, moves and properties mention, and of its variables. */
export const everyType = (system: System): readonly AnyType[] => {
  const types = new Set<AnyType>(Object.values(system.variables));
  for (const node of everyNode(system)) {
    types.add(node.type);
    if ("over" in node) types.add(node.over);
  }
  for (const { parameters } of system.transitions) parameters.forEach(({ type }) => { types.add(type); });
  return [...types];
};

/** Every expression of a system, definitions' bodies included. */
export const everyNode = (system: System): readonly Node[] => {
  const nodes: Node[] = [], entered = new Set<Definition>();
  const note = (node: Node): void => { visit(node, (one) => { nodes.push(one); }, entered); };
  for (const { enabled, guards, effects } of system.transitions) {
    note(enabled);
    guards.forEach(({ condition }) => { note(condition); });
    effectNodes(effects).forEach(note);
  }
  for (const { given, then } of exportable(system)) [given, then].forEach(note);
  return nodes;
};
