import { readFileSync } from "node:fs";
import { isRight } from "fp-ts/lib/Either.js";
import { describe, expect, it } from "vitest";
import { Policy } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";
import { illFormed } from "../../spec/well-formed.ts";

type Json = { [member: string]: Json } & Json[] & string & number;

const shipped = (): Json => JSON.parse(readFileSync("policies/untrusted-library.json", "utf8")) as Json;

/** The conditions that the shipped policy breaks after an edit. */
const broken = (edit: (policy: Json) => void): readonly string[] => {
  const json = shipped();
  edit(json);
  const decoded = Policy.decode(json);
  if (!isRight(decoded)) throw new Error("the edited policy is no policy");
  return illFormed(decoded.right, systemsOf(decoded.right)[0]).map(({ condition, pointer }) => `${condition} ${pointer}`);
};

const set = (holder: Json | undefined, member: string | number, value: unknown): void => {
  (holder as unknown as { [member: string | number]: unknown })[member] = value;
};

describe("a boot image", () => {
  it("of the shipped policy is well formed", () => { expect(broken(() => undefined)).toEqual([]); });

  it.each<[string, (policy: Json) => void, readonly string[]]>([
    ["an unsealed root", (p) => { set(p["boot"]?.["domains"]?.[0], "phase", "building"); },
      ["root-sealed /boot/domains/0", "parents-tree /boot/domains/1", "grants-sealed /boot/grants/0", "running-sealed /boot/running/0"]],
    ["a child without a parent", (p) => { delete (p["boot"]?.["domains"]?.[1] as unknown as { parent?: string }).parent; },
      ["parents-tree /boot/domains/1"]],
    ["a domain that is its own parent", (p) => { set(p["boot"]?.["domains"]?.[1], "parent", "lib"); },
      ["parents-tree /boot/domains/1"]],
    ["frames of a domain that does not exist", (p) => { (p["boot"]?.["domains"] as unknown as Json[]).pop(); set(p["boot"]?.["running"], 1, "app"); },
      ["free-owns-nothing /boot/frames/2", "grants-sealed /boot/grants/0"]],
    ["a domain without a root table", (p) => { set(p["boot"]?.["domains"]?.[1], "tables", []); set(p["boot"]?.["domains"]?.[1], "maps", []); },
      ["has-root-table /boot/domains/1/tables"]],
    ["a table in another domain's frame", (p) => { set(p["boot"]?.["domains"]?.[1]?.["tables"]?.[1], "frame", "secret"); },
      ["tables-owned /boot/domains/1/tables/1", "mappings-data /boot/domains/0/maps/0", "labels-owners /boot/frames/4/holds"]],
    ["one frame as two tables", (p) => { set(p["boot"]?.["domains"]?.[1]?.["tables"]?.[1], "frame", "lib-root"); },
      ["tables-linked-once /boot/domains/1/tables/1"]],
    ["a mapping without a leaf table", (p) => { (p["boot"]?.["domains"]?.[1]?.["tables"] as unknown as Json[]).pop(); },
      ["mapped-through-table /boot/domains/1/maps/0"]],
    ["a grant that no rule allows", (p) => { set(p["share"], 0, { from: "lib", to: "app", access: "r" }); },
      ["grants-owned /boot/grants/0"]],
    ["a grant wider than its rule", (p) => { set(p["boot"]?.["grants"]?.[0], "access", "rw"); },
      ["grants-owned /boot/grants/0"]],
    ["a grant of a table", (p) => { set(p["boot"]?.["grants"]?.[0], "frame", "app-leaf"); },
      ["grants-data /boot/grants/0", "mappings-authorised /boot/domains/1/maps/0"]],
    ["a mapping that was only offered", (p) => { set(p["boot"]?.["grants"]?.[0], "status", "offered"); },
      ["mappings-authorised /boot/domains/1/maps/0"]],
    ["a mapping of a stranger's frame", (p) => { set(p["boot"]?.["domains"]?.[1]?.["maps"]?.[0], "frame", "secret"); },
      ["mappings-authorised /boot/domains/1/maps/0"]],
    ["a mapping of a table", (p) => { set(p["boot"]?.["domains"]?.[0]?.["maps"]?.[0], "frame", "app-leaf"); },
      ["mappings-data /boot/domains/0/maps/0"]],
    ["a frame written here and executed there", (p) => { set(p["boot"]?.["domains"]?.[0]?.["maps"]?.[1], "frame", "secret"); set(p["boot"]?.["domains"]?.[0]?.["maps"]?.[1], "access", "rx"); },
      ["write-xor-execute /boot/domains/0/maps/0"]],
    ["a vCPU that runs a domain being built", (p) => { set(p["boot"]?.["domains"]?.[1], "phase", "building"); },
      ["grants-sealed /boot/grants/0", "building-maps-own /boot/domains/1/maps/0", "running-sealed /boot/running/1"]],
    ["a frame that holds another domain's secret", (p) => { set(p["boot"]?.["frames"]?.[4], "holds", ["lib"]); },
      ["labels-owners /boot/frames/4/holds"]],
  ])("with %s names the condition and the place", (_, edit, expected) => { expect(broken(edit)).toEqual(expected); });
});
