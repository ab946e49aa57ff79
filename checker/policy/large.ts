/** What a large page of a boot image must be, so that the processor maps what the policy means and no call can tear it. */
import { geometry } from "../../spec/bounds.ts";
import { spanAt } from "../../spec/large.ts";
import type { Policy } from "../../spec/policy.ts";
import { pointerTo, type Problem } from "./problem.ts";

/** PS is a reserved bit above level 3 (SDM vol. 3, 4.5.4), and level 1 has no table to spare. */
const highest = 3;

/** Alignment, bounds, owner, and what stands in the way: each large page by itself, the first thing that is wrong with it. */
export const largeProblems = (policy: Policy): readonly Problem[] => {
  const shape = geometry(policy), { pages } = policy.bounds, { frames } = policy.boot;
  return policy.boot.domains.flatMap(({ name, tables, maps, large = [] }, i) => large.flatMap(({ level, page, frame }, j): readonly Problem[] => {
    const problem = (key: "level" | "page" | "frame", sentence: string, expected: string, found: string): readonly Problem[] =>
      [{ code: "OUT_OF_BOUNDS", pointer: pointerTo(["boot", "domains", i, "large", j, key]), sentence, expected, found }];
    const top = Math.min(highest, shape.levels), span = spanAt(shape, level), first = frames.findIndex((one) => one.name === frame);
    const prefix = (of: number, at: number): number => Math.floor(of / 2 ** (shape.indexBits * at));
    if (level > top) return problem("level", "no table of that level can hold a large page", `2 to ${top} in geometry ${policy.geometry}`, String(level));
    if (page % span !== 0 || page + span > pages) return problem("page", `a large page of level ${level} covers ${span} pages that are explored, from a multiple of ${span} on`, `a multiple of ${span}, at most ${pages - span}`, String(page));
    if (first % span !== 0 || first + span > frames.length) {
      return problem("frame", `a large page of level ${level} maps ${span} frames that follow each other in /boot/frames, from a multiple of ${span} on`, `a frame at a multiple of ${span}, at most ${frames.length - span}`, `\`${frame}\` at ${first}`);
    }
    const foreign = frames.slice(first, first + span).find((one) => one.owner !== name || one.shared === true || policy.boot.domains.some((other) => other.tables.some((table) => table.frame === one.name)));
    if (foreign !== undefined) return problem("frame", "every frame of a large page is a data frame of the domain that maps it", `frames of \`${name}\`, neither shared nor tables`, `\`${foreign.name}\``);
    if (level < shape.levels && !tables.some((one) => one.level === level && one.index === prefix(page, level))) {
      return problem("page", `there is no table of level ${level} for it`, `a table of level ${level}, index ${prefix(page, level)}`, "none");
    }
    const below = tables.find((one) => one.level < level && Math.floor(one.index / 2 ** (shape.indexBits * (level - 1 - one.level))) === prefix(page, level - 1));
    if (below !== undefined) return problem("page", "a table stands where the large page is", `no table of a level below ${level} there`, `\`${below.frame}\` of level ${below.level}`);
    const twice = [...maps.map((one) => ({ page: one.page, span: 1 })), ...large.slice(0, j).map((one) => ({ page: one.page, span: spanAt(shape, one.level) }))]
      .find((one) => one.page < page + span && page < one.page + one.span);
    return twice === undefined ? [] : problem("page", "a page is mapped once", `none of ${page} to ${page + span - 1} mapped elsewhere`, `page ${twice.page}`);
  }));
};
