/**
 * The one thing that no instruction does: when a slot is freed, the label of its domain becomes `departed` wherever it still sits. Words are label sets
 * only in a check (bit d is domain d); without this the next domain in the slot would be taken for the source of what the last one left behind.
 */
import { readWord, writeWord } from "../../hw/memory.ts";
import type { Machine } from "../../hw/machine.ts";
import { device, vcpu } from "../../hw/identifiers.ts";
import { deviceRegister, writeDeviceRegister } from "../../hw/dma.ts";
import { hostRegister, writeHostRegister } from "../../hw/host.ts";
import { RBP, RBX, readRegister, writeRegister } from "../../hw/vcpu.ts";
import { departedBit } from "./abstract-labels.ts";
import { dataTag, frameRow, saveRow, stackRow, type MonitorTables } from "./abstract-layout.ts";

const relabelled = (word: number, bit: number): number => ((word & bit) === 0 ? word : ((word & ~bit) | departedBit) >>> 0);

/** Renames the label of `domain` in data frames, registers, save areas and stacks, and in what devices and the host remember. */
export const relabelDeparted = (m: Machine, tables: MonitorTables, domain: number): void => {
  const bit = 1 << domain;
  const rename = (word: number): void => writeWord(m.memory, word, relabelled(readWord(m.memory, word), bit));
  for (let f = tables.monitorFrames; f < tables.frames; f++) {
    const kind = readWord(m.memory, tables.frameTable + (f - tables.monitorFrames + 1) * frameRow + 1) & 0xff;
    if (kind < dataTag) continue;
    rename(f * m.wordsPerFrame);
    rename((f + 1) * m.wordsPerFrame - 1);
  }
  for (let v = 0; v < tables.vcpus; v++) {
    for (const register of [RBX, RBP]) {
      writeRegister(m, vcpu(v), register, relabelled(readRegister(m, vcpu(v), register), bit));
      for (let d = 0; d < tables.domains; d++) rename(tables.saveAreas + (d * tables.vcpus + v) * saveRow + register);
    }
  }
  for (let row = 0; row < tables.domains * tables.vcpus * tables.stack; row++) for (const word of [1, 2]) rename(tables.stacks + row * stackRow + word);
  for (let x = 0; x < tables.devices; x++) writeDeviceRegister(m, device(x), relabelled(deviceRegister(m, device(x)), bit));
  writeHostRegister(m, relabelled(hostRegister(m), bit));
};
