import { describe, expect, it } from "vitest";
import { rulesBetween } from "../../../checker/diff/rules.ts";
import { unlimited } from "../../../checker/explore/result.ts";
import type { Policy } from "../../../spec/policy.ts";
import { changed, pair, readBack } from "./pair.ts";

const rules = async (old: Policy, now: Policy): Promise<readonly string[]> =>
  (await rulesBetween({ old: readBack(old), new: readBack(now) }, { search: unlimited })).map(({ pointer, status, old: was, shadowedBy }) => [pointer, status, was ?? "new", ...shadowedBy].join(" "));

const read = { from: "app", to: "lib", access: "r" } as const, write = { ...read, access: "rw" } as const;
const ghost = ["app", "lib", "ghost"];
const { boot } = pair();

describe("rules that do nothing", () => {
  it("are none where every rule is used", async () => expect(await rules(pair(), pair())).toEqual([]));
  it("are shadowed where another one covers them", async () => {
    expect(await rules(pair(), changed({ share: [read, write] }))).toEqual(["/share/0 shadowed used share app -> lib: rw"]);
    expect(await rules(changed({ share: [read, write] }), changed({ share: [write, read] }))).toEqual(["/share/1 shadowed shadowed share app -> lib: rw"]);
  }, 60_000);
  it("count once where they are there twice", async () => expect(await rules(pair(), changed({ share: [read, { ...read, name: "again" }] }))).toEqual(["/share/1 shadowed used share app -> lib: r"]), 60_000);
  it("are dead where nobody can ever use them", async () =>
    expect(await rules(changed({ domains: ghost }), changed({ domains: ghost, share: [read, { from: "ghost", to: "lib", access: "r" }] }))).toEqual(["/share/1 dead new"]), 60_000);
  it("are redundant where the same comes about without them", async () => {
    // Whatever the library could be created again for, it does already: nothing that is told apart by owner is new.
    const found = await rules(pair(), changed({ boot: { ...boot, frames: [...boot.frames, { name: "own", owner: "lib" }] } }));
    expect(found).toEqual(["/create/0 redundant used"]);
  }, 60_000);
});
