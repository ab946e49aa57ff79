/**
 * Boot: writes the state that an image describes into a machine after reset, enters each vCPU's first thread and installs
 * the handlers. The image is trusted: its loader has found it well formed. This file alone may allocate.
 */
import { A, D, entryHigh, entryLow, P, RW } from "../hw/entry.ts";
import { entriesPerTable, wordsPerFrame } from "../hw/geometry.ts";
import { frame, page, vcpu, type Frame } from "../hw/identifiers.ts";
import { installHandlers, type Machine } from "../hw/machine.ts";
import { writeEntry, writePhysical } from "../hw/physical.ts";
import { loadCr3, REGISTERS, setCpl, writeRegister } from "../hw/vcpu.ts";
import { dispatch } from "./dispatch.ts";
import { pcidOf, rootOf, setCreator, setEdge, setParent, setPhase, setRoot, type Phase } from "./domains.ts";
import { countReferences, give, setKind, type Kind } from "./frames.ts";
import { GRANTS, setGrant } from "./grants.ts";
import { access, domain, level, NONE, prefix } from "./identifiers.ts";
import { HEADER, MAGIC, writeState } from "./layout.ts";
import { fillLeaf, fillLink, plantMonitorHalf, slotOf, tableAbove, tableFor } from "./page-tables.ts";
import { acknowledge } from "./shootdown.ts";
import { setHome } from "./threads.ts";

/** What runs at the start, and what the policy fixes for ever. Numbers are plain here; -1 is none, or the monitor. */
export interface BootImage {
  /** All frames, the monitor's included. */
  readonly frames: number;
  readonly domains: number;
  readonly vcpus: number;
  readonly scheduler: number;
  /** The creator of each slot. */
  readonly creators: readonly number[];
  /** The rights that domain d may grant to domain e, at d * domains + e. */
  readonly edges: readonly number[];
  readonly slots: readonly { readonly phase: Phase; readonly parent: number; readonly root: number }[];
  /** The frames after the monitor's, which are 0 .. frames - frameTable.length - 1. */
  readonly frameTable: readonly { readonly owner: number; readonly kind: Kind; readonly level: number }[];
  /** Page-table links, from high levels to low. */
  readonly links: readonly { readonly domain: number; readonly level: number; readonly index: number; readonly frame: number }[];
  readonly mappings: readonly { readonly domain: number; readonly page: number; readonly frame: number; readonly access: number }[];
  readonly grants: readonly { readonly frame: number; readonly domain: number; readonly accepted: boolean; readonly access: number }[];
  /** What the first and the last word of a data frame hold. */
  readonly contents: readonly { readonly frame: number; readonly word: number }[];
  /** The home of the thread that each vCPU runs. */
  readonly running: readonly number[];
}

/** Boots the monitor on a machine after reset, of the image's frames and vCPUs. */
export function boot(m: Machine, image: BootImage): void {
  writeHeader(m, image);
  writeMonitorHalf(m, image);
  writeDomains(m, image);
  writeFrames(m, image);
  writeSpaces(m, image);
  installHandlers(m, { call: dispatch, shootdown: acknowledge });
  image.running.forEach((home, n) => {
    const v = vcpu(n);
    setHome(m, v, domain(home));
    REGISTERS.forEach((_, register) => writeRegister(m, v, register, 0));
    loadCr3(m, v, rootOf(m, domain(home)), pcidOf(domain(home)), false);
    setCpl(m, v, 3);
  });
}

function writeHeader(m: Machine, image: BootImage): void {
  const monitorFrames = image.frames - image.frameTable.length;
  writeState(m, HEADER.magic, MAGIC);
  writeState(m, HEADER.frames, image.frames);
  writeState(m, HEADER.domains, image.domains);
  writeState(m, HEADER.vcpus, image.vcpus);
  writeState(m, HEADER.levels, m.geometry.levels);
  writeState(m, HEADER.indexBits, m.geometry.indexBits);
  writeState(m, HEADER.scheduler, image.scheduler);
  writeState(m, HEADER.monitorFrames, monitorFrames);
  writeState(m, HEADER.directory, monitorFrames - m.geometry.levels + 1);
}

/** One table a level below the roots, each linked by the first entry of the one above; the last maps the monitor's frames. */
function writeMonitorHalf(m: Machine, image: BootImage): void {
  const monitorFrames = image.frames - image.frameTable.length;
  const leafTable = frame(monitorFrames - 1);
  const directory = monitorFrames - m.geometry.levels + 1;
  for (let table = directory; table < leafTable; table++) {
    writeEntry(m, frame(table), 0, entryLow(frame(table + 1), P | RW | A), entryHigh(frame(table + 1), false));
  }
  const mapped = Math.min(monitorFrames, entriesPerTable(m.geometry));
  for (let n = 0; n < mapped; n++) {
    writeEntry(m, leafTable, n, entryLow(frame(n), P | RW | A | D), entryHigh(frame(n), true));
  }
}

function writeDomains(m: Machine, image: BootImage): void {
  image.slots.forEach((slot, d) => {
    setPhase(m, domain(d), slot.phase);
    setParent(m, domain(d), slot.parent < 0 ? NONE : domain(slot.parent));
    setRoot(m, domain(d), slot.root < 0 ? NONE : frame(slot.root));
    if (slot.root >= 0) plantMonitorHalf(m, frame(slot.root));
  });
  image.creators.forEach((creator, d) => setCreator(m, domain(d), creator < 0 ? NONE : domain(creator)));
  image.edges.forEach((rights, n) => setEdge(m, domain(Math.floor(n / image.domains)), domain(n % image.domains), access(rights)));
}

function writeFrames(m: Machine, image: BootImage): void {
  image.frameTable.forEach((row, n) => {
    const f = frame(image.frames - image.frameTable.length + n);
    setKind(m, f, row.kind, level(row.level));
    if (row.owner >= 0) give(m, f, domain(row.owner));
  });
  image.contents.forEach(({ frame: f, word }) => {
    writePhysical(m, frame(f), 0, word);
    writePhysical(m, frame(f), wordsPerFrame(m.geometry) - 1, word);
  });
}

function writeSpaces(m: Machine, image: BootImage): void {
  image.links.forEach((link) => {
    const above = tableAbove(m, domain(link.domain), level(link.level), prefix(link.index));
    if (above !== NONE) fillLink(m, above, slotOf(m, prefix(link.index)), frame(link.frame));
  });
  image.mappings.forEach((mapping) => {
    const table = tableFor(m, domain(mapping.domain), page(mapping.page));
    if (table !== NONE) fillLeaf(m, table, slotOf(m, page(mapping.page)), counted(m, frame(mapping.frame)), access(mapping.access));
  });
  image.grants.forEach((grant) => {
    const state = grant.accepted ? GRANTS.accepted : GRANTS.offered;
    setGrant(m, counted(m, frame(grant.frame)), domain(grant.domain), state, access(grant.access));
  });
}

/** Returns the frame, with one more reference to it counted. */
function counted(m: Machine, f: Frame): Frame {
  countReferences(m, f, 1);
  return f;
}
