import { describe, expect, it } from "vitest";
import { compile, kernelOf } from "../../checker/compile/compile.ts";
import { strideOf } from "../../checker/compile/kernel.ts";
import { createStore } from "../../checker/explore/store.ts";
import { shipped } from "./shipped.ts";

const filled = (shared: boolean): { readonly store: ReturnType<typeof createStore>; readonly states: readonly Int32Array[] } => {
  const { kernel, packing, state, system } = compile(shipped(), { watched: () => false, symmetry: false }), own = kernelOf(kernel), stride = strideOf(packing);
  const store = createStore(own, stride, 64 * 2000, shared);
  own.begin(state.encode(system.initial));
  let grown = 0;
  for (let end = store.size(); grown < 2; end = store.size()) {
    while ((store.memory.control[1] ?? 0) < end) {
      if (store.size() > store.limit()) {
        if (store.grow().newIndex) own.place(0, store.size());
        grown++;
      }
      own.work({ end }, store.limit(), Infinity);
    }
    store.memory.control[1] = end;
  }
  const { log } = store.memory;
  return { store, states: Array.from({ length: store.size() }, (_, id) => log.slice(id * stride, id * stride + packing.words)) };
};

describe("the memory of a search", () => {
  it.each([false, true])("is a set of states, through every growth (shared: %s)", (shared) => {
    const { store, states } = filled(shared);
    expect(states.length).toBeGreaterThan(50_000);
    expect(new Set(states.map((words) => words.join())).size).toBe(states.length);
    states.forEach((words, id) => {
      if (store.idOf(words) !== id) throw new Error(`state ${id} is lost`);
    });
  });
});
