/** The refinement at the real geometry: MODEL.md section 8, points 1 and 2, on sequences that no search reaches. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scopesOf, step } from "../../../spec/lang/system.ts";
import { systemsOf } from "../../../spec/system.ts";
import { realPlayer, type Choice } from "./real-geometry.ts";
import { swiftOracle } from "./swift-oracle.ts";
import { readPolicy } from "../../../checker/policy/read.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const SEED = 20231201, RUNS = 50, LENGTH = 200;

const choice: fc.Arbitrary<Choice> = fc.record({ vcpu: fc.nat(1), what: fc.nat(100_000), picks: fc.tuple(fc.nat(), fc.nat(6)) });
/** Of one length; a choice that shrinks to 0 is left out. */
const sequences = fc.array(choice, { minLength: LENGTH, maxLength: LENGTH });

describe("at 4 x 9, with a large page of 512 frames,", () => {
  it(`specification and monitor agree after each of ${LENGTH} steps, in ${RUNS} runs (seed ${SEED})`, { timeout: 600_000 }, () => {
    const player = realPlayer();
    fc.assert(fc.property(sequences, (choices) => {
      const { disagreement, steps } = player.play(choices);
      if (disagreement !== null) throw new Error(`${disagreement}\n${steps.join("\n")}`);
    }), { seed: SEED, numRuns: RUNS });
    const often = [...player.succeeded].filter(([, count]) => count >= 5).map(([name]) => name);
    for (const name of ["map", "unmap", "protect", "grant", "accept", "revoke", "table_add", "table_remove", "switch", "share_host", "dev_assign", "dma_map", "destroy", "reclaim", "load", "store", "interrupt"]) {
      expect(often).toContain(name);
    }
    // The large page was in the way.
    for (const id of ["map.table-present", "unmap.mapped", "protect.mapped", "table_add.slot-empty"]) expect(player.denied.get(id)).toBeGreaterThan(0);
  });

  it("the oracle that is asked says what the oracle of the specification says", () => {
    const read = readPolicy(readFileSync(join(import.meta.dirname, "large.json"), "utf8"), {});
    if (!read.ok) throw new Error("large.json is no policy");
    const [system] = systemsOf(read.policy), swift = swiftOracle(system);
    let state = system.initial, allowed = 0;
    const instances = system.transitions.flatMap((transition) => scopesOf(system.bounds, transition.parameters).map((scope) => ({ transition, scope })));
    for (let n = 0, at = 7; n < 3000; n++) {
      at = (at * 48271) % 2147483647;
      const instance = instances[at % instances.length];
      if (instance === undefined) throw new Error("no instances");
      const told = swift(state, instance), meant = step(system, state, instance);
      expect(told).toEqual(meant);
      if (meant.kind !== "allowed") continue;
      allowed++;
      state = meant.next;
    }
    expect(allowed).toBeGreaterThan(20);
  });
});
