/** `policies/README.md` against the codec: every key is documented, under the limits that the codec has, and no key that is not there. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { shapeOf, type Shape } from "../../../checker/policy/shape.ts";
import { limits, Policy } from "../../../spec/policy.ts";

const readme = readFileSync("policies/README.md", "utf8");
/** What stands in backquotes. */
const written = new Set([...readme.matchAll(/`([^`\n]+)`/gu)].map(([, text = ""]) => text));
const rows = readme.split("\n").filter((line) => line.startsWith("| `"));

/** The keys that a row begins with. */
const keysIn = (row: string): readonly string[] => [...(/^\| ((?:`[^`]+`(?:, )?)+) \|/u.exec(row)?.[1] ?? "").matchAll(/`([^`]+)`/gu)].map(([, key = ""]) => key);

/** Dotted paths of all keys, lists and choices left out. */
const keysOf = (shape: Shape, path: readonly string[] = []): readonly (readonly string[])[] => {
  switch (shape.kind) {
    case "object": return Object.entries({ ...shape.required, ...shape.optional }).flatMap(([key, inner]) => [[...path, key], ...keysOf(inner, [...path, key])]);
    case "array": return keysOf(shape.of, path);
    case "dictionary": return keysOf(shape.of, path);
    default: return [];
  }
};
const keys = keysOf(shapeOf(Policy)), dotted = keys.map((path) => path.join("."));

describe("policies/README.md", () => {
  it.each(keys.map((path) => [path.join("."), path] as const))("documents %s, in a row of its own, by rows of its keys or in the row that it belongs to", (key, path) => {
    const last = path.at(-1) ?? key, above = path.slice(0, -1);
    const own = rows.some((row) => keysIn(row).some((one) => one === key || one.startsWith(`${key}.`) || (above.length > 1 && one === last)));
    const inside = rows.filter((row) => keysIn(row).some((one) => one === above.join(".") || one === above.at(-1)));
    expect(own || inside.some((row) => row.includes(`\`${last}\``) || row.includes(`\`${last}: `))).toBe(true);
  });
  it("has a row for no key that is not there", () => {
    const first = rows.flatMap(keysIn).filter((key) => !key.endsWith(".json"));
    expect(first.filter((key) => !dotted.includes(key) && !keys.some((path) => path.at(-1) === key))).toEqual([]);
    expect(first.length).toBeGreaterThan(30);
  });
  it("says every value of a choice", () => {
    const choices = ["hyperenclave", "sev-snp", "r", "rw", "rx", "read", "write", "flow", "building", "sealed", "offered", "accepted"];
    expect(choices.filter((value) => !written.has(value))).toEqual([]);
  });
  it.each<[string, string]>([
    ["`domains`", `1 to ${limits.domains} names`], ["`gates`", `at most ${limits.gates}.`], ["`devices`", `at most ${limits.devices}.`], ["`adversary.hostMoves`", `0 to ${limits.hostMoves}`],
    ["`levels.of`", `0 to ${limits.levels - 1}`], ["`boot.frames`", `1 to ${limits.frames} frames`], ["`bounds.pages`", `1 to ${limits.pages}`], ["`bounds.vcpus`", `1 to ${limits.vcpus}`],
    ["`bounds.machineDepth`", `0 to ${limits.machineDepth}`], ["`bounds.ioPages`", `1 to ${limits.ioPages}`], ["`bounds.stack`", `1 to ${limits.stack}`],
  ])("says the limit of %s", (key, limit) => { expect(rows.find((row) => row.startsWith(`| ${key} `))).toContain(limit); });
  it("lists every policy that is shipped", () => {
    const shipped = readdirSync("policies", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"));
    expect(shipped.filter((file) => !written.has(file))).toEqual([]);
  });
});
