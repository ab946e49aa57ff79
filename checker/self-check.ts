/** Checks of the checker on a model that is small enough to know: its two explorers must agree with each other and with what is known. */
import { eq, callsOver, enumeration, guard, map, not, places, property, scalarset, sized, type Parameters } from "../spec/lang/index.ts";
import type { System } from "../spec/lang/system.ts";
import type { SearchOptions } from "./explore/result.ts";
import { alone } from "./explore/crew.ts";
import { searchNaively } from "./explore/naive.ts";
import { search } from "./explore/search.ts";

export interface SelfCheck { readonly name: string; readonly passed: boolean; readonly detail: string }

const Lamp = scalarset("Lamp");
const Light = enumeration("Light", "off", "on");
const variables = { light: map(Lamp, Light) };
const s = places(variables);
const call = callsOver(s, { parameters: { lamp: Lamp }, enabled: ({ lamp }: Parameters<{ lamp: typeof Lamp }>) => eq(lamp, lamp) });

/** Three lamps, each switched on once: 8 states, 12 steps, and as many levels as lamps and one. */
const lamps: System = {
  name: "lamps", bounds: { Lamp: sized(3) }, variables, view: {}, constants: {},
  initial: { light: ["off", "off", "off"] },
  transitions: [call("switch-on", {}, (state, { lamp }) => ({
    guards: [guard("off", "EXISTS", eq(state.light.at(lamp), "off"))],
    effects: [state.light.at(lamp).becomes("on")],
  }))],
  properties: [property({ id: "S1", title: "never-lit", sentence: "No lamp is ever on.", form: "state", place: "A" }, { lamp: Lamp }, ({ lamp }) => {
    const { light } = s;
    return { given: eq(lamp, lamp), then: not(eq(light.at(lamp), "on")) };
  })],
  describe: () => ({}),
  symmetric: [],
};

/** `null` judges every property; a search with nothing to judge goes on to the end. */
const judging = (properties: SearchOptions["properties"]): SearchOptions => ({
  name: lamps.name, symmetry: false, fingerprints: false, properties, depth: Infinity, maxStates: Infinity, maxMilliseconds: Infinity, moreTime: null, allViolations: false, signal: null, clock: () => 0, onProgress: null, muster: alone, maxBytes: Infinity, keeper: null, meter: null,
});

/** Runs them; a second at most. */
export const selfChecks = async (): Promise<readonly SelfCheck[]> => {
  const naive = searchNaively(lamps, { depth: Infinity, allViolations: true });
  const fast = await search(lamps, judging([]));
  const first = await search(lamps, judging(null));
  return [
    { name: "a known model is counted as it must be", passed: naive.statesDistinct === 8 && naive.transitions === 12, detail: `${naive.statesDistinct} of 8 states, ${naive.transitions} of 12 transitions` },
    { name: "generated code and oracle reach the same states", passed: fast.digest === naive.digest, detail: `digest ${fast.digest}, oracle ${naive.digest}` },
    { name: "a known mistake is found with its shortest trace", passed: first.violations[0]?.instanceTrace.length === 1, detail: `${first.violations[0]?.instanceTrace.length ?? "no"} of 1 steps` },
  ];
};
