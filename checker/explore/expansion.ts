/** Expanding states of a level: a function over a slice of the frontier and the table, and nothing else. */
import type { Cells } from "../compile/compiled.ts";
import type { Counters, Expansion, Searchable } from "../compile/compile.ts";
import type { StateTable } from "./table.ts";

/** Where a property is violated: a new state (`instance` -1, and then `state` is it), or a step from `state` by `instance`. */
export interface Finding { readonly property: number; readonly state: number; readonly instance: number }

export interface Expander {
  readonly counters: Counters;
  readonly expansion: Expansion;
  /** Adds the initial state and looks at it. */
  begin(initial: Cells): void;
  /** Expands the states with ids `from` to `to - 1`. */
  expand(from: number, to: number): void;
  /** The first finding of every property so far. */
  findings(): readonly Finding[];
  /** Puts the cells of a state into an array that the next call overwrites. */
  cellsOf(id: number): Cells;
}

/** `parents[id]` becomes the id of the state that the state was found from. */
export const createExpander = (compiled: Searchable, tableOf: (words: number) => StateTable, parents: { push(parent: number): void }): Expander => {
  const found = new Map<number, Finding>();
  let current = 0;
  const expansion = compiled.expansion({
    found: () => {
      expansion.canonical(t, packed, 0);
      if (unchanged()) return;
      const id = table.add(packed);
      if (id < 0) return;
      parents.push(current);
      looking = id;
      expansion.inspect(t);
    },
    broken: (property, instance) => {
      if (!found.has(property)) found.set(property, { property, state: instance < 0 ? looking : current, instance });
    },
  });
  const { words, template } = expansion.packing;
  const s = template.slice(), t = template.slice(), looked = template.slice(), packed = new Int32Array(words), table = tableOf(words);
  let looking = 0;

  // A step that leads back is the most frequent of all; it needs no look-up.
  const own = new Int32Array(words);
  const unchanged = (): boolean => {
    for (let word = 0; word < words; word++) if (packed[word] !== own[word]) return false;
    return true;
  };
  return {
    counters: expansion.counters, expansion,
    begin: (initial) => {
      t.set(initial);
      expansion.canonical(t, packed, 0);
      looking = table.add(packed);
      parents.push(looking);
      expansion.inspect(t);
    },
    expand: (from, to) => {
      for (current = from; current < to; current++) {
        const states = table.states();
        for (let word = 0; word < words; word++) own[word] = states[current * words + word] ?? 0;
        expansion.unpack(own, 0, s);
        t.set(s);
        expansion.expand(s, t);
      }
    },
    findings: () => [...found.values()],
    cellsOf: (id) => {
      expansion.unpack(table.states(), id * words, looked);
      return looked;
    },
  };
};
