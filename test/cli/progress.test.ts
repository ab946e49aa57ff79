import { describe, expect, it } from "vitest";
import type { SearchProgress } from "../../checker/explore/result.ts";
import { progressOn, type Progress } from "../../cli/progress.ts";

const at: SearchProgress = {
  depth: 15, statesDistinct: 8_097_196, transitions: 45_562_665, frontier: 1_234_881, forecast: { statesDistinct: 15_585_780, bytes: 1134 * 2 ** 20, milliseconds: 32_000 },
  whole: { statesDistinct: 33_000_000, low: 9_900_000, high: 990_000_000, bytes: 2.3 * 2 ** 30, milliseconds: 670_000 },
};
const soon: SearchProgress = { ...at, whole: { statesDistinct: 9_000_000, low: 8_100_000, high: 9_900_000, bytes: 2 ** 29, milliseconds: 4000 } };

/** What is written while `of` shows progress, with a clock that it sets. */
const written = (isTTY: boolean, of: (progress: Progress, wait: (milliseconds: number) => void) => void): string => {
  let text = "", now = 0;
  of(progressOn({ isTTY, columns: 60, write: (part) => { text += part; } }, () => now), (milliseconds) => { now += milliseconds; });
  return text;
};

describe("progress", () => {
  it("is a line every ten seconds where nobody watches, with what is to come", () => {
    expect(written(false, (progress, wait) => {
      for (let second = 0; second < 25; second++) {
        progress.show("four, specification, search 1 of 3", soon);
        wait(1000);
      }
      progress.end();
    })).toBe("four, specification, search 1 of 3: depth 15, 8.1 M states, 1.2 M to expand; in the end about 9.0 M (8.1 M to 9.9 M), 512 MiB, in 4 s; after the next level 16 M, 1.1 GiB, in 32 s\n".repeat(2));
  });
  it("says once of a search that will take long what can be done about it", () => {
    const lines = written(false, (progress, wait) => {
      for (const search of ["one", "two"]) {
        for (let second = 0; second < 60; second++) {
          progress.show(search, at);
          wait(1000);
        }
      }
    }).trimEnd().split("\n");
    const line = (search: string): string => `${search}: depth 15, 8.`;
    // The first line on `two` comes in its first moment, where nothing is advised.
    expect(lines.map((one) => one.slice(0, 17))).toEqual([line("one"), "  This takes long", ...Array.from({ length: 4 }, () => line("one")), line("two"), line("two"), "  This takes long", ...Array.from({ length: 4 }, () => line("two"))]);
    expect(lines[1]).toContain("Ctrl-C ends it with a report of what is known");
  });
  it("is one live line on a terminal, no longer than it, that goes in the end; what is first guessed is no reason for advice", () => {
    const text = written(true, (progress, wait) => {
      progress.show("four, specification, search 1 of 3", at);
      wait(100);
      progress.show("four, specification, search 1 of 3", at);
      progress.end();
    });
    const shown = "four, specification, search 1 of 3: depth 15, 8.1 M states, 1.2 M to expand".slice(0, 59);
    expect(text).toBe(`${`\r\u001b[2K${shown}`.repeat(2)}\r\u001b[2K`);
  });
});
