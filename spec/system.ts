/** From a policy to a complete transition system. */
import { adversaryOf } from "./adversary.ts";
import { boundsFor, geometry, geometryConstants } from "./bounds.ts";
import { calls } from "./calls/index.ts";
import { claimConstants, claimProperty, exceptedBy } from "./claims.ts";
import { flow } from "./flow.ts";
import { initial } from "./initial.ts";
import { isTrusted, levelConstants, levelProperties, trustedPassages } from "./levels.ts";
import { erasureOf } from "./lang/erasure.ts";
import type { Valuation } from "./lang/evaluate.ts";
import type { Property } from "./lang/property.ts";
import type { Instance, System } from "./lang/system.ts";
import type { Value } from "./lang/value.ts";
import { moves } from "./moves/index.ts";
import { accessValue, type Policy } from "./policy.ts";
import { hasCall, hasMove, hasProperty } from "./presence.ts";
import { properties } from "./properties/index.ts";
import { variables } from "./state.ts";
import { legalityRow } from "./step.ts";
import { allFollowed, ignoredLabels, unfollowedConstants, type Unfollowed } from "./unfollowed.ts";
import { viewVariables } from "./view.ts";
import { Label } from "./vocabulary.ts";

/** What the policy's rules say, as values of the constants of `state.ts`. */
const policyConstants = (policy: Policy): Valuation => {
  const number = (name: string): number => policy.domains.indexOf(name);
  const setOfNames = (names: readonly string[]): number => names.reduce((mask, name) => mask | (1 << number(name)), 0);
  const pairs = (value: (from: number, to: number) => Value): Value => policy.domains.map((_, from) => policy.domains.map((__, to) => value(from, to)));
  return {
    root: 0,
    scheduler: number(policy.scheduler),
    creator: policy.domains.map((slot): Value => {
      const rule = (policy.create ?? []).find((one) => one.slot === slot);
      return rule === undefined ? null : number(rule.by);
    }),
    mayGrant: pairs((from, to) => (policy.share ?? [])
      .filter((rule) => number(rule.from) === from && number(rule.to) === to)
      .reduce((mask, { access }) => mask | accessValue(access), 0)),
    callee: (policy.gates ?? []).map(({ to }) => number(to)),
    callers: (policy.gates ?? []).map(({ from }) => setOfNames(from)),
    mayDrive: (policy.devices ?? []).map(({ drivers }) => setOfNames(drivers)),
    mayTellHost: setOfNames(policy.host?.sharedBy ?? []),
    preemptive: policy.preemptive === true && adversaryOf(policy).interrupts,
    flow: flow(policy),
  };
};

const describe = ({ transition, scope }: Instance): Valuation => ({
  name: transition.name,
  call: transition.kind === "call",
  caller: scope["caller"] ?? 0,
  domain: scope["domain"] ?? scope["receiver"] ?? null,
  frame: scope["frame"] ?? null,
  legal: legalityRow(transition.name),
});

const systemWith = (policy: Policy, name: string, unfollowed: Unfollowed, checked: System["properties"]): System => {
  const bounds = boundsFor(policy);
  return {
    name,
    bounds,
    variables,
    view: viewVariables,
    constants: { ...policyConstants(policy), ...unfollowedConstants(policy, unfollowed), ...geometryConstants(policy, bounds), ...claimConstants(policy), ...levelConstants(policy) },
    initial: initial(policy, bounds, geometry(policy).levels, ignoredLabels(policy, unfollowed)),
    transitions: [...calls.filter((call) => hasCall(policy, call)), ...moves.filter((move) => hasMove(policy, move))],
    properties: checked.filter((property) => hasProperty(policy, bounds, property)),
    describe,
    // Frames and vCPUs are interchangeable: no rule of a policy names one.
    symmetric: ["Frame", "Vcpu"],
  };
};

const made = new WeakMap<Policy, readonly [System, ...System[]]>();

/**
 * The systems of a policy: the one that every property and plain claim is judged on, one for each flow claim with exceptions, in which the
 * excepted passages are not followed, and one for levels with trusted domains, in which what those pass on is not.
 * The same objects for the same policy: what is made of a system is made once.
 */
export const systemsOf = (policy: Policy): readonly [System, ...System[]] => {
  const known = made.get(policy) ?? makeSystems(policy);
  made.set(policy, known);
  return known;
};

const makeSystems = (policy: Policy): readonly [System, ...System[]] => {
  const claims = (policy.claims ?? []).map((claim, index) => ({ claim, property: claimProperty(policy, claim, index), unfollowed: exceptedBy(policy, claim) }));
  const plain = claims.filter(({ unfollowed }) => unfollowed === null).map(({ property }) => property);
  const { levels } = policy, trusted = policy.domains.filter((domain) => isTrusted(policy, domain));
  return [
    systemWith(policy, policy.name, allFollowed, [...properties, ...plain, ...(levels !== undefined && trusted.length === 0 ? levelProperties : [])]),
    ...claims.flatMap(({ claim, property, unfollowed }) => (unfollowed === null ? [] : [systemWith(policy, `${policy.name}, ${claim.name}`, unfollowed, [property])])),
    ...(trusted.length === 0 ? [] : [systemWith(policy, `${policy.name}, levels`, { ...allFollowed, passages: trustedPassages(policy), declassifiers: trusted }, levelProperties)]),
  ];
};

/** Labels are ghosts: what is left of a state without them, and of a property. */
const withoutLabels = erasureOf(Label);

/** The property is a statement about labels, by one of the formulas of its id in the system. */
export const readsLabels = ({ properties: stated }: System, { id }: Property): boolean => stated.some((property) => property.id === id && withoutLabels.readBy(property));

/**
 * The first system of a policy, in which no label is followed: fewer states, and the same ones but for the labels. It judges every property that reads none as the first one
 * does, on the same shortest runs. `null` if a step depended on labels, which would then be more than ghosts.
 */
export const unlabelled = (policy: Policy): System | null => {
  const [first] = systemsOf(policy), none = { ...allFollowed, followed: "none" as const };
  if (first.transitions.some(withoutLabels.steers)) return null;
  return {
    ...first, name: `${first.name}, without labels`, constants: { ...first.constants, ...unfollowedConstants(policy, none) },
    initial: initial(policy, first.bounds, geometry(policy).levels, ignoredLabels(policy, none)),
  };
};
