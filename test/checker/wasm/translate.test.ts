/** What is translated to WebAssembly does what the same text does as JavaScript. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createArena } from "../../../checker/compile/arena.ts";
import { Untranslatable } from "../../../checker/compile/wasm/tree.ts";
import { translate } from "../../../checker/compile/wasm/translate.ts";
import { signed, unsigned, type Import } from "../../../checker/compile/wasm/binary.ts";

/** As much of the interface as is used; the types of Node have no more of it. */
const { Memory, Module, Instance } = (globalThis as unknown as { readonly WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
} }).WebAssembly;

interface Run { readonly result: number; readonly cells: readonly number[]; readonly counters: readonly number[]; readonly told: readonly number[] }

const outside: readonly Import[] = [{ name: "tell", signature: { parameters: 1, returns: false } }];

/** Runs `main(a, b)` on eight cells of `s`, six constants `c`, two counters and eight bytes, as JavaScript and as WebAssembly. */
const both = (functions: Readonly<Record<string, string>>, cells: readonly number[], a: number, b: number): readonly [Run, Run] => {
  const arena = createArena(), texts = new Map(Object.entries(functions));
  const constants = [1, 0, 2, 5, 3, 7];
  arena.place("c", "Int32Array", 6, constants);
  for (const name of ["s", "t"]) arena.place(name, "Int32Array", 8, null);
  arena.place("counters", "Float64Array", 2, null);
  arena.place("bytes", "Uint8Array", 8, null);
  const run = (swift: boolean): Run => {
    const memory = new Memory({ initial: 1 }), told: number[] = [];
    const at = (name: string): number => arena.arrays.get(name)?.address ?? 0;
    const s = new Int32Array(memory.buffer, at("s"), 8), t = new Int32Array(memory.buffer, at("t"), 8), counters = new Float64Array(memory.buffer, at("counters"), 2), bytes = new Uint8Array(memory.buffer, at("bytes"), 8);
    s.set(cells);
    new Int32Array(memory.buffer, at("c"), 6).set(constants);
    const tell = (value: number): void => {
      told.push(value);
    };
    const { main } = (swift
      ? new Instance(new Module(translate(texts, arena.arrays, outside, [{ name: "main", addresses: [] }])), { refmon: { memory, tell } }).exports
      : (new Function("c", "s", "t", "counters", "bytes", "tell", `"use strict";\n${[...texts.values()].join("\n")}\nreturn { main };`) as (...given: unknown[]) => object)(constants, s, t, counters, bytes, tell)
    ) as { readonly main: (a: number, b: number) => number };
    const result = Number(main(a, b));
    return { result, cells: [...s, ...t, ...bytes], counters: [...counters], told };
  };
  return [run(false), run(true)];
};

/** Numbers that generated programs compute with: small, so that JavaScript does not leave 32 bits where it does not say so. */
const numeral = fc.integer({ min: -9, max: 9 });

/** Expressions of numbers, of truth values, and statements, in the variables `a`, `b` and `x`. */
const { statement } = fc.letrec<{ number: string; truth: string; statement: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom("a", "b", "x"), numeral.map((n) => (n < 0 ? `(${n})` : String(n))),
    fc.constantFrom("c[2]", "c[x & 3]", "s[a & 7]", "s[(b & 3) + 1]", "t[(a & 1) * 4 + 2]", "bytes[x & 7]"),
    fc.tuple(tie("number"), fc.constantFrom("+", "-", "&", "|", "^"), tie("number")).map(([l, o, r]) => `((${l} ${o} ${r}) | 0)`),
    fc.tuple(tie("number"), tie("number")).map(([l, r]) => `Math.imul(${l}, ${r})`),
    fc.tuple(tie("number"), fc.constantFrom("<<", ">>", ">>>"), fc.integer({ min: 1, max: 31 })).map(([l, o, r]) => `((${l} ${o} ${r}) | 0)`),
    tie("number").map((one) => `(~${one})`), fc.tuple(tie("truth"), tie("number"), tie("number")).map(([one, l, r]) => `(${one} ? ${l} : ${r})`),
    fc.tuple(tie("number"), tie("number")).map(([l, r]) => `small(s, ${l}, ${r})`), fc.tuple(tie("number"), tie("number")).map(([l, r]) => `search(t, ${l}, ${r})`),
  ),
  truth: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom("true", "false", "holds(s, a)", "holds(t, x)"),
    fc.tuple(tie("number"), fc.constantFrom("===", "!==", "<", "<=", ">", ">="), tie("number")).map(([l, o, r]) => `(${l} ${o} ${r})`),
    fc.tuple(tie("truth"), fc.constantFrom("&&", "||"), tie("truth")).map(([l, o, r]) => `(${l} ${o} ${r})`), tie("truth").map((one) => `!${one}`),
  ),
  statement: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie("number").map((one) => `x = ${one};`), fc.tuple(fc.constantFrom("+=", "^=", "|="), tie("number")).map(([o, one]) => `x ${o} ${one}; x |= 0;`),
    fc.tuple(fc.constantFrom("s[a & 7]", "t[3]", "t[x & 7]", "bytes[b & 7]"), fc.constantFrom("=", "^=", "|="), tie("number")).map(([to, o, one]) => `${to} ${o} ${one};`),
    fc.constantFrom("counters[0]++;", "counters[a & 1] += 3;", "t.set(s);", "tell(x);", "note(t, x);"), tie("number").map((one) => `counters[1] += ${one};`),
    fc.tuple(tie("truth"), tie("statement"), tie("statement")).map(([one, then, otherwise]) => `if (${one}) { ${then} } else { ${otherwise} }`),
    fc.tuple(tie("truth"), tie("statement")).map(([one, then]) => `if (!${one}) { ${then} }`),
    fc.tuple(fc.integer({ min: 0, max: 9 }), tie("truth"), tie("statement")).map(([turns, one, body]) => `for (let i = 0; i < ${turns}; i++) { if (${one}) continue; x ^= i; ${body} }`),
    fc.tuple(tie("statement"), tie("statement")).map(([l, r]) => `${l} ${r}`),
  ),
}));

const helpers = {
  small: "function small(s, a, b) { return (s[a & 7] ^ b); }",
  holds: "function holds(s, a) { return s[a & 7] === 0 || a === 3; }",
  search: "function search(t, a, b) { for (let i = 0; i < 8; i++) { if (t[i] === a) continue; if ((t[i] & 3) === (b & 3)) return i; } return -1; }",
  note: "function note(t, x) { const at = x & 7; if (t[at] === 0) return; let j = 3; for (; j > 0 && t[j] !== x; j--) t[j] = j; tell(j); }",
};

describe("translation to WebAssembly", () => {
  it("computes what JavaScript computes", () => {
    fc.assert(fc.property(statement, fc.array(numeral, { minLength: 8, maxLength: 8 }), numeral, numeral, (body, cells, a, b) => {
      const [one, other] = both({ ...helpers, main: `function main(a, b) { let x = 1; ${body} return x; }` }, cells, a, b);
      expect(other).toEqual(one);
    }), { numRuns: 1000 });
  });

  it("binds operators as JavaScript does, where there are no parentheses", () => {
    const small = fc.constantFrom("a", "b", "s[a & 7]", "c[2]", "-a", "~b", "3", "0x11"), chain = (operand: fc.Arbitrary<string>, operators: readonly string[]): fc.Arbitrary<string> =>
      fc.tuple(operand, fc.array(fc.tuple(fc.constantFrom(...operators), operand), { maxLength: 4 })).map(([first, rest]) => [first, ...rest.flat()].join(" "));
    // What is compared stays in 32 bits; elsewhere it does not matter.
    const plain = chain(small, ["+", "-"]), sum = chain(small, ["+", "-", "*", "&", "|", "^", "<< 2 +", ">> 1 -", ">>> 31 |"]);
    const truth = chain(fc.tuple(plain, fc.constantFrom("===", "!==", "<", "<=", ">", ">="), plain).map((parts) => parts.join(" ")), ["&&", "||", "&& !holds(s, a) ||"]);
    fc.assert(fc.property(truth, sum, sum, fc.array(numeral, { minLength: 8, maxLength: 8 }), numeral, numeral, (test, then, otherwise, cells, a, b) => {
      const [one, other] = both({ ...helpers, main: `function main(a, b) { let x = 0; x = ${test} ? ${then} : ${test} ? 1 : ${otherwise}; if (${test}) x ^= 5; else x -= 1; return x | 0; }` }, cells, a, b);
      expect(other).toEqual(one);
    }), { numRuns: 1000 });
  });

  it("writes a loop out or not, and puts a function in place of its call or not", () => {
    const long = Array.from({ length: 60 }, (_, i) => `x = (x ^ ${i}) + t[(x & 3) + ${i % 4}] | 0;`).join(" ");
    const functions = { ...helpers, big: `function big(t, x) { ${long} return x; }`, main: "function main(a, b) { let x = 0; for (let i = 0; i < 200; i++) { t[i & 7] = big(s, i + x); x ^= big(t, a); } return x; }" };
    const [one, other] = both(functions, [1, 2, 3, 4, 5, 6, 7, 8], 3, 4);
    expect(other).toEqual(one);
    expect(one.result).not.toBe(0);
  });

  it("refuses what generated programs do not use", () => {
    const arena = createArena();
    for (const body of ["return a ** b;", "while (a) a--; return 1;", "return [a][0];", "return nothing;", "return absent(a);", "let x = `a`; return x;", "throw a;", "let x; return 1;", "a = b = 1; return a + ;", "return 1.5;", "return (a;", "return new a;", "return a ? b;", "1 = a;", "return Math.PI;", "return c.length;", "return 'a';", "return a; }", "while (true) return 1;", "a++ ++;"]) {
      expect(() => translate(new Map([["main", `function main(a, b) { ${body} }`]]), arena.arrays, outside, [{ name: "main", addresses: [] }]), body).toThrow(Untranslatable);
    }
  });

  it("writes numbers in LEB128", () => {
    // Examples of the DWARF standard, version 4, section 7.6.
    expect([2, 127, 128, 129, 12857].map((value) => [unsigned(value)].flat())).toEqual([[2], [127], [0x80, 1], [0x81, 1], [57 + 0x80, 100]]);
    expect([2, -2, 127, -127, 128, -128, 129, -129].map((value) => [signed(value)].flat())).toEqual([[2], [0x7e], [0xff, 0], [0x81, 0x7f], [0x80, 1], [0x80, 0x7f], [0x81, 1], [0xff, 0x7e]]);
  });
});
