import { describe, expect, it } from "vitest";
import { CALLS } from "../../monitor/abi.ts";
import { sourceAt, sourcesOf, totalOf } from "../code-lines.ts";

describe("the TCB", () => {
  it("can be audited in an afternoon: at most 900 lines of code, all that runs in ring 0 after the measured launch, lists of imports included", () => {
    expect(totalOf(sourcesOf("monitor"))).toBeLessThanOrEqual(900);
  });

  it.each(Object.keys(CALLS))("each line of %s that answers or acts names its clause, and each guard the attack that it stops", (call) => {
    const lines = sourceAt(`monitor/calls/${call}.ts`).split("\n").map((line) => line.trim());
    const guards = lines.filter((line) => line.startsWith("if ("));
    for (const line of guards) expect(line).toMatch(new RegExp(`return CODES\\.[A-Z_]+; // spec: ${call}\\.[a-z-]+$`));
    expect(lines.filter((line) => line.endsWith(`// spec: ${call}.effect`)).length).toBeGreaterThan(0);
    expect(sourceAt("monitor/dispatch.ts")).toMatch(new RegExp(`    case CALLS\\.${call}: return .*; // spec: ${call}\\.(arguments|gate-exists)\n`));
  });
});
