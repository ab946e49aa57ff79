/**
 * Boot: writes the state that an image describes into a machine after reset, enters each vCPU's first thread and installs
 * the handlers. The image is trusted: its loader has found it well formed. This file alone may allocate.
 */
import { setDeviceTable } from "../hw/iommu.ts";
import { installHandlers } from "../hw/machine.ts";
import { writePhysical } from "../hw/physical.ts";
import { writeShared } from "../hw/shared.ts";
import { setCpl } from "../hw/vcpu.ts";
import { dispatch } from "./dispatch.ts";
import { deviceTable, deviceTableFrames, edgeWord, MAGIC, monitorDirectory, monitorFrames, writeState } from "./layout.ts";
import {
  A, access, acknowledge, attach, countMapped, countReferences, D, device, domain, domainOrNone, entriesPerTable, entryHigh, entryIn,
  entryLow, fillIo, fillLeaf, fillLink, frame, gate, give, giveUpPage, GRANTS, interrupt, ioEntryOf, ioPage, isKind, KINDS, letCall,
  letDrive, letTellHost, level, linkOf, loadCr3, makeTable, NONE, P, pcidOf, plantMonitorHalf, prefix, privacy, rootOf, RW, setCallee,
  setCreator, setGrant, setHome, setKind, setParent, setPhase, setRoot, vcpu, wordsPerFrame, write, type Kind, type Machine, type Phase,
} from "./vocabulary.ts";

type Row<Columns extends string> = Readonly<Record<Columns, number>>;

/** What runs at the start, and what the policy fixes for ever. Numbers are plain here; -1 is none, or the monitor. */
export interface BootImage {
  /** All frames, the monitor's included. */
  readonly frames: number;
  /** On sev-snp the machine has been launched: all frames are validated. */
  readonly platform: "hyperenclave" | "sev-snp";
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
  readonly slots: readonly ({ readonly phase: Phase } & Row<"parent" | "root">)[];
  /** The frames after the monitor's, which are 0 .. frames - frameTable.length - 1. */
  readonly frameTable: readonly ({ readonly kind: Kind } & Row<"owner" | "level">)[];
  /** Page-table links, from high levels to low. */
  readonly links: readonly Row<"domain" | "level" | "index" | "frame">[];
  /** What pages lead to; above level 1 large pages, from `page` on. */
  readonly mappings: readonly Row<"domain" | "level" | "page" | "frame" | "access">[];
  readonly grants: readonly ({ readonly accepted: boolean } & Row<"frame" | "domain" | "access">)[];
  /** DMA engines: the domains that they may be assigned to, the one that owns them now, and what they map. */
  readonly devices: readonly { readonly drivers: readonly number[]; readonly owner: number; readonly maps: readonly Row<"page" | "frame" | "access">[] }[];
  /** What the first and the last word of a data frame hold. */
  readonly contents: readonly Row<"frame" | "word">[];
  /** The home of the thread that each vCPU runs. */
  readonly running: readonly number[];
}

/** Boots the monitor on a machine after reset, of the image's frames and vCPUs. */
export function boot(m: Machine, image: BootImage): void {
  headerOf(m, image).forEach((word, n) => writeState(m, n, word));
  writeMonitorHalf(m);
  writePolicy(m, image);
  writeFrames(m, image);
  writeSpaces(m, image);
  writeDevices(m, image);
  installHandlers(m, { call: dispatch, shootdown: acknowledge, interrupt });
  image.running.forEach((home, n) => {
    setHome(m, vcpu(n), domain(home));
    loadCr3(m, vcpu(n), rootOf(m, domain(home)), pcidOf(domain(home)), false);
    setCpl(m, vcpu(n), 3);
  });
}

/** In the order of HEADER. */
function headerOf(m: Machine, image: BootImage): number[] {
  const { frames, frameTable, domains, vcpus, scheduler, gates, devices, stack, preemptive, platform } = image;
  const { levels, indexBits } = m.geometry;
  const directory = frames - frameTable.length - levels + 1;
  const ioTables = directory - devices.length;
  return [
    MAGIC, frames, domains, vcpus, levels, indexBits, scheduler, frames - frameTable.length, directory, gates.length, devices.length, stack,
    preemptive ? 1 : 0, entriesPerTable(m.geometry), ioTables, ioTables - deviceTableFrames(m.geometry, devices.length),
    platform === "sev-snp" ? 1 : 0,
  ];
}

/** One table a level below the roots, each linked by the first entry of the one above; the last maps the monitor's frames. */
function writeMonitorHalf(m: Machine): void {
  const leafTable = frame(monitorFrames(m) - 1);
  for (let table: number = monitorDirectory(m); table < leafTable; table++) {
    write(m, entryIn(m, frame(table), 0), entryLow(frame(table + 1), P | RW | A), entryHigh(frame(table + 1), false) | privacy(m));
  }
  const mapped = Math.min(monitorFrames(m), entriesPerTable(m.geometry));
  for (let n = 0; n < mapped; n++) {
    write(m, entryIn(m, leafTable, n), entryLow(frame(n), P | RW | A | D), entryHigh(frame(n), true) | privacy(m));
  }
}

function writePolicy(m: Machine, image: BootImage): void {
  image.creators.forEach((creator, d) => setCreator(m, domain(d), domainOrNone(creator + 1)));
  image.edges.forEach((rights, n) => writeState(m, edgeWord(m, domain(0), domain(0)) + n, rights));
  image.gates.forEach(({ callee, callers }, g) => {
    setCallee(m, gate(g), domain(callee));
    callers.forEach((d) => letCall(m, gate(g), domain(d)));
  });
  image.tellsHost.forEach((d) => letTellHost(m, domain(d)));
  image.devices.forEach(({ drivers }, x) => drivers.forEach((d) => letDrive(m, device(x), domain(d))));
}

function writeFrames(m: Machine, image: BootImage): void {
  image.frameTable.forEach((row, n) => {
    const f = frame(monitorFrames(m) + n);
    if (row.kind === KINDS.table) makeTable(m, f, level(row.level));
    else if (row.kind === KINDS.shared || row.kind === KINDS.invalid) giveUpPage(m, f, row.kind);
    else setKind(m, f, row.kind);
    if (row.owner >= 0) give(m, f, domain(row.owner));
  });
  image.contents.forEach(({ frame: f, word }) => {
    const put = isKind(m, frame(f), KINDS.shared) ? writeShared : writePhysical;
    put(m, frame(f), 0, word);
    put(m, frame(f), wordsPerFrame(m.geometry) - 1, word);
  });
}

function writeSpaces(m: Machine, image: BootImage): void {
  image.slots.forEach(({ phase, parent, root }, d) => {
    setPhase(m, domain(d), phase);
    setParent(m, domain(d), domainOrNone(parent + 1));
    setRoot(m, domain(d), root < 0 ? NONE : frame(root));
    if (root >= 0) plantMonitorHalf(m, frame(root));
  });
  image.links.forEach((link) => {
    const e = linkOf(m, domain(link.domain), level(link.level), prefix(link.index));
    if (e !== NONE) fillLink(m, e, frame(link.frame));
  });
  image.mappings.forEach((mapping) => {
    const below = mapping.level - 1;
    const e = linkOf(m, domain(mapping.domain), level(below), prefix(mapping.page >>> (below * m.geometry.indexBits)));
    if (e === NONE) return;
    fillLeaf(m, e, frame(mapping.frame), access(mapping.access));
    countMapped(m, e, 1);
  });
  image.grants.forEach((grant) => {
    setGrant(m, frame(grant.frame), domain(grant.domain), grant.accepted ? GRANTS.accepted : GRANTS.offered, access(grant.access));
    countReferences(m, frame(grant.frame), 1);
  });
}

function writeDevices(m: Machine, { devices }: BootImage): void {
  if (devices.length > 0) setDeviceTable(m, deviceTable(m));
  devices.forEach(({ owner, maps }, n) => {
    if (owner >= 0) attach(m, device(n), domain(owner));
    maps.forEach((mapping) => {
      fillIo(m, ioEntryOf(m, device(n), ioPage(mapping.page)), frame(mapping.frame), access(mapping.access));
      countReferences(m, frame(mapping.frame), 1);
    });
  });
}
