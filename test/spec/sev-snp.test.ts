/** Pages on SEV-SNP: given up, taken into use again, and never validated twice. */
import { readFileSync } from "node:fs";
import { isRight } from "fp-ts/lib/Either.js";
import { describe, expect, it } from "vitest";
import { unlimited } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import { adversaryOf } from "../../spec/adversary.ts";
import type { Valuation } from "../../spec/lang/evaluate.ts";
import { step, type System } from "../../spec/lang/system.ts";
import { Policy } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";
import { without } from "../peers/seeds.ts";

const policy = (change: Partial<Policy>): Policy => {
  const decoded = Policy.decode({ ...JSON.parse(readFileSync("test/peers/policies/whole.json", "utf8")) as object, ...change });
  if (!isRight(decoded)) throw new Error("the policy does not decode");
  return decoded.right;
};
const systemOf = (change: Partial<Policy>): System => systemsOf(policy(change))[0];
const snp = systemOf({ platform: "sev-snp" });
const leaf = 2, libRoot = 3;

/** The codes of calls, each made where the one before led to. */
const codes = (system: System, ...calls: readonly (readonly [name: string, own: Valuation])[]): readonly string[] => {
  let state = system.initial;
  return calls.map(([name, own]) => {
    const transition = system.transitions.find((one) => one.name === name);
    if (transition === undefined) return "BAD_CALL";
    const outcome = step(system, state, { transition, scope: { vcpu: 0, caller: 0, ...own } });
    if (outcome.kind === "allowed") state = outcome.next;
    return outcome.kind === "denied" ? outcome.guard.code : outcome.kind;
  });
};
const page = { frame: leaf }, table = { domain: 0, level: 1, index: 0 };

describe("a page", () => {
  it("is given up empty and unused, and taken back once", () => {
    expect(codes(snp,
      ["invalidate", { frame: libRoot }], ["validate", { frame: libRoot }], ["validate", page], ["invalidate", page], ["table_remove", table], ["invalidate", page], ["invalidate", page],
      ["table_add", { ...table, frame: leaf }], ["share_host", page], ["validate", page], ["validate", page], ["table_add", { ...table, frame: leaf }],
    )).toEqual([
      "NOT_OWNER", "NOT_OWNER", "ALREADY", "BAD_KIND", "allowed", "allowed", "ALREADY",
      "BAD_KIND", "DENIED", "allowed", "ALREADY", "allowed",
    ]);
  });
  it("in use cannot be given up", () => {
    const mapped = systemOf({ platform: "sev-snp", boot: { ...policy({}).boot, frames: [...policy({}).boot.frames, { name: "page", owner: "app" }] } });
    expect(codes(mapped, ["map", { domain: 0, page: 0, frame: 4, access: 1 }], ["invalidate", { frame: 4 }], ["unmap", { domain: 0, page: 0 }], ["invalidate", { frame: 4 }]))
      .toEqual(["allowed", "BUSY", "allowed", "allowed"]);
  });
  it("of a dying domain comes back as data", () => {
    const { boot } = policy({}), owned = systemOf({ platform: "sev-snp", boot: { ...boot, frames: [...boot.frames, { name: "page", owner: "lib" }], running: ["lib"] } });
    expect(codes(owned, ["invalidate", { caller: 1, frame: 4 }], ["interrupt", {}], ["destroy", { domain: 1 }], ["reclaim", { frame: 4 }], ["donate", { frame: 4, domain: 1 }], ["share_host", { frame: 4 }]))
      .toEqual(["allowed", "allowed", "allowed", "allowed", "BAD_PHASE", "DENIED"]);
  });
});

describe("the platform", () => {
  const found = async (system: System) => search(system, { ...unlimited, name: system.name });
  it("keeps every property, and every call succeeds somewhere", async () => {
    const { closed, violations, coverage } = await found(snp);
    expect([closed, violations]).toEqual([true, []]);
    expect(coverage.calls.filter(({ succeeded }) => succeeded === 0)).toEqual([]);
    expect(coverage.properties.filter(({ antecedent, clause }) => antecedent === 0 && snp.properties[clause]?.form !== "view" && snp.properties[clause]?.place !== "M")).toEqual([]);
  });
  it.each([["validate", "not-validated", "P14"], ["invalidate", "owned", "P6"], ["invalidate", "unreferenced", "P3"]])("shows a bug without %s.%s", async (call, guard, property) => {
    expect((await found(without(snp, { policy: "whole", call, guard }))).violations.map((one) => one.property)).toContain(property);
  });
  it("that trusts its hypervisor has neither the calls nor the properties", () => {
    const names = ({ transitions, properties }: System): readonly string[] => [...transitions.map(({ name }) => name), ...properties.map(({ id }) => id)];
    const here = new Set(names(systemOf({})));
    expect([...new Set(names(snp))].filter((name) => !here.has(name))).toEqual(["validate", "invalidate", "P14", "P15"]);
    expect(codes(systemOf({}), ["validate", page], ["invalidate", page])).toEqual(["BAD_CALL", "BAD_CALL"]);
  });
});

describe("a switch of the adversary", () => {
  const all = snp.transitions.map(({ name }) => name);
  it.each<[keyof NonNullable<Policy["adversary"]>, readonly string[]]>([
    ["interrupts", ["interrupt"]], ["host", ["host_read", "host_write"]], ["dma", ["dma_read", "dma_write"]], ["remap", []], ["rmp", []], ["injection", []],
  ])("%s takes its moves away, and nothing else", (name, moves) => {
    const left = systemOf({ platform: "sev-snp", adversary: { [name]: false } }).transitions.map((one) => one.name);
    expect(all.filter((one) => !left.includes(one))).toEqual(moves);
    expect(adversaryOf(policy({ platform: "sev-snp", adversary: { [name]: false } }))).toEqual({ ...adversaryOf(policy({ platform: "sev-snp" })), [name]: false });
  });
  it("is on unless told, and the host has the nested tables only on SEV-SNP", () => {
    expect(adversaryOf(policy({ platform: "sev-snp" }))).toEqual({ interrupts: true, host: true, dma: true, remap: true, rmp: true, injection: true, hostMoves: 2 });
    expect(adversaryOf(policy({}))).toEqual({ interrupts: true, host: true, dma: true, remap: false, rmp: false, injection: false, hostMoves: 2 });
    expect(adversaryOf(policy({ platform: "sev-snp", adversary: { hostMoves: 0 } })).hostMoves).toBe(0);
  });
});
