/**
 * What a host on SEV-SNP does to the memory under the guest, besides reading and writing what is shared: it maps guest frames elsewhere, or nowhere, and changes RMP entries. No abstract state
 * knows of it. What it does to the monitor's own memory, or to a page table, stops the monitor, or every walk, at the next access, which a host always can; and must do no more than that.
 */
import { hostRemap, hostRmpUpdate } from "../../hw/host.ts";
import { frame, systemFrame } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { readWord } from "../../hw/memory.ts";
import { backing } from "../../hw/nested.ts";
import { rmpEntry } from "../../hw/rmp.ts";
import { frameRow, invalidTag, sharedTag, tableTag, type MonitorTables } from "./abstract-layout.ts";
import type { Adversary } from "../../spec/adversary.ts";
import { limits } from "../../spec/policy.ts";
import type { HostileAction } from "./action.ts";
import type { Difference } from "./result.ts";

/** 0 is the monitor's. */
const kindTag = (m: Machine, { monitorFrames, frameTable }: MonitorTables, f: number): number => f < monitorFrames ? 0 : readWord(m.memory, frameTable + (f - monitorFrames + 1) * frameRow + 1) & 0xff;

const isVital = (m: Machine, tables: MonitorTables, f: number): boolean => f < m.frames && [0, tableTag].includes(kindTag(m, tables, f));

/** As many moves as a policy can allow: the host has moved what the monitor or a walk stands on, and nothing that it moves beside that could be reached by another way. */
const all = limits.hostMoves;

/** Whether the RMP says of the frame what an honest host and the monitor would have made of it. */
const isAsMeant = (m: Machine, tables: MonitorTables, f: number): boolean => {
  const { assigned, guestFrame, validated } = rmpEntry(m, systemFrame(f)), tag = kindTag(m, tables, f);
  // An RMP update takes the confirmation away even where it assigns the frame as it was.
  return tag === sharedTag ? !assigned : assigned && (guestFrame as number) === f && validated === (tag !== invalidTag);
};

/** The lowest frame that is not in its own memory, or of which the RMP says something else; `null` if there is none. */
export const firstMoved = (m: Machine, tables: MonitorTables): number | null => {
  for (let f = 0; f < m.frames; f++) if ((backing(m, frame(f)) as number) !== f || !isAsMeant(m, tables, f)) return f;
  return null;
};

/** Only a host moves memory. Taken for what it did, everything that faults after a slip of the monitor would be forgiven. */
export const outOfPlace = (f: number): readonly Difference[] => [{ cell: `memory of frame ${f}`, machine: "is not as the frame table says", specification: "is" }];

/** How far the host has moved things from where they were at launch, and where an honest host would have put them. */
export const hostMovesMade = (m: Machine, tables: MonitorTables): number => {
  let made = 0;
  for (let f = 0; f < m.frames; f++) {
    const weight = isVital(m, tables, f) ? all : 1;
    if ((backing(m, frame(f)) as number) !== f) made += weight;
    if (!isAsMeant(m, tables, f)) made += weight;
  }
  for (let s = m.frames; s < m.systemFrames; s++) if (rmpEntry(m, systemFrame(s)).assigned) made++;
  return made;
};

/** What a host does to the memory of a page table, or of the first or the last frame of the monitor, which stand for all: it is gone, is another's, is not assigned any more, or not validated. */
const vitalMoves = (m: Machine, tables: MonitorTables, switches: Adversary): readonly HostileAction[] => {
  const last = tables.monitorFrames - 1;
  const vital = [0, last, ...Array.from({ length: m.frames - last - 1 }, (_, i) => last + 1 + i).filter((f) => isVital(m, tables, f))];
  return vital.flatMap((f): readonly HostileAction[] => [
    ...(switches.remap ? [-1, f === 0 ? last : 0].map((to): HostileAction => ({ kind: "remap", frame: f, to })) : []),
    ...(switches.rmp ? [-1, f].map((guest): HostileAction => ({ kind: "rmp", system: f, guest })) : []),
  ]);
};

/** What a host does to other memory: every remap and every RMP update. */
const otherMoves = (m: Machine, tables: MonitorTables, switches: Adversary): readonly HostileAction[] => {
  const { monitorFrames } = tables, isTable = (f: number): boolean => f < m.frames && kindTag(m, tables, f) === tableTag;
  const systems = Array.from({ length: m.systemFrames - monitorFrames }, (_, i) => monitorFrames + i).filter((s) => !isTable(s)), guests = systems.filter((s) => s < m.frames);
  const remaps = guests.flatMap((guest) => [-1, ...systems].filter((to) => (backing(m, frame(guest)) as number) !== to).map((to): HostileAction => ({ kind: "remap", frame: guest, to })));
  const updates = systems.flatMap((system) => [-1, ...guests].map((guest): HostileAction => ({ kind: "rmp", system, guest })));
  return [...(switches.remap ? remaps : []), ...(switches.rmp ? updates : [])];
};

/** All that the host can do in this state. What it does to vital memory is worth all its moves, and so is done where nothing has been moved. */
export const hostileMoves = (m: Machine, tables: MonitorTables, adversary: Adversary): readonly HostileAction[] => {
  const made = m.nestedBase === 0 ? adversary.hostMoves : hostMovesMade(m, tables);
  return made >= adversary.hostMoves ? [] : [...otherMoves(m, tables, adversary), ...(made === 0 ? vitalMoves(m, tables, adversary) : [])];
};

/** A number for each move: even for a remap, odd for an RMP update. */
export const numberOfMove = ({ systemFrames }: Machine, move: HostileAction): number =>
  (move.kind === "remap" ? 2 * (move.frame * (systemFrames + 1) + move.to + 1) : 2 * (move.system * (systemFrames + 1) + move.guest + 1) + 1);

export const performHostile = (m: Machine, action: HostileAction): void => {
  if (action.kind === "remap") hostRemap(m, frame(action.frame), action.to < 0 ? "absent" : systemFrame(action.to));
  else hostRmpUpdate(m, systemFrame(action.system), { assigned: action.guest >= 0, guestFrame: frame(Math.max(action.guest, 0)) });
};
