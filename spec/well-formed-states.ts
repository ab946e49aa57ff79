/**
 * Candidates for the well-formed states of a policy at a tiny size, reachable or not: MODEL.md section 3, the boot image's conditions with dying domains whose space, DMA, grants
 * and stacks are empty. All that are well formed are among them, up to the order of frames, which are interchangeable; `wellFormedness` says which those are. Threads have called
 * through at most one gate, and have learnt nothing.
 */
import { geometry } from "./bounds.ts";
import type { Valuation } from "./lang/evaluate.ts";
import type { System } from "./lang/system.ts";
import { boundsOf } from "./lang/types.ts";
import { leastValue, type Value } from "./lang/value.ts";
import { accessValue, type Policy } from "./policy.ts";

type Phase = "free" | "building" | "sealed" | "dying";
interface Role { readonly owner: number; readonly use: "data" | "secret" | "shared" | "invalid" | "root" | "leaf" | "orphan" }
interface Given { readonly status: "offered" | "accepted"; readonly access: number }
interface Mapped { readonly frame: number; readonly access: number }

const product = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
  lists.reduce<readonly (readonly T[])[]>((rows, list) => rows.flatMap((row) => list.map((item) => [...row, item])), [[]]);

/** Lists of this length whose members do not go down. */
const ascending = <T>(all: readonly T[], length: number, from = 0): readonly (readonly T[])[] => (length === 0 ? [[]]
  : all.slice(from).flatMap((one, i) => ascending(all, length - 1, from + i).map((rest) => [one, ...rest])));

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

const r = 1, w = 2, x = 4;
const rights = [r, r | w, r | x] as const;

/** @throws RangeError unless the policy has two levels of tables and one page: everything else is not tiny. */
export function* candidateStates(policy: Policy, system: System): Generator<Valuation> {
  const { levels } = geometry(policy), { bounds } = system, pages = boundsOf(bounds, "Page").hi + 1;
  if (levels !== 2 || pages !== 1) throw new RangeError(`${levels} levels of tables and ${pages} pages are too many to take every state`);
  const domains = upTo(policy.domains.length), devices = upTo((policy.devices ?? []).length), gates = upTo((policy.gates ?? []).length);
  const frames = upTo(policy.boot.frames.length).map((f) => f + 1), vcpus = upTo(policy.bounds.vcpus), depths = upTo(boundsOf(bounds, "Depth").hi + 1), ioPages = upTo(boundsOf(bounds, "IoPage").hi + 1);
  const number = (name: string): number => policy.domains.indexOf(name);
  const least = Object.fromEntries(Object.entries(system.variables).map(([name, type]) => [name, leastValue(bounds, type)]));
  const mayGrant = (from: number, to: number): number => (policy.share ?? []).filter((rule) => number(rule.from) === from && number(rule.to) === to).reduce((mask, rule) => mask | accessValue(rule.access), 0);
  // The union's ranks: monitor, a table of each level, data, shared, invalid.
  const kindOf = ({ use }: Role, level: number): number => (use === "invalid" ? levels + 3 : use === "shared" ? levels + 2 : use === "data" || use === "secret" ? levels + 1 : level);
  const unvalidated: readonly Role["use"][] = policy.platform === "sev-snp" ? ["invalid"] : [];

  const phasesOf = domains.map((d): readonly Phase[] => (d === 0 ? ["sealed"] : ["free", "building", "sealed", "dying"]));
  for (const phases of product(phasesOf)) {
    const sealed = domains.filter((d) => phases[d] === "sealed"), alive = domains.filter((d) => phases[d] === "sealed" || phases[d] === "building");
    // The root domain's root table comes first, so that it is the first frame, as in a boot image that begins with it: no run ever changes which frame that is.
    const roles = domains.flatMap((owner): readonly Role[] => {
      if (phases[owner] === "free") return [];
      const uses: readonly Role["use"][] = phases[owner] === "dying" ? ["data", "secret", "orphan", "shared", ...unvalidated] : ["root", "leaf", "data", "secret", "shared", ...unvalidated];
      return uses.map((use) => ({ owner, use }));
    });
    const parents = product(domains.map((d): readonly (number | null)[] => (d === 0 || phases[d] === "free" ? [null] : sealed.filter((one) => one !== d))));
    for (const role of ascending(roles, frames.length)) {
      const ofRole = (use: Role["use"], d: number): readonly number[] => frames.filter((f) => role[f - 1]?.use === use && role[f - 1]?.owner === d);
      if (alive.some((d) => ofRole("root", d).length !== 1 || ofRole("leaf", d).length > 1)) continue;
      const isShared = (f: number): boolean => role[f - 1]?.use === "shared";
      const plain = frames.filter((f) => ["data", "secret", "shared"].includes(role[f - 1]?.use ?? ""));
      const granting = plain.filter((f) => !isShared(f)).flatMap((f) => sealed.filter((e) => e !== role[f - 1]?.owner && sealed.includes(role[f - 1]?.owner ?? -1)).map((e) => ({ f, e })));
      const grantsOf = granting.map(({ f, e }): readonly (Given | null)[] => [null, ...rights.filter((a) => (a & ~mayGrant(role[f - 1]?.owner ?? 0, e)) === 0)
        .flatMap((access): readonly Given[] => [{ status: "offered", access }, { status: "accepted", access }])]);
      for (const grants of product(grantsOf)) {
        const grantOf = (f: number, e: number): Given | null => grants[granting.findIndex((one) => one.f === f && one.e === e)] ?? null;
        const reached = (d: number, all: readonly number[]): readonly Mapped[] => plain.flatMap((frame) => {
          const given = grantOf(frame, d), most = role[frame - 1]?.owner === d ? 7 : given?.status === "accepted" && phases[d] === "sealed" ? given.access : 0;
          return all.filter((access) => (access & ~most) === 0 && !((access & x) !== 0 && isShared(frame))).map((access) => ({ frame, access }));
        });
        const spacesOf = domains.map((d): readonly (Mapped | null)[] => (alive.includes(d) && ofRole("leaf", d).length > 0 ? [null, ...reached(d, rights)] : [null]));
        const ownersOf = devices.map((n): readonly (number | null)[] => [null, ...sealed.filter((d) => (policy.devices?.[n]?.drivers ?? []).map(number).includes(d))]);
        for (const spaces of product(spacesOf)) {
          for (const owners of product(ownersOf)) {
            const iosOf = devices.flatMap((n) => ioPages.map((): readonly (Mapped | null)[] => (owners[n] === null || owners[n] === undefined ? [null] : [null, ...reached(owners[n], [r, r | w])])));
            for (const ios of product(iosOf)) {
              for (const homes of product(vcpus.map(() => sealed))) {
                const callsOf = vcpus.map((v): readonly (number | null)[] => (depths.length === 0 ? [null]
                  : [null, ...gates.filter((g) => (policy.gates?.[g]?.from ?? []).map(number).includes(homes[v] ?? 0) && sealed.includes(number(policy.gates?.[g]?.to ?? "")))]));
                for (const calls of product(callsOf)) {
                  for (const parent of parents) {
                    const state: Valuation = {
                      ...least,
                      phase: phases, parent, vcpu: homes,
                      kind: [0, ...role.map((one, i) => kindOf(one, one.use === "root" ? 2 : one.use === "leaf" ? 1 : 1 + (i % 2)))],
                      owner: [null, ...role.map(({ owner }) => owner)],
                      holds: [0, ...role.map(({ use, owner }) => (use === "secret" ? 1 << owner : 0))],
                      tables: domains.map((d): Value => (alive.includes(d) ? [[ofRole("leaf", d)[0] ?? null], [ofRole("root", d)[0] ?? null]] : [[null], [null]])),
                      space: spaces.map((one): Value => [one === null ? null : { ...one }]),
                      grant: [domains.map(() => null), ...frames.map((f): Value => domains.map((e): Value => {
                        const given = grantOf(f, e);
                        return given === null ? null : { ...given };
                      }))],
                      stack: domains.map((home): Value => vcpus.map((v): Value => depths.map((depth): Value => {
                        const gate = calls[v] ?? null;
                        return homes[v] === home && depth === 0 && gate !== null ? { gate, knew: 0 } : null;
                      }))),
                      device: [...owners],
                      ioSpace: devices.map((n): Value => ioPages.map((i): Value => {
                        const one = ios[n * ioPages.length + i] ?? null;
                        return one === null ? null : { ...one };
                      })),
                    };
                    yield state;
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
