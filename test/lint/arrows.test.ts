import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise } from "dependency-cruiser";
import type { ICruiseResult } from "dependency-cruiser";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { default as config } from "../../.dependency-cruiser.mjs";

type Tree = Readonly<Record<string, string>>;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "arrows-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes the tree and returns the violations as `rule: from -> to`, sorted. */
async function violations(tree: Tree): Promise<readonly string[]> {
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { options, forbidden } = config;
  const { output } = await cruise(["."], { ...options, baseDir: folder, validate: true, ruleSet: { forbidden: forbidden ?? [] } });
  const { summary } = output as ICruiseResult;
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort();
}

const imports = (...sources: readonly string[]): string => sources.map((source) => `import "${source}";\n`).join("");
const LEAF = "export {};\n";

describe("the arrows between the rooms", () => {
  it("accepts the design", async () => {
    const tree = {
      "spec/lang/types.ts": LEAF,
      "spec/state.ts": imports("./lang/types.ts"),
      "hw/memory.ts": LEAF,
      "monitor/frames.ts": imports("../hw/memory.ts"),
      "monitor/calls/map.ts": imports("../frames.ts", "../../hw/memory.ts"),
      "image/write.ts": imports("../monitor/frames.ts", "../hw/memory.ts"),
      "checker/refine/boot-image.ts": imports("../../spec/state.ts", "../../image/write.ts"),
      "checker/refine/abstract.ts": imports("../../spec/state.ts", "../../hw/memory.ts"),
      "checker/refine/commute.ts": imports("./abstract.ts", "../../monitor/calls/map.ts"),
      "checker/explore/search.ts": imports("../refine/commute.ts"),
      "checker/explore/node/threads.ts": imports("../search.ts", "node:worker_threads"),
      "cli/check.ts": imports("../checker/explore/node/threads.ts", "../spec/state.ts", "node:fs"),
      "test/check.test.ts": imports("../cli/check.ts", "../monitor/frames.ts", "../hw/memory.ts"),
    };
    expect(await violations(tree)).toEqual([]);
  });

  const forbidden: readonly (readonly [rule: string, from: string, to: string])[] = [
    ["language-stands-alone", "spec/lang/types.ts", "spec/state.ts"],
    ["spec-stands-alone", "spec/state.ts", "monitor/frames.ts"],
    ["spec-stands-alone", "spec/state.ts", "hw/memory.ts"],
    ["spec-stands-alone", "spec/state.ts", "checker/search.ts"],
    ["hardware-stands-alone", "hw/memory.ts", "monitor/frames.ts"],
    ["hardware-stands-alone", "hw/memory.ts", "spec/state.ts"],
    ["monitor-on-hardware-only", "monitor/frames.ts", "spec/state.ts"],
    ["monitor-on-hardware-only", "monitor/frames.ts", "checker/search.ts"],
    ["monitor-on-hardware-only", "monitor/start.ts", "image/write.ts"],
    ["image-on-monitor-and-hardware-only", "image/write.ts", "spec/state.ts"],
    ["image-on-monitor-and-hardware-only", "image/write.ts", "checker/search.ts"],
    ["checker-below-command-line", "checker/search.ts", "cli/check.ts"],
    ["checker-below-command-line", "checker/search.ts", "test/naive.ts"],
    ["abstraction-without-monitor", "checker/refine/abstract-tables.ts", "monitor/layout.ts"],
    ["abstraction-without-monitor", "checker/refine/abstract-tables.ts", "image/size.ts"],
    ["command-line-through-checker", "cli/check.ts", "monitor/frames.ts"],
    ["command-line-through-checker", "cli/check.ts", "image/write.ts"],
    ["command-line-through-checker", "cli/check.ts", "hw/memory.ts"],
  ];
  it.each(forbidden)("%s: %s may not import %s", async (rule, from, to) => {
    const source = `${"../".repeat(from.split("/").length - 1)}${to}`;
    expect(await violations({ [from]: imports(source), [to]: LEAF })).toContain(`${rule}: ${from} -> ${to}`);
  });

  it("sees the import of a type", async () => {
    const tree = { "monitor/frames.ts": `import type { State } from "../spec/state.ts";\nexport type S = State;\n`, "spec/state.ts": "export type State = 1;\n" };
    expect(await violations(tree)).toEqual(["monitor-on-hardware-only: monitor/frames.ts -> spec/state.ts"]);
  });

  it("sees the monitor behind the abstraction", async () => {
    const tree = {
      "checker/refine/abstract.ts": imports("./layout.ts"),
      "checker/refine/layout.ts": imports("../../monitor/layout.ts"),
      "monitor/layout.ts": LEAF,
    };
    expect(await violations(tree)).toEqual(["abstraction-without-monitor: checker/refine/abstract.ts -> monitor/layout.ts"]);
  });

  it.each(["spec/state.ts", "hw/memory.ts", "monitor/frames.ts", "image/write.ts", "checker/refine/commute.ts", "checker/trace/replay.ts", "checker/explore/search.ts"])(
    "browser-without-node: %s may not need Node",
    async (from) => {
      expect(await violations({ [from]: imports("node:fs") })).toContainEqual(expect.stringMatching(`^browser-without-node: ${from} -> (node:)?fs$`));
      expect(await violations({ [from]: imports("path") })).toContainEqual(expect.stringMatching(`^browser-without-node: ${from} -> path$`));
    },
  );

  it("sees Node behind a file that may use it", async () => {
    const tree = { "checker/trace/replay.ts": imports("../report/write.ts"), "checker/report/write.ts": imports("node:fs") };
    expect(await violations(tree)).toContainEqual(expect.stringMatching("^browser-without-node: checker/trace/replay.ts -> (node:)?fs$"));
  });

  it("compiler-on-demand: the compiler is imported by the command that runs", async () => {
    const installed = { "node_modules/typescript/package.json": `{ "name": "typescript", "main": "index.js" }`, "node_modules/typescript/index.js": "" };
    const started = await violations({ ...installed, "cli/mutate.ts": imports("typescript") });
    expect(started).toEqual(["compiler-on-demand: cli/mutate.ts -> node_modules/typescript/index.js"]);
    const onDemand = `import type ts from "typescript";\nexport const load = async (): Promise<typeof ts> => (await import("typescript")).default;\n`;
    expect(await violations({ ...installed, "cli/mutate.ts": onDemand })).toEqual([]);
  });

  it("no-cycles: two files may not import each other", async () => {
    const tree = { "checker/a.ts": imports("./b.ts"), "checker/b.ts": imports("./a.ts") };
    expect(await violations(tree)).toEqual(["no-cycles: checker/a.ts -> checker/b.ts"]);
  });

  it("resolvable: what is imported exists", async () => {
    expect(await violations({ "cli/check.ts": imports("./missing.ts") })).toEqual(["resolvable: cli/check.ts -> ./missing.ts"]);
  });
});
