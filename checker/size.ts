/** What a policy will cost, before it is checked: a short search of its specification, and what follows from it. */
import type { Policy } from "../spec/policy.ts";
import { boundsOf } from "../spec/lang/types.ts";
import { systemsOf } from "../spec/system.ts";
import { compile, isAbstract } from "./compile/compile.ts";
import { layoutOf } from "./compile/layout.ts";
import { storageOf } from "./compile/storage.ts";
import { keysOf } from "./compile/symmetry.ts";
import { expectedLevels, rangeOf } from "./explore/forecast.ts";
import { unlimited } from "./explore/result.ts";
import { search } from "./explore/search.ts";
import { bytesNeeded } from "./explore/store.ts";
import { bytesText, type SizeReport } from "./report/size.ts";

export interface SizeOptions {
  readonly symmetry: boolean;
  /** States after which the pilot stops, at the end of a level. */
  readonly pilot: number;
  /** Leaves out what depends on the machine and the moment. */
  readonly timing: boolean;
  /** Bytes that a search may take here. */
  readonly memory: number;
}

/** Two digits: a guess has no more. */
const rough = (value: number): number => Number(value.toPrecision(2));

const roughly = ({ low, high }: ReturnType<typeof rangeOf>): ReturnType<typeof rangeOf> => ({ low: rough(low), high: rough(high) });

/** Seconds from which a run is worth a checkpoint. */
const longRun = 600;
/** An estimate of so many times the states of the pilot is far from what was seen. */
const farther = 8;

/** Of the first system of a policy, which the other specifications differ from by one claim each. */
export const sizeOf = async (policy: Policy, file: SizeReport["policy"], { symmetry, pilot: states, timing, memory }: SizeOptions): Promise<SizeReport> => {
  const [system] = systemsOf(policy), { bounds } = system, layout = layoutOf(bounds, system.variables);
  const { packing, storage, instances } = compile(system, { watched: isAbstract, symmetry, fingerprints: false });
  const by = new Map<string, { cells: number; bits: number }>(), costs = new Map<string, number>();
  for (const { cell, bits } of packing.fields) {
    const leaf = layout.leaves[cell];
    if (leaf === undefined) continue;
    const so = by.get(leaf.variable) ?? { cells: 0, bits: 0 };
    by.set(leaf.variable, { cells: so.cells + 1, bits: so.bits + bits });
    for (const key of new Set(keysOf(layout, leaf).flatMap((one) => (one === null ? [] : [one.name])))) costs.set(key, (costs.get(key) ?? 0) + bits);
  }
  const variables = [...by].map(([name, sums]) => ({ name, ...sums })).sort((a, b) => b.bits - a.bits || (a.name < b.name ? -1 : 1));
  const limits = [...costs].flatMap(([name, bits]) => {
    if (bounds[name] === undefined) return [];
    const { lo, hi } = boundsOf(bounds, name), size = hi - lo + 1;
    return [{ name, size, bitsEach: bits / size }];
  }).sort((a, b) => b.bitsEach - a.bitsEach || (a.name < b.name ? -1 : 1));

  let began = 0, took = 0;
  const result = await search(system, {
    ...unlimited, name: system.name, symmetry, allViolations: true, maxStates: states,
    meter: {
      states: 0,
      begins: () => {
        began = performance.now();
      },
      ends: () => {
        took = (performance.now() - began) / 1000;
      },
    },
  });
  const found = result.levels.map((level) => level.states), levels = result.closed ? found : expectedLevels(found);
  const total = levels.reduce((sum, level) => sum + level, 0), perState = result.transitions / Math.max(1, result.statesDistinct - result.frontier);
  const expected = result.closed ? result.statesDistinct : rough(total);
  const transitions = result.closed ? result.transitions : rough(total * perState);
  const seconds = (took * transitions) / Math.max(1, result.transitions), widest = Math.max(...levels.map((level, i) => level + (levels[i + 1] ?? 0)));
  const { low, high } = result.closed ? { low: expected, high: expected } : roughly(rangeOf(result.statesDistinct, total));
  const estimate = {
    states: expected, statesLow: low, statesHigh: high, transitions, levels: levels.length,
    bytes: bytesNeeded(storage, expected, 0), bytesOfFingerprints: bytesNeeded(storageOf(packing, true), expected, Math.ceil(widest)),
    ...(timing ? { seconds } : {}),
  };
  const taken = [...result.coverage.calls.map(({ id, succeeded }) => ({ name: id, count: succeeded })), ...result.coverage.moves.map(({ id, taken: count }) => ({ name: id, count }))]
    .map(({ name, count }) => ({ name, share: count / Math.max(1, result.transitions) })).sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1));
  const [variable] = variables, [bound] = limits;
  const advice = [
    ...(result.closed ? ["The pilot visited everything: the specification is exhausted at these bounds."] : [expected > farther * result.statesDistinct
      ? `The estimate follows ${levels.length} levels from ${found.length} of the pilot, which say little of where they end: it may be wrong by powers of ten.`
      : `The estimate follows ${levels.length} levels from ${found.length} of the pilot. Nine in ten of the searches that this was measured on lay within the range.`]),
    ...(variable === undefined ? [] : [`${variable.name} dominates a state with ${variable.bits} of ${packing.bits} bits.`]),
    ...(bound === undefined || bound.size < 2 ? [] : [`A ${bound.name} less takes ${Math.round(bound.bitsEach)} bits from every state, and up to as many powers of two from their number.`]),
    ...(!symmetry && system.symmetric.length > 0 ? [`Without --no-symmetry states are counted up to renaming of ${system.symmetric.join(" and ")}.`] : []),
    ...(estimate.bytes <= memory ? [] : [estimate.bytesOfFingerprints <= memory
      ? `States and index may outgrow the ${bytesText(memory)} that are here: check with --fingerprint, or with --budget.`
      : `States and index may outgrow the ${bytesText(memory)} that are here even as fingerprints: lower a bound, or check with --budget.`]),
    ...(timing && seconds > longRun ? ["This takes long: check with --checkpoint, so that --resume can go on, and with as many --workers as there are processors."] : []),
    ...(policy.bounds.machineDepth > 0 ? [`The monitor is searched besides, to depth ${policy.bounds.machineDepth}; how many states that has is not estimated.`] : []),
  ];
  return {
    schema: "refmon.size/1", policy: file, symmetry, state: { bits: packing.bits, words: storage.words, bytes: storage.stride * 4 }, variables, bounds: limits, instances: instances.length,
    pilot: { states: result.statesDistinct, transitions: result.transitions, levels: found.length, closed: result.closed, ...(timing ? { seconds: took } : {}) },
    estimate, transitions: taken, advice,
  };
};
