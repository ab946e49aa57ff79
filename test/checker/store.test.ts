import { describe, expect, it } from "vitest";
import { compile, kernelOf } from "../../checker/compile/compile.ts";
import { createStore } from "../../checker/explore/store.ts";
import { shipped } from "./shipped.ts";

const filled = (shared: boolean, fingerprints: boolean, worth: number): { readonly store: ReturnType<typeof createStore>; readonly keys: readonly Int32Array[]; readonly frontier: readonly Int32Array[] } => {
  const { kernel, storage, state, system } = compile(shipped(), { watched: () => false, symmetry: false, fingerprints }), own = kernelOf(kernel), { stride, words } = storage;
  const store = createStore(own, storage, 64 * 2000, { workers: shared ? 2 : 1, worth });
  own.begin(state.encode(system.initial));
  store.fill([own.surrender()]);
  let grown = 0;
  for (let end = store.size(); grown < 2; end = store.size()) {
    while ((store.memory.control[1] ?? 0) < end) {
      if (store.size() > store.limit()) {
        if (store.grow().newIndex) own.place(0, store.size());
        grown++;
      }
      own.work({ end }, store.limit(), Infinity);
      store.fill([own.surrender()]);
    }
    store.memory.control[1] = end;
    store.advance(end);
  }
  const { log, frontier, control } = store.memory, base = control[3] ?? 0;
  return {
    store, keys: Array.from({ length: store.size() }, (_, id) => log.slice(id * stride, id * stride + storage.key)),
    frontier: fingerprints ? Array.from({ length: store.size() - base }, (_, i) => frontier.slice(i * words, (i + 1) * words)) : [],
  };
};

describe("the memory of a search", () => {
  it.each([[false, Infinity], [true, Infinity], [false, 0], [true, 0], [false, 20_000]] as const)("is a set of states, through every growth (shared: %s, in one memory from %s states on)", (shared, worth) => {
    const { store, keys } = filled(shared, false, worth);
    expect(store.memory.heap === null).toBe(worth === Infinity);
    expect(keys.length).toBeGreaterThan(50_000);
    expect(new Set(keys.map((words) => words.join())).size).toBe(keys.length);
    keys.forEach((words, id) => {
      if (store.idOf(words) !== id) throw new Error(`state ${id} is lost`);
    });
  });

  it.each([false, true])("has of fingerprints those that are needed as whole states, and takes less (shared: %s)", (shared) => {
    const { store, keys, frontier } = filled(shared, true, 0), whole = filled(shared, false, Infinity);
    expect(keys.length).toBe(whole.keys.length);
    expect(new Set(keys.map((key) => key.join())).size).toBe(keys.length);
    expect(frontier.length).toBeGreaterThan(1000);
    frontier.forEach((words, i) => {
      if (store.idOf(words) !== keys.length - frontier.length + i) throw new Error(`state ${i} of the frontier is lost`);
    });
    expect(store.bytes()).toBeLessThan(whole.store.bytes());
  });
});
