/** Inputs that are almost right: bytes and JSON values of good files with a few mistakes in them. */
import fc from "fast-check";

/** JSON as it is written: keys may be there twice, and be any. */
export type Written = null | boolean | number | string | readonly Written[] | { readonly members: readonly (readonly [string, Written])[] };

export const written = (value: unknown): Written => {
  if (Array.isArray(value)) return value.map(written);
  if (typeof value === "object" && value !== null) return { members: Object.entries(value).map(([key, inner]) => [key, written(inner)] as const) };
  return value as null | boolean | number | string;
};

const isObject = (value: Written): value is { readonly members: readonly (readonly [string, Written])[] } => typeof value === "object" && value !== null && "members" in value;
const isList = (value: Written): value is readonly Written[] => Array.isArray(value);

export const textOf = (value: Written): string => {
  if (isList(value)) return `[${value.map(textOf).join(",")}]`;
  if (isObject(value)) return `{${value.members.map(([key, inner]) => `${JSON.stringify(key)}:${textOf(inner)}`).join(",")}}`;
  // JSON has no infinity; 1e400 is a number that is too large for one.
  return typeof value === "number" && !Number.isFinite(value) ? "1e400" : JSON.stringify(value);
};

/** How many values there are in it, itself included. */
const sizeOf = (value: Written): number => 1 + (isList(value) ? value : isObject(value) ? value.members.map(([, inner]) => inner) : []).reduce<number>((sum, inner) => sum + sizeOf(inner), 0);

const textsOf = (value: Written): readonly string[] =>
  (typeof value === "string" ? [value] : isList(value) ? value.flatMap(textsOf) : isObject(value) ? value.members.flatMap(([, inner]) => textsOf(inner)) : []);

/** The value with number `at` of it, in reading order, changed. */
const changed = (value: Written, at: number, change: (one: Written) => Written): Written => {
  if (at === 0) return change(value);
  let left = at - 1;
  const inside = (inner: Written): Written => {
    const size = sizeOf(inner), here = left;
    left -= size;
    return here >= 0 && here < size ? changed(inner, here, change) : inner;
  };
  if (isList(value)) return value.map(inside);
  return isObject(value) ? { members: value.members.map(([key, inner]) => [key, inside(inner)] as const) } : value;
};

const strangeKeys = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "", "\u0000", "\ud800", "a".repeat(100_000)];
const strangeNumbers = [-1, 0, 0.5, 1e9, 4294967295, 4294967296, 2 ** 53, 1e308, Infinity, -0];

const deep = (levels: number, list: boolean): Written => Array.from({ length: levels }).reduce<Written>((inner) => (list ? [inner] : { members: [["a", inner]] }), 1);

type Change = (one: Written, whole: Written) => Written;

const without = <T>(list: readonly T[], at: number): readonly T[] => list.filter((_, i) => i !== at % Math.max(1, list.length));
const twice = <T>(list: readonly T[], at: number): readonly T[] => list.flatMap((one, i) => (i === at % list.length ? [one, one] : [one]));

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom<Written>(null, true, "", "r", [], { members: [] }, ...strangeNumbers, deep(63, true), deep(70, true), deep(200, false)).map((put): Change => () => put),
  fc.nat().map((at): Change => (one) => (isList(one) ? without(one, at) : isObject(one) ? { members: without(one.members, at) } : null)),
  fc.nat().map((at): Change => (one) => (isList(one) ? twice(one, at) : isObject(one) ? { members: twice(one.members, at) } : [one, one])),
  fc.tuple(fc.nat(), fc.constantFrom(...strangeKeys)).map(([at, key]): Change => (one) => (isObject(one) ? { members: one.members.map((member, i) => (i === at % one.members.length ? [key, member[1]] : member)) } : key)),
  fc.constantFrom(...strangeKeys).map((key): Change => (one) => (isObject(one) ? { members: [...one.members, [key, one]] } : isList(one) ? [...one, key] : one)),
  // Another name of the same file: what nobody mistypes, and everybody mixes up.
  fc.nat().map((at): Change => (one, whole) => {
    const texts = textsOf(whole);
    return typeof one === "string" ? texts[at % Math.max(1, texts.length)] ?? "" : one;
  }),
  fc.integer({ min: -2, max: 2 }).map((by): Change => (one) => (typeof one === "number" ? one + by : one)),
  fc.string({ unit: "binary", maxLength: 40 }).map((text): Change => () => text),
);

/** A good value with one to three mistakes in it, as text. */
export const mistakenJson = (bases: readonly Written[]): fc.Arbitrary<string> => fc.tuple(fc.constantFrom(...bases), fc.array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 3 }))
  .map(([base, mistakes]) => textOf(mistakes.reduce((so, [at, one]) => changed(so, at % sizeOf(so), (value) => one(value, base)), base)));

const encoded = new TextEncoder();
const strangeBytes: readonly (readonly number[])[] = [Array.from({ length: 50_000 }, () => 0x5b), [0], [0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0xf4, 0x90, 0x80, 0x80], [0x0d], [0x7b], [0x5b, 0x5b, 0x5b], [0x22], [0x2c], [0x2d, 0x31]];

type Damage = (bytes: Uint8Array) => Uint8Array;

const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(7)).map(([at, bit]): Damage => (bytes) => bytes.map((byte, i) => (i === at % Math.max(1, bytes.length) ? byte ^ (1 << bit) : byte))),
  fc.nat().map((at): Damage => (bytes) => bytes.slice(0, at % (bytes.length + 1))),
  fc.tuple(fc.nat(), fc.nat(200)).map(([at, length]): Damage => (bytes) => joined(bytes.slice(0, at % (bytes.length + 1)), bytes.slice(at % (bytes.length + 1) + length))),
  fc.tuple(fc.nat(), fc.nat(200)).map(([at, length]): Damage => (bytes) => joined(bytes.slice(0, at % (bytes.length + 1) + length), bytes.slice(at % (bytes.length + 1)))),
  fc.tuple(fc.nat(), fc.nat()).map(([from, to]): Damage => (bytes) => joined(bytes.slice(0, to % (bytes.length + 1)), bytes.slice(from % (bytes.length + 1)))),
  fc.tuple(fc.nat(), fc.constantFrom(...strangeBytes)).map(([at, put]): Damage => (bytes) => joined(bytes.slice(0, at % (bytes.length + 1)), put, bytes.slice(at % (bytes.length + 1)))),
  fc.constant<Damage>((bytes) => joined([0xef, 0xbb, 0xbf], bytes)),
);

/** A good file with one to three injuries. */
export const damaged = (bases: readonly (string | Uint8Array)[]): fc.Arbitrary<Uint8Array> => fc.tuple(fc.constantFrom(...bases), fc.array(damage, { minLength: 1, maxLength: 3 }))
  .map(([base, all]) => all.reduce((so, one) => one(so), typeof base === "string" ? encoded.encode(base) : base));

/** Either. */
export const mistaken = (bases: readonly string[]): fc.Arbitrary<Uint8Array> =>
  fc.oneof(damaged(bases), { weight: 2, arbitrary: mistakenJson(bases.map((base) => written(JSON.parse(base)))).map((text) => encoded.encode(text)) });
