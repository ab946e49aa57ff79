/** Structured values as trees of scalar terms, and places of the state as such values. */
import { SpecificationError } from "../../spec/lang/construction.ts";
import { bool, known, type AnyType, type Bounds } from "../../spec/lang/types.ts";
import { cardinality, equal, rank, valuesOf, type RecordValue, type Value } from "../../spec/lang/value.ts";
import { binary, conjunction, disjunction, either, looked, negation, no, same, truth, yes, type Place, type Table, type Term } from "./term.ts";

export type Operand =
  | { readonly form: "scalar"; readonly type: AnyType; readonly term: Term }
  | { readonly form: "record"; readonly type: AnyType; readonly fields: ReadonlyMap<string, Operand> }
  /** `content` means something only where `none` is false. */
  | { readonly form: "option"; readonly type: AnyType; readonly none: Term; readonly content: Operand }
  | { readonly form: "map"; readonly type: AnyType; readonly entry: (key: Term) => Operand }
  /** What an option that is none holds. */
  | { readonly form: "nothing" };

export const isScalar = (type: AnyType): boolean => {
  switch (known(type).kind) {
    case "bool": case "enum": case "range": case "scalarset": case "union": case "set": return true;
    case "option": case "record": case "map": return false;
  }
};

export const scalar = (term: Term): Operand => ({ form: "scalar", type: term.type, term });

/** The term of a scalar operand. */
export const termOf = (operand: Operand): Term => {
  if (operand.form === "scalar") return operand.term;
  if (operand.form === "nothing") return no;
  throw new SpecificationError(`${operand.type.name} is not a scalar`);
};

/** Where an option is kept: in what it holds, by a value that nothing else has (`inside`), or by a flag of its own. */
export const optionForm = (of: AnyType): "inside" | "flag" => {
  const t = known(of);
  if (t.kind !== "record") return isScalar(of) ? "inside" : "flag";
  const [first] = Object.values(t.fields);
  return first !== undefined && isScalar(first) ? "inside" : "flag";
};

/** The scalar place that says whether an option is none. */
export const markOf = (option: Place): Place => {
  const t = known(option.type);
  if (t.kind !== "option") throw new SpecificationError(`${option.type.name} is not an option`);
  if (optionForm(t.of) === "flag") return { root: option.root, steps: [...option.steps, { field: "some" }], type: bool };
  const inside = known(t.of);
  if (inside.kind !== "record") return { ...option, type: t.of };
  const [[field, type]] = Object.entries(inside.fields) as [[string, AnyType]];
  return { root: option.root, steps: [...option.steps, { field }], type };
};

/** The place of what an option holds. */
export const contentPlace = (option: Place): Place => {
  const t = known(option.type);
  if (t.kind !== "option") throw new SpecificationError(`${option.type.name} is not an option`);
  return optionForm(t.of) === "flag" ? { root: option.root, steps: [...option.steps, { field: "value" }], type: t.of } : { ...option, type: t.of };
};

/** What a place holds. `present`: its first leaf is the mark of an option that holds something. */
export const held = (place: Place, present = false): Operand => {
  const t = known(place.type);
  switch (t.kind) {
    case "bool": case "enum": case "range": case "scalarset": case "union": case "set":
      return scalar({ op: "leaf", type: place.type, place, present });
    case "option": return {
      form: "option", type: place.type, none: { op: "absent", type: bool, place },
      content: held(contentPlace(place), optionForm(t.of) === "inside"),
    };
    case "record": return { form: "record", type: place.type, fields: new Map(Object.entries(t.fields).map(([field, type], i) =>
      [field, held({ root: place.root, steps: [...place.steps, { field }], type }, present && i === 0)])) };
    case "map": return { form: "map", type: place.type, entry: (key) => held({ root: place.root, steps: [...place.steps, { key }], type: t.value }) };
  }
};

const tuples = (each: readonly (readonly Value[])[]): readonly (readonly Value[])[] =>
  each.reduce<readonly (readonly Value[])[]>((so, values) => so.flatMap((tuple) => values.map((value) => [...tuple, value])), [[]]);

/** A constant. Entries of its maps are looked up in tables, which `table` names. */
export const constant = (bounds: Bounds, name: string, type: AnyType, value: Value): Operand => {
  const inside = (suffix: string, inner: AnyType, keyTypes: readonly AnyType[], keys: readonly Term[], entry: Table["entry"]): Operand => {
    const t = known(inner);
    const leaf = (of: AnyType, hint: string, read: (value: Value) => Value): Term => {
      const [first, ...others] = tuples(keyTypes.map((key) => valuesOf(bounds, key))).map((at) => read(entry(at)));
      // What is the same for every key needs no table.
      if (others.every((one) => equal(one, first ?? null))) return { op: "literal", type: of, value: first as boolean | number | string };
      return looked({ name: `${name}${hint}`, keys: keyTypes, type: of, entry: (at) => read(entry(at)) }, keys);
    };
    switch (t.kind) {
      case "bool": case "enum": case "range": case "scalarset": case "union": case "set":
        return scalar(leaf(inner, suffix, (at) => at));
      case "option": {
        const none = leaf(bool, `${suffix}_none`, (at) => at === null);
        if (none.op === "literal" && none.value === true) return { form: "option", type: inner, none: yes, content: { form: "nothing" } };
        const filler = valuesOf(bounds, t.of)[0] ?? null;
        return { form: "option", type: inner, none, content: inside(suffix, t.of, keyTypes, keys, (at) => entry(at) ?? filler) };
      }
      case "record": return { form: "record", type: inner, fields: new Map(Object.entries(t.fields).map(([field, of]) =>
        [field, inside(`${suffix}_${field}`, of, keyTypes, keys, (at) => (entry(at) as RecordValue)[field] ?? null)])) };
      case "map": return { form: "map", type: inner, entry: (key) => inside(suffix, t.value, [...keyTypes, t.key], [...keys, key], (at) =>
        (entry(at.slice(0, keyTypes.length)) as readonly Value[])[rank(bounds, t.key, at[keyTypes.length] ?? null)] ?? null) };
    }
  };
  return inside("", type, [], [], () => value);
};

export const fieldOf = (operand: Operand, field: string): Operand => {
  if (operand.form === "nothing") return operand;
  const found = operand.form === "record" ? operand.fields.get(field) : undefined;
  if (found === undefined) throw new SpecificationError(`there is no field ${field}`);
  return found;
};

export const entryOf = (operand: Operand, key: Term): Operand => {
  if (operand.form === "nothing") return operand;
  if (operand.form !== "map") throw new SpecificationError(`${operand.type.name} is not a map`);
  return operand.entry(key);
};

export const optionOf = (operand: Operand): { readonly none: Term; readonly content: Operand } => {
  if (operand.form === "nothing") return { none: yes, content: operand };
  if (operand.form !== "option") throw new SpecificationError(`${operand.type.name} is not an option`);
  return operand;
};

export const chosen = (condition: Term, then: Operand, otherwise: Operand): Operand => {
  if (condition.op === "literal") return condition.value === true ? then : otherwise;
  if (then.form === "nothing") return otherwise;
  if (otherwise.form === "nothing") return then;
  switch (then.form) {
    case "scalar": return scalar(either(condition, then.term, termOf(otherwise)));
    case "record": return { ...then, fields: new Map([...then.fields].map(([field, one]) => [field, chosen(condition, one, fieldOf(otherwise, field))])) };
    case "option": {
      const other = optionOf(otherwise);
      return { ...then, none: either(condition, then.none, other.none), content: chosen(condition, then.content, other.content) };
    }
    case "map": return { ...then, entry: (key) => chosen(condition, then.entry(key), entryOf(otherwise, key)) };
  }
};

/** Every value of a scalar type as a literal. */
export const literals = (bounds: Bounds, type: AnyType): readonly Term[] =>
  valuesOf(bounds, type).map((value): Term => ({ op: "literal", type, value: value as boolean | number | string }));

export const equality = (bounds: Bounds, left: Operand, right: Operand): Term => {
  if (left.form === "nothing" || right.form === "nothing") return truth(left.form === right.form);
  switch (left.form) {
    case "scalar": return binary("equal", bool, left.term, termOf(right));
    case "record": return conjunction(...[...left.fields].map(([field, one]) => equality(bounds, one, fieldOf(right, field))));
    case "option": {
      const other = optionOf(right), inside = equality(bounds, left.content, other.content);
      if (same(left.none, other.none) && same(inside, yes)) return yes;
      return disjunction(conjunction(left.none, other.none), conjunction(negation(left.none), negation(other.none), inside));
    }
    case "map": {
      const t = known(left.type);
      return t.kind !== "map" ? no : conjunction(...literals(bounds, t.key).map((key) => equality(bounds, left.entry(key), entryOf(right, key))));
    }
  }
};

/** The rank of a scalar term among the values of its type, as masks and tables count. */
export const offsetOf = (bounds: Bounds, type: AnyType): number => (known(type).kind === "range" ? bounds[type.name]?.lo ?? 0 : 0);

export const sizeOf = (bounds: Bounds, type: AnyType): number => cardinality(bounds, type);
