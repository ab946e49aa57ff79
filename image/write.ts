/**
 * The image builder: writes into a machine after reset the state that an image describes. It runs offline, and the platform measures what it wrote
 * (SEV-SNP ABI 56860, SNP_LAUNCH_UPDATE) before anything of it runs. The image is taken as it is: whoever made it has found it well formed.
 */
import { ioPage } from "../hw/identifiers.ts";
import { writePhysical } from "../hw/physical.ts";
import { writeShared } from "../hw/shared.ts";
import {
  A, access, attach, countMapped, countReferences, D, DEVICE, device, deviceWord, DOMAIN, domain, domainOrNone, domainWord, edgeWord,
  entriesPerTable, entryHigh, entryIn, entryLow, fillIo, fillLeaf, fillLink, frame, GATE, gate, gateWord, give, giveUpPage, GRANTS,
  ioEntryOf, isKind, KINDS, level, linkOf, MAGIC, makeTable, monitorDirectory, monitorFrames, NONE, P, plantMonitorHalf, prefix, privacy, RW,
  setGrant, setHome, setKind, setParent, setPhase, setRoot, vcpu, wordsPerFrame, write, writeState, type Machine,
} from "../monitor/vocabulary.ts";
import type { BootImage } from "./image.ts";
import { deviceTableFrames } from "./size.ts";

/** Writes the image into a machine of its frames and vCPUs. */
export function writeImage(m: Machine, image: BootImage): void {
  headerOf(m, image).forEach((word, n) => writeState(m, n, word));
  writeMonitorHalf(m);
  writePolicy(m, image);
  writeFrames(m, image);
  writeSpaces(m, image);
  writeDevices(m, image);
  image.running.forEach((home, n) => setHome(m, vcpu(n), domain(home)));
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
  image.creators.forEach((creator, d) => writeState(m, domainWord(m, domain(d), DOMAIN.creator), creator + 1));
  image.tellsHost.forEach((d) => writeState(m, domainWord(m, domain(d), DOMAIN.tellsHost), 1));
  image.edges.forEach((rights, n) => writeState(m, edgeWord(m, domain(0), domain(0)) + n, rights));
  image.gates.forEach(({ callee, callers }, g) => {
    writeState(m, gateWord(m, gate(g), GATE.callee), callee);
    writeState(m, gateWord(m, gate(g), GATE.callers), maskOf(callers));
  });
  image.devices.forEach(({ drivers }, x) => writeState(m, deviceWord(m, device(x), DEVICE.drivers), maskOf(drivers)));
}

/** A bit for each of the domains. */
const maskOf = (domains: readonly number[]): number => domains.reduce((mask, d) => mask | (1 << d), 0);

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
  devices.forEach(({ owner, maps }, n) => {
    if (owner >= 0) attach(m, device(n), domain(owner));
    maps.forEach((mapping) => {
      fillIo(m, ioEntryOf(m, device(n), ioPage(mapping.page)), frame(mapping.frame), access(mapping.access));
      countReferences(m, frame(mapping.frame), 1);
    });
  });
}
