/** Random walks of the monitor on the machine, judged at every step as a search does. */
import * as fc from "fast-check";
import type { TlbMode } from "../../../hw/machine.ts";
import { compile } from "../../../checker/compile/compile.ts";
import { allowed, type Compiled } from "../../../checker/compile/compiled.ts";
import { monitorTables } from "../../../checker/refine/abstract-layout.ts";
import type { Action } from "../../../checker/refine/action.ts";
import { callRows, instanceFinder } from "../../../checker/refine/actions.ts";
import { bootedMachine } from "../../../checker/refine/boot-image.ts";
import { createExpander } from "../../../checker/refine/expand.ts";
import { createJudge, type Breach } from "../../../checker/refine/judge.ts";
import { compareStates, namesOf } from "../../../checker/refine/names.ts";
import { reachedFrames } from "../../../checker/refine/user-moves.ts";
import type { Policy } from "../../../spec/policy.ts";
import { systemsOf } from "../../../spec/system.ts";

/** What to try, to be read against the state that the walk is in. */
export interface Choice { readonly vcpu: number; readonly kind: "allowed call" | "any call" | "move"; readonly pick: number }

export const arbitraryChoices: fc.Arbitrary<readonly Choice[]> = fc.array(fc.record({
  vcpu: fc.nat(3),
  kind: fc.constantFrom("allowed call" as const, "allowed call" as const, "any call" as const, "move" as const),
  pick: fc.nat(),
}), { minLength: 1, maxLength: 25 });

export interface Walked { readonly breaches: readonly Breach[]; readonly actions: readonly Action[]; readonly succeeded: ReadonlySet<string> }

const compiledOf = new WeakMap<Policy, Compiled>();

/** Compiling takes longer than a walk. */
const compileOnce = (policy: Policy): Compiled => {
  const found = compiledOf.get(policy) ?? compile(systemsOf(policy)[0]);
  compiledOf.set(policy, found);
  return found;
};

/** Walks until something is found or the choices are used up. */
export const walk = (policy: Policy, tlb: TlbMode, choices: readonly Choice[]): Walked => {
  const compiled = compileOnce(policy), { system } = compiled, names = namesOf(policy);
  const machine = bootedMachine(policy, tlb), rows = callRows(system, machine, monitorTables(machine)), find = instanceFinder(compiled);
  const breaches: Breach[] = [], actions: Action[] = [], succeeded = new Set<string>();
  const judge = createJudge(machine, compiled, () => true, (breach) => breaches.push(breach));
  const expander = createExpander(machine, compiled, judge, { known: () => null, add: () => undefined, running: () => undefined }, (one, other) =>
    compareStates(system.bounds, system.variables, names, compiled.state.decode(one), compiled.state.decode(other)).map((found) => ({ cell: found.cell, machine: found.one, specification: found.other })));
  const home = compiled.state.cellOf("vcpu", [0]), cells = new Int32Array(compiled.state.size);

  for (const { vcpu: any, kind, pick } of choices) {
    if (breaches.length > 0 || expander.abstraction(machine, cells) !== null) break;
    const vcpu = any % machine.vcpus, caller = cells[home + vcpu] ?? 0;
    const moves = (): readonly Action[] => (["load", "store", "fetch"] as const).flatMap((move) =>
      Array.from({ length: policy.bounds.pages }, (_, page) => page).flatMap((page) =>
        reachedFrames(machine, vcpu, move, page).map((frame) => ({ kind: "move" as const, vcpu, move, page, frame }))));
    const suits = ({ transition, scope }: (typeof rows)[number]): boolean => kind === "any call"
      || (scope !== null && compiled.outcome(cells, find(system.transitions[transition]?.name ?? "", { vcpu, caller, ...scope })) === allowed);
    const calls = (): readonly Action[] => rows.filter(suits).map(({ number, registers }) => ({ kind: "call" as const, vcpu, number, arguments: registers }));
    // First which call, then its arguments: some calls have thousands of instances.
    const byKind = new Map<number, Action[]>();
    for (const one of kind === "move" ? moves() : calls()) {
      const key = one.kind === "call" ? one.number : -1;
      const so = byKind.get(key);
      if (so === undefined) byKind.set(key, [one]);
      else so.push(one);
    }
    const lists = [...byKind.values()], list = lists[pick % Math.max(1, lists.length)] ?? [];
    const action = list[Math.floor(pick / Math.max(1, lists.length)) % Math.max(1, list.length)];
    if (action === undefined) continue;
    actions.push(action);
    expander.run(cells.slice(), action);
  }
  system.transitions.forEach(({ name }, i) => {
    if ((expander.tally.succeeded[i] ?? 0) > 0) succeeded.add(name);
  });
  return { breaches, actions, succeeded };
};
