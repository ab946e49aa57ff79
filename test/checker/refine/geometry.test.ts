import { readFileSync } from "node:fs";
import { isRight } from "fp-ts/lib/Either.js";
import { describe, expect, it } from "vitest";
import { unlimited } from "../../../checker/explore/result.ts";
import { machineSearch } from "../../../checker/refine/search.ts";
import { Policy } from "../../../spec/policy.ts";
import { systemsOf } from "../../../spec/system.ts";

interface Shaped {
  geometry: string;
  boot: { frames: { name: string; owner: string }[]; domains: { name: string; tables: { level: number; index: number; frame: string }[] }[] };
}

/** The shipped policy at another geometry, with the tables between root and leaf that it needs. */
const shippedAt = (geometry: string): Policy => {
  const json = JSON.parse(readFileSync("policies/untrusted-library.json", "utf8")) as Shaped;
  json.geometry = geometry;
  const levels = Number(geometry[0]);
  for (const { name, tables } of json.boot.domains) {
    for (const table of tables) if (table.level === 2) table.level = levels;
    for (let level = 2; level < levels; level++) {
      tables.push({ level, index: 0, frame: `${name}-${level}` });
      json.boot.frames.push({ name: `${name}-${level}`, owner: name });
    }
  }
  const decoded = Policy.decode(json);
  if (!isRight(decoded)) throw new Error("the reshaped policy is no policy");
  return decoded.right;
};

describe("the monitor", () => {
  it.each(["2x1", "2x2", "2x9", "3x1", "3x3", "4x1", "4x2", "4x9"])("does what the specification says at geometry %s, to depth 1", async (geometry) => {
    const policy = shippedAt(geometry);
    const { violations, depth, statesDistinct } = await machineSearch(policy, systemsOf(policy)[0], { ...unlimited, name: geometry, depth: 1 });
    expect(violations).toEqual([]);
    expect(depth).toBe(1);
    expect(statesDistinct).toBe(15);
  });
});
