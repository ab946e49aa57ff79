/** The abstract state of a boot image. */
import { largeParts } from "./large.ts";
import { leastValue, type RecordValue, type Value } from "./lang/value.ts";
import type { Bounds } from "./lang/types.ts";
import type { Valuation } from "./lang/evaluate.ts";
import { accessValue, type Policy } from "./policy.ts";
import { variables } from "./state.ts";

/** Frame 0 of the abstract state stands for every monitor frame; the policy's frames follow in their order. */
export const frameNumber = (policy: Policy, name: string): number => 1 + policy.boot.frames.findIndex((frame) => frame.name === name);
export const domainNumber = (policy: Policy, name: string): number => policy.domains.indexOf(name);

/** Ranks of the union `Kind`: monitor, one per table level, data, shared. */
const tableKind = (level: number): number => level;
const dataKind = (levels: number): number => levels + 1;

/** The state that the policy's boot image describes, without the labels of the set `ignored`. Names must have been checked. */
export const initial = (policy: Policy, bounds: Bounds, levels: number, ignored: number): Valuation => {
  const domain = (name: string): number => domainNumber(policy, name);
  const frame = (name: string): number => frameNumber(policy, name);
  const least: Valuation = Object.fromEntries(Object.entries(variables).map(([name, type]) => [name, leastValue(bounds, type)]));

  const booted = new Map(policy.boot.domains.map((one) => [domain(one.name), one]));
  const tables = policy.boot.domains.flatMap((one) => one.tables.map((table) => ({ ...table, domain: domain(one.name), frame: frame(table.frame) })));
  const parts = policy.domains.map((_, d) => {
    const one = booted.get(d);
    return one === undefined ? [] : largeParts(policy, one);
  });
  const devices = (policy.devices ?? []).map(({ name }) => (policy.boot.devices ?? []).find((one) => one.name === name));
  const perDomain = (value: (d: number) => Value): Value => policy.domains.map((_, d) => value(d));
  const perFrame = (monitor: Value, value: (declared: Policy["boot"]["frames"][number], f: number) => Value): Value =>
    [monitor, ...policy.boot.frames.map((declared, i) => value(declared, i + 1))];

  return {
    ...least,
    phase: perDomain((d) => booted.get(d)?.phase ?? "free"),
    parent: perDomain((d) => {
      const parent = booted.get(d)?.parent;
      return parent === undefined ? null : domain(parent);
    }),
    kind: perFrame(0, (declared, f) => {
      const table = tables.find((one) => one.frame === f);
      return table === undefined ? dataKind(levels) + (declared.shared === true ? 1 : 0) : tableKind(table.level);
    }),
    owner: perFrame(null, (declared) => domain(declared.owner)),
    holds: perFrame(0, (declared) => (declared.holds ?? []).reduce((mask, name) => mask | (1 << domain(name)), 0) & ~ignored),
    tables: perDomain((d) => (least["tables"] as readonly Value[][])[d]?.map((row, l) => (row as unknown as readonly Value[]).map((_, index) =>
      tables.find((one) => one.domain === d && one.level === l + 1 && one.index === index)?.frame ?? null)) ?? []),
    space: perDomain((d) => (least["space"] as readonly Value[][])[d]?.map((_, page) => {
      const mapping = booted.get(d)?.maps.find((one) => one.page === page), part = parts[d]?.find((one) => one.page === page);
      if (part !== undefined) return { frame: 1 + part.frame, access: part.access };
      return mapping === undefined ? null : { frame: frame(mapping.frame), access: accessValue(mapping.access) };
    }) ?? []),
    grant: perFrame(policy.domains.map(() => null), (declared) => policy.domains.map((name): RecordValue | null => {
      const grant = policy.boot.grants.find((one) => one.frame === declared.name && one.to === name);
      return grant === undefined ? null : { status: grant.status, access: accessValue(grant.access) };
    })),
    vcpu: policy.boot.running.map(domain),
    device: devices.map((booted) => (booted === undefined ? null : domain(booted.owner))),
    ioSpace: devices.map((booted, x) => (least["ioSpace"] as readonly Value[][])[x]?.map((_, page) => {
      const mapping = booted?.maps.find((one) => one.page === page);
      return mapping === undefined ? null : { frame: frame(mapping.frame), access: accessValue(mapping.access) };
    }) ?? []),
  };
};
