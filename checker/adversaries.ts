/**
 * A policy under different adversaries: all of them, none, each alone. Domains make every call and every access whatever is switched. Where only all together break a property, it is
 * searched with all but each as well, which tells whom it takes.
 */
import { switches, type Switch } from "../spec/adversary.ts";
import type { Policy } from "../spec/policy.ts";
import { idle, type Idle } from "../spec/presence.ts";
import { check, type Checked, type CheckOptions } from "./check.ts";

export interface Scenario { readonly name: string; /** What is on, besides the domains. */ readonly on: readonly Switch[] }

/** Switches that change what is searched, and for each other one why it does not. */
export interface Arsenal { readonly armed: readonly Switch[]; readonly idle: readonly { readonly adversary: Switch; readonly why: Idle }[] }

export const arsenalOf = (policy: Policy): Arsenal => ({
  armed: switches.filter((one) => idle(policy, one) === null),
  idle: switches.flatMap((adversary) => {
    const why = idle(policy, adversary);
    return why === null ? [] : [{ adversary, why }];
  }),
});

const sameSet = (one: readonly Switch[], other: readonly Switch[]): boolean => one.length === other.length && one.every((name) => other.includes(name));

/** Each set of adversaries once, under its first name. */
const distinct = (all: readonly Scenario[]): readonly Scenario[] => all.filter((one, i) => all.findIndex(({ on }) => sameSet(on, one.on)) === i);

const withEach = (armed: readonly Switch[]): readonly Scenario[] => distinct([{ name: "all", on: armed }, { name: "none", on: [] }, ...armed.map((one) => ({ name: one, on: [one] }))]);
const withoutEach = (armed: readonly Switch[]): readonly Scenario[] => armed.map((one) => ({ name: `all but ${one}`, on: armed.filter((other) => other !== one) }));

const armedWith = (policy: Policy, armed: readonly Switch[], on: readonly Switch[]): Policy =>
  ({ ...policy, adversary: { ...policy.adversary, ...Object.fromEntries(armed.map((one) => [one, on.includes(one)])) } });

/** Those that the specification knows of; nested tables and the RMP are the machine's alone. */
const abstract: readonly Switch[] = ["interrupts", "host", "dma"];

/** Two parts of one check. */
const together = (one: Checked, other: Checked): Checked => {
  const known = one.found.map(({ violation }) => violation.property);
  return {
    selected: [...one.selected, ...other.selected.filter(({ id }) => one.selected.every((property) => property.id !== id))], unsearched: [...one.unsearched, ...other.unsearched],
    ran: [...one.ran, ...other.ran], idle: [...one.idle, ...other.idle], unreached: [...one.unreached, ...other.unreached], cut: other.cut ?? one.cut, failure: other.failure ?? one.failure,
    found: [...one.found, ...other.found.filter(({ violation }) => !known.includes(violation.property))],
  };
};

export interface Contest { readonly scenario: Scenario; readonly policy: Policy; readonly checked: Checked }

const violatedIn = ({ checked }: Contest): readonly string[] => checked.found.map(({ violation }) => violation.property);

/**
 * One check for each scenario, of all violations. The specification is searched once for all scenarios that are one to it. Time is shared out over the searches that are left.
 * @throws what `check` throws.
 */
export const contestsOf = async (policy: Policy, options: CheckOptions): Promise<readonly Contest[]> => {
  const { armed } = arsenalOf(policy), began = options.clock(), contests: Contest[] = [];
  const specifications = new Map<string, Checked>();
  const part = async (scenario: Scenario, arrayed: Policy, where: "specification" | "monitor", scenariosLeft: number): Promise<Checked> => {
    const left = Math.max(0, options.budget.milliseconds - (options.clock() - began));
    return check(arrayed, {
      ...options, where, violationEnds: "nothing", budget: { ...options.budget, milliseconds: left / (2 * scenariosLeft) },
      onProgress: (search, progress) => { options.onProgress(`with ${scenario.name}, ${search}`, progress); },
    });
  };
  const run = async (scenarios: readonly Scenario[]): Promise<void> => {
    for (const [i, scenario] of scenarios.entries()) {
      const arrayed = armedWith(policy, armed, scenario.on), key = scenario.on.filter((one) => abstract.includes(one)).join();
      const specification = specifications.get(key) ?? await part(scenario, arrayed, "specification", scenarios.length - i);
      specifications.set(key, specification);
      // What was found is told of the policy of this scenario, so that its trace needs no more than is on here.
      const restated = { ...specification, found: specification.found.map((one) => ({ ...one, policy: arrayed })) };
      contests.push({ scenario, policy: arrayed, checked: restated.cut === "error" ? restated : together(restated, await part(scenario, arrayed, "monitor", scenarios.length - i)) });
    }
  };
  await run(withEach(armed));
  const [all, ...fewer] = contests, explained = fewer.flatMap(violatedIn);
  // With two, all but one is the other alone.
  if (armed.length > 2 && all !== undefined && violatedIn(all).some((id) => !explained.includes(id))) await run(withoutEach(armed));
  return contests;
};
