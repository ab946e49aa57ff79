/**
 * Boot: writes the state that an image describes into a machine after reset, enters each vCPU's first thread and installs
 * the handlers. The image is trusted: its loader has found it well formed. This file alone may allocate.
 */
import { dispatch } from "./dispatch.ts";
import { deviceTable, deviceTableFrames, MAGIC, monitorDirectory, monitorFrames, writeState } from "./layout.ts";
import {
  A, access, acknowledge, attach, countReferences, D, device, domain, entriesPerTable, entryHigh, entryLow, fillIo, fillLeaf, fillLink, frame,
  gate, give, GRANTS, installHandlers, interrupt, ioPage, letTellHost, level, loadCr3, NONE, P, page, pcidOf, plantMonitorHalf, prefix,
  REGISTERS, rootOf, RW, setCpl, setCreator, setDeviceTable, setDrivers, setEdge, setGate, setGrant, setHome, setKind, setParent, setPhase,
  setRoot, slotOf, tableAbove, tableFor, vcpu, wordsPerFrame, writeEntry, writePhysical, writeRegister, type Frame, type Kind, type Machine,
  type Phase,
} from "./vocabulary.ts";

/** What runs at the start, and what the policy fixes for ever. Numbers are plain here; -1 is none, or the monitor. */
export interface BootImage {
  /** All frames, the monitor's included. */
  readonly frames: number;
  readonly domains: number;
  readonly vcpus: number;
  readonly scheduler: number;
  /** Whether an interrupt runs the scheduler's thread. */
  readonly preemptive: boolean;
  /** How many calls through gates a thread can be in at once. */
  readonly stack: number;
  /** The creator of each slot. */
  readonly creators: readonly number[];
  /** The rights that domain d may grant to domain e, at d * domains + e. */
  readonly edges: readonly number[];
  readonly gates: readonly { readonly callee: number; readonly callers: readonly number[] }[];
  /** The domains that may share frames with the host. */
  readonly tellsHost: readonly number[];
  readonly slots: readonly { readonly phase: Phase; readonly parent: number; readonly root: number }[];
  /** The frames after the monitor's, which are 0 .. frames - frameTable.length - 1. */
  readonly frameTable: readonly { readonly owner: number; readonly kind: Kind; readonly level: number }[];
  /** Page-table links, from high levels to low. */
  readonly links: readonly { readonly domain: number; readonly level: number; readonly index: number; readonly frame: number }[];
  readonly mappings: readonly { readonly domain: number; readonly page: number; readonly frame: number; readonly access: number }[];
  readonly grants: readonly { readonly frame: number; readonly domain: number; readonly accepted: boolean; readonly access: number }[];
  /** DMA engines: the domains that they may be assigned to, the one that owns them now, and what they map. */
  readonly devices: readonly { readonly drivers: readonly number[]; readonly owner: number; readonly maps: readonly DmaMapping[] }[];
  /** What the first and the last word of a data frame hold. */
  readonly contents: readonly { readonly frame: number; readonly word: number }[];
  /** The home of the thread that each vCPU runs. */
  readonly running: readonly number[];
}

interface DmaMapping { readonly page: number; readonly frame: number; readonly access: number }

/** Boots the monitor on a machine after reset, of the image's frames and vCPUs. */
export function boot(m: Machine, image: BootImage): void {
  writeHeader(m, image);
  writeMonitorHalf(m);
  writeDomains(m, image);
  writeFrames(m, image);
  writeSpaces(m, image);
  writeDevices(m, image);
  installHandlers(m, { call: dispatch, shootdown: acknowledge, interrupt });
  image.running.forEach((home, n) => {
    const v = vcpu(n);
    setHome(m, v, domain(home));
    REGISTERS.forEach((_, register) => writeRegister(m, v, register, 0));
    loadCr3(m, v, rootOf(m, domain(home)), pcidOf(domain(home)), false);
    setCpl(m, v, 3);
  });
}

/** In the order of HEADER. */
function writeHeader(m: Machine, { frames, frameTable, domains, vcpus, scheduler, gates, devices, stack, preemptive }: BootImage): void {
  const { levels, indexBits } = m.geometry;
  const directory = frames - frameTable.length - levels + 1;
  const ioTables = directory - devices.length;
  const deviceTable = ioTables - deviceTableFrames(m.geometry, devices.length);
  [
    MAGIC, frames, domains, vcpus, levels, indexBits, scheduler, frames - frameTable.length, directory,
    gates.length, devices.length, stack, preemptive ? 1 : 0, entriesPerTable(m.geometry), ioTables, deviceTable,
  ].forEach((word, n) => writeState(m, n, word));
}

/** One table a level below the roots, each linked by the first entry of the one above; the last maps the monitor's frames. */
function writeMonitorHalf(m: Machine): void {
  const leafTable = frame(monitorFrames(m) - 1);
  for (let table: number = monitorDirectory(m); table < leafTable; table++) {
    writeEntry(m, frame(table), 0, entryLow(frame(table + 1), P | RW | A), entryHigh(frame(table + 1), false));
  }
  const mapped = Math.min(monitorFrames(m), entriesPerTable(m.geometry));
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
  image.gates.forEach(({ callee, callers }, g) => setGate(m, gate(g), domain(callee), maskOf(callers)));
  image.tellsHost.forEach((d) => letTellHost(m, domain(d)));
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

function writeDevices(m: Machine, { devices }: BootImage): void {
  if (devices.length > 0) setDeviceTable(m, deviceTable(m));
  devices.forEach(({ drivers, owner, maps }, n) => {
    setDrivers(m, device(n), maskOf(drivers));
    if (owner >= 0) attach(m, device(n), domain(owner));
    maps.forEach((mapping) => fillIo(m, device(n), ioPage(mapping.page), counted(m, frame(mapping.frame)), access(mapping.access)));
  });
}

/** Returns the frame, with one more reference to it counted. */
function counted(m: Machine, f: Frame): Frame {
  countReferences(m, f, 1);
  return f;
}

const maskOf = (domains: readonly number[]): number => domains.reduce((mask, d) => mask | (1 << d), 0);
