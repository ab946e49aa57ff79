/**
 * A larger system of the same kind, for walks beyond the bounds of a policy. Added domains are siblings of those that the policy has: the first of the first after the root domain, and so on in
 * turn. A sibling has the creator, the sharing, the gates to others, the devices, the host and the level of whom it is like, and is created by calls: it is not booted. It adds no way for
 * secrets among the others that was not there through the one that it is like. Added frames are the root domain's, and empty; added vCPUs run what the first one runs; at another geometry the
 * booted domains keep their mappings and get the tables that these need.
 */
import { geometryOf, limits, type Policy } from "../../spec/policy.ts";
import type { Problem } from "../policy/problem.ts";

/** Sizes that are asked for; what is absent stays as the policy has it. */
export interface Sizes { readonly domains?: number; readonly frames?: number; readonly pages?: number; readonly vcpus?: number; readonly geometry?: string }

/** What was added, for the report. */
export interface Inflation {
  readonly policy: Policy;
  readonly domains: readonly { readonly name: string; readonly like: string }[];
  readonly frames: readonly { readonly name: string; readonly owner: string }[];
}

export type InflationResult = { readonly ok: true; readonly inflation: Inflation } | { readonly ok: false; readonly problem: Problem };

interface Shape { readonly levels: number; readonly indexBits: number }
type BootDomain = Policy["boot"]["domains"][number];
type Table = BootDomain["tables"][number];
type BootFrame = Policy["boot"]["frames"][number];

/** Names are at most 32 characters long. */
const numbered = (name: string, number: number): string => `${name.slice(0, 31 - String(number).length)}.${number}`;

const joined = (names: readonly string[], like: string, sibling: string): string[] => (names.includes(like) ? [...names, sibling] : [...names]);

/** The policy with one more domain, `number` of those that are added. */
const withSibling = (policy: Policy, like: string, number: number): Policy => {
  const sibling = numbered(like, number), { create = [], share = [], claims = [], levels, host } = policy;
  const creator = create.find(({ slot }) => slot === like)?.by ?? policy.boot.domains.find(({ name }) => name === like)?.parent ?? policy.domains[0] ?? like;
  const copied = share.filter(({ from, to }) => from === like || to === like).map((rule) => ({
    of: rule.name, rule: { ...rule, from: rule.from === like ? sibling : rule.from, to: rule.to === like ? sibling : rule.to, ...(rule.name === undefined ? {} : { name: numbered(rule.name, number) }) },
  }));
  return {
    ...policy,
    domains: [...policy.domains, sibling],
    create: [...create, { by: creator, slot: sibling }],
    share: [...share, ...copied.map(({ rule }) => rule)],
    // A passage that a claim about flows excepts, it excepts through the sibling too.
    claims: claims.map((claim) => (claim.never !== "flow" || claim.except === undefined ? claim
      : { ...claim, except: [...claim.except, ...copied.flatMap(({ of, rule }) => (of !== undefined && rule.name !== undefined && claim.except?.includes(of) === true ? [rule.name] : []))] })),
    ...(policy.gates === undefined ? {} : { gates: policy.gates.map((gate) => ({ ...gate, from: gate.to === sibling ? [...gate.from] : joined(gate.from, like, sibling) })) }),
    ...(policy.devices === undefined ? {} : { devices: policy.devices.map((device) => ({ ...device, drivers: joined(device.drivers, like, sibling) })) }),
    ...(host === undefined ? {} : { host: { sharedBy: joined(host.sharedBy, like, sibling) } }),
    ...(levels === undefined ? {} : {
      levels: { of: { ...levels.of, [sibling]: levels.of[like] ?? 0 }, ...(levels.trusted === undefined ? {} : { trusted: joined(levels.trusted, like, sibling) }) },
    }),
  };
};

/** The tables of a booted domain at another shape, on the frames that its tables have now and on new ones; `left` are frames that are no tables any more. */
const retabled = ({ name, tables }: BootDomain, pages: number, from: Shape, to: Shape): { readonly tables: readonly Table[]; readonly added: readonly BootFrame[] } => {
  const at = (level: number): readonly Table[] => tables.filter((table) => table.level === level);
  const [root] = at(from.levels);
  if (root === undefined) return { tables: [], added: [] };
  // Pages whose table is there, or could be filled in: what the domain can map at once it can map at once again.
  const covered = Array.from({ length: pages }, (_, page) => page).filter((page) => at(1).some(({ index }) => index === Math.floor(page / 2 ** from.indexBits)));
  const wanted = Array.from({ length: to.levels - 1 }, (_, i) => to.levels - 1 - i).flatMap((level) => (
    [...new Set(covered.map((page) => Math.floor(page / 2 ** (to.indexBits * level))))].map((index) => ({ level, index }))));
  const free = tables.filter((table) => table !== root).map(({ frame }) => frame);
  const added: BootFrame[] = [];
  const frameFor = ({ level, index }: { readonly level: number; readonly index: number }): string => {
    const same = free.indexOf(at(level).find((table) => table.index === index)?.frame ?? ""), [frame] = free.splice(Math.max(0, same), 1);
    if (frame !== undefined) return frame;
    const made = { name: `${name.slice(0, 24)}.L${level}.${index}`, owner: name };
    added.push(made);
    return made.name;
  };
  // Leaves first, so that a frame that is a leaf stays one.
  const lower = wanted.toReversed().map((table) => ({ ...table, frame: frameFor(table) })).toReversed();
  return { tables: [{ ...root, level: to.levels }, ...lower], added };
};

const withGeometry = (policy: Policy, geometry: string): { readonly policy: Policy; readonly added: readonly BootFrame[] } => {
  const from = geometryOf(policy.geometry), to = geometryOf(geometry);
  if (from === null || to === null || policy.geometry === geometry) return { policy, added: [] };
  const all = policy.boot.domains.map((domain) => ({ domain, ...retabled(domain, policy.bounds.pages, from, to) }));
  const added = all.flatMap((one) => one.added);
  return {
    policy: { ...policy, geometry, boot: { ...policy.boot, frames: [...policy.boot.frames, ...added], domains: all.map(({ domain, tables }) => ({ ...domain, tables: [...tables] })) } },
    added,
  };
};

/** The larger policy. It must be read once more: whether everything fits together the reader of policies says. */
export const inflate = (policy: Policy, { domains, frames, pages, vcpus, geometry }: Sizes): InflationResult => {
  const shaped = withGeometry(policy, geometry ?? policy.geometry);
  const tooFew = (what: string, asked: number | undefined, present: number, most: number, why: string): Problem | null => (asked === undefined || asked >= present ? null : {
    code: "OUT_OF_BOUNDS", pointer: "", sentence: `the system has ${present} ${what}${why}, and nothing is taken away`, expected: `an integer from ${present} to ${most}`, found: String(asked),
  });
  const problem = tooFew("domains", domains, policy.domains.length, limits.domains, "") ?? tooFew("vCPUs", vcpus, policy.bounds.vcpus, limits.vcpus, "")
    ?? tooFew("pages", pages, policy.bounds.pages, limits.pages, "")
    ?? tooFew("frames", frames, shaped.policy.boot.frames.length, limits.frames, shaped.added.length === 0 ? "" : ` with ${shaped.added.length} for the tables of geometry ${geometry ?? ""}`);
  if (problem !== null) return { ok: false, problem };

  const [root = "", ...others] = policy.domains;
  const siblings = Array.from({ length: (domains ?? policy.domains.length) - policy.domains.length }, (_, i) => ({ like: others[i % Math.max(1, others.length)] ?? root, number: 1 + i }));
  const grown = siblings.reduce((so, { like, number }) => withSibling(so, like, number), shaped.policy);
  const spare = Array.from({ length: (frames ?? grown.boot.frames.length) - grown.boot.frames.length }, (_, i) => ({ name: `spare.${1 + i}`, owner: root }));
  const { bounds, boot } = grown, count = vcpus ?? bounds.vcpus;
  return {
    ok: true,
    inflation: {
      policy: {
        ...grown, bounds: { ...bounds, pages: pages ?? bounds.pages, vcpus: count },
        boot: { ...boot, frames: [...boot.frames, ...spare], running: Array.from({ length: count }, (_, v) => boot.running[v] ?? boot.running[0] ?? policy.scheduler) },
      },
      domains: siblings.map(({ like, number }) => ({ name: numbered(like, number), like })), frames: [...shaped.added, ...spare],
    },
  };
};
