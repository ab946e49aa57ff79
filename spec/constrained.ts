/** Codecs that say what they allow: besides decoding, they carry the facts from which messages and JSON Schemas are made. */
import * as t from "io-ts";

/** What a constrained codec allows, in the words of JSON Schema and in English. */
export type Constraint =
  | { readonly kind: "integer"; readonly lo: number; readonly hi: number }
  | { readonly kind: "text"; readonly pattern: string; readonly sentence: string }
  | { readonly kind: "list"; readonly lo: number; readonly hi: number };

const constraints = new WeakMap<t.Any, Constraint>();

/** The constraint of a codec, if it was made here. */
export const constraintOf = (codec: t.Any): Constraint | undefined => constraints.get(codec);

const constrained = <C extends t.Any>(codec: C, constraint: Constraint): C => {
  constraints.set(codec, constraint);
  return codec;
};

/** An integer from `lo` to `hi`, both included. */
export const integer = (lo: number, hi: number): t.Type<number> => {
  const inside = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= lo && (value as number) <= hi;
  return constrained(new t.Type<number>(
    `an integer from ${lo} to ${hi}`, inside, (value, context) => (inside(value) ? t.success(value) : t.failure(value, context)), t.identity,
  ), { kind: "integer", lo, hi });
};

/** A text that matches a whole pattern; the sentence says in English what the pattern allows. */
export const text = (pattern: string, sentence: string): t.Type<string> => {
  const whole = new RegExp(`^(?:${pattern})$`, "u");
  const matches = (value: unknown): value is string => typeof value === "string" && whole.test(value);
  return constrained(new t.Type<string>(
    sentence, matches, (value, context) => (matches(value) ? t.success(value) : t.failure(value, context)), t.identity,
  ), { kind: "text", pattern, sentence });
};

/** A list of `lo` to `hi` members. */
export const list = <C extends t.Mixed>(of: C, lo: number, hi: number): t.ArrayC<C> => constrained(t.array(of), { kind: "list", lo, hi });

const sentences = new WeakMap<t.Any, string>();

/** What `said` says of a codec, if it says anything. */
export const sentenceOf = (codec: t.Any): string | undefined => sentences.get(codec);

/** A codec that allows the same, and of which a sentence says in English what a value of it means. It stands beside a key, and editors show it there. */
export const said = <C extends t.Any>(sentence: string, codec: C): C => {
  const copy = Object.create(Object.getPrototypeOf(codec) as object, Object.getOwnPropertyDescriptors(codec)) as C, constraint = constraints.get(codec);
  if (constraint !== undefined) constraints.set(copy, constraint);
  sentences.set(copy, sentence);
  return copy;
};
