import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CALLS } from "../../monitor/abi.ts";

const MONITOR = new URL("../../monitor/", import.meta.url).pathname;
const files = readdirSync(MONITOR, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts")).sort();
const source = (name: string): string => readFileSync(join(MONITOR, name), "utf8");

/** Lines that are neither blank nor comment. */
const codeLines = (text: string): number =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length;

describe("the TCB", () => {
  it("can be audited in an afternoon: at most 900 lines of code", () => {
    const total = files.reduce((sum, name) => sum + codeLines(source(name)), 0);
    process.stdout.write(`monitor/: ${total} lines of code in ${files.length} files\n`);
    expect(total).toBeLessThanOrEqual(900);
  });

  it.each(Object.keys(CALLS))("each line of %s that answers or acts names its clause, and each guard the attack that it stops", (call) => {
    const lines = source(`calls/${call}.ts`).split("\n").map((line) => line.trim());
    const guards = lines.filter((line) => line.startsWith("if ("));
    for (const line of guards) expect(line).toMatch(new RegExp(`return CODES\\.[A-Z_]+; // spec: ${call}\\.[a-z-]+$`));
    expect(lines.filter((line) => line.endsWith(`// spec: ${call}.effect`)).length).toBeGreaterThan(0);
    expect(source("dispatch.ts")).toMatch(new RegExp(`    case CALLS\\.${call}: return .*; // spec: ${call}\\.(arguments|gate-exists)\n`));
  });
});
