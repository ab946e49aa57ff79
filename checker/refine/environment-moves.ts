/** What devices and the host do by themselves, with labels flowing as data do: what is read is remembered, what is written is everything that is remembered. */
import { readReached } from "../../hw/bus.ts";
import { deviceRegister, dmaRead, dmaWrite, usableDma, writeDeviceRegister } from "../../hw/dma.ts";
import { hostRegister, writeHostRegister } from "../../hw/host.ts";
import { device, frame, ioPage } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { readWord } from "../../hw/memory.ts";
import { nestedTranslate } from "../../hw/nested.ts";
import { depositShared, readShared } from "../../hw/shared.ts";
import { deviceBit, hostBit } from "./abstract-labels.ts";
import { frameRow, sharedTag, type MonitorTables } from "./abstract-layout.ts";
import type { DmaAction, HostAction } from "./action.ts";
import { secretOfDevice, secretOfHost, type Secrets } from "./secrets.ts";

const rightOf = { dma_read: "r", dma_write: "w" } as const;

/** The physical frames that a DMA could reach, in ascending order. */
export const dmaFrames = (m: Machine, x: number, move: DmaAction["move"], page: number): readonly number[] => usableDma(m, device(x), ioPage(page), rightOf[move]);

/**
 * Does it. A write adds what the device remembers, and its own label, to the first and the last word of the frame.
 * @throws RangeError unless the frame is one of `dmaFrames`.
 */
export const performDma = (m: Machine, { device: x, move, page, frame: to }: DmaAction, secrets: Secrets): void => {
  const remembered = deviceRegister(m, device(x));
  if (move === "dma_read") {
    writeDeviceRegister(m, device(x), (remembered | dmaRead(m, device(x), ioPage(page), frame(to), 0)) >>> 0);
    return;
  }
  for (const word of [0, m.wordsPerFrame - 1]) {
    dmaWrite(m, device(x), ioPage(page), frame(to), word, (readReached(m, frame(to), word) | remembered | deviceBit(x) | (secretOfDevice(x) & secrets)) >>> 0);
  }
};

/** Whether the monitor's frame table calls the frame shared. */
export const isCalledShared = (m: Machine, { monitorFrames, frameTable }: MonitorTables, physical: number): boolean =>
  physical >= monitorFrames && (readWord(m.memory, frameTable + (physical - monitorFrames + 1) * frameRow + 1) & 0xff) === sharedTag;

/** Whether the host reaches the frame: whoever is under the monitor lets it where the monitor says so; on SEV-SNP the memory must be there, and unassigned, too. */
export const isHostVisible = (m: Machine, tables: MonitorTables, physical: number): boolean =>
  isCalledShared(m, tables, physical) && typeof nestedTranslate(m, frame(physical), false) === "number";

/** Does it, on a frame that the host can reach. A write adds what the host knows, and its own label, to the first and the last word. */
export const performHostMove = (m: Machine, { move, frame: at }: HostAction, secrets: Secrets): void => {
  const known = hostRegister(m);
  if (move === "host_read") {
    writeHostRegister(m, (known | readShared(m, frame(at), 0)) >>> 0);
    return;
  }
  for (const word of [0, m.wordsPerFrame - 1]) depositShared(m, frame(at), word, (readShared(m, frame(at), word) | known | hostBit | (secretOfHost & secrets)) >>> 0);
};
