/**
 * What is known of a step when its transition is: the step store is a function of the instance, mostly of the transition alone, and variables that the
 * transition never writes are after the step what they were before. Most of a step property folds away on that.
 */
import type { System } from "../../spec/lang/system.ts";
import type { Context } from "./expression.ts";
import { constant, plus, times, type Js } from "./js.ts";
import type { Operand } from "./operand.ts";
import { plainly, type Stores } from "./stores.ts";
import { writtenBy, type Compiling } from "./transition.ts";
import { cellsOfValue, widthOf } from "./layout.ts";
import type { AnyType } from "../../spec/lang/types.ts";
import type { Value } from "../../spec/lang/value.ts";

/** The step store of every instance, one row each. */
export const describeAll = (system: System, stores: Stores, instances: readonly Parameters<System["describe"]>[0][]): Int32Array => {
  const { size, fields, start } = stores.step, rows = new Int32Array(size * instances.length);
  // Many instances have one legality row.
  const known = new Map<string, readonly number[]>();
  const cellsOf = (name: string, type: AnyType, value: Value): readonly number[] => {
    const key = `${name} ${JSON.stringify(value)}`, cells = known.get(key) ?? cellsOfValue(system.bounds, type, value);
    known.set(key, cells);
    return cells;
  };
  instances.forEach((instance, i) => {
    for (const [name, value] of Object.entries(system.describe(instance))) {
      const at = start.get(name), type = fields[name];
      if (at !== undefined && type !== undefined) rows.set(cellsOf(name, type, value), i * size + at);
    }
  });
  return rows;
};

/** A context in which the step is one of the transition's. What it reads of the step is said in terms of the transition's parameters alone. */
export const stepContext = (base: Context, stores: Stores, rows: Int32Array, { transition, firstInstance, loops, instance }: Compiling): Context => {
  const written = writtenBy(transition), width = stores.step.size;
  const count = loops.reduce((product, { size }) => product * size, 1);
  const ranks = loops.map(({ local, size }, i) => {
    const stride = loops.slice(i + 1).reduce((product, loop) => product * loop.size, 1);
    return { local, at: (index: number): number => Math.floor(index / stride) % size };
  });
  const column = (cell: number): Js => {
    const at = (index: number): number => rows[(firstInstance + index) * width + cell] ?? 0;
    const always = (value: (index: number) => number): boolean => {
      for (let index = 0; index < count; index++) if (at(index) !== value(index)) return false;
      return true;
    };
    const firstValue = at(0);
    if (always(() => firstValue)) return constant(firstValue);
    for (const rank of ranks) {
      if (always(rank.at)) return { code: rank.local };
      if (always((index) => rank.at(index) + 1)) return { ...plus({ code: rank.local }, constant(1)), inside: { code: rank.local } };
    }
    return { code: `steps[${plus(times(instance, width), constant(cell)).code}]` };
  };
  const columns = new Map<string, Operand>(), plain = plainly(stores);
  return {
    ...base,
    definitions: new Map(),
    variable: (store, name, type) => {
      if (store === "next" && !written.has(name)) return plain("state", name, type);
      if (store !== "step" || count === 0) return plain(store, name, type);
      const existing = columns.get(name);
      if (existing !== undefined) return existing;
      const start = stores.step.start.get(name) ?? 0;
      const made: Operand = { form: "parts", type, parts: Array.from({ length: widthOf(base.bounds, type) }, (_, i) => column(start + i)) };
      columns.set(name, made);
      return made;
    },
  };
};
