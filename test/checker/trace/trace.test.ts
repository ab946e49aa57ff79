/** Traces: files, names, recordings and replays. */
import { describe, expect, it } from "vitest";
import { readTrace, writeTrace } from "../../../checker/trace/codec.ts";
import { recordTrace } from "../../../checker/trace/record.ts";
import { replayTrace, requireConfirmed } from "../../../checker/trace/replay.ts";
import type { Trace } from "../../../checker/trace/trace.ts";
import { seeded } from "../../regress/seeded-policy.ts";

const trace: Trace = {
  schema: "refmon.trace/1", policy: seeded, expected: null,
  steps: [
    { vcpu: 0, by: "app", move: "store", page: 1, frame: null },
    { vcpu: 1, by: "lib", move: "load", page: 0, frame: "buffer" },
    { vcpu: 1, by: "lib", call: "protect", arguments: { domain: "lib", page: 0, access: "rw" } },
    { vcpu: 0, by: "app", call: "map", arguments: { domain: "app", page: 7, frame: "monitor:2", access: "-" } },
    { vcpu: 0, by: "app", call: "#99", arguments: {} },
    { vcpu: 0, by: "app", call: "revoke", arguments: { frame: "buffer", receiver: "lib" } },
    { vcpu: 1, by: "lib", move: "load", page: 0, frame: "buffer" },
  ],
};

describe("trace files", () => {
  it("come back as they were written", () => {
    const read = readTrace(writeTrace(trace));
    expect(read).toEqual({ ok: true, trace });
  });

  const text = writeTrace(trace);
  it.each([
    ["cut in half", text.slice(0, text.length / 2), "NOT_JSON", ""],
    ["no trace", "{}", "MISSING_KEY", ""],
    ["an unknown call", text.replace('"call": "revoke"', '"call": "revoak"'), "BAD_TRACE", "/steps/5"],
    ["an unknown domain", text.replace('"by": "lib"', '"by": "lob"'), "BAD_TRACE", "/steps/1/by"],
    ["an unknown frame", text.replace('"monitor:2"', '"moniter:2"'), "BAD_TRACE", "/steps/3"],
    ["a missing argument", text.replace('"receiver": "lib"', '"reciever": "lib"'), "BAD_TRACE", "/steps/5"],
    ["a vCPU that is not there", text.replace('"vcpu": 1', '"vcpu": 9'), "BAD_TRACE", "/steps/1"],
    ["an unknown property", text.replace('"expected": null', '"expected": {"property": "P77", "place": "M", "afterStep": 1}'), "BAD_TRACE", "/expected/property"],
    ["too few steps", text.replace('"expected": null', '"expected": {"property": "P1", "place": "M", "afterStep": 8}'), "BAD_TRACE", "/expected/afterStep"],
    ["a policy that is none", text.replace('"scheduler": "app"', '"scheduler": "nobody"'), "UNKNOWN_NAME", "/policy/scheduler"],
  ])("that are %s are refused", (_name, broken, code, pointer) => {
    const read = readTrace(broken);
    expect(read.ok ? [] : read.problems.slice(0, 1)).toMatchObject([{ code, pointer }]);
  });
});

describe("a recording", () => {
  const { steps, findings, beside } = recordTrace(trace);

  it("says what each step came to", () => {
    expect(steps.map(({ title, verdict, code, guard }) => [title, verdict, code, guard])).toEqual([
      ["store page 1 -> buffer", "hit", null, null],
      ["load page 0 -> buffer", "hit", null, null],
      ["protect(lib, 0, rw)", "denied", "NOT_AUTHORISED", "protect.authorised"],
      ["map(app, 7, monitor:2, -)", "denied", "BAD_ARGUMENT", "map.arguments"],
      ["#99()", "denied", "BAD_CALL", "unknown.call"],
      ["revoke(buffer, lib)", "ok", "OK", null],
      ["load page 0 -> buffer", "fault", null, null],
    ]);
    expect(findings).toEqual([]);
    expect(beside).toEqual([]);
  });

  it("says what changed, from abstract cells down to entry bits and TLBs", () => {
    expect(steps[0]?.cells).toEqual([{ cell: "holds[buffer]", before: "{}", after: "{app}" }]);
    expect(steps[5]?.cells).toEqual([
      { cell: "space[lib][0]", before: "buffer r", after: "none" },
      { cell: "grant[buffer][lib]", before: "accepted r", after: "none" },
    ]);
    expect(steps[5]?.entries).toMatchObject([{
      table: "lib-leaf", level: 1, index: 0, before: { flags: ["P", "US", "A", "D", "NX"], frame: "buffer" }, after: { low: 0, high: 0, flags: [], frame: null },
    }]);
    expect(steps[5]?.tlb).toEqual([{ vcpu: 1, tag: "lib", page: 0, frame: "buffer", access: "r", change: "went" }]);
  });
});

describe("a replay", () => {
  it("agrees on a trace without a finding", () => {
    expect(replayTrace(trace)).toEqual({ agree: true, confirmed: null, stranded: null, findings: [], disagreements: [] });
  });

  it("does not confirm a violation that is not there", () => {
    const claimed: Trace = { ...trace, expected: { property: "P11", place: "M", afterStep: 6 } };
    expect(replayTrace(claimed).confirmed).toBe(false);
    expect(() => requireConfirmed(claimed)).toThrow(/not there/);
  });

  it("tells when the file names another domain than the one that runs", () => {
    const [first, ...rest] = trace.steps;
    const wrong: Trace = { ...trace, steps: first === undefined || !("vcpu" in first) ? [] : [{ ...first, by: "lib" }, ...rest] };
    expect(replayTrace(wrong)).toMatchObject({ agree: false });
  });
});
