import type { Device, Vcpu } from "../../hw/identifiers.ts";
import { forEachIoCached, forEachIoRoot } from "../../hw/iotlb.ts";
import type { Machine } from "../../hw/machine.ts";
import { forEachCached, forEachStructure } from "../../hw/tlb.ts";
import { ioRoots, ioTranslations } from "./io-steps.ts";
import { structures, translations } from "./steps.ts";

/* What caches hold, compared as numbers: texts of it are made only where there is something to say. */

/** A number of its own for four numbers: below 2^6, 2^6 and 2^29 the last three. */
const key = (kind: number, where: number, to: number, flags: number): number => ((kind * 64 + where) * 536870912 + to) * 64 + flags;

function visitHeld(m: Machine, v: Vcpu, visit: (held: number) => void): void {
  forEachCached(m, v, (tag, global, at, to, writable, user, executable, encrypted) => {
    visit(key(tag, at, to, (global ? 1 : 0) + (writable ? 2 : 0) + (user ? 4 : 0) + (executable ? 8 : 0) + (encrypted ? 16 : 0)));
  });
  forEachStructure(m, v, (tag, level, prefix, table) => visit(key(tag, prefix, table, 32 + level)));
}

function visitIoHeld(m: Machine, x: Device, visit: (held: number) => void): void {
  forEachIoCached(m, x, (at, to, read, write) => visit(key(0, at, to, (read ? 1 : 0) + (write ? 2 : 0))));
  forEachIoRoot(m, x, (root, read, write) => visit(key(1, 0, root, (read ? 1 : 0) + (write ? 2 : 0))));
}

function allIn(real: Machine, worst: Machine, visit: (m: Machine, each: (held: number) => void) => void): boolean {
  const held = new Set<number>();
  visit(worst, (one) => held.add(one));
  let all = true;
  visit(real, (one) => {
    all &&= held.has(one);
  });
  return all;
}

/** Returns as text what the caches of a vCPU hold on the first machine and not on the second: translations and paging-structure entries. */
export function uncovered(real: Machine, worst: Machine, v: Vcpu): readonly string[] {
  if (allIn(real, worst, (m, each) => visitHeld(m, v, each))) return [];
  const held = new Set([...translations(worst, v), ...structures(worst, v)]);
  const missing = [...translations(real, v), ...structures(real, v)].filter((text) => !held.has(text));
  return missing.length > 0 ? missing : ["a C-bit that is not there"];
}

/** The same for the caches of a device. */
export function uncoveredIo(real: Machine, worst: Machine, x: Device): readonly string[] {
  if (allIn(real, worst, (m, each) => visitIoHeld(m, x, each))) return [];
  const held = new Set([...ioTranslations(worst, x), ...ioRoots(worst, x)]);
  return [...ioTranslations(real, x), ...ioRoots(real, x)].filter((text) => !held.has(text));
}
