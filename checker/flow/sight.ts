/** What the principals of a policy see of a machine, and of the registers that a step leaves: rows of integers, to be compared by whoever compares. */
import type { Machine } from "../../hw/machine.ts";
import type { Compiled } from "../compile/compiled.ts";
import { callRows } from "../refine/actions.ts";
import type { Sight } from "../refine/onlooker.ts";
import type { Secrets } from "../refine/secrets.ts";
import { actorsOf, mayFlowBy } from "./actors.ts";
import { isCalledShared } from "../refine/environment-moves.ts";
import { observe, observersOf, tablesOf } from "./observation.ts";
import { reachOf } from "./reach.ts";
import { shownRegisters, type Shown } from "./registers.ts";
import { relationsOf } from "./relations.ts";

export const sightOf = (compiled: Compiled, m: Machine, secrets: Secrets): Sight => {
  const { system, state } = compiled, tables = tablesOf(m);
  const relations = relationsOf(system, state, tables), observers = observersOf(system, state, tables), actors = actorsOf(compiled, tables), mayFlow = mayFlowBy(system);
  const planted = shownRegisters(state, tables, relations), registers = shownRegisters(state, tables, relations), shown = new Int32Array(registers.size);
  const seen = observers.map(({ cells }) => ({ row: new Int32Array(1 + cells.length), alive: true }));
  const shownTo = (of: Shown, w: number, cells: Int32Array): Int32Array => {
    of.seenBy(w, cells, shown);
    return shown;
  };
  return {
    observers: observers.length, domains: tables.domains, calls: callRows(system, m, tables).length,
    observe: (machine, cells) => {
      const reach = reachOf(machine, (physical) => isCalledShared(machine, tables, physical));
      observers.forEach((observer, i) => {
        const one = seen[i];
        if (one === undefined) return;
        observe(observer, { m: machine, cells, secrets, reach }, one.row);
        one.alive = observer.exists(cells);
      });
      return seen;
    },
    planted: (machine) => {
      planted.read(machine);
    },
    registers: (machine) => {
      registers.read(machine);
    },
    // Who knows the actor may depend on what it did; only to others the registers before are compared with those after.
    left: (w, instance, before, after) => (observers[w]?.exists(after) === true && !mayFlow(actors[instance] ?? -1, w) ? shownTo(planted, w, before) : null),
    found: (w, after) => (observers[w]?.exists(after) === true ? shownTo(registers, w, after) : null),
  };
};
