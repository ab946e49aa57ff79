/** Runs what the exporters lower a specification to, on the oracle's values: an exported step must do what the specification says. */
import type { Statement } from "../../../checker/export/statement.ts";
import { numberOf, type Place, type Step, type Term } from "../../../checker/export/term.ts";
import { known, type AnyType, type Bounds } from "../../../spec/lang/types.ts";
import { rank, valuesOf, type RecordValue, type Value } from "../../../spec/lang/value.ts";
import { optionForm } from "../../../checker/export/operand.ts";

export interface World {
  readonly bounds: Bounds;
  /** Values of variables and of copies, by their identifiers. */
  readonly roots: Map<string, Value>;
  readonly types: ReadonlyMap<string, AnyType>;
}

type Names = ReadonlyMap<string, Value>;

/** What is in a place. @throws RangeError for what an option that is none holds. */
const read = (world: World, names: Names, { root, steps }: Place, whole: boolean): Value => {
  let value = world.roots.get(root) ?? null, type = world.types.get(root);
  const inside = (): void => {
    const t = type === undefined ? undefined : known(type);
    if (t?.kind !== "option") return;
    if (value === null) throw new RangeError(`${root} is read where it is none`);
    type = t.of;
  };
  for (const step of steps) {
    const option = type === undefined ? undefined : known(type);
    if (option?.kind === "option" && "field" in step && optionForm(option.of) === "flag") {
      if (step.field === "some") return value !== null;
      inside();
      continue;
    }
    inside();
    const t = type === undefined ? undefined : known(type);
    if (t?.kind === "record" && "field" in step) {
      value = (value as RecordValue)[step.field] ?? null;
      type = t.fields[step.field];
    } else if (t?.kind === "map" && "key" in step) {
      value = (value as readonly Value[])[rank(world.bounds, t.key, evaluated(world, names, step.key))] ?? null;
      type = t.value;
    } else throw new RangeError(`no such part of ${root}`);
  }
  if (!whole) inside();
  return value;
};

/** The value of a term. */
export const evaluated = (world: World, names: Names, term: Term): Value => {
  const value = (part: Term): Value => evaluated(world, names, part), number = (part: Term): number => Number(value(part));
  const each = (part: Term & { readonly variable: string; readonly over: AnyType; readonly body: Term }): readonly Value[] =>
    valuesOf(world.bounds, part.over).map((member) => evaluated(world, new Map([...names, [part.variable, member]]), part.body));
  switch (term.op) {
    case "literal": return term.value;
    case "name": return names.get(term.name) ?? (() => { throw new RangeError(`${term.name} is not bound`); })();
    case "leaf": return read(world, names, term.place, false);
    case "absent": return read(world, names, term.place, true) === null;
    case "lookup": return term.table.entry(term.keys.map(value));
    case "call": return value(term.callable.inPlace(term.given.map((one): Term => ({ op: "literal", type: one.type, value: value(one) as boolean | number | string }))));
    case "not": return value(term.of) !== true;
    case "and": return term.all.every((part) => value(part) === true);
    case "or": return term.all.some((part) => value(part) === true);
    case "if": return value(term.condition) === true ? value(term.then) : value(term.otherwise);
    case "equal": return value(term.left) === value(term.right);
    case "less": return number(term.left) < number(term.right);
    case "at-most": return number(term.left) <= number(term.right);
    case "subset": return (number(term.left) & ~number(term.right)) === 0;
    case "add": return number(term.left) + number(term.right);
    case "unite": return number(term.left) | number(term.right);
    case "minus": return number(term.left) & ~number(term.right);
    case "intersect": return number(term.left) & number(term.right);
    case "has": return ((number(term.set) >>> (numberOf(term.element.type, value(term.element) as number | string) - term.offset)) & 1) === 1;
    case "set": return term.elements.reduce((mask, one) => mask | (1 << (numberOf(one.type, value(one) as number | string) - term.offset)), 0);
    case "inject": return number(term.payload) + term.offset;
    case "forall": return each(term).every((one) => one === true);
    case "exists": return each(term).some((one) => one === true);
    case "count": return each(term).filter((one) => one === true).length;
    case "sum": return each(term).reduce<number>((sum, one) => sum + Number(one), 0);
    case "collect": return each(term).reduce<number>((mask, one, i) => (one === true ? mask | (1 << i) : mask), 0);
    case "reaches": {
      let at = value(term.from);
      for (let steps = 0; steps < valuesOf(world.bounds, term.over).length; steps++) {
        const here = new Map([...names, [term.variable, at]]);
        if (evaluated(world, here, term.ends) === true) return false;
        at = evaluated(world, here, term.link);
        if (at === value(term.to)) return true;
      }
      return false;
    }
  }
};

/** The value with the place changed; an option that is none begins to hold something where a part of it is written. */
const changed = (world: World, names: Names, type: AnyType | undefined, value: Value, steps: readonly Step[], leaf: Value, clear: boolean): Value => {
  const t = type === undefined ? undefined : known(type), [step, ...rest] = steps;
  if (step === undefined) return clear ? null : leaf;
  switch (t?.kind) {
    case "option":
      if (optionForm(t.of) === "flag") {
        if ("field" in step && step.field === "some") return leaf === false ? null : value ?? {};
        return changed(world, names, t.of, value ?? {}, rest, leaf, clear);
      }
      return changed(world, names, t.of, value ?? {}, steps, leaf, clear);
    case "record": {
      if (!("field" in step)) break;
      const record = value as RecordValue;
      return { ...record, [step.field]: changed(world, names, t.fields[step.field], record[step.field] ?? null, rest, leaf, clear) };
    }
    case "map": {
      if (!("key" in step)) break;
      const at = rank(world.bounds, t.key, evaluated(world, names, step.key));
      return (value as readonly Value[]).map((entry, i) => (i === at ? changed(world, names, t.value, entry, rest, leaf, clear) : entry));
    }
    default: break;
  }
  throw new RangeError("no such place");
};

/** Runs statements one after the other. */
export const execute = (world: World, names: Names, statements: readonly Statement[]): void => {
  const write = (place: Place, leaf: Value, clear: boolean, steps = place.steps): void => {
    world.roots.set(place.root, changed(world, names, world.types.get(place.root), world.roots.get(place.root) ?? null, steps, leaf, clear));
  };
  for (const one of statements) {
    switch (one.kind) {
      case "set": write(one.place, evaluated(world, names, one.value), false); break;
      case "clear": write(one.place, null, true); break;
      case "mark": write(one.place, true, false, [...one.place.steps, { field: "some" }]); break;
      case "if": execute(world, names, evaluated(world, names, one.condition) === true ? one.then : one.otherwise); break;
      case "for": for (const member of valuesOf(world.bounds, one.over)) execute(world, new Map([...names, [one.variable, member]]), one.body); break;
    }
  }
};
