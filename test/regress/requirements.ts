/** What the catalogue must have: enough that no property, claim or switch of the adversary stands there without a bug that shows what it is for. */
import { noninterference } from "../../checker/flow/properties.ts";
import { commuting } from "../../checker/refine/commuting.ts";
import { properties } from "../../spec/properties/index.ts";
import { propertyOf } from "./catalogue.ts";
import { vital, type Patch } from "./patch.ts";

const claims = ["C:read", "C:write", "C:flow", "C:levels"];
const ids = [...new Set([...properties, ...noninterference, commuting].map(({ id }) => id)), ...claims];
/** What only hardware shows is broken by what runs on it, or by the hardware. */
const isOfViews = (id: string): boolean => properties.some((one) => one.id === id) && properties.every((one) => one.id !== id || one.form === "view");

/** Different bugs for each property. */
const least = 3;
/** Switches of the adversary, and what the host does to page tables and the monitor: for each there is a bug that it alone reveals. */
const switches = ["interrupts", "host", "dma", "remap", "rmp", "injection", vital];

/** One sentence for each thing that is missing. */
export const missingFrom = (patches: readonly Patch[], litmus: readonly string[]): readonly string[] => [
  ...ids.flatMap((id) => {
    const own = patches.filter(({ property }) => property === id);
    const counted = isOfViews(id) ? own.filter(({ edits }) => edits.some(({ file }) => !file.startsWith("spec/"))) : own;
    return counted.length >= least ? [] : [`${id} has ${counted.length} patches, not ${least}`];
  }),
  ...switches.filter((name) => !patches.some(({ needs }) => needs === name)).map((name) => `no patch needs ${name}`),
  ...ids.flatMap((id) => ["good", "bad"].filter((sort) => !litmus.some((name) => name.startsWith(`${sort}_`) && propertyOf(name) === (id.startsWith("C:") ? "C" : id))).map((sort) => `there is no ${sort} trace of ${id}`)),
];
