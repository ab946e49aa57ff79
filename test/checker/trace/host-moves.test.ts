/** Traces in which a host on SEV-SNP moves memory: oracle, generated code and monitor agree on them, and on nothing more than they must. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placementOf } from "../../../checker/refine/boot-image.ts";
import { createWalker } from "../../../checker/simulate/walker.ts";
import { writeTrace } from "../../../checker/trace/codec.ts";
import { namingOf, recordTrace } from "../../../checker/trace/record.ts";
import { replayTrace } from "../../../checker/trace/replay.ts";
import { runActions } from "../../../checker/trace/run.ts";
import type { HostileStep, Trace, TraceStep } from "../../../checker/trace/trace.ts";
import type { Action } from "../../../checker/refine/action.ts";
import type { Policy } from "../../../spec/policy.ts";
import { bundlePatched } from "../../regress/bundle.ts";
import { policyIn } from "../flow/conflicts.ts";

const onSnp = (policy: Policy): Policy => ({ ...policy, platform: "sev-snp" });
const snp = policyIn("test/regress/policies/snp.json"), port = onSnp(policyIn("test/regress/policies/port.json"));

const traceOf = (policy: Policy, steps: readonly TraceStep[]): Trace => ({ schema: "refmon.trace/1", policy, steps, expected: null });
/** The system frame that was behind a frame at launch. */
const behind = (policy: Policy, name: string): number => placementOf(policy).monitorFrames + policy.boot.frames.findIndex((frame) => frame.name === name);
const remap = (frame: string, to: number | null): HostileStep => ({ by: "host", move: "remap", frame, to });
const call = (name: string, args: { readonly [parameter: string]: string | number }): TraceStep => ({ vcpu: 0, by: "front", call: name, arguments: args });
const load: TraceStep = { vcpu: 0, by: "front", move: "load", page: 0, frame: null };
const dma = (move: "dma_read" | "dma_write"): TraceStep => ({ by: "nic", move, page: 0, frame: "packet" });

const agreed = { agree: true, confirmed: null, stranded: null, findings: [], disagreements: [] };
/** The mail's memory is that of the note when the domain takes the mail back. */
const takesAnothers = [call("unmap", { domain: "front", page: 0 }), remap("mail", behind(snp, "note")), call("unshare_host", { frame: "mail" })];

describe("everyone agrees", () => {
  it("that a page which the host takes away holds nothing, and that its loads fault", () => {
    const trace = traceOf(snp, [
      call("unmap", { domain: "front", page: 0 }), call("map", { domain: "front", page: 1, frame: "note", access: "r" }), { by: "host", move: "rmp", system: behind(snp, "note"), frame: null }, { ...load, page: 1 },
    ]);
    const { steps } = recordTrace(trace);
    expect(steps[2]?.cells).toEqual([{ cell: "holds[note]", before: "{front}", after: "{}" }]);
    expect(steps.map(({ verdict }) => verdict)).toEqual(["ok", "ok", "hit", "fault"]);
    expect(replayTrace(trace)).toEqual(agreed);
  });

  it("that a correct unshare_host is not to blame for memory that the host has put elsewhere", () => {
    const trace = traceOf(snp, takesAnothers), { steps } = recordTrace(trace);
    expect(steps[2]).toMatchObject({ verdict: "ok", cells: expect.arrayContaining([{ cell: "holds[note]", before: "{front}", after: "{}" }]) });
    expect(replayTrace(trace)).toEqual(agreed);
  });

  it.each<[what: string, sink: string, ...changed: readonly string[][]]>([
    ["another's memory", "mail", ["holds[mail]"], []],
    ["memory of the host's", "nowhere", [], []],
  ])("that a device reaches through a private frame what is the host's: %s", (_, sink, ...changed) => {
    const to = sink === "mail" ? behind(port, "mail") : placementOf(port).frames, trace = traceOf(port, [remap("packet", to), dma("dma_write"), dma("dma_read")]), { steps } = recordTrace(trace);
    expect(steps.map(({ verdict }) => verdict)).toEqual(["hit", "hit", "hit"]);
    expect(steps[1]?.cells.map(({ cell }) => cell)).toEqual(changed[0]);
    expect(steps[2]?.cells).toEqual([{ cell: "deviceKnows[nic]", before: "{}", after: "{nic}" }]);
    expect(replayTrace(trace)).toEqual(agreed);
  });

  it("that a call ends which needs what the host has taken, and that nothing is compared after it", () => {
    const steps = [remap("monitor:0", null), call("unmap", { domain: "front", page: 0 })], trace = traceOf(snp, steps);
    expect(recordTrace(trace).steps.map(({ verdict, code }) => [verdict, code])).toEqual([["hit", null], ["fault", null]]);
    expect(replayTrace(trace)).toEqual(agreed);
    expect(replayTrace(traceOf(snp, [...steps, load])).disagreements).toEqual(["step 3, load page 0 -> mail: nothing is compared after step 2, in which the monitor ended"]);
  });

  it("on walks in which it moves anything", { timeout: 120_000 }, () => {
    const kinds = new Set<string>();
    let overs = 0;
    for (const policy of [onSnp(policyIn("test/checker/refine/tiny.json")), port]) {
      const walker = createWalker(policy, () => true, null), naming = namingOf(traceOf(policy, []));
      fc.assert(fc.property(fc.array(fc.nat(), { minLength: 400, maxLength: 400 }), (numbers) => {
        const left = [...numbers], actions: Action[] = [];
        expect(walker.begin()).toEqual([]);
        for (let over = false; left.length > 0 && !over;) {
          const action = walker.choose((below) => (left.pop() ?? 0) % below), stepped = walker.step(action);
          actions.push(action);
          expect(stepped.broken).toEqual([]);
          ({ over } = stepped);
          if (over) overs++;
        }
        for (const { kind } of actions) kinds.add(kind);
        expect(replayTrace(traceOf(policy, runActions(naming, actions).steps.map(({ step }) => step)))).toEqual(agreed);
      }), { seed: 20261128, numRuns: 8, unbiased: true });
    }
    expect([...kinds]).toEqual(expect.arrayContaining(["call", "move", "remap", "rmp"]));
    expect(overs).toBeGreaterThan(0);
  });
});

describe("a monitor that goes another way where the host has moved memory", () => {
  let folder = "", program = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "refmon-moved-"));
    program = join(folder, "patched.mjs");
    await bundlePatched("cli/main.ts", [
      { file: "monitor/calls/unshare_host.ts", find: "  scrub(m, frame); // spec: unshare_host.effect\n", replace: "" },
      { file: "monitor/calls/invalidate.ts", find: "giveUpPage(m, frame, KINDS.invalid)", replace: "giveUpPage(m, frame, KINDS.shared)" },
    ], program);
  });
  afterAll(() => { rmSync(folder, { recursive: true }); });
  const replayed = (trace: Trace): string => spawnSync(process.execPath, [program, "replay", "-"], { input: writeTrace(trace), encoding: "utf8" }).stdout;

  it("is told, in a frame that it has just taken", () => {
    expect(replayed(traceOf(snp, takesAnothers))).toContain("step 3, unshare_host(mail): holds[mail] is {front} on the machine and {} by the oracle");
  });
  it("is told, in a frame that it has not moved", () => {
    expect(replayed(traceOf(snp, [remap("mail", null), call("invalidate", { frame: "note" })]))).toContain("step 2, invalidate(note): kind[note] is shared on the machine and invalid by the oracle");
  });
});
