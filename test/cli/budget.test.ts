import { totalmem } from "node:os";
import { describe, expect, it } from "vitest";
import { parseBudget } from "../../cli/budget.ts";

describe("a budget", () => {
  it("is of what was written last of each kind", () => {
    expect(parseBudget(["60s", "5Mstates,2GiB", "1.5min"], "--budget")).toEqual({ milliseconds: 90_000, states: 5_000_000, bytes: 2 * 2 ** 30 });
  });
  it("never takes all the memory that there is, unless it is told to", () => {
    const { milliseconds, states, bytes } = parseBudget([], "--budget");
    expect([milliseconds, states]).toEqual([Infinity, Infinity]);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(totalmem());
    expect(parseBudget(["999GiB"], "--budget").bytes).toBe(999 * 2 ** 30);
  });
});
