import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configured } from "../../cli/configuration.ts";
import { UsageError } from "../../cli/usage-error.ts";
import { defaults, flagOf, settingNames, variableOf, type Setting } from "../../cli/settings.ts";
import { refmon, root, testFolder, withFolder } from "./refmon.ts";

/** Two values of each setting, as a file has them and as they are written elsewhere. */
const samples: { readonly [name in Setting]: readonly (readonly [unknown, string])[] } = {
  policy: [[["a.json"], "a.json"], [["b.json", "c.json"], "b.json,c.json"]], platform: [["hyperenclave", "hyperenclave"], ["sev-snp", "sev-snp"]], profile: [["quick", "quick"], ["deep", "deep"]], from: [[["boot"], "boot"], [["empty", "every"], "empty,every"]], adversaries: [["each", "each"], ["policy", "policy"]], depth: [[3, "3"], [0, "0"]], pages: [[1, "1"], [2, "2"]], vcpus: [[1, "1"], [2, "2"]],
  property: [[["P1"], "P1"], [["P2", "P3"], "P2,P3"]], call: [[["map"], "map"], [["unmap"], "unmap"]], symmetry: [[true, "true"], [false, "false"]], fingerprint: [[true, "true"], [false, "false"]],
  workers: [[2, "2"], ["auto", "auto"]], budget: [[["60s"], "60s"], [["5Mstates", "2GiB"], "5Mstates,2GiB"]], requireClosed: [[true, "true"], [false, "false"]],
  vacuity: [["error", "error"], ["warn", "warn"]], allViolations: [[true, "true"], [false, "false"]], reporter: [[["json"], "json"], [["human", "sarif=a"], "human,sarif=a"]],
  timing: [[true, "true"], [false, "false"]], traces: [["kept", "kept"], [false, "false"]],
  domains: [[2, "2"], [8, "8"]], frames: [[7, "7"], [24, "24"]], geometry: [["4x9", "4x9"], ["2x1", "2x1"]], walks: [[1, "1"], [50, "50"]], length: [[9, "9"], [300, "300"]],
  seed: [[5, "5"], ["random", "random"]],
};
const booleans: readonly Setting[] = ["symmetry", "fingerprint", "requireClosed", "allViolations", "timing"];

/** What commander makes of a flag. */
const asFlag = (name: Setting, [value, written]: readonly [unknown, string]): string | readonly string[] | boolean =>
  (booleans.includes(name) || value === false ? value === true : Array.isArray(value) ? value as readonly string[] : written);

const layer = fc.record(Object.fromEntries(settingNames.map((name) => [name, fc.constantFrom(...samples[name])])), { requiredKeys: [] });

it("puts flags over variables over the file over defaults, whatever each of them says", () => withFolder((folder) => {
  const path = join(folder, "settings.json");
  fc.assert(fc.property(layer, layer, layer, (file, environment, flags) => {
    const entries = Object.entries as (of: object) => [Setting, readonly [unknown, string]][];
    writeFileSync(path, JSON.stringify(Object.fromEntries(entries(file).map(([name, [value]]) => [name, value]))));
    const { values, originOf, placeOf } = configured(
      Object.fromEntries(entries(flags).map(([name, one]) => [name, asFlag(name, one)])), path, Object.fromEntries(entries(environment).map(([name, [, written]]) => [variableOf(name), written])));
    for (const name of settingNames) {
      const [origin, place, said] = name in flags ? ["flag", flagOf(name), flags[name]] as const : name in environment ? ["environment", variableOf(name), environment[name]] as const
        : name in file ? ["file", `${path}:1#/${name}`, file[name]] as const : name in defaults ? ["default", "default", [defaults[name as keyof typeof defaults]]] as const : ["nobody", "not set", []] as const;
      expect([name, originOf(name), placeOf(name), values[name]]).toEqual([name, origin, place, said?.[0]]);
    }
  }), { seed: 7, numRuns: 200 });
}));

describe("a mistake is told with its place, and exits 2", () => {
  it.each([
    ["a misspelt key", '{\n  "dept": 2\n}', "error[UNKNOWN_KEY] refmon.config.json:2#/dept", "did you mean `depth`?"],
    ["a number out of bounds", '{ "depth": 65 }', "error[OUT_OF_BOUNDS] refmon.config.json:1#/depth", "expected  an integer from 0 to 64\n  found     65\n  fix       use 64"],
    ["a wrong type", '{ "symmetry": "no" }', "error[WRONG_TYPE] refmon.config.json:1#/symmetry", "expected  true or false\n  found     \"no\""],
    ["an empty list of policies", '{ "policy": [] }', "error[OUT_OF_BOUNDS] refmon.config.json:1#/policy", "`policy` has no members"],
    ["a budget of nothing", '{ "policy": ["policies/examples/leaky.json"], "budget": ["0s"] }', "error[BAD_OPTION] refmon.config.json:1#/budget", "60s, 5Mstates or 2GiB"],
    ["an unknown reporter", '{ "reporter": ["jsnl"] }', "error[BAD_OPTION] refmon.config.json:1#/reporter", "did you mean `jsonl`?"],
    ["a property that is none", '{\n"policy": ["policies/examples/leaky.json"],\n"property": ["P99"] }', "error[MATCHED_NOTHING] refmon.config.json:3#/property", "no property is called `P99`"],
    ["no JSON", "depth: 2", "error[NOT_JSON] refmon.config.json:1:1", "`d`"],
    ["a key twice", '{ "depth": 1, "depth": 2 }', "error[DUPLICATE_KEY] refmon.config.json:1", "remove one of the two"],
    ["no policy at all", "{}", "error[BAD_OPTION] policy: no policy is named", "as `policy` in refmon.config.json"],
  ])("%s", (_, text, place, words) => {
    const folder = testFolder();
    writeFileSync(join(folder, "refmon.config.json"), text.replaceAll("policies/", `${root}/policies/`));
    const { status, stdout, stderr } = refmon(["check"], { cwd: folder });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(place);
    expect(stderr).toContain(words);
  });
  it.each([
    ["REFMON_DEPTH", "two", "expected  an integer from 0 to 64\n  found     two"], ["REFMON_REQUIRE_CLOSED", "yes", "expected  true or false"],
    ["REFMON_DEPHT", "2", "did you mean `REFMON_DEPTH`?"], ["REFMON_BUDGET", "60s,soon", "expected  60s, 5Mstates or 2GiB"], ["REFMON_WORKERS", "many", 'an integer from 1 to 64, or "auto"'],
  ])("%s=%s", (name, value, words) => {
    const { status, stderr } = refmon(["check", "policies/examples/leaky.json"], { env: { [name]: value } });
    expect(status).toBe(2);
    expect(stderr).toContain(`error[BAD_OPTION] ${name}: `);
    expect(stderr).toContain(words);
  });
});

it("is settled or refused, and never a crash, for any text in the file and in a variable", { timeout: 180_000 }, () => withFolder((folder) => {
  const path = join(folder, "settings.json"), whole = JSON.stringify(Object.fromEntries(settingNames.map((name) => [name, samples[name][0]?.[0]])));
  const mutated = fc.tuple(fc.nat(whole.length), fc.nat(20), fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("{", "[", '"', "null", "-1", "1e999", "\\u0000", "[[[[", ",", "true")))
    .map(([at, length, text]) => whole.slice(0, at) + text + whole.slice(at + length));
  fc.assert(fc.property(mutated, fc.constantFrom(...settingNames), fc.string({ unit: "binary" }), (text, name, written) => {
    writeFileSync(path, text);
    try {
      expect(Object.keys(configured({}, path, { [variableOf(name)]: written }).values)).toEqual(expect.arrayContaining(Object.keys(defaults)));
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(UsageError);
    }
  }), { seed: 7, numRuns: 3000 });
}));

describe("what holds", () => {
  it("is shown by doctor, with who says it", () => {
    const folder = testFolder();
    writeFileSync(join(folder, "refmon.config.json"), '{\n  "depth": 2,\n  "vacuity": "error"\n}');
    const { status, stdout } = refmon(["doctor"], { cwd: folder, env: { REFMON_VACUITY: "warn", REFMON_DEPTH: "" } });
    expect(status).toBe(0);
    expect(stdout).toMatch(/depth +2 +refmon\.config\.json:2#\/depth +read by check\n/);
    expect(stdout).toMatch(/vacuity +warn +REFMON_VACUITY +read by check, simulate\n/);
    expect(stdout).toMatch(/symmetry +true +default +read by check\n/);
  });
  it.each(["check", "diff", "simulate"])("is read by %s where doctor says so: it has flags for these, and for no others", (command) => {
    const flags = new Set([...refmon([command, "--help"]).stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag));
    const said = [...refmon(["doctor"]).stdout.matchAll(/^ {2}(\w+) .* read by (.*)$/gm)].filter(([, , readers = ""]) => readers.split(", ").includes(command)).map(([, name]) => name);
    // Policies are no flag; what diff and simulate report to is asked for by flags alone.
    const own = settingNames.filter((name) => flags.has(flagOf(name)) && (name !== "reporter" || command === "check"));
    expect(said.filter((name) => name !== "policy")).toEqual(own);
    expect(said.includes("policy")).toBe(command !== "diff");
  });
  it("is what check does, and what the command that it prints says", () => {
    const folder = testFolder(), path = `${root}/policies/untrusted-library.json`;
    writeFileSync(join(folder, "refmon.config.json"), JSON.stringify({ policy: [path], depth: 2, property: ["P11"], symmetry: false, timing: false, reporter: ["json"] }));
    const run = refmon(["check", "--symmetry"], { cwd: folder, env: { REFMON_DEPTH: "1" } });
    expect(run.status).toBe(0);
    const report = JSON.parse(run.stdout) as { readonly command: string };
    expect(report).toMatchObject({ bounds: { machineDepth: 1, symmetry: true, properties: ["P11"] }, command: `refmon check ${path} --depth 1 --property P11 --symmetry` });
    expect(refmon(report.command.split(" ").slice(1), { cwd: folder }).stdout).toBe(run.stdout);
  });
  it("is the example of the README as well", () => {
    const [, text = ""] = /```json\n([^]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8").split("\n## Settings\n")[1] ?? "") ?? [], folder = testFolder(), path = join(folder, "settings.json");
    writeFileSync(path, text);
    expect(() => configured({}, path, {})).not.toThrow(UsageError);
    expect(configured({}, path, {}).values).toMatchObject(JSON.parse(text) as object);
  });
});
