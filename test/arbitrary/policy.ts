/** Small well-formed policies. */
import * as fc from "fast-check";
import { accessValue, geometryOf, type Policy } from "../../spec/policy.ts";

type Pick = fc.GeneratorValue;
type BootDomain = Policy["boot"]["domains"][number];
type Tables = BootDomain["tables"];
interface DataFrame { readonly name: string; readonly owner: string; readonly mode: "rw" | "rx"; readonly secret: boolean }

const within = (access: string, mode: string): boolean => (accessValue(access) & ~accessValue(mode)) === 0;

/** Tables of the user half that the pages need, from the root down, with the frames' names. */
const tablesOf = (levels: number, indexBits: number, pages: number, domain: string, depth: number): Tables =>
  Array.from({ length: levels }, (_, i) => levels - i).filter((level) => level > levels - depth).flatMap((level) => {
    const prefixes = level === levels ? 1 : Math.floor((pages - 1) / 2 ** (indexBits * level)) + 1;
    return Array.from({ length: prefixes }, (_, index) => ({ level, index, frame: `${domain}-t${level}.${index}` }));
  });

const build = (g: Pick): Policy => {
  const geometry = g(fc.constantFrom, "2x1", "2x2", "3x1");
  const { levels, indexBits } = geometryOf(geometry) ?? { levels: 2, indexBits: 1 };
  const pages = g(fc.integer, { min: 1, max: Math.min(4, 2 ** (levels * indexBits - 1)) });
  const vcpus = g(fc.integer, { min: 1, max: 4 });
  const domains = ["root", "left", "right"].slice(0, g(fc.integer, { min: 1, max: 3 }));
  const phases = new Map(domains.map((name, d) => [name, d === 0 ? "sealed" : g(fc.constantFrom, "sealed", "sealed", "building", "free")]));
  const live = domains.filter((name) => phases.get(name) !== "free"), sealed = domains.filter((name) => phases.get(name) === "sealed");
  const parents = new Map(live.slice(1).map((name) => [name, g(fc.constantFrom, ...sealed.filter((one) => domains.indexOf(one) < domains.indexOf(name)))]));
  const depths = new Map(live.map((name) => [name, g(fc.integer, { min: 1, max: levels })]));
  const tables = new Map(live.map((name) => [name, tablesOf(levels, indexBits, pages, name, depths.get(name) ?? 1)]));
  const frames = live.flatMap((owner) => Array.from({ length: g(fc.integer, { min: 0, max: 2 }) }, (_, i): DataFrame => ({
    name: `${owner}-d${i}`, owner, mode: g(fc.constantFrom, "rw" as const, "rx" as const), secret: g(fc.boolean),
  })));
  const pairs = domains.flatMap((from) => domains.filter((to) => to !== from).map((to) => ({ from, to })));
  const share = pairs.flatMap(({ from, to }) => (g(fc.boolean) ? [{ from, to, access: g(fc.constantFrom, "r", "rw", "rx") }] : []));
  const grants = frames.flatMap(({ name, owner, mode }) => share
    .filter(({ from, to, access }) => from === owner && sealed.includes(from) && sealed.includes(to) && within(access, mode) && g(fc.boolean))
    .map(({ to, access }) => ({ frame: name, to, access, status: g(fc.constantFrom, "offered" as const, "accepted" as const) })));
  const maps = (domain: string): BootDomain["maps"] => (depths.get(domain) !== levels ? [] : Array.from({ length: pages }, (_, page) => page).flatMap((page) => {
    const own = frames.filter(({ owner }) => owner === domain).map(({ name, mode }) => ({ frame: name, access: mode }));
    const given = grants.filter(({ to, status }) => to === domain && status === "accepted").map(({ frame, access }) => ({ frame, access }));
    const choices = [...own, ...given];
    if (choices.length === 0 || !g(fc.boolean)) return [];
    const chosen = g(fc.constantFrom, ...choices);
    return [{ page, frame: chosen.frame, access: g(fc.boolean) ? chosen.access : "r" as const }];
  }));
  const scheduler = g(fc.constantFrom, ...domains);
  // A callee that never returns would keep the scheduler's thread.
  const callers = domains.filter((name) => name !== scheduler);
  const gates = domains.flatMap((to, i) => {
    const from = callers.filter((name) => name !== to && g(fc.boolean));
    return from.length > 0 && g(fc.boolean) ? [{ name: `gate${i}`, from, to }] : [];
  });
  const devices = g(fc.boolean) ? [{ name: "nic", drivers: domains.filter((_, d) => d === 0 || g(fc.boolean)) }] : [];
  const assigned = devices.flatMap(({ name, drivers }) => {
    const owner = drivers.find((one) => sealed.includes(one));
    if (owner === undefined || !g(fc.boolean)) return [];
    const own = frames.filter((frame) => frame.owner === owner && frame.mode === "rw")[0];
    return [{ name, owner, maps: own === undefined || !g(fc.boolean) ? [] : [{ page: 0, frame: own.name, access: "rw" as const }] }];
  });
  return {
    refmon: 1, name: "arbitrary", platform: "hyperenclave", geometry, domains, scheduler, preemptive: g(fc.boolean), gates, devices, host: { sharedBy: domains.filter(() => g(fc.boolean)) },
    create: domains.slice(1).map((slot) => ({ by: parents.get(slot) ?? "root", slot })),
    share,
    bounds: { pages, vcpus, machineDepth: 1 },
    boot: {
      frames: [
        ...live.flatMap((owner) => (tables.get(owner) ?? []).map(({ frame }) => ({ name: frame, owner }))),
        ...frames.map(({ name, owner, secret }) => (secret ? { name, owner, holds: [owner] } : { name, owner })),
      ],
      domains: live.map((name): BootDomain => {
        const parent = parents.get(name), phase = phases.get(name) === "building" ? "building" as const : "sealed" as const;
        return { name, phase, tables: tables.get(name) ?? [], maps: maps(name), ...(parent === undefined ? {} : { parent }) };
      }),
      grants,
      devices: assigned,
      running: Array.from({ length: vcpus }, () => g(fc.constantFrom, ...sealed)),
    },
  };
};

/** One to three domains, sealed, being built or free; up to four pages and vCPUs; geometries 2x1, 2x2 and 3x1. */
export const arbitraryPolicy: fc.Arbitrary<Policy> = fc.gen().map(build);
