/** Bugs of the specification: a clause is taken out of a call. */
import type { System } from "../../spec/lang/system.ts";

export interface Seed { readonly policy: string; readonly call: string; readonly guard: string }

/** What is missing, and in which policy it shows. */
export const seeds: readonly Seed[] = [
  { policy: "alone", call: "map", guard: "no-conflict" },
  { policy: "alone", call: "map", guard: "kind-data" },
  { policy: "life", call: "map", guard: "authorised" },
  { policy: "life", call: "donate", guard: "unreferenced" },
  { policy: "life", call: "release", guard: "owns-nothing" },
  { policy: "life", call: "seal", guard: "building" },
  { policy: "life", call: "reclaim", guard: "who" },
  { policy: "shared", call: "grant", guard: "owned" },
  { policy: "deep", call: "table_add", guard: "parent-table" },
  { policy: "whole", call: "share_host", guard: "owned" },
  { policy: "whole", call: "dma_map", guard: "authorised" },
  { policy: "whole", call: "dev_assign", guard: "unassigned" },
];

/** @throws RangeError if there is no such clause. */
export const without = (system: System, { call, guard }: Seed): System => {
  if (!system.transitions.some(({ name, guards }) => name === call && guards.some(({ id }) => id === guard))) throw new RangeError(`there is no ${call}.${guard}`);
  return {
    ...system,
    transitions: system.transitions.map((transition) =>
      (transition.name === call ? { ...transition, guards: transition.guards.filter(({ id }) => id !== guard) } : transition)),
  };
};
