/** Any number of workers arrives at the same result, to the byte. */
import { describe, expect, it } from "vitest";
import type { Programs } from "../../checker/explore/crew.ts";
import { compile, kernelOf, type KernelProgram } from "../../checker/compile/compile.ts";
import { threads } from "../../checker/explore/node/threads.ts";
import { unlimited, type SearchOptions } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import { createStore } from "../../checker/explore/store.ts";
import type { System } from "../../spec/lang/system.ts";
import { shipped } from "./shipped.ts";
import { toy } from "./toy.ts";

/** The result as text; functions in it are those of the system. */
const told = async (system: System, options: Partial<SearchOptions>): Promise<string> => JSON.stringify(await search(system, { ...unlimited, name: "test", ...options }));

describe("threads", () => {
  it.each([
    ["a toy", toy(2, 2, 2, false), {}], ["a toy with violations", toy(2, 2, 2, true), {}], ["all violations of a toy", toy(2, 2, 2, true), { allViolations: true }],
    ["the shipped policy to a small depth", shipped(), { depth: 4 }], ["the shipped policy without symmetry", shipped(), { depth: 3, symmetry: false }],
    ["states that are spent", toy(2, 2, 2, false), { maxStates: 300 }],
  ] as const)("find in %s what one worker finds", async (_, system, options) => {
    const one = await told(system, options);
    for (const workers of [1, 2, 4]) expect(await told(system, { ...options, muster: threads(workers, 0) })).toBe(one);
  }, 60_000);

  it("share memory that grows while they work", async () => {
    const options = { depth: 11, symmetry: false, properties: [] };
    expect(await told(shipped(), { ...options, muster: threads(2, 2048) })).toBe(await told(shipped(), options));
  }, 60_000);

  it("hear a signal", async () => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 500);
    const result = await search(shipped(), { ...unlimited, name: "test", symmetry: false, signal: controller.signal, muster: threads(2, 0) });
    expect(result.state).toBe("interrupted");
    expect(result.levels.reduce((sum, { states }) => sum + states, 0)).toBe(result.statesDistinct);
  });

  it("pass on what a worker throws, and stop the others", async () => {
    const broken = (program: KernelProgram): Programs => ({
      kernel: { ...program, source: program.source.replace("function work(", 'function work() { throw new Error("a worker broke"); }\nfunction unused(') }, swift: () => program,
    });
    const { kernel, storage, state, system } = compile(toy(2, 2, 2, false)), own = kernelOf(kernel);
    const store = createStore(own, storage, 1 << 12, { workers: 2, worth: Infinity });
    own.begin(state.encode(system.initial));
    const crew = threads(2, 0)(broken(kernel), own);
    crew.attach(store.memory);
    await expect(crew.work(1, store.limit(), () => undefined)).rejects.toThrow("a worker broke");
    expect(store.memory.control[2]).toBe(1);
    await crew.close();
  });
});
