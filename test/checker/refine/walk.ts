/** Random walks of the monitor on the machine, judged at every step as a search does. */
import * as fc from "fast-check";
import type { TlbMode } from "../../../hw/machine.ts";
import { mark, undo } from "../../../hw/memory.ts";
import { compile } from "../../../checker/compile/compile.ts";
import { monitorTables } from "../../../checker/refine/abstract-layout.ts";
import { moveOf, type Action } from "../../../checker/refine/action.ts";
import { callRows } from "../../../checker/refine/actions.ts";
import { bootedMachine } from "../../../checker/refine/boot-image.ts";
import { createExpander, type Expander } from "../../../checker/refine/expand.ts";
import { createJudge, type Breach } from "../../../checker/refine/judge.ts";
import { compareStates, namesOf } from "../../../checker/refine/names.ts";
import { adversaryOf } from "../../../spec/adversary.ts";
import type { Policy } from "../../../spec/policy.ts";
import { systemsOf } from "../../../spec/system.ts";

/** What to try, to be read against the state that the walk is in. */
export interface Choice { readonly vcpu: number; readonly anything: boolean; readonly pick: number }

export const arbitraryChoices: fc.Arbitrary<readonly Choice[]> = fc.array(fc.record({
  vcpu: fc.nat(3),
  anything: fc.nat(5).map((n) => n === 0),
  pick: fc.nat(),
}), { minLength: 1, maxLength: 30, size: "max" });

export interface Walker {
  /** Walks from the booted machine until something is found or the choices are used up. */
  walk(choices: readonly Choice[]): { readonly breaches: readonly Breach[]; readonly actions: readonly Action[] };
  /** Names of the calls and moves that have succeeded in any walk. */
  succeeded(): readonly string[];
}

const succeededIn = (system: ReturnType<typeof systemsOf>[0], { tally }: Expander): readonly string[] =>
  system.transitions.flatMap(({ name }, i) => ((tally.succeeded[i] ?? 0) > 0 ? [name] : []));

export const walker = (policy: Policy, tlb: TlbMode): Walker => {
  const [system] = systemsOf(policy), compiled = compile(system), names = namesOf(policy);
  const machine = bootedMachine(policy, tlb), boot = mark(machine.memory);
  const any = callRows(system, machine, monitorTables(machine));
  let breaches: Breach[] = [];
  const judge = createJudge(machine, compiled, () => true, (breach) => breaches.push(breach));
  const expander = createExpander(machine, compiled, adversaryOf(policy), judge, { known: () => null, add: () => 0, running: () => undefined }, (one, other) =>
    compareStates(system.bounds, system.variables, names, compiled.state.decode(one), compiled.state.decode(other)).map((found) => ({ cell: found.cell, machine: found.one, specification: found.other })));

  return {
    walk: (choices) => {
      undo(machine.memory, boot);
      breaches = [];
      const actions: Action[] = [];
      for (const { vcpu: number, anything, pick } of choices) {
        const cells = new Int32Array(compiled.state.size), vcpu = number % machine.vcpus;
        if (breaches.length > 0 || expander.abstraction(machine, cells) !== null) break;
        const row = any[pick % any.length];
        // First which call, then its arguments: some calls have thousands of instances.
        const kinds = new Map<string, Action[]>();
        for (const one of anything ? [] : expander.possible(cells, vcpu)) {
          const kind = one.kind === "call" ? String(one.number) : moveOf(one);
          kinds.set(kind, [...kinds.get(kind) ?? [], one]);
        }
        const lists = [...kinds.values()], list = lists[pick % Math.max(1, lists.length)] ?? [];
        const chosen = list[Math.floor(pick / Math.max(1, lists.length)) % Math.max(1, list.length)];
        const action = chosen ?? (row === undefined ? undefined : { kind: "call" as const, vcpu, number: row.number, arguments: row.registers, delivery: null });
        if (action === undefined) continue;
        actions.push(action);
        expander.run(cells, action);
      }
      return { breaches, actions };
    },
    succeeded: () => succeededIn(system, expander),
  };
};
