/** Decoding with a codec of io-ts, and what is wrong in words that help. */
import type * as t from "io-ts";
import type { Json } from "./json.ts";
import { didYouMean, nearest } from "./nearest.ts";
import { pointerTo, type Problem } from "./problem.ts";
import { describeShape, shapeOf, type Shape } from "./shape.ts";

export type Decoded<A> = { readonly ok: true; readonly value: A } | { readonly ok: false; readonly problems: readonly Problem[] };

const isObject = (value: Json): value is { readonly [key: string]: Json } => typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as a message shows it: whole if it is short. */
export const shown = (value: Json): string => {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return "an object";
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
};

const wrong = (shape: Shape, value: Json, path: readonly (string | number)[]): Problem => {
  const at = path.at(-1) ?? "the file";
  const what = typeof at === "number" ? `member ${at}` : path.length === 0 ? at : `\`${at}\``;
  const expected = describeShape(shape), pointer = pointerTo(path);
  if (shape.kind === "integer" && typeof value === "number") {
    const fix = Number.isInteger(value) ? { fix: `use ${value < shape.lo ? shape.lo : shape.hi}` } : {};
    return { code: "OUT_OF_BOUNDS", pointer, sentence: `${what} is out of bounds`, expected, found: shown(value), ...fix };
  }
  if (shape.kind === "array" && Array.isArray(value)) {
    return { code: "OUT_OF_BOUNDS", pointer, sentence: `${what} has ${value.length === 0 ? "no" : value.length} member${value.length === 1 ? "" : "s"}`, expected, found: shown(value) };
  }
  if (shape.kind === "one-of" && typeof value === "string") {
    return { code: "WRONG_TYPE", pointer, sentence: `${what} has a value that it cannot have`, expected, found: shown(value), fix: didYouMean(value, shape.values.map(String)) };
  }
  if (shape.kind === "text" && typeof value === "string") {
    return { code: "WRONG_TYPE", pointer, sentence: `${what} is not written as it must be`, expected, found: shown(value) };
  }
  return { code: "WRONG_TYPE", pointer, sentence: `${what} has the wrong type`, expected, found: shown(value) };
};

const matches = (shape: Shape, value: Json): boolean => problemsOf(shape, value, []).length === 0;

/** Everything in which a value differs from a shape, in reading order. */
const problemsOf = (shape: Shape, value: Json, path: readonly (string | number)[]): readonly Problem[] => {
  const mistaken = (right: boolean): readonly Problem[] => (right ? [] : [wrong(shape, value, path)]);
  switch (shape.kind) {
    case "object": {
      if (!isObject(value)) return [wrong(shape, value, path)];
      const fields = { ...shape.required, ...shape.optional };
      const absent = Object.keys(shape.required).filter((key) => !(key in value));
      const unknown = Object.keys(value).filter((key) => !Object.hasOwn(fields, key));
      // A misspelt key is one mistake, not an unknown and a missing one.
      const meant = unknown.map((key) => nearest(key, absent));
      return [
        ...unknown.map((key, index): Problem => ({
          code: "UNKNOWN_KEY", pointer: pointerTo([...path, key]), sentence: `\`${key}\` is no key of a ${shape.name}`,
          fix: didYouMean(key, Object.keys(meant[index] === undefined ? fields : shape.required)),
        })),
        ...absent.filter((key) => !meant.includes(key)).map((key): Problem => ({
          code: "MISSING_KEY", pointer: pointerTo(path), sentence: `the key \`${key}\` is missing`, expected: describeShape(fields[key] ?? shape),
        })),
        ...Object.entries(value).flatMap(([key, inner]) => {
          const of = Object.hasOwn(fields, key) ? fields[key] : undefined;
          return of === undefined ? [] : problemsOf(of, inner, [...path, key]);
        }),
      ];
    }
    case "array": {
      if (!Array.isArray(value)) return [wrong(shape, value, path)];
      const members = value as readonly Json[];
      return members.length < shape.lo || members.length > shape.hi
        ? [wrong(shape, value, path)]
        : members.flatMap((item, index) => problemsOf(shape.of, item, [...path, index]));
    }
    case "one-of": return mistaken(shape.values.includes(value as string));
    case "integer": return mistaken(Number.isInteger(value) && (value as number) >= shape.lo && (value as number) <= shape.hi);
    case "text": return mistaken(typeof value === "string" && (shape.pattern === null || new RegExp(`^(?:${shape.pattern})$`, "u").test(value)));
    case "number": return mistaken(typeof value === "number");
    case "boolean": return mistaken(typeof value === "boolean");
    case "null": return mistaken(value === null);
    case "anything": return [];
    case "either": return mistaken(shape.shapes.some((one) => matches(one, value)));
    case "dictionary": return isObject(value) ? Object.entries(value).flatMap(([key, inner]) => problemsOf(shape.of, inner, [...path, key])) : [wrong(shape, value, path)];
  }
};

/** Decodes strictly: a key that the codec does not know is a problem, and never dropped. */
export const decode = <A>(codec: t.Type<A, unknown>, value: Json): Decoded<A> => {
  const problems = problemsOf(shapeOf(codec), value, []);
  if (problems.length > 0) return { ok: false, problems };
  const decoded = codec.decode(value);
  return decoded._tag === "Right"
    ? { ok: true, value: decoded.right }
    : { ok: false, problems: [{ code: "WRONG_TYPE", pointer: "", sentence: `this is no ${codec.name}`, expected: codec.name }] };
};
