/**
 * Effects as statements that run one after the other. The effects of the specification are simultaneous; here they are ordered so that
 * everything is read before it is written, and where no order does that, the variables concerned are read from copies taken before.
 */
import type { Effect } from "../../spec/lang/effect.ts";
import { SpecificationError } from "../../spec/lang/construction.ts";
import type { Node } from "../../spec/lang/node.ts";
import { bool, known, type AnyType } from "../../spec/lang/types.ts";
import { named, operand, term, type Lowering, type Scope } from "./lower.ts";
import { contentPlace, entryOf, fieldOf, held, optionForm, optionOf, termOf, type Operand } from "./operand.ts";
import { same, visitTerm, type Place, type Step, type Term } from "./term.ts";

export type Statement =
  | { readonly kind: "set"; readonly place: Place; readonly present: boolean; readonly value: Term }
  /** The option at the place becomes none. */
  | { readonly kind: "clear"; readonly place: Place }
  /** The option at the place, kept by a flag of its own, holds something. */
  | { readonly kind: "mark"; readonly place: Place }
  | { readonly kind: "if"; readonly condition: Term; readonly then: readonly Statement[]; readonly otherwise: readonly Statement[] }
  | { readonly kind: "for"; readonly variable: string; readonly over: AnyType; readonly body: readonly Statement[] };

const conditional = (condition: Term, then: readonly Statement[], otherwise: readonly Statement[]): readonly Statement[] => {
  if (condition.op === "literal") return condition.value === true ? then : otherwise;
  if (then.length === 0 && otherwise.length === 0) return [];
  if (then.length === 0) return conditional(condition.op === "not" ? condition.of : { op: "not", type: bool, of: condition }, otherwise, []);
  return condition.op === "not" && otherwise.length > 0
    ? [{ kind: "if", condition: condition.of, then: otherwise, otherwise: then }]
    : [{ kind: "if", condition, then, otherwise }];
};

/** Assigns a scalar; what stays as it is is not written. */
const assignScalar = (place: Place, present: boolean, value: Term): readonly Statement[] => {
  const itself: Term = { op: "leaf", type: place.type, place, present };
  const kept = (one: Term): boolean => one.op === "leaf" && same({ ...one, present: true }, { ...itself, present: true });
  if (kept(value)) return [];
  if (value.op === "if" && (kept(value.then) || kept(value.otherwise))) {
    return conditional(value.condition, assignScalar(place, present, value.then), assignScalar(place, present, value.otherwise));
  }
  return [{ kind: "set", place, present, value }];
};

/** Statements that make a place hold a value. */
export const assign = (context: Pick<Lowering, "names">, taken: ReadonlySet<string>, place: Place, value: Operand, present = false): readonly Statement[] => {
  const t = known(place.type);
  switch (t.kind) {
    case "bool": case "enum": case "range": case "scalarset": case "union": case "set": return assignScalar(place, present, termOf(value));
    case "record": return Object.entries(t.fields).flatMap(([field, type], i) =>
      assign(context, taken, { root: place.root, steps: [...place.steps, { field }], type }, fieldOf(value, field), present && i === 0));
    case "map": {
      const name = context.names.local(t.key.name.toLowerCase(), taken), key: Term = { op: "name", type: t.key, name };
      const body = assign(context, new Set([...taken, name]), { root: place.root, steps: [...place.steps, { key }], type: t.value }, entryOf(value, key));
      return body.length === 0 ? [] : [{ kind: "for", variable: name, over: t.key, body }];
    }
    case "option": {
      const { none, content } = optionOf(value), itself = held(place);
      const absentBefore = itself.form === "option" && same(none, itself.none);
      const clear: readonly Statement[] = absentBefore ? [] : [{ kind: "clear", place }];
      if (none.op === "literal" && none.value === true) return clear;
      const inside = assign(context, taken, contentPlace(place), content, optionForm(t.of) === "inside");
      const mark: readonly Statement[] = optionForm(t.of) === "flag" && !absentBefore ? [{ kind: "mark", place }] : [];
      return conditional(none, clear, [...mark, ...inside]);
    }
  }
};

const placeOf = (context: Lowering, scope: Scope, variables: ReadonlyMap<string, string>, node: Node): Place => {
  switch (node.op) {
    case "cell": {
      const root = variables.get(node.name);
      if (root !== undefined) return { root, steps: [], type: node.type };
      break;
    }
    case "at": {
      const outer = placeOf(context, scope, variables, node.map);
      return { root: outer.root, steps: [...outer.steps, { key: term(context, scope, node.key) }], type: node.type };
    }
    case "field": {
      const outer = placeOf(context, scope, variables, node.record);
      return { root: outer.root, steps: [...outer.steps, { field: node.field }], type: node.type };
    }
    default: break;
  }
  throw new SpecificationError(`${node.op} is not a place`);
};

const lowered = (context: Lowering, scope: Scope, variables: ReadonlyMap<string, string>, effects: readonly Effect[]): readonly Statement[] => {
  const units = effects.map((effect): readonly Statement[] => {
    switch (effect.kind) {
      case "assign": return assign(context, scope.taken, placeOf(context, scope, variables, effect.place), operand(context, scope, effect.value));
      case "each": {
        const { name, scope: inner } = named(context, scope, effect.variable, effect.over);
        const body = lowered(context, inner, variables, effect.effects);
        return body.length === 0 ? [] : [{ kind: "for", variable: name, over: effect.over, body }];
      }
      case "when": return conditional(term(context, scope, effect.condition), lowered(context, scope, variables, effect.then), lowered(context, scope, variables, effect.otherwise));
    }
  });
  return inReadingOrder(units).flat();
};

interface Access { readonly root: string; readonly steps: readonly Step[]; readonly loops: readonly string[] }

const accessTo = (place: Place): Access => ({ root: place.root, steps: place.steps, loops: [] });

const readsOf = (one: Term): readonly Access[] => {
  const reads: Access[] = [];
  visitTerm(one, (part) => { if (part.op === "leaf" || part.op === "absent") reads.push(accessTo(part.place)); });
  return reads;
};

/** Two places may have a cell in common. */
const overlap = (left: Access, right: Access): boolean => left.root === right.root && left.steps.every((step, i) => {
  const other = right.steps[i];
  if (other === undefined) return true;
  if ("field" in step || "field" in other) return "field" in step && "field" in other && step.field === other.field;
  return step.key.op !== "literal" || other.key.op !== "literal" || same(step.key, other.key);
});

/** One cell, a different one in every iteration of the loops around it. */
const ownCell = (read: Access, write: Access): boolean => {
  const keys = write.steps.flatMap((step) => ("key" in step && step.key.op === "name" ? [step.key.name] : []));
  return JSON.stringify(read.steps.slice(0, write.steps.length)) === JSON.stringify(write.steps) && write.loops.every((loop) => keys.includes(loop));
};

interface Traffic { readonly reads: readonly Access[]; readonly writes: readonly Access[] }

const trafficOf = (statements: readonly Statement[], loops: readonly string[] = []): Traffic => {
  const each = statements.map((one): Traffic => {
    const key = "place" in one ? one.place.steps.flatMap((step) => ("key" in step ? readsOf(step.key) : [])) : [];
    switch (one.kind) {
      case "set": return { reads: [...key, ...readsOf(one.value)], writes: [{ ...accessTo(one.place), loops }] };
      case "clear": case "mark": return { reads: key, writes: [{ ...accessTo(one.place), loops }] };
      case "if": {
        const inside = trafficOf([...one.then, ...one.otherwise], loops);
        return { reads: [...readsOf(one.condition), ...inside.reads], writes: inside.writes };
      }
      case "for": return trafficOf(one.body, [...loops, one.variable]);
    }
  });
  return { reads: each.flatMap(({ reads }) => reads), writes: each.flatMap(({ writes }) => writes) };
};

/** Readers before writers where that is possible, otherwise in the order of the specification. */
const inReadingOrder = (units: readonly (readonly Statement[])[]): readonly (readonly Statement[])[] => {
  const waiting = units.map((unit) => ({ unit, traffic: trafficOf(unit) })), ordered: (readonly Statement[])[] = [];
  while (waiting.length > 0) {
    const free = waiting.findIndex(({ traffic }, i) => waiting.every((other, j) =>
      i === j || !other.traffic.reads.some((read) => traffic.writes.some((write) => overlap(read, write)))));
    ordered.push(...waiting.splice(Math.max(free, 0), 1).map(({ unit }) => unit));
  }
  return ordered;
};

/** The variables that the statements read after having written what they read. */
const hazards = (statements: readonly Statement[]): ReadonlySet<string> => {
  const found = new Set<string>();
  const walk = (run: readonly Statement[], loops: readonly string[], earlier: readonly Access[], later: readonly Access[]): readonly Access[] => {
    let written = earlier;
    const read = (terms: readonly Term[]): void => {
      for (const access of terms.flatMap(readsOf)) {
        if (written.some((write) => overlap(access, write)) || later.some((write) => overlap(access, write) && !ownCell(access, write))) found.add(access.root);
      }
    };
    for (const one of run) {
      if ("place" in one) read(one.place.steps.flatMap((step) => ("key" in step ? [step.key] : [])));
      switch (one.kind) {
        case "set": read([one.value]); written = [...written, { ...accessTo(one.place), loops }]; break;
        case "clear": case "mark": written = [...written, { ...accessTo(one.place), loops }]; break;
        case "if": {
          read([one.condition]);
          const then = walk(one.then, loops, written, later);
          written = [...written, ...then.slice(written.length), ...walk(one.otherwise, loops, written, later).slice(written.length)];
          break;
        }
        case "for": {
          const inner = [...loops, one.variable];
          // What one iteration writes, the next one could read.
          written = walk(one.body, inner, written, [...later, ...trafficOf(one.body, inner).writes]);
          break;
        }
      }
    }
    return written;
  };
  walk(statements, [], [], []);
  return found;
};

/** The variables that statements write. */
export const writtenBy = (statements: readonly Statement[]): ReadonlySet<string> => new Set(trafficOf(statements).writes.map(({ root }) => root));

export interface Sequence { readonly statements: readonly Statement[]; /** The variables that are read from copies. */ readonly copied: ReadonlySet<string> }

/** The effects in a sequence. `during` gives the meaning of expressions and parameters while the variables in the set are read from copies. */
export const sequence = (
  variables: ReadonlyMap<string, string>, during: (copied: ReadonlySet<string>) => { readonly context: Lowering; readonly scope: Scope }, effects: readonly Effect[],
): Sequence => {
  const specified = new Map([...variables].map(([name, root]) => [root, name]));
  let copied: ReadonlySet<string> = new Set();
  for (;;) {
    const { context, scope } = during(copied), statements = lowered(context, scope, variables, effects);
    const found = [...hazards(statements)].flatMap((root) => specified.get(root) ?? []);
    if (found.every((name) => copied.has(name))) return { statements, copied };
    copied = new Set([...copied, ...found]);
  }
};
