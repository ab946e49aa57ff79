/** A search that goes on in WebAssembly comes to the same result, to the byte. */
import { expect, it, onTestFinished, vi } from "vitest";
import { compile } from "../../../checker/compile/compile.ts";
import { single } from "../../../checker/explore/crew.ts";
import { threads } from "../../../checker/explore/node/threads.ts";
import { unlimited, type SearchOptions } from "../../../checker/explore/result.ts";
import { search } from "../../../checker/explore/search.ts";
import type { System } from "../../../spec/lang/system.ts";
import { shipped } from "../shipped.ts";
import { toy } from "../toy.ts";

const told = async (system: System, options: Partial<SearchOptions>): Promise<string> => JSON.stringify(await search(system, { ...unlimited, name: "test", ...options }));

it.each([
  ["a toy", toy(2, 2, 2, false), {}], ["all violations of a toy", toy(2, 2, 2, true), { allViolations: true }], ["a toy whose members are permuted", toy(3, 2, 1, false), {}],
  ["the shipped policy, with every property", shipped(), { depth: 5 }], ["states as they are", shipped(), { depth: 4, symmetry: false }],
  ["fingerprints", shipped(), { depth: 5, symmetry: false, fingerprints: true }], ["every call and move", shipped("test/peers/policies/whole.json", 1), { depth: 6 }],
  ["a policy that is violated", shipped("policies/examples/leaky.json"), { allViolations: true, depth: 6 }],
] as const)("finds in %s what JavaScript finds", async (_, system, options) => {
  const one = await told(system, { ...options, muster: single(Infinity) });
  expect(await told(system, { ...options, muster: single(0) })).toBe(one);
  // From a level in the middle on, as in use, where counts of both come together.
  expect(await told(system, { ...options, muster: single(50) })).toBe(one);
  expect(await told(system, { ...options, muster: threads(2, 0, 50) })).toBe(one);
}, 120_000);

it("is made of every program that does not try permutations", () => {
  for (const [system, made] of [[shipped(), true], [toy(3, 2, 1, false), false]] as const) expect(compile(system).swift().environment.swift !== null).toBe(made);
});

it("gives way to JavaScript where the system refuses the addresses", async () => {
  const one = await told(shipped(), { depth: 4, muster: single(Infinity) });
  let refusals = 0;
  // Called with `new`, as the constructor is.
  vi.stubGlobal("WebAssembly", { Memory: function refuse() {
    refusals++;
    throw new RangeError("WebAssembly.Memory(): could not allocate memory");
  } });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  expect(await told(shipped(), { depth: 4, muster: single(0) })).toBe(one);
  expect(refusals).toBeGreaterThan(0);
});
