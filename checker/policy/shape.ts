/** What a codec accepts, as plain data: decoding errors and JSON Schemas are both read off it, so that neither can say something else than the codec does. */
import * as t from "io-ts";
import { constraintOf, sentenceOf } from "../../spec/constrained.ts";

/** What is allowed, and of a key the sentence that says what it means. */
export type Shape = { readonly said?: string } & Allowed;

type Allowed =
  | { readonly kind: "object"; readonly name: string; readonly required: Fields; readonly optional: Fields }
  | { readonly kind: "array"; readonly of: Shape; readonly lo: number; readonly hi: number }
  | { readonly kind: "one-of"; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: "integer"; readonly lo: number; readonly hi: number }
  | { readonly kind: "text"; readonly pattern: string | null; readonly sentence: string }
  | { readonly kind: "number" | "boolean" | "null" | "anything" }
  | { readonly kind: "either"; readonly shapes: readonly Shape[] }
  | { readonly kind: "dictionary"; readonly of: Shape };
export type Fields = { readonly [key: string]: Shape };

const objectOf = (codec: t.Any): { readonly name: string; readonly required: Fields; readonly optional: Fields } | null => {
  if (codec instanceof t.ExactType) {
    const inner = objectOf(codec.type as t.Any);
    return inner === null ? null : { ...inner, name: codec.name };
  }
  const shapes = (props: t.AnyProps): Fields => Object.fromEntries(Object.entries(props).map(([key, of]) => [key, shapeOf(of)]));
  if (codec instanceof t.InterfaceType) return { name: codec.name, required: shapes(codec.props as t.AnyProps), optional: {} };
  if (codec instanceof t.PartialType) return { name: codec.name, required: {}, optional: shapes(codec.props as t.AnyProps) };
  if (codec instanceof t.IntersectionType) {
    const parts = (codec.types as readonly t.Any[]).map(objectOf);
    return parts.reduce((whole, part) => (whole === null || part === null ? null : {
      name: codec.name, required: { ...whole.required, ...part.required }, optional: { ...whole.optional, ...part.optional },
    }), { name: codec.name, required: {}, optional: {} });
  }
  return null;
};

/**
 * The shape of a codec.
 * @throws RangeError for an io-ts type that no codec of this project uses.
 */
export const shapeOf = (codec: t.Any): Shape => {
  const sentence = sentenceOf(codec);
  return { ...(sentence === undefined ? {} : { said: sentence }), ...allowedBy(codec) };
};

const allowedBy = (codec: t.Any): Allowed => {
  const constraint = constraintOf(codec);
  if (constraint?.kind === "integer" || constraint?.kind === "text") return constraint;
  const object = objectOf(codec);
  if (object !== null) return { kind: "object", ...object };
  if (codec instanceof t.ArrayType || codec instanceof t.ReadonlyArrayType) {
    return { kind: "array", of: shapeOf(codec.type as t.Any), lo: constraint?.lo ?? 0, hi: constraint?.hi ?? Infinity };
  }
  if (codec instanceof t.KeyofType) return { kind: "one-of", values: Object.keys(codec.keys as object) };
  if (codec instanceof t.LiteralType) return { kind: "one-of", values: [codec.value as string | number | boolean] };
  if (codec instanceof t.UnionType) return { kind: "either", shapes: (codec.types as readonly t.Any[]).map(shapeOf) };
  if (codec instanceof t.DictionaryType) return { kind: "dictionary", of: shapeOf(codec.codomain as t.Any) };
  if (codec instanceof t.StringType) return { kind: "text", pattern: null, sentence: "a text" };
  if (codec instanceof t.NumberType) return { kind: "number" };
  if (codec instanceof t.BooleanType) return { kind: "boolean" };
  if (codec instanceof t.NullType) return { kind: "null" };
  if (codec instanceof t.UnknownType) return { kind: "anything" };
  throw new RangeError(`no shape for the codec ${codec.name}`);
};

/** What a shape allows, in English. */
export const describeShape = (shape: Shape): string => {
  switch (shape.kind) {
    case "object": return `an object (${shape.name})`;
    case "array": return shape.hi === Infinity ? "a list" : `a list of ${shape.lo} to ${shape.hi} members`;
    case "one-of": return shape.values.map((value) => JSON.stringify(value)).join(", ").replace(/, (?=[^,]*$)/, " or ");
    case "integer": return `an integer from ${shape.lo} to ${shape.hi}`;
    case "text": return shape.sentence;
    case "number": return "a number";
    case "boolean": return "true or false";
    case "null": return "null";
    case "anything": return "anything";
    case "either": return shape.shapes.map(describeShape).join(", or ");
    case "dictionary": return "an object";
  }
};
