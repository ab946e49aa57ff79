/** The other searches than the one from the boot image: one step from every well-formed state of a tiny policy, and by depth from the empty machine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../../../checker/compile/compile.ts";
import { unlimited } from "../../../checker/explore/result.ts";
import { readPolicy } from "../../../checker/policy/read.ts";
import { abstractionOf } from "../../../checker/refine/abstract.ts";
import { bootImage, machineFor } from "../../../checker/refine/boot-image.ts";
import { embed } from "../../../checker/refine/embed.ts";
import { oneStepSearch } from "../../../checker/refine/one-step.ts";
import { machineSearch } from "../../../checker/refine/search.ts";
import { mark, undo } from "../../../hw/memory.ts";
import { boot } from "../../../image/boot.ts";
import { emptied } from "../../../spec/emptied.ts";
import { isOffered } from "../../../spec/offered.ts";
import type { Policy } from "../../../spec/policy.ts";
import { systemsOf } from "../../../spec/system.ts";
import { candidateStates } from "../../../spec/well-formed-states.ts";

const read = readPolicy(readFileSync(join(import.meta.dirname, "tiny.json"), "utf8"), {});
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { policy: whole } = read;
/** With one frame less: an eighth of the states. */
const tiny = { ...whole, boot: { ...whole.boot, frames: whole.boot.frames.slice(0, -1) } };
/** Where pages that are not validated are states more, and the host moves memory from each. */
const besieged: Policy = { ...tiny, platform: "sev-snp" };

describe("a state put on the machine", () => {
  it.each([["hyperenclave", tiny], ["sev-snp", besieged]])("is what the machine then abstracts to, on %s", (_, policy) => {
    const [system] = systemsOf(policy), { state } = compile(system), m = machineFor(policy, "saturating"), reset = mark(m.memory), cells = new Int32Array(state.size);
    boot(m, bootImage(policy));
    const abstraction = abstractionOf(system, state, m);
    let put = 0;
    for (const candidate of candidateStates(policy, system)) {
      put++;
      undo(m.memory, reset);
      embed(m, policy, candidate);
      expect(abstraction(m, cells)).toBeNull();
      expect([...cells]).toEqual([...state.encode(candidate)]);
    }
    expect(put).toBeGreaterThan(100);
  });
});

describe("one step from every well-formed state of two domains", () => {
  it.each([["hyperenclave", tiny, 255], ["sev-snp", besieged, 290]] as const)("breaks nothing on %s, and every call and move of the policy is taken", { timeout: 120_000 }, async (_, policy, count) => {
    const { findings, states, coverage } = await oneStepSearch(policy, () => false);
    expect(findings).toEqual([]);
    expect(states).toBe(count);
    expect(coverage.calls.filter(({ id, succeeded }) => succeeded === 0 && isOffered(policy, id))).toEqual([]);
    expect(coverage.moves.filter(({ taken }) => taken === 0)).toEqual([]);
  });
});

describe("the search from the empty machine", () => {
  it("builds domains by calls alone, and breaks nothing to depth 4", { timeout: 120_000 }, async () => {
    const policy = emptied(whole), [system] = systemsOf(policy);
    const found = await machineSearch(policy, system, { ...unlimited, name: "empty", depth: 4 });
    expect(found).toMatchObject({ state: "complete", depth: 4, violations: [] });
    expect(found.coverage.calls.filter(({ id, succeeded }) => succeeded > 0 && ["create", "donate", "table_add", "seal"].includes(id)).map(({ id }) => id)).toEqual(["create", "seal", "donate", "table_add"]);
  });
});
