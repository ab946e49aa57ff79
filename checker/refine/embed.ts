/** The other way round than abstraction: a machine on which the monitor runs in a given abstract state, whether or not any trace leads there. */
import { writeDeviceRegister } from "../../hw/dma.ts";
import { writeHostRegister } from "../../hw/host.ts";
import { device, frame, pcid, vcpu } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { readWord, writeWord } from "../../hw/memory.ts";
import { loadCr3, RBP, RBX, writeRegister } from "../../hw/vcpu.ts";
import { boot } from "../../image/boot.ts";
import type { BootImage } from "../../image/image.ts";
import { PHASES } from "../../monitor/domains.ts";
import { KINDS } from "../../monitor/frames.ts";
import type { Valuation } from "../../spec/lang/evaluate.ts";
import type { RecordValue, Value } from "../../spec/lang/value.ts";
import type { Policy } from "../../spec/policy.ts";
import { domainRow, monitorTables, saveRow, stackRow } from "./abstract-layout.ts";
import { wordOfLabels, type Labels } from "./abstract-labels.ts";
import { bootImage, machineGeometry, placementOf } from "./boot-image.ts";
import { toPhysical } from "./placement.ts";

const list = (value: Value | undefined): readonly Value[] => value as readonly Value[];
const record = (value: Value): RecordValue => value as RecordValue;

/** Every entry of a map that is there, with its place. */
const present = (value: Value | undefined): readonly (readonly [number, Value])[] => list(value).flatMap((one, i) => (one === null ? [] : [[i, one] as const]));

const labelsOf = ({ domains, devices = [] }: Policy): Labels => ({ domains: domains.length, devices: devices.length });

/** What to boot for the abstract state: what no image says (registers, stacks, what devices and the host remember) is `remember`ed afterwards. */
export const imageOfState = (policy: Policy, state: Valuation): BootImage => {
  const placement = placementOf(policy), { levels } = machineGeometry(policy), labels = labelsOf(policy);
  const physical = (f: Value): number => toPhysical(placement, Number(f));
  const tables = list(state["tables"]).flatMap((links, domain) => list(links).flatMap((row, l) => present(row).map(([index, f]) => ({ domain, level: l + 1, index, frame: physical(f) }))));
  const mapping = (domain: number) => ([page, to]: readonly [number, Value]) => ({ domain, page, frame: physical(record(to)["frame"] ?? 0), access: Number(record(to)["access"]) });
  return {
    ...bootImage(policy),
    slots: list(state["phase"]).map((phase, d) => ({
      phase: PHASES[phase as keyof typeof PHASES], parent: Number(list(state["parent"])[d] ?? -1),
      root: tables.find((table) => table.domain === d && table.level === levels)?.frame ?? -1,
    })),
    // The union's ranks: monitor, a table of each level, data, shared, invalid.
    frameTable: list(state["kind"]).slice(1).map((kind, i) => {
      const rank = Number(kind), owner = Number(list(state["owner"])[i + 1] ?? -1);
      return rank <= levels ? { owner, kind: KINDS.table, level: rank } : { owner, kind: [KINDS.data, KINDS.shared, KINDS.invalid][rank - levels - 1] ?? KINDS.data, level: 0 };
    }),
    links: tables.filter(({ level }) => level < levels).sort((a, b) => b.level - a.level),
    mappings: list(state["space"]).flatMap((space, domain) => {
      const links = list(state["tables"])[domain], image = bootImage(policy);
      const isLeaf = (page: number): boolean => list(list(links ?? [])[0])[Math.floor(page / 2 ** machineGeometry(policy).indexBits)] !== null;
      // Without a leaf table, a page is part of a large page of the boot image.
      const large = image.mappings.filter((one) => one.domain === domain && one.level > 1 && list(space)[one.page] !== null && !isLeaf(one.page));
      return [...present(space).filter(([page]) => isLeaf(page)).map((one) => ({ ...mapping(domain)(one), level: 1 })), ...large];
    }),
    grants: list(state["grant"]).flatMap((receivers, f) => present(receivers).map(([domain, given]) => (
      { frame: physical(f), domain, accepted: record(given)["status"] === "accepted", access: Number(record(given)["access"]) }))),
    devices: bootImage(policy).devices.map((one, x) => ({ ...one, owner: Number(list(state["device"])[x] ?? -1), maps: present(list(state["ioSpace"])[x]).map(mapping(0)) })),
    contents: list(state["holds"]).flatMap((held, f) => (held === 0 ? [] : [{ frame: physical(f), word: wordOfLabels(Number(held), labels) }])),
    running: list(state["vcpu"]).map(Number),
  };
};

const remember = (m: Machine, policy: Policy, state: Valuation): void => {
  const tables = monitorTables(m), labels = labelsOf(policy);
  list(state["knows"]).forEach((threads, home) => {
    list(threads).forEach((known, v) => {
      const word = wordOfLabels(Number(known), labels), save = tables.saveAreas + (home * tables.vcpus + v) * saveRow;
      for (const register of [RBX, RBP]) {
        if (list(state["vcpu"])[v] === home) writeRegister(m, vcpu(v), register, word);
        else writeWord(m.memory, save + register, word);
      }
      const stack = list(list(state["stack"])[home] ?? [])[v] ?? [];
      for (const [depth, activation] of present(stack)) {
        const row = tables.stacks + ((home * tables.vcpus + v) * tables.stack + depth) * stackRow, knew = wordOfLabels(Number(record(activation)["knew"]), labels);
        writeWord(m.memory, row, Number(record(activation)["gate"]) + 1);
        for (const column of [1, 2]) writeWord(m.memory, row + column, knew);
      }
    });
  });
  list(state["deviceKnows"]).forEach((known, x) => { writeDeviceRegister(m, device(x), wordOfLabels(Number(known), labels)); });
  writeHostRegister(m, wordOfLabels(Number(state["hostKnows"]), labels));
};

/** The domain that the vCPU is in: where the last gate of its thread leads, or the thread's home. */
const currentIn = ({ domains, gates = [] }: Policy, state: Valuation, v: number): number => {
  const home = Number(list(state["vcpu"])[v]), [, last] = present(list(list(state["stack"])[home] ?? [])[v] ?? []).at(-1) ?? [];
  return last === undefined ? home : domains.indexOf(gates[Number(record(last)["gate"])]?.to ?? "");
};

/** Has every vCPU run every sealed domain, so that its TLB holds all that it can, and then the one that it is in. */
const warm = (m: Machine, policy: Policy, state: Valuation): void => {
  const { domainTable } = monitorTables(m);
  const enter = (v: number, d: number): void => { loadCr3(m, vcpu(v), frame(readWord(m.memory, domainTable + d * domainRow + 2) - 1), pcid(d + 1), true); };
  for (let v = 0; v < m.vcpus; v++) {
    list(state["phase"]).forEach((phase, d) => { if (phase === "sealed") enter(v, d); });
    enter(v, currentIn(policy, state, v));
  }
};

/** Brings a machine after reset, of the policy's shape, into the state. */
export const embed = (m: Machine, policy: Policy, state: Valuation): void => {
  boot(m, imageOfState(policy, state));
  remember(m, policy, state);
  warm(m, policy, state);
};
