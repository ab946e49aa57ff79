import { entriesPerTable } from "./geometry.ts";
import type { Device, Frame } from "./identifiers.ts";
import { frame } from "./identifiers.ts";
import { readWord, writeWord } from "./memory.ts";
import { tableWord } from "./paging.ts";
import type { Machine } from "./state.ts";

/*
 * The device table: one entry per device, in frames that follow each other from the device table base on (48882, 2.2.2 and 3.4, MMIO offset 0). A small frame holds
 * the entries of a few devices only.
 */

/** Returns whether the base register has been set; before, every device is blocked. */
export function hasDeviceTable(m: Machine): boolean {
  return m.devices > 0 && readWord(m.memory, m.ioBase) !== 0;
}

/** Sets the base register alone. */
export function writeBase(m: Machine, base: Frame): void {
  writeWord(m.memory, m.ioBase, base + 1);
}

/** Returns the frame with the entry of `x`. */
export function deviceEntryFrame(m: Machine, x: Device): Frame {
  return frame(readWord(m.memory, m.ioBase) - 1 + Math.floor(x / entriesPerTable(m.geometry)));
}

/** Returns the index of the entry of `x` in its frame. */
export function deviceEntryIndex(m: Machine, x: Device): number {
  return x % entriesPerTable(m.geometry);
}

/** Returns the low word of the entry of `x` as it is now; 0 without a device table. */
export function deviceEntryLowWord(m: Machine, x: Device): number {
  return hasDeviceTable(m) ? tableWord(m, deviceEntryFrame(m, x), 2 * deviceEntryIndex(m, x)) : 0;
}

/** Returns the high word of the entry of `x` as it is now; 0 without a device table. */
export function deviceEntryHighWord(m: Machine, x: Device): number {
  return hasDeviceTable(m) ? tableWord(m, deviceEntryFrame(m, x), 2 * deviceEntryIndex(m, x) + 1) : 0;
}
