/** Rules that do nothing: another one covers them, no reachable state uses them, or what they let happen comes about without them. */
import { and, eq, subset, type Bool, type Expr } from "../../spec/lang/index.ts";
import type { System } from "../../spec/lang/system.ts";
import { term } from "../../spec/lang/term.ts";
import { bool } from "../../spec/lang/types.ts";
import { accessValue, type Policy } from "../../spec/policy.ts";
import { Access, Device, Domain, Gate } from "../../spec/vocabulary.ts";
import { questionable, reachableFlows, reachableRights, reachedIn, searcherOf, type CompareOptions, type Reached } from "./compare.ts";
import { withoutLabels } from "./labels.ts";
import { named, type Asked } from "./rights.ts";
import { compared, type Compared, type Sides, type Universe } from "./universe.ts";

/** A *shadowed* rule is covered by others; a *dead* one is used in no reachable state; without a *redundant* one the same rights and flows come about. */
export const statuses = ["used", "shadowed", "dead", "redundant", "undecided"] as const;
export type Status = (typeof statuses)[number];

interface Rule {
  readonly subject: string;
  readonly value: string;
  readonly pointer: string;
  readonly without: Policy;
  /** Other rules that allow whatever this one does. */
  readonly shadows: readonly string[];
  /** The call that it allows, and whether an instance of it is one that it allows. */
  readonly call: string;
  readonly allows: (universe: Universe) => Expr<Bool>;
}

export interface RuleStatus { readonly subject: string; readonly value: string; readonly pointer: string; readonly status: Status; readonly shadowedBy: readonly string[] }

/** `null` where the old policy has no such rule. */
export interface RuleChange extends RuleStatus { readonly old: Status | null }

const caller = term(Domain, { op: "variable", type: Domain, name: "caller" });
const argument = { domain: term(Domain, { op: "variable", type: Domain, name: "domain" }), receiver: term(Domain, { op: "variable", type: Domain, name: "receiver" }) };

const without = <T>(all: readonly T[] | undefined, i: number): T[] => (all ?? []).filter((_, j) => j !== i);

const shareRules = (policy: Policy): readonly Rule[] => (policy.share ?? []).map(({ from, to, access }, i, all): Rule => {
  const others = all.flatMap((one, j) => (j !== i && one.from === from && one.to === to ? [one] : []));
  // Rules add up; among equal ones the first is the one that counts.
  const covering = others.filter((one) => (accessValue(one.access) & accessValue(access)) !== 0 && (one.access !== access || all.indexOf(one) < i));
  const covered = (accessValue(access) & ~covering.reduce((mask, one) => mask | accessValue(one.access), 0)) === 0;
  return {
    subject: `share ${from} -> ${to}`, value: access, pointer: `/share/${i}`, without: { ...policy, share: without(policy.share, i) },
    shadows: covered ? covering.map((one) => `share ${one.from} -> ${one.to}: ${one.access}`) : [], call: "grant",
    allows: (universe) => and(
      eq(caller, named.domain(universe, from)), eq(argument.receiver, named.domain(universe, to)),
      subset(term(Access, { op: "variable", type: Access, name: "access" }), (["r", "w", "x"] as const).filter((right) => access.includes(right))),
    ),
  };
});

const rulesOf = (policy: Policy): readonly Rule[] => [
  ...(policy.create ?? []).map(({ by, slot }, i): Rule => ({
    subject: `create ${slot}`, value: `by ${by}`, pointer: `/create/${i}`, without: { ...policy, create: without(policy.create, i) }, shadows: [], call: "create",
    allows: (universe) => and(eq(caller, named.domain(universe, by)), eq(argument.domain, named.domain(universe, slot))),
  })),
  ...shareRules(policy),
  ...(policy.gates ?? []).flatMap((gate, i) => gate.from.map((from, j): Rule => ({
    subject: `gate ${gate.name} from ${from}`, value: "listed", pointer: `/gates/${i}/from/${j}`, shadows: [], call: "call",
    without: { ...policy, gates: (policy.gates ?? []).map((one) => (one === gate ? { ...gate, from: without(gate.from, j) } : one)) },
    allows: (universe) => and(eq(caller, named.domain(universe, from)), eq(term(Gate, { op: "variable", type: Gate, name: "gate" }), named.gate(universe, gate.name))),
  }))),
  ...(policy.devices ?? []).flatMap((device, i) => device.drivers.map((driver, j): Rule => ({
    subject: `device ${device.name} for ${driver}`, value: "listed", pointer: `/devices/${i}/drivers/${j}`, shadows: [], call: "dev_assign",
    without: { ...policy, devices: (policy.devices ?? []).map((one) => (one === device ? { ...device, drivers: without(device.drivers, j) } : one)) },
    allows: (universe) => and(eq(term(Device, { op: "variable", type: Device, name: "device" }), named.device(universe, device.name)), eq(argument.domain, named.domain(universe, driver))),
  }))),
  ...(policy.host?.sharedBy ?? []).map((name, i): Rule => ({
    subject: `host from ${name}`, value: "listed", pointer: `/host/sharedBy/${i}`, without: { ...policy, host: { sharedBy: without(policy.host?.sharedBy, i) } }, shadows: [], call: "share_host",
    allows: (universe) => eq(caller, named.domain(universe, name)),
  })),
];

/** Violated in a state in which the rule allows something. */
const use = ({ universe }: Compared, system: System, rule: Rule): Asked<Rule> | null => {
  const transition = system.transitions.find(({ name }) => name === rule.call);
  return transition === undefined ? null : { what: rule, property: {
    id: `use ${rule.pointer}`, title: "use", sentence: "The rule is not used.", form: "state", place: "A", bindings: transition.parameters,
    given: { op: "and", type: bool, all: [rule.allows(universe).node, transition.enabled, ...transition.guards.map(({ condition }) => condition)] }, then: { op: "literal", type: bool, value: false },
  } };
};

const same = (one: readonly Reached<unknown>[], two: readonly Reached<unknown>[]): boolean => {
  const keys = (all: readonly Reached<unknown>[]): string => JSON.stringify(all.map(({ what }) => JSON.stringify(what)).toSorted());
  return keys(one) === keys(two);
};

/** The rules that are used nowhere, and those that are; `null` if the search for them was cut. */
const usedIn = async (policy: Policy, rules: readonly Rule[], options: CompareOptions): Promise<ReadonlySet<Rule> | null> => {
  const both = compared({ old: policy, new: policy }), searcher = searcherOf(options), { system } = both.sides.new;
  const plain = questionable(withoutLabels(system), both.universe), asked = rules.flatMap((rule) => use(both, plain, rule) ?? []);
  if (asked.length === 0) return new Set();
  const found = await reachedIn(searcher, "uses of rules", "new", { ...plain, transitions: plain.transitions.filter(({ effects }) => effects.length > 0) }, asked);
  return searcher.summaries.every(({ closed }) => closed) ? new Set(found.map(({ what }) => what)) : null;
};

/** Whether the same rights and flows come about without the rule; `null` if a search was cut. */
const isRedundant = async (policy: Policy, rule: Rule, options: CompareOptions): Promise<boolean | null> => {
  const { universe, sides } = compared({ old: rule.without, new: policy }), searcher = searcherOf(options);
  const closed = (): boolean => searcher.summaries.every((one) => one.closed);
  const [before, after] = [await reachableRights(searcher, "rights", "new", sides.new.system, universe), await reachableRights(searcher, "rights", "old", sides.old.system, universe)];
  if (!closed()) return null;
  if (!same(before, after)) return false;
  const flows = [await reachableFlows(searcher, "flows", "new", sides.new.system, universe), await reachableFlows(searcher, "flows", "old", sides.old.system, universe)];
  return closed() ? same(flows[0] ?? [], flows[1] ?? []) : null;
};

const statusesOf = async (policy: Policy, options: CompareOptions, asked: (subject: string) => boolean): Promise<readonly RuleStatus[]> => {
  const all = rulesOf(policy), rules = all.filter(({ subject, value }) => asked(`${subject}: ${value}`)), used = await usedIn(policy, rules, options), found: RuleStatus[] = [];
  // A rule is not redundant because of another one that does nothing beside it.
  const effective = { ...policy, share: (policy.share ?? []).filter((_, i) => all.find(({ pointer }) => pointer === `/share/${i}`)?.shadows.length === 0) }, bare = rulesOf(effective);
  for (const rule of rules) {
    const { subject, value, pointer, shadows } = rule;
    const redundant = shadows.length > 0 || used?.has(rule) !== true ? false : await isRedundant(effective, bare.find((one) => one.subject === subject && one.value === value) ?? rule, options);
    const status: Status = shadows.length > 0 ? "shadowed" : used === null || redundant === null ? "undecided" : !used.has(rule) ? "dead" : redundant ? "redundant" : "used";
    found.push({ subject, value, pointer, status, shadowedBy: shadows });
  }
  return found;
};

/** Rules of the new policy that are not simply used, with what they were in the old one. */
export const rulesBetween = async (policies: Sides<Policy>, options: CompareOptions): Promise<readonly RuleChange[]> => {
  const now = (await statusesOf(policies.new, options, () => true)).filter(({ status }) => status !== "used");
  const keys = now.map(({ subject, value }) => `${subject}: ${value}`);
  const old = keys.length === 0 ? [] : await statusesOf(policies.old, options, (key) => keys.includes(key));
  return now.map((rule) => ({ ...rule, old: old.find(({ subject, value }) => subject === rule.subject && value === rule.value)?.status ?? null }));
};
