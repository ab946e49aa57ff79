/** Shootdown interrupts in the middle of a call: what the search tries comes to every state of the machine that any order and any moments of taking them come to. */
import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { vcpu, type Vcpu } from "../../../hw/identifiers.ts";
import { deliverIpi, ipiPending } from "../../../hw/interrupts.ts";
import { systemCall, type Machine } from "../../../hw/machine.ts";
import { hash, mark, undo } from "../../../hw/memory.ts";
import { readPolicy } from "../../../checker/policy/read.ts";
import { monitorTables } from "../../../checker/refine/abstract-layout.ts";
import { actionWords, readAction, writeAction } from "../../../checker/refine/action-words.ts";
import { callRows, type CallRow } from "../../../checker/refine/actions.ts";
import { bootedMachine } from "../../../checker/refine/boot-image.ts";
import { enterAmidst, loadCall, type Asked } from "../../../checker/refine/call.ts";
import { systemsOf } from "../../../spec/system.ts";

/** The shipped policy with its application on so many vCPUs, and the pages that it begins with cached on all of them, as saturating TLBs do. */
const crowded = (vcpus: number): { readonly m: Machine; readonly rows: readonly CallRow[] } => {
  const policy = JSON.parse(readFileSync(new URL("../../../policies/untrusted-library.json", import.meta.url), "utf8")) as { bounds: object; boot: object };
  const read = readPolicy(JSON.stringify({ ...policy, bounds: { ...policy.bounds, vcpus }, boot: { ...policy.boot, running: Array.from({ length: vcpus }, () => "app") } }), {});
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const m = bootedMachine(read.policy, "saturating");
  return { m, rows: callRows(systemsOf(read.policy)[0], m, monitorTables(m)) };
};

const stateOf = ({ memory }: Machine): string => {
  const { hashHigh, hashLow } = hash(memory);
  return `${hashHigh} ${hashLow}`;
};

/** Makes a call on vCPU 0, and makes it undone; `amidst` enters the monitor. Returns the states that the machine goes through, from step to step, and in the end. */
const through = (m: Machine, { number, registers: [a, b, c, d] }: CallRow, amidst: () => void): readonly string[] => {
  const base = mark(m.memory), states: string[] = [];
  m.observer = () => { states.push(stateOf(m)); };
  loadCall(m, vcpu(0), number, a, b, c, d);
  amidst();
  m.observer = null;
  states.push(stateOf(m));
  undo(m.memory, base);
  return states;
};

/** By the search's own means: every run that it makes. */
const searched = (m: Machine, row: CallRow): { readonly states: ReadonlySet<string>; readonly runs: number; readonly again: number } => {
  const states = new Set<string>(), asked: Asked = { deliveries: new Set(), injections: null };
  let runs = 0, seconds = 0;
  const run = (middle: { readonly delivery: number | null; readonly again?: number }, ask: Asked | null): readonly number[] => {
    let more: readonly number[] = [];
    runs++;
    for (const state of through(m, row, () => { more = enterAmidst(m, vcpu(0), middle, ask).deliveries; })) states.add(state);
    return more;
  };
  for (const delivery of run({ delivery: null }, asked)) {
    for (const again of run({ delivery }, asked)) {
      seconds++;
      run({ delivery, again }, null);
    }
  }
  return { states, runs, again: seconds };
};

/** By trying everything: at each step, each set of those that have one pending takes it, or nobody does. */
const everything = (m: Machine, row: CallRow): ReadonlySet<string> => {
  const states = new Set<string>();
  const explore = (plan: readonly number[]): void => {
    const choices: number[] = [];
    for (const state of through(m, row, () => {
      m.beforeStep = () => {
        const pending: Vcpu[] = [];
        for (let v = 0; v < m.vcpus; v++) if (ipiPending(m, vcpu(v))) pending.push(vcpu(v));
        if (pending.length === 0) return;
        const set = plan[choices.length] ?? 0;
        choices.push(2 ** pending.length);
        pending.forEach((v, i) => {
          if ((set & (1 << i)) !== 0) deliverIpi(m, v);
        });
      };
      systemCall(m, vcpu(0));
      m.beforeStep = null;
    })) states.add(state);
    // Each plan is told apart by its last choice that is not to wait.
    for (let at = plan.length; at < choices.length; at++) {
      for (let set = 1; set < (choices[at] ?? 0); set++) explore([...plan, ...Array.from({ length: at - plan.length }, () => 0), set]);
    }
  };
  explore([]);
  return states;
};

describe("taking shootdown interrupts early", () => {
  it.each([[2, 0], [3, 1]] as const)("comes to every state of the machine that there is, on %i vCPUs", (vcpus, leastAgain) => {
    const { m, rows } = crowded(vcpus);
    let interrupted = 0, again = 0;
    for (const row of rows) {
      const tried = searched(m, row);
      if (tried.runs === 1) continue;
      interrupted++;
      again += tried.again;
      const all = everything(m, row);
      expect([row, [...all].filter((state) => !tried.states.has(state))]).toEqual([row, []]);
      expect(tried.states.size).toBe(all.size);
    }
    expect(interrupted).toBeGreaterThan(1);
    expect(again).toBeGreaterThanOrEqual(leastAgain);
  });

  it("fits into the words of an action", () => {
    const words = new Int32Array(actionWords);
    for (const middle of [{ delivery: 0, again: 1 }, { delivery: 7, again: 60_000 }, { delivery: 7 }, { delivery: null }]) {
      const action = { kind: "call", vcpu: 1, number: 3, arguments: [1, 2, 3, 4], ...middle } as const;
      writeAction(action, words, 0);
      expect(readAction(words, 0)).toEqual(action);
    }
  });
});
