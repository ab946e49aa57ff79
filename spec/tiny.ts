/** A policy cut down so far that every well-formed state of it can be taken: MODEL.md section 8, the second search. */
import type { Policy } from "./policy.ts";

export interface TinySize { readonly domains: number; readonly frames: number; readonly vcpus: number }

const among = (names: readonly string[]) => (name: string): boolean => names.includes(name);

/**
 * The rules of the policy between the root domain, the scheduler and as many others as there is room for, in their order; one device, one page of each domain and device, one place on
 * each stack; two levels of tables, of two entries each. It boots the empty machine, with so many frames. Claims and levels are left out: states that no run leads to break them.
 */
export const tinied = (policy: Policy, size: TinySize): Policy => {
  const [root = ""] = policy.domains, first = [...new Set([root, policy.scheduler, ...policy.domains])].slice(0, size.domains);
  const domains = policy.domains.filter(among(first)), here = among(domains);
  const table = policy.boot.domains.find(({ name }) => name === root)?.tables.find(({ index, level }) => index === 0 && level === Number(policy.geometry[0]))?.frame ?? "root-table";
  const others = policy.boot.frames.map(({ name }) => name).filter((name) => name !== table);
  const spare = Array.from({ length: size.frames }, (_, i) => `spare-${i + 1}`).filter((name) => !others.includes(name) && name !== table);
  const { claims: _claims, levels: _levels, about: _about, $schema: _schema, ...rules } = policy;
  const gates = (policy.gates ?? []).filter(({ to }) => here(to)).map((gate) => ({ ...gate, from: gate.from.filter(here) })).filter(({ from }) => from.length > 0);
  const devices = (policy.devices ?? []).map((device) => ({ ...device, drivers: device.drivers.filter(here) })).filter(({ drivers }) => drivers.length > 0).slice(0, 1);
  return {
    ...rules, name: `${policy.name.slice(0, 26)}-tiny`, geometry: "2x1", domains, scheduler: here(policy.scheduler) ? policy.scheduler : root,
    create: (policy.create ?? []).filter(({ by, slot }) => here(by) && here(slot)),
    share: (policy.share ?? []).filter(({ from, to }) => here(from) && here(to)),
    gates, devices,
    ...(policy.host === undefined ? {} : { host: { ...policy.host, sharedBy: policy.host.sharedBy.filter(here) } }),
    bounds: { pages: 1, vcpus: size.vcpus, machineDepth: 1, ...(devices.length === 0 ? {} : { ioPages: 1 }), ...(gates.length === 0 ? {} : { stack: 1 }) },
    boot: {
      frames: [table, ...others, ...spare].slice(0, size.frames).map((name) => ({ name, owner: root })),
      domains: [{ name: root, phase: "sealed", tables: [{ level: 2, index: 0, frame: table }], maps: [] }],
      grants: [], running: Array.from({ length: size.vcpus }, () => root),
    },
  };
};
