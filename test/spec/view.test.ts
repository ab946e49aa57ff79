/** Properties of what hardware shows, judged on views made by hand: the one that each is about breaks it, the next to it does not. */
import { describe, expect, it } from "vitest";
import { evaluate, type Valuation } from "../../spec/lang/evaluate.ts";
import { scopesOf } from "../../spec/lang/system.ts";
import { leastValue, type Value } from "../../spec/lang/value.ts";
import { viewVariables } from "../../spec/view.ts";
import { p10 } from "../../spec/properties/p10.ts";
import { p13 } from "../../spec/properties/p13.ts";
import { p14 } from "../../spec/properties/p14.ts";
import { p15 } from "../../spec/properties/p15.ts";
import type { Property } from "../../spec/lang/property.ts";
import { shipped } from "../checker/shipped.ts";

const system = shipped(), { bounds } = system;
const empty: Valuation = Object.fromEntries(Object.entries(viewVariables).map(([name, type]) => [name, leastValue(bounds, type)]));
const secret = 5, buffer = 6, frames = 7;
const data = 3, shared = 4, invalid = 5;

const broken = (clauses: readonly Property[], view: Valuation, state: Valuation = {}): boolean => clauses.filter(({ form }) => form === "view").some(({ bindings, given, then }) => {
  const environment = { bounds, stores: { state: { ...system.initial, ...state }, constant: system.constants, view: { ...empty, ...view } } };
  return scopesOf(bounds, bindings).some((binding) => evaluate(environment, binding, given) === true && evaluate(environment, binding, then) !== true);
});

/** A value for each frame: `other`, but for those told. */
const perFrame = (other: Value, ...told: readonly (readonly [frame: number, value: Value])[]): Value =>
  Array.from({ length: frames }, (_, frame) => told.find(([one]) => one === frame)?.[1] ?? other);
const kinds = (kind: number): Value => (system.initial["kind"] as readonly Value[]).map((old, frame) => (frame === secret ? kind : old));

describe("P13", () => {
  /** Of app, at page 0: what a walk gives. The old translation is (secret, rw), the new one (buffer, r). */
  const walked = (frame: number, access: number): Value => [[perFrame(0, [frame, access]), perFrame(0)], [perFrame(0), perFrame(0)]];
  const intended: Value = [[{ frame: buffer, access: 1 }, null], [null, null]];
  it.each<[string, number, number, boolean]>([
    ["the old translation", secret, 3, false], ["the new one", buffer, 1, false], ["none", secret, 0, false],
    ["the old frame with another access", secret, 1, true], ["the new frame with the old access", buffer, 3, true], ["a third frame", 2, 1, true],
  ])("%s", (_, frame, access, breaks) => {
    expect(broken(p13, { inside: true, walk: walked(frame, access), intended })).toBe(breaks);
    expect(broken(p13, { inside: false, walk: walked(frame, access), intended })).toBe(false);
  });
});

describe("P14", () => {
  it("counts system pages of a guest page", () => {
    expect([0, 1, 2].map((pages) => broken(p14, { inside: true, validatedBy: perFrame(1, [secret, pages]) }))).toEqual([false, false, true]);
  });
  it.each([[false, false, false], [true, true, false], [true, false, true]])("an access that passes (%s), to what is validated for it (%s)", (passes, confirmed, breaks) => {
    expect(broken(p14, { answers: perFrame(false, [secret, passes]), confirmed: perFrame(true, [secret, confirmed]) })).toBe(breaks);
  });
  it.each([["data", data, false], ["shared", shared, true], ["invalid", invalid, true]] as const)("a validated page that is %s", (_, kind, breaks) => {
    expect(broken(p14, { validatedBy: perFrame(0, [secret, 1]) }, { kind: kinds(kind) })).toBe(breaks);
    expect(broken(p14, { validatedBy: perFrame(0, [secret, 1]), inside: true }, { kind: kinds(kind) })).toBe(false);
  });
});

describe("P15", () => {
  it.each([["data", data, true], ["shared", shared, false]] as const)("a frame reached in the clear that is %s", (_, kind, breaks) => {
    const usable: Value = [[perFrame(0, [secret, 1]), perFrame(0)], [perFrame(0), perFrame(0)]], kindNow = perFrame(data, [secret, kind]);
    expect(broken(p15, { usable, clear: [perFrame(false, [secret, true]), perFrame(false)], kindNow })).toBe(breaks);
    expect(broken(p15, { usable, clear: [perFrame(false), perFrame(false)], kindNow })).toBe(false);
  });
});

describe("P10", () => {
  it.each([
    ["inside", { inside: true }, {}, true], ["between calls", { inside: false }, {}, false], ["that was shared before", { inside: true }, { kind: kinds(shared) }, false],
  ] as const)("a frame that the host may see %s", (_, view, state, breaks) => {
    const kindNow = perFrame(data, [secret, shared]);
    expect(broken(p10, { ...view, kindNow, content: perFrame(true) }, state)).toBe(breaks);
    expect(broken(p10, { ...view, kindNow, content: perFrame(true, [secret, false]) }, state)).toBe(false);
  });
});
