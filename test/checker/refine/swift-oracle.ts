/**
 * The oracle for sizes at which the tree-walking one takes a tenth of a second a step: expressions become closures, names become places in an array, and quantifiers stop where they are
 * decided. A test compares it with the oracle.
 */
import type { Effect } from "../../../spec/lang/effect.ts";
import type { Path, Valuation, Write } from "../../../spec/lang/evaluate.ts";
import type { Definition, Node } from "../../../spec/lang/node.ts";
import type { Instance, Outcome, System } from "../../../spec/lang/system.ts";
import type { Guard, Transition } from "../../../spec/lang/transition.ts";
import { known, type AnyType } from "../../../spec/lang/types.ts";
import { caseOffset, equal, rank, valuesOf, type RecordValue, type Value } from "../../../spec/lang/value.ts";

/** Parameters and bound variables, each in its place. */
type Scope = Value[];
type Evaluated = (state: Valuation, scope: Scope) => Value;
type Place = (state: Valuation, scope: Scope) => { readonly variable: string; readonly path: Path };
type Writes = (state: Valuation, scope: Scope, into: Write[]) => void;

interface Ready { readonly guards: readonly { readonly guard: Guard; readonly holds: Evaluated }[]; readonly enabled: Evaluated; readonly effects: Writes; readonly parameters: readonly string[] }

const replaced = (value: Value, path: Path, at: number, leaf: Value): Value => {
  const here = path[at];
  if (here === undefined) return leaf;
  if (Array.isArray(value)) {
    const copy: Value[] = value.slice();
    copy[Number(here)] = replaced(copy[Number(here)] ?? null, path, at + 1, leaf);
    return copy;
  }
  const record = value as RecordValue;
  return { ...record, [here]: replaced(record[here] ?? null, path, at + 1, leaf) };
};

/** The same function as `step` of `spec/lang/system.ts`. */
export const swiftOracle = ({ bounds, constants }: System): ((state: Valuation, instance: Instance) => Outcome) => {
  const members = new Map<string, readonly Value[]>(), bodies = new Map<Definition, Evaluated>(), transitions = new Map<Transition, Ready>();
  const membersOf = (type: AnyType): readonly Value[] => {
    const found = members.get(type.name) ?? valuesOf(bounds, type);
    members.set(type.name, found);
    return found;
  };
  const ranked = (type: AnyType): ((value: Value) => number) => {
    const { kind, name } = known(type), lo = bounds[name]?.lo ?? 0;
    return kind === "range" || kind === "scalarset" ? (value) => (value as number) - lo : (value) => rank(bounds, type, value);
  };

  /** `names` are those in scope, each at its place; a bound variable takes the next one. */
  const compiled = (node: Node, names: readonly string[]): Evaluated => {
    const of = (inner: Node): Evaluated => compiled(inner, names);
    const bound = (variable: string, inner: Node): Evaluated => compiled(inner, [...names, variable]);
    const at = names.length;
    const pair = (left: Node, right: Node, join: (a: number, b: number) => Value): Evaluated => {
      const a = of(left), b = of(right);
      return (s, v) => join(a(s, v) as number, b(s, v) as number);
    };
    switch (node.op) {
      case "literal": { const { value } = node; return () => value; }
      case "variable": { const place = names.lastIndexOf(node.name); return (_, v) => v[place] ?? null; }
      case "cell": { const { name, store } = node; return store === "constant" ? () => constants[name] ?? null : (s) => s[name] ?? null; }
      case "at": { const map = of(node.map), key = of(node.key), r = ranked(node.key.type); return (s, v) => (map(s, v) as readonly Value[])[r(key(s, v))] ?? null; }
      case "field": { const record = of(node.record), { field } = node; return (s, v) => (record(s, v) as RecordValue)[field] ?? null; }
      case "construct": { const fields = Object.entries(node.fields).map(([field, one]) => [field, of(one)] as const); return (s, v) => Object.fromEntries(fields.map(([field, one]) => [field, one(s, v)])); }
      case "some": return of(node.value);
      case "is-none": { const option = of(node.option); return (s, v) => option(s, v) === null; }
      case "match": {
        const option = of(node.option), none = of(node.none), some = bound(node.variable, node.some);
        return (s, v) => {
          const inside = option(s, v);
          if (inside === null) return none(s, v);
          v[at] = inside;
          return some(s, v);
        };
      }
      case "inject": {
        const offset = caseOffset(bounds, node.union.cases, node.label);
        if (node.union.cases[node.label] === null) return () => offset;
        const payload = of(node.payload), r = ranked(node.payload.type);
        return (s, v) => offset + r(payload(s, v));
      }
      case "not": { const one = of(node.of); return (s, v) => one(s, v) !== true; }
      case "and": case "or": {
        const all = node.all.map(of), or = node.op === "or";
        return (s, v) => {
          for (const one of all) if ((one(s, v) === true) === or) return or;
          return !or;
        };
      }
      case "implies": { const left = of(node.left), right = of(node.right); return (s, v) => left(s, v) !== true || right(s, v) === true; }
      case "equal": {
        const left = of(node.left), right = of(node.right);
        return (s, v) => {
          const a = left(s, v), b = right(s, v);
          return typeof a === "object" && a !== null ? equal(a, b) : a === b;
        };
      }
      case "less": return pair(node.left, node.right, (a, b) => a < b);
      case "at-most": return pair(node.left, node.right, (a, b) => a <= b);
      case "if": { const condition = of(node.condition), then = of(node.then), otherwise = of(node.otherwise); return (s, v) => (condition(s, v) === true ? then(s, v) : otherwise(s, v)); }
      case "has": { const set = of(node.set), element = of(node.element), r = ranked(node.element.type); return (s, v) => (((set(s, v) as number) >>> r(element(s, v))) & 1) === 1; }
      case "subset": return pair(node.left, node.right, (a, b) => (a & ~b) === 0);
      case "unite": return pair(node.left, node.right, (a, b) => a | b);
      case "minus": return pair(node.left, node.right, (a, b) => a & ~b);
      case "intersect": return pair(node.left, node.right, (a, b) => a & b);
      case "add": return pair(node.left, node.right, (a, b) => a + b);
      case "set": { const elements = node.elements.map((one) => ({ one: of(one), r: ranked(one.type) })); return (s, v) => elements.reduce((mask, { one, r }) => mask | (1 << r(one(s, v))), 0); }
      case "collect": case "first": case "forall": case "exists": case "count": {
        const where = bound(node.variable, node.where), all = membersOf(node.over), r = ranked(node.over);
        const holds = (s: Valuation, v: Scope) => (member: Value): boolean => {
          v[at] = member;
          return where(s, v) === true;
        };
        const { op } = node;
        return (s, v) => {
          if (op === "forall" || op === "exists") {
            const exists = op === "exists";
            for (const member of all) {
              v[at] = member;
              if ((where(s, v) === true) === exists) return exists;
            }
            return !exists;
          }
          const such = holds(s, v);
          if (op === "collect") return all.filter(such).reduce<number>((mask, member) => mask | (1 << r(member)), 0);
          if (op === "first") return all.find(such) ?? null;
          return all.filter(such).length;
        };
      }
      case "sum": case "tabulate": {
        const value = bound(node.variable, node.value), all = membersOf(node.over), sums = node.op === "sum";
        return (s, v) => {
          const each = all.map((member) => {
            v[at] = member;
            return value(s, v);
          });
          return sums ? each.reduce<number>((total, one) => total + (one as number), 0) : each;
        };
      }
      case "reaches": {
        const links = of(node.links), from = of(node.from), to = of(node.to), r = ranked(node.from.type);
        return (s, v) => {
          const chain = links(s, v) as readonly Value[], end = to(s, v);
          let here = chain[r(from(s, v))] ?? null;
          for (let n = 0; n < chain.length && here !== null; n++) {
            if (equal(here, end)) return true;
            here = chain[r(here)] ?? null;
          }
          return false;
        };
      }
      case "apply": {
        const given = node.arguments.map(of), { definition } = node;
        const body = bodies.get(definition) ?? compiled(definition.body, definition.parameters.map(({ name }) => name));
        bodies.set(definition, body);
        return (s, v) => body(s, given.map((one) => one(s, v)));
      }
    }
  };

  const place = (node: Node, names: readonly string[]): Place => {
    switch (node.op) {
      case "cell": { const { name: variable } = node; return () => ({ variable, path: [] }); }
      case "at": {
        const outer = place(node.map, names), key = compiled(node.key, names), r = ranked(node.key.type);
        return (s, v) => {
          const { variable, path } = outer(s, v);
          return { variable, path: [...path, r(key(s, v))] };
        };
      }
      case "field": {
        const outer = place(node.record, names), { field } = node;
        return (s, v) => {
          const { variable, path } = outer(s, v);
          return { variable, path: [...path, field] };
        };
      }
      default: throw new Error(`${node.op} is not a place`);
    }
  };

  const effect = (one: Effect, names: readonly string[]): Writes => {
    switch (one.kind) {
      case "assign": {
        const where = place(one.place, names), value = compiled(one.value, names);
        return (s, v, into) => { into.push({ ...where(s, v), value: value(s, v) }); };
      }
      case "each": {
        const all = membersOf(one.over), inner = effects(one.effects, [...names, one.variable]), at = names.length;
        return (s, v, into) => {
          for (const member of all) {
            v[at] = member;
            inner(s, v, into);
          }
        };
      }
      case "when": {
        const condition = compiled(one.condition, names), then = effects(one.then, names), otherwise = effects(one.otherwise, names);
        return (s, v, into) => { (condition(s, v) === true ? then : otherwise)(s, v, into); };
      }
    }
  };
  const effects = (all: readonly Effect[], names: readonly string[]): Writes => {
    const each = all.map((one) => effect(one, names));
    return (s, v, into) => { for (const one of each) one(s, v, into); };
  };

  const ready = (transition: Transition): Ready => {
    const found = transitions.get(transition);
    if (found !== undefined) return found;
    const parameters = transition.parameters.map(({ name }) => name);
    const made: Ready = {
      parameters, enabled: compiled(transition.enabled, parameters), effects: effects(transition.effects, parameters),
      guards: transition.guards.map((guard) => ({ guard, holds: compiled(guard.condition, parameters) })),
    };
    transitions.set(transition, made);
    return made;
  };

  return (state, { transition, scope }) => {
    const { parameters, enabled, guards, effects: change } = ready(transition);
    const values = (): Scope => parameters.map((name) => scope[name] ?? null);
    if (enabled(state, values()) !== true) return { kind: "disabled" };
    const failed = guards.find(({ holds }) => holds(state, values()) !== true);
    if (failed !== undefined) return { kind: "denied", guard: failed.guard };
    const writes: Write[] = [];
    change(state, values(), writes);
    const next: { [variable: string]: Value } = { ...state };
    for (const { variable, path, value } of writes) next[variable] = replaced(next[variable] ?? null, path, 0, value);
    return { kind: "allowed", next };
  };
};
