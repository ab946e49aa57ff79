import { join } from "node:path";
import { ESLint } from "eslint";
import { describe, expect, it } from "vitest";
import { plugin } from "../../lint/plugin.ts";

const eslint = new ESLint({ cwd: join(import.meta.dirname, "..", "..") });
const ERROR = 2;

interface Config {
  readonly rules: Readonly<Record<string, readonly [severity: number]>>;
  readonly linterOptions: { readonly noInlineConfig?: boolean };
}

const configOf = async (file: string): Promise<Config> => eslint.calculateConfigForFile(file) as Promise<Config>;

async function ownRulesFor(file: string): Promise<readonly string[]> {
  const { rules } = await configOf(file);
  return Object.entries(rules).flatMap(([name, [severity]]) => (name.startsWith("refmon/") && severity === ERROR ? [name.slice("refmon/".length)] : []));
}

const tcbRules = Object.keys(plugin.rules).filter((name) => name.startsWith("tcb-"));

describe("where the project's own rules apply", () => {
  it.each(["spec/calls/map.ts", "spec/moves/load.ts", "spec/properties/p1.ts"])("%s is written in the specification language", async (file) => {
    expect(await ownRulesFor(file)).toEqual(["no-js-operators-on-expressions"]);
  });

  it.each(["monitor/start.ts", "monitor/dispatch.ts", "monitor/calls/map.ts"])("%s is written in the TCB subset", async (file) => {
    expect(await ownRulesFor(file)).toEqual(tcbRules);
  });

  it("identifiers alone may cast", async () => {
    expect(await ownRulesFor("monitor/identifiers.ts")).toEqual(tcbRules.filter((name) => name !== "tcb-no-casts"));
  });

  it.each(["spec/lang/evaluate.ts", "hw/paging.ts", "image/write.ts", "checker/explore/search.ts", "cli/main.ts"])("%s is plain TypeScript", async (file) => {
    expect(await ownRulesFor(file)).toEqual([]);
  });

  it.each(["spec/calls/map.ts", "monitor/calls/map.ts"])("%s cannot switch a rule off by a comment", async (file) => {
    expect((await configOf(file)).linterOptions.noInlineConfig).toBe(true);
  });
});
