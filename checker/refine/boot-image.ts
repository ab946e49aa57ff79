/** From a policy to a booted machine. */
import { geometry as hwGeometry, type Geometry } from "../../hw/geometry.ts";
import { createMachine, type Machine, type TlbMode } from "../../hw/machine.ts";
import { boot } from "../../image/boot.ts";
import type { BootImage } from "../../image/image.ts";
import { monitorFramesNeeded } from "../../image/size.ts";
import { PHASES } from "../../monitor/domains.ts";
import { KINDS } from "../../monitor/frames.ts";
import { spanAt } from "../../spec/large.ts";
import { accessValue, geometryOf, type Policy } from "../../spec/policy.ts";
import type { Placement } from "./placement.ts";

export const machineGeometry = (policy: Policy): Geometry => {
  const found = geometryOf(policy.geometry);
  if (found === null) throw new RangeError(`${policy.geometry} is no geometry`);
  return hwGeometry(found.levels, found.indexBits);
};

/** Without gates nothing is ever called. */
const stackOf = (policy: Policy): number => ((policy.gates ?? []).length === 0 ? 0 : policy.bounds.stack ?? 2);

export const placementOf = (policy: Policy): Placement => {
  const declared = policy.boot.frames.length;
  const monitorFrames = monitorFramesNeeded(machineGeometry(policy), {
    others: declared,
    domains: policy.domains.length,
    vcpus: policy.bounds.vcpus,
    gates: (policy.gates ?? []).length,
    devices: (policy.devices ?? []).length,
    stack: stackOf(policy),
  });
  // Frames of a large page are aligned in the image's order, so what comes before them must be a multiple of the largest.
  const alignment = Math.max(1, ...policy.boot.domains.flatMap(({ large = [] }) => large.map(({ level }) => spanAt(machineGeometry(policy), level))));
  const first = Math.ceil(monitorFrames / alignment) * alignment;
  return { monitorFrames: first, frames: first + declared };
};

/** What the monitor is booted with. Names must have been checked. */
export const bootImage = (policy: Policy): BootImage => {
  const { monitorFrames, frames } = placementOf(policy);
  const domain = (name: string): number => policy.domains.indexOf(name);
  const frame = (name: string): number => monitorFrames + policy.boot.frames.findIndex((one) => one.name === name);
  const booted = new Map(policy.boot.domains.map((one) => [one.name, one]));
  const tables = policy.boot.domains.flatMap((one) => one.tables.map((table) => ({ ...table, domain: domain(one.name), frame: frame(table.frame) })));
  const top = machineGeometry(policy).levels;
  const pairs = policy.domains.flatMap((from) => policy.domains.map((to) => ({ from, to })));
  return {
    frames,
    platform: policy.platform,
    domains: policy.domains.length,
    vcpus: policy.bounds.vcpus,
    scheduler: domain(policy.scheduler),
    preemptive: policy.preemptive ?? false,
    stack: stackOf(policy),
    creators: policy.domains.map((slot) => {
      const rule = (policy.create ?? []).find((one) => one.slot === slot);
      return rule === undefined ? -1 : domain(rule.by);
    }),
    edges: pairs.map(({ from, to }) => (policy.share ?? [])
      .filter((rule) => rule.from === from && rule.to === to)
      .reduce((rights, { access }) => rights | accessValue(access), 0)),
    gates: (policy.gates ?? []).map(({ from, to }) => ({ callee: domain(to), callers: from.map(domain) })),
    tellsHost: (policy.host?.sharedBy ?? []).map(domain),
    devices: (policy.devices ?? []).map(({ name, drivers }) => {
      const assigned = (policy.boot.devices ?? []).find((one) => one.name === name);
      return {
        drivers: drivers.map(domain),
        owner: assigned === undefined ? -1 : domain(assigned.owner),
        maps: (assigned?.maps ?? []).map((mapping) => ({ page: mapping.page, frame: frame(mapping.frame), access: accessValue(mapping.access) })),
      };
    }),
    slots: policy.domains.map((name) => {
      const found = booted.get(name);
      if (found === undefined) return { phase: PHASES.free, parent: -1, root: -1 };
      const root = tables.find((table) => table.domain === domain(name) && table.level === top);
      return {
        phase: found.phase === "sealed" ? PHASES.sealed : PHASES.building,
        parent: found.parent === undefined ? -1 : domain(found.parent),
        root: root?.frame ?? -1,
      };
    }),
    frameTable: policy.boot.frames.map(({ name, owner, shared }) => {
      const table = tables.find((one) => one.frame === frame(name));
      return table === undefined
        ? { owner: domain(owner), kind: shared === true ? KINDS.shared : KINDS.data, level: 0 }
        : { owner: domain(owner), kind: KINDS.table, level: table.level };
    }),
    links: tables.filter(({ level }) => level < top).sort((a, b) => b.level - a.level),
    mappings: policy.boot.domains.flatMap(({ name, maps, large = [] }) => [...maps.map((mapping) => ({ ...mapping, level: 1 })), ...large].map((mapping) => (
      { domain: domain(name), level: mapping.level, page: mapping.page, frame: frame(mapping.frame), access: accessValue(mapping.access) }))),
    grants: policy.boot.grants.map((grant) => (
      { frame: frame(grant.frame), domain: domain(grant.to), accepted: grant.status === "accepted", access: accessValue(grant.access) })),
    // Words are label sets: see ghost.ts.
    contents: policy.boot.frames.flatMap(({ name, holds }) => (holds === undefined || holds.length === 0 ? [] : [
      { frame: frame(name), word: holds.reduce((word, label) => word | (1 << domain(label)), 0) >>> 0 },
    ])),
    running: policy.boot.running.map(domain),
  };
};

/**
 * Entries that a vCPU's TLB, or a device's, can need: under the tag of each domain what the explored pages, the tables above them and the monitor half can give at
 * once, four times over for what is stale. A search of a monitor that leaves more behind ends with the RangeError of `hw/`.
 */
const tlbCapacity = (policy: Policy): number => {
  const { levels, indexBits } = machineGeometry(policy);
  const userTables = 1 + policy.bounds.pages * (levels - 1);
  return policy.domains.length * 4 * (policy.bounds.pages + userTables + 2 ** indexBits + levels);
};

/** A machine of the policy's shape, after reset. */
export const machineFor = (policy: Policy, tlb: TlbMode): Machine => createMachine({
  geometry: machineGeometry(policy),
  frames: placementOf(policy).frames,
  vcpus: policy.bounds.vcpus,
  platform: policy.platform === "sev-snp" ? "sev-snp" : "plain",
  // One page that the host can put in another's place.
  spareFrames: policy.platform === "sev-snp" ? 1 : 0,
  tlb,
  devices: (policy.devices ?? []).length,
  tlbCapacity: tlb === "explicit" ? 16 : tlbCapacity(policy),
});

/** A machine on which the monitor has just booted the policy's image. */
export const bootedMachine = (policy: Policy, tlb: TlbMode): Machine => {
  const m = machineFor(policy, tlb);
  boot(m, bootImage(policy));
  return m;
};
