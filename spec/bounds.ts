/** Sizes of the finite types, and the constants that follow from geometry, for one policy. */
import type { Bounds } from "./lang/types.ts";
import { sized } from "./lang/types.ts";
import type { Valuation } from "./lang/evaluate.ts";
import type { Value } from "./lang/value.ts";
import { geometryOf, type Policy } from "./policy.ts";

export interface Geometry { readonly levels: number; readonly indexBits: number }

export const geometry = (policy: Policy): Geometry => {
  const found = geometryOf(policy.geometry);
  if (found === null) throw new RangeError(`${policy.geometry} is no geometry`);
  return found;
};

const prefixOf = ({ indexBits }: Geometry, page: number, level: number): number => Math.floor(page / 2 ** (indexBits * level));

/** How many tables of a level the user half has; the upper half of the root is the monitor's. */
export const prefixes = ({ levels, indexBits }: Geometry, level: number): number => (level === levels ? 1 : 2 ** (indexBits * (levels - level) - 1));

export const boundsFor = (policy: Policy): Bounds => {
  const g = geometry(policy);
  const lastPrefix = prefixOf(g, policy.bounds.pages - 1, 1);
  const frames = 1 + policy.boot.frames.length;
  return {
    Domain: sized(policy.domains.length),
    Frame: sized(frames),
    Vcpu: sized(policy.bounds.vcpus),
    Page: sized(policy.bounds.pages),
    Level: { lo: 1, hi: g.levels },
    Gate: sized((policy.gates ?? []).length),
    // Without gates nothing is ever called.
    Depth: sized((policy.gates ?? []).length === 0 ? 0 : policy.bounds.stack ?? 2),
    Device: sized((policy.devices ?? []).length),
    IoPage: sized(policy.bounds.ioPages ?? 1),
    // Every table that the explored pages need, at any level.
    Index: sized(lastPrefix + 1),
    Count: sized(policy.domains.length * policy.bounds.pages + frames + 1),
  };
};

/** The constants of `state.ts` that geometry decides. */
export const geometryConstants = (policy: Policy, bounds: Bounds): Valuation => {
  const g = geometry(policy);
  const over = (name: "Level" | "Page" | "Index" | "Depth", value: (n: number) => Value): Value => {
    const { lo, hi } = bounds[name] ?? { lo: 0, hi: -1 };
    return Array.from({ length: hi - lo + 1 }, (_, i) => value(lo + i));
  };
  const { hi: highest } = bounds["Depth"] ?? { hi: -1 };
  const { hi: lastIndex } = bounds["Index"] ?? { hi: 0 };
  const shown = (index: number): number => Math.min(index, lastIndex);
  return {
    top: g.levels,
    above: over("Level", (level) => (level === g.levels ? null : level + 1)),
    prefix: over("Level", (level) => over("Page", (page) => (level === g.levels ? 0 : shown(prefixOf(g, page, level))))),
    prefixAbove: over("Level", (level) => over("Index", (index) => (level >= g.levels - 1 ? 0 : shown(Math.floor(index / 2 ** g.indexBits))))),
    higher: over("Depth", (depth) => (depth === highest ? null : depth + 1)),
    isPrefix: over("Level", (level) => over("Index", (index) => index < prefixes(g, level))),
  };
};
