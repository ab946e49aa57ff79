/** What two policies say differently, told by what it is about and not by where it stands: a list in another order says the same. */
import { adversaryOf, switches } from "../../spec/adversary.ts";
import type { Policy } from "../../spec/policy.ts";
import { onBoth, type Sides } from "./universe.ts";

export const families = ["platform", "domains", "scheduler", "create", "share", "gates", "devices", "host", "adversary", "claims", "levels", "boot", "bounds"] as const;
export type Family = (typeof families)[number];

export interface Said { readonly value: string; /** JSON pointer into the policy; "" where it says it by silence. */ readonly pointer: string }
interface Entry extends Said { readonly family: Family; readonly subject: string }

/** One thing of which the two say something else, or only one says something. */
export interface PolicyChange { readonly family: Family; readonly subject: string; readonly old: Said | null; readonly new: Said | null }

const rules = (policy: Policy): readonly Entry[] => [
  { family: "platform", subject: "platform", value: policy.platform, pointer: "/platform" },
  ...policy.domains.map((name, i): Entry => ({ family: "domains", subject: `domain ${name}`, value: i === 0 ? "root" : "not root", pointer: `/domains/${i}` })),
  { family: "scheduler", subject: "scheduler", value: policy.scheduler, pointer: "/scheduler" },
  { family: "scheduler", subject: "preemptive", value: policy.preemptive === true ? "yes" : "no", pointer: policy.preemptive === undefined ? "" : "/preemptive" },
  ...(policy.create ?? []).map(({ by, slot }, i): Entry => ({ family: "create", subject: `create ${slot}`, value: `by ${by}`, pointer: `/create/${i}` })),
  ...(policy.share ?? []).map(({ from, to, access, name }, i): Entry =>
    ({ family: "share", subject: `share ${from} -> ${to}`, value: name === undefined ? access : `${access}, named ${name}`, pointer: `/share/${i}` })),
  ...(policy.gates ?? []).flatMap(({ name, from, to }, i): readonly Entry[] => [
    { family: "gates", subject: `gate ${name} to`, value: to, pointer: `/gates/${i}` },
    ...from.map((caller, j): Entry => ({ family: "gates", subject: `gate ${name} from ${caller}`, value: "listed", pointer: `/gates/${i}/from/${j}` })),
  ]),
  ...(policy.devices ?? []).flatMap(({ name, drivers }, i): readonly Entry[] => drivers.map((driver, j): Entry => ({ family: "devices", subject: `device ${name} for ${driver}`, value: "listed", pointer: `/devices/${i}/drivers/${j}` }))),
  ...(policy.host?.sharedBy ?? []).map((name, i): Entry => ({ family: "host", subject: `host from ${name}`, value: "listed", pointer: `/host/sharedBy/${i}` })),
  ...Object.entries(adversaryOf(policy)).map(([name, value]): Entry => {
    const written = policy.adversary !== undefined && name in policy.adversary;
    return { family: "adversary", subject: `adversary ${name}`, value: typeof value === "number" ? String(value) : value ? "on" : "off", pointer: written ? `/adversary/${name}` : "" };
  }),
  ...(policy.claims ?? []).map((claim, i): Entry => ({
    family: "claims", subject: `claim ${claim.name}`, pointer: `/claims/${i}`,
    value: `${claim.subject} never ${claim.never} ${claim.object}${(claim.except ?? []).length === 0 ? "" : `, except ${[...claim.except ?? []].sort().join(", ")}`}`,
  })),
  ...Object.entries(policy.levels?.of ?? {}).map(([name, level]): Entry => ({ family: "levels", subject: `level of ${name}`, value: String(level), pointer: `/levels/of/${name}` })),
  ...(policy.levels?.trusted ?? []).map((name, i): Entry => ({ family: "levels", subject: `trusted ${name}`, value: "listed", pointer: `/levels/trusted/${i}` })),
];

const booted = ({ boot }: Policy): readonly Entry[] => [
  ...boot.frames.map(({ name, owner, shared, holds }, i): Entry => ({
    family: "boot", subject: `frame ${name}`, pointer: `/boot/frames/${i}`,
    value: `of ${owner}${shared === true ? ", shared with the host" : ""}${(holds ?? []).length === 0 ? "" : `, holds ${[...holds ?? []].sort().join(", ")}`}`,
  })),
  ...boot.domains.flatMap(({ name, phase, parent, tables, maps }, i): readonly Entry[] => [
    { family: "boot", subject: `domain ${name}`, value: `${phase}${parent === undefined ? "" : `, child of ${parent}`}`, pointer: `/boot/domains/${i}` },
    ...tables.map(({ level, index, frame }, j): Entry => ({ family: "boot", subject: `table ${level}.${index} of ${name}`, value: frame, pointer: `/boot/domains/${i}/tables/${j}` })),
    ...maps.map(({ page, frame, access }, j): Entry => ({ family: "boot", subject: `page ${page} of ${name}`, value: `${frame} ${access}`, pointer: `/boot/domains/${i}/maps/${j}` })),
  ]),
  ...boot.grants.map(({ frame, to, access, status }, i): Entry => ({ family: "boot", subject: `grant of ${frame} to ${to}`, value: `${status} ${access}`, pointer: `/boot/grants/${i}` })),
  ...(boot.devices ?? []).flatMap(({ name, owner, maps }, i): readonly Entry[] => [
    { family: "boot", subject: `device ${name}`, value: `of ${owner}`, pointer: `/boot/devices/${i}` },
    ...maps.map(({ page, frame, access }, j): Entry => ({ family: "boot", subject: `IO page ${page} of ${name}`, value: `${frame} ${access}`, pointer: `/boot/devices/${i}/maps/${j}` })),
  ]),
  // vCPUs are interchangeable: it counts how many run whom.
  ...boot.running.map((name, v): Entry => ({ family: "boot", subject: "running", value: name, pointer: `/boot/running/${v}` })),
];

const sizes = ({ geometry, bounds }: Policy): readonly Entry[] => [
  { family: "bounds", subject: "geometry", value: geometry, pointer: "/geometry" },
  ...Object.entries(bounds).map(([name, value]): Entry => ({ family: "bounds", subject: `bounds ${name}`, value: String(value), pointer: `/bounds/${name}` })),
];

const keyOf = ({ subject, value }: Entry): string => `${subject}: ${value}`;

/** What of the first the second does not say, as often as it is said. */
const unmatched = (one: readonly Entry[], two: readonly Entry[]): Entry[] => {
  const left = two.map(keyOf);
  return one.filter((entry) => {
    const at = left.indexOf(keyOf(entry));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
};

/** In the order of the families and of the new policy. */
export const changesBetween = (policies: Sides<Policy>): readonly PolicyChange[] => {
  const said = onBoth(policies, (policy) => [...rules(policy), ...booted(policy), ...sizes(policy)]);
  const gone = unmatched(said.old, said.new), come = unmatched(said.new, said.old);
  const plain = ({ value, pointer }: Entry): Said => ({ value, pointer });
  const changed = come.map((entry): PolicyChange => {
    const at = gone.findIndex(({ family, subject }) => family === entry.family && subject === entry.subject), [before] = at < 0 ? [] : gone.splice(at, 1);
    return { family: entry.family, subject: entry.subject, old: before === undefined ? null : plain(before), new: plain(entry) };
  });
  const all = [...changed, ...gone.map((entry): PolicyChange => ({ family: entry.family, subject: entry.subject, old: plain(entry), new: null }))];
  return all.toSorted((a, b) => families.indexOf(a.family) - families.indexOf(b.family));
};

/** Switches that the new policy turns off are assumptions that it makes, and what it turns on it assumes no longer. */
export interface Assumption { readonly adversary: string; readonly old: boolean; readonly new: boolean }

export const assumptionsChanged = (policies: Sides<Policy>): readonly Assumption[] => {
  const { old, new: now } = onBoth(policies, adversaryOf);
  return switches.flatMap((adversary) => (old[adversary] === now[adversary] ? [] : [{ adversary, old: old[adversary], new: now[adversary] }]));
};
