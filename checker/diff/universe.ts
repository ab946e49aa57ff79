/**
 * Two policies over the same names: what one of them does not have is there and nobody can do anything with it, so that a number means the same in both
 * and their systems have the same types. `proofs-notes/diff.md` says why neither system changes by it.
 */
import { adversaryOf, type Adversary } from "../../spec/adversary.ts";
import type { Valuation } from "../../spec/lang/evaluate.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Value } from "../../spec/lang/value.ts";
import type { Policy } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";

/** Both names are compared: what it was and what it is. */
export interface Sides<T> { readonly old: T; readonly new: T }
export type Side = keyof Sides<unknown>;
export const other = (side: Side): Side => (side === "old" ? "new" : "old");
export const onBoth = <T, R>(sides: Sides<T>, each: (one: T, side: Side) => R): Sides<R> => ({ old: each(sides.old, "old"), new: each(sides.new, "new") });

export interface Universe {
  readonly domains: readonly string[];
  readonly frames: readonly string[];
  readonly gates: readonly string[];
  readonly devices: readonly string[];
  readonly bounds: Policy["bounds"] & { readonly ioPages: number; readonly stack: number };
}

/** A policy in the universe. */
export interface Embedded {
  /** As its author wrote it, under the bounds of the comparison: what replays, and what is checked. */
  readonly policy: Policy;
  readonly system: System;
  /** Of the universe, by number: the vCPU of the policy. */
  readonly vcpus: readonly number[];
  /** Whether the policy has what the universe has, by the name of the type and by number. */
  readonly has: (type: string, member: number) => boolean;
}

const union = (...lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())];
const named = (list: readonly { readonly name: string }[] | undefined): readonly string[] => (list ?? []).map(({ name }) => name);

const universeOf = ({ old, new: now }: Sides<Policy>): Universe => ({
  domains: union(old.domains, now.domains),
  frames: union(named(old.boot.frames), named(now.boot.frames)),
  gates: union(named(old.gates), named(now.gates)),
  devices: union(named(old.devices), named(now.devices)),
  bounds: {
    pages: Math.max(old.bounds.pages, now.bounds.pages), vcpus: Math.max(old.bounds.vcpus, now.bounds.vcpus), machineDepth: Math.max(old.bounds.machineDepth, now.bounds.machineDepth),
    ioPages: Math.max(old.bounds.ioPages ?? 1, now.bounds.ioPages ?? 1), stack: Math.max(old.bounds.stack ?? 2, now.bounds.stack ?? 2),
  },
});

/** A policy under larger bounds; bounds that mean nothing to it are left out. */
const underBounds = (policy: Policy, { bounds }: Universe, running: readonly string[]): Policy => ({
  ...policy,
  bounds: {
    pages: bounds.pages, vcpus: bounds.vcpus, machineDepth: policy.bounds.machineDepth,
    ...((policy.devices ?? []).length === 0 ? {} : { ioPages: bounds.ioPages }), ...((policy.gates ?? []).length === 0 ? {} : { stack: bounds.stack }),
  },
  boot: { ...policy.boot, running: [...running] },
});

/**
 * Who runs at boot, with a thread for every vCPU. vCPUs that one policy does not have run what the other's run, where that is a domain of it that is sealed at boot, and
 * else what its first vCPU runs.
 */
const runningOf = (policy: Policy, counterpart: Policy, vcpus: number): readonly string[] => {
  const { running, domains } = policy.boot, sealed = (name: string): boolean => domains.some((one) => one.name === name && one.phase === "sealed");
  const spare = [...counterpart.boot.running];
  for (const name of running) if (spare.includes(name)) spare.splice(spare.indexOf(name), 1);
  return Array.from({ length: vcpus }, (_, v) => {
    const own = running[v];
    if (own !== undefined) return own;
    const theirs = spare.shift();
    return theirs !== undefined && sealed(theirs) ? theirs : running[0] ?? policy.scheduler;
  });
};

/** vCPUs are interchangeable: those of the second that run the same as one of the first are matched. By number in the first, the number in the second. */
const matched = (first: readonly string[], second: readonly string[]): readonly number[] => {
  const left = second.map((_, v) => v), taken: (number | undefined)[] = first.map((name) => {
    const found = left.find((v) => second[v] === name);
    if (found !== undefined) left.splice(left.indexOf(found), 1);
    return found;
  });
  return taken.map((found) => found ?? left.shift() ?? 0);
};

/** As wide as the type allows: it stands for what a policy does not have. */
const patchedInitial = (initial: Valuation, universe: Universe, policy: Policy): Valuation => {
  const own = new Set(named(policy.boot.frames));
  const over = (name: string, nothing: Value): Value => (initial[name] as readonly Value[]).map((value, f) => (f === 0 || own.has(universe.frames[f - 1] ?? "") ? value : nothing));
  // Like the monitor's frames: nobody owns them, and nobody ever will.
  return { ...initial, owner: over("owner", null), kind: over("kind", 0), holds: over("holds", 0) };
};

const embed = (policy: Policy, counterpart: Policy, universe: Universe, vcpus: readonly number[], adversary: Adversary): Embedded => {
  const root = policy.domains[0] ?? "", bounded = policy.boot;
  const frame = (name: string): Policy["boot"]["frames"][number] => bounded.frames.find((one) => one.name === name) ?? { name, owner: root };
  const { remap: _remap, rmp: _rmp, injection: _injection, hostMoves: _moves, ...abstract } = adversary;
  const { claims: _claims, levels: _levels, ...rules } = policy;
  const widened: Policy = {
    ...rules, domains: [...universe.domains],
    gates: universe.gates.map((name) => policy.gates?.find((one) => one.name === name) ?? { name, from: [], to: counterpart.gates?.find((one) => one.name === name)?.to ?? root }),
    devices: universe.devices.map((name) => policy.devices?.find((one) => one.name === name) ?? { name, drivers: [] }),
    adversary: abstract, bounds: { ...universe.bounds, vcpus: vcpus.length },
    boot: { ...bounded, frames: universe.frames.map(frame), running: vcpus.map((v) => bounded.running[v] ?? root) },
  };
  const [system] = systemsOf(widened);
  const names: { readonly [type: string]: readonly string[] } = { Domain: universe.domains, Frame: ["", ...universe.frames], Gate: universe.gates, Device: universe.devices };
  const own: { readonly [type: string]: readonly string[] } = { Domain: policy.domains, Frame: ["", ...named(policy.boot.frames)], Gate: named(policy.gates), Device: named(policy.devices) };
  return {
    policy, vcpus,
    system: {
      ...system, name: policy.name, properties: [], constants: { ...system.constants, root: universe.domains.indexOf(root) },
      initial: patchedInitial(system.initial, universe, policy),
    },
    has: (type, member) => names[type] === undefined || (own[type] ?? []).includes(names[type][member] ?? ""),
  };
};

export interface Compared { readonly universe: Universe; readonly sides: Sides<Embedded> }

/** Whether either policy has an adversary: what one of them switches off is compared as an assumption, and not as if the host had become weaker. */
const either = (one: Adversary, two: Adversary): Adversary => ({
  interrupts: one.interrupts || two.interrupts, host: one.host || two.host, dma: one.dma || two.dma, remap: one.remap || two.remap, rmp: one.rmp || two.rmp,
  injection: one.injection || two.injection, hostMoves: Math.max(one.hostMoves, two.hostMoves),
});

/** Both policies over the union of their names, under the larger of their bounds. Their geometry must be the same. */
export const compared = (policies: Sides<Policy>): Compared => {
  const universe = universeOf(policies);
  const bounded = onBoth(policies, (policy, side) => underBounds(policy, universe, runningOf(policy, policies[other(side)], universe.bounds.vcpus)));
  const adversary = either(adversaryOf(policies.old), adversaryOf(policies.new));
  const vcpus: Sides<readonly number[]> = {
    old: bounded.old.boot.running.map((_, v) => v), new: matched(bounded.old.boot.running, bounded.new.boot.running),
  };
  return { universe, sides: onBoth(bounded, (policy, side) => embed(policy, bounded[other(side)], universe, vcpus[side], adversary)) };
};
