import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { vcpu } from "../../../hw/identifiers.ts";
import type { Machine } from "../../../hw/machine.ts";
import { mark, undo } from "../../../hw/memory.ts";
import { bootedMachine } from "../../../checker/refine/boot-image.ts";
import { enterAmidst, loadCall } from "../../../checker/refine/call.ts";
import { monitorTables } from "../../../checker/refine/abstract-layout.ts";
import { callRows, type CallRow } from "../../../checker/refine/actions.ts";
import { readAction, writeAction, actionWords } from "../../../checker/refine/action-words.ts";
import type { Injection } from "../../../checker/refine/action.ts";
import { readPolicy } from "../../../checker/policy/read.ts";
import { systemsOf } from "../../../spec/system.ts";
import { policyText } from "../../regress/catalogue.ts";

const vectors = ["shootdown", "external"] as const;

const besieged = (): { readonly m: Machine; readonly rows: readonly CallRow[] } => {
  const read = readPolicy(policyText("besieged"), {});
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const m = bootedMachine(read.policy, "saturating");
  return { m, rows: callRows(systemsOf(read.policy)[0], m, monitorTables(m)) };
};

/** All words of the machine after the call, from the state that it is in; it is in it again afterwards. */
const after = (m: Machine, { number, registers: [a, b, c, d] }: CallRow, v: number, injection: Injection | null, asked: Set<number> | null = injection === null ? new Set() : null): { readonly words: Uint32Array; readonly injections: readonly Injection[]; readonly steps: number } => {
  const base = mark(m.memory);
  let steps = 0;
  m.observer = () => { steps++; };
  loadCall(m, vcpu(v), number, a, b, c, d);
  const { injections } = enterAmidst(m, vcpu(v), injection === null ? { delivery: null } : { delivery: null, injection }, asked === null ? null : { deliveries: new Set(), injections: asked });
  m.observer = null;
  const words = m.memory.words.slice();
  undo(m.memory, base);
  return { words, injections, steps };
};

describe("injection in the middle of a call", () => {
  it("comes to the same machine, word for word, wherever the search leaves it out", { timeout: 60_000 }, () => {
    const { m, rows } = besieged();
    let left = 0, tried = 0;
    for (const row of rows) {
      const alone = after(m, row, 0, null);
      // Denied calls have no steps but the two changes of privilege.
      if (alone.steps <= 2) continue;
      for (let step = 0; step < alone.steps; step++) {
        for (let v = 0; v < m.vcpus; v++) {
          for (const vector of vectors) {
            const isTried = alone.injections.some((one) => one.step === step && one.vcpu === v && one.vector === vector);
            if (isTried) tried++;
            else {
              left++;
              const { words } = after(m, row, 0, { step, vcpu: v, vector });
              expect([row, step, v, vector, words.findIndex((word, i) => word !== alone.words[i])]).toEqual([row, step, v, vector, -1]);
            }
          }
        }
      }
    }
    expect(left).toBeGreaterThan(500);
    expect(tried).toBeGreaterThan(10);
  });

  it("comes to the same machine, word for word, wherever the search leaves a second one out", { timeout: 120_000 }, () => {
    const { m, rows } = besieged(), chances = fc.sample(fc.nat(999), { seed: 20231202, numRuns: 10_007 });
    let left = 0, tried = 0, draw = 0;
    for (const row of rows) {
      const asked = new Set<number>(), alone = after(m, row, 0, null, asked);
      for (const first of alone.injections) {
        const { words, injections, steps } = after(m, row, 0, first, asked);
        for (let step = first.step; step < steps; step++) {
          for (let v = 0; v < m.vcpus; v++) {
            for (const vector of vectors) {
              const isTried = injections.some((one) => one.step === step && one.vcpu === v && one.vector === vector);
              // One of ten of those that are left out.
              if (isTried) tried++;
              else if ((chances[draw++ % chances.length] ?? 0) < 100) {
                const pair = { ...first, then: { step, vcpu: v, vector } }, found = after(m, row, 0, pair);
                left++;
                expect([row, pair, found.words.findIndex((word, i) => word !== words[i])]).toEqual([row, pair, -1]);
              }
            }
          }
        }
      }
    }
    expect(left).toBeGreaterThan(500);
    // The first vector has the request acknowledged early, and a second one finds none.
    expect(tried).toBeLessThan(left / 10);
  });

  it("fits into the nine words of an action", () => {
    const words = new Int32Array(actionWords);
    for (const step of [0, 1, 27, 60_000]) {
      for (const v of [0, 3]) {
        for (const vector of vectors) {
          const action = { kind: "call", vcpu: 1, number: 3, arguments: [1, 2, 3, 4], delivery: null, injection: { step, vcpu: v, vector } } as const;
          writeAction(action, words, 0);
          expect(readAction(words, 0)).toEqual(action);
          for (const middle of [{ delivery: null, injection: { step, vcpu: v, vector, then: { step: step + 5, vcpu: 1, vector } } }, { delivery: 3, injection: { step, vcpu: v, vector } }]) {
            writeAction({ ...action, ...middle }, words, 0);
            expect(readAction(words, 0)).toEqual({ ...action, ...middle });
          }
        }
      }
    }
    for (const delivery of [null, 0, 7]) {
      const action = { kind: "call", vcpu: 0, number: 3, arguments: [0, 0, 0, 0], delivery } as const;
      writeAction(action, words, 0);
      expect(readAction(words, 0)).toEqual(action);
    }
  });
});
