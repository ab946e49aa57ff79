/** A crew of threads. Each runs the same generated program on the same memory; all they exchange beside it is what to do and what was counted. */
import { Worker } from "node:worker_threads";
import { forThread, type KernelProgram, type Memory } from "../../compile/compile.ts";
import { control } from "../../compile/kernel.ts";
import { handOf, large, single, type Muster, type Told } from "../crew.ts";

/** What a thread runs: self-contained, so that it is the same from sources, in tests and in the bundle. */
const source = `
"use strict";
const { parentPort } = require("node:worker_threads");
let worker = 0, kernel = null, own = null;
parentPort.on("message", ({ load, memory, place, end, limit }) => {
  if (load !== null) {
    worker = load.worker;
    ({ kernel } = new Function("environment", load.program.source)(load.program.environment));
    // Copies, because the counters lie in one memory with all else, which would go with them.
    own = Object.fromEntries(Object.entries(kernel.counters).map(([name, counted]) => [name, counted.slice()]));
  }
  if (memory !== null) kernel.attach(memory);
  if (place === null) kernel.work({ end }, limit, Infinity);
  else kernel.place(place.from, place.to);
  for (const name in own) own[name].set(kernel.counters[name]);
  const { measured, violates, violating } = kernel;
  parentPort.postMessage({ worker, counters: own, measured, violates, violating, unused: kernel.surrender() });
  measured.fill(0);
  violates.fill(0);
});
`;

/** Expand what is left up to `end`, or place states in the index. */
interface Task { readonly place: { readonly from: number; readonly to: number } | null; readonly end: number; readonly limit: number }

/** A program, and as whom a thread tells what it counts with it. */
interface Load { readonly worker: number; readonly program: KernelProgram }

/** A thread works once it has been given a program and a memory. */
interface Thread { load(load: Load): void; attach(memory: Memory): void; work(task: Task): Promise<Told>; end(): Promise<void> }

const startThread = (name: string): Thread => {
  // Options of this process, such as loaders of sources, are not for a text that needs nothing.
  const thread = new Worker(source, { eval: true, name, execArgv: [] });
  let load: Load | null = null, memory: Memory | null = null, failure: Error | null = null;
  let settle: { readonly resolve: (told: Told) => void; readonly reject: (why: Error) => void } | null = null;
  const fail = (why: Error): void => {
    failure ??= why;
    settle?.reject(why);
  };
  thread.on("message", (told: Told) => settle?.resolve(told));
  thread.on("error", fail);
  thread.on("messageerror", fail);
  thread.on("exit", (code) => {
    fail(new Error(`${name} ended with code ${code} before its work was done`));
  });
  return {
    load: (given) => {
      load = given;
    },
    attach: (given) => {
      memory = given;
    },
    work: (task) => new Promise((resolve, reject) => {
      settle = { resolve, reject };
      if (failure !== null) reject(failure);
      else thread.postMessage({ load, memory, ...task });
      [load, memory] = [null, null];
    }),
    end: async () => {
      await thread.terminate();
    },
  };
};

/**
 * A crew of so many threads, the one of the search among them. Levels with fewer than `smallest` states left are expanded in that alone, and until there is a larger one no other is
 * started: waking threads takes longer than expanding a thousand states. From a level of `worth` states on they run WebAssembly, which is made while they start.
 */
export const threads = (workers: number, smallest: number, worth = large): Muster => (programs, kernel) => {
  if (workers === 1) return single(worth)(programs, kernel);
  const here = handOf(programs, kernel, worth);
  let memory: Memory | null = null, others: readonly Thread[] = [], loaded: "nothing" | "text" | "swift" = "nothing";
  /** Everybody's part of what there is to do, others first; if one fails, the rest are asked to stop. */
  const all = async (parts: readonly (() => Promise<readonly Told[]>)[]): Promise<readonly Told[]> => {
    const settled = await Promise.allSettled(parts.map((part) => part().catch((why: unknown) => {
      if (memory !== null) Atomics.store(memory.control, control.stop, 1);
      throw why;
    })));
    return settled.flatMap((one) => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
  };
  const asked = (taskOf: (i: number) => Task): readonly (() => Promise<readonly Told[]>)[] => others.map((thread, i) => async () => [await thread.work(taskOf(i))]);
  /** Makes ready what is worth it for so many states: threads, and the program that they run. */
  const prepare = (states: number): void => {
    if (memory === null || states < smallest) return;
    if (others.length === 0) others = Array.from({ length: workers - 1 }, (_, i) => startThread(`worker ${i + 1}`));
    here.ready(states);
    if (loaded === "swift" || (loaded === "text" && states < worth)) return;
    loaded = states >= worth ? "swift" : "text";
    const program = loaded === "swift" ? programs.swift() : programs.kernel, before = loaded === "swift" ? workers : 0;
    for (const [i, thread] of others.entries()) {
      thread.load({ worker: before + i + 1, program: forThread(i + 1, program) });
      thread.attach(memory);
    }
  };
  return {
    workers,
    worth,
    attach: (given) => {
      memory = given;
      here.attach(given);
      for (const thread of others) thread.attach(given);
    },
    ready: async (states) => {
      prepare(states);
      // Nothing to do is done once the program has been read.
      await all(asked(() => ({ place: { from: 0, to: 0 }, end: 0, limit: 0 })));
    },
    work: async (end, limit, turn) => {
      const left = here.left(end);
      if (left < smallest) {
        here.ready(left);
        return here.work(end, limit, turn);
      }
      prepare(left);
      return all([...asked(() => ({ place: null, end, limit })), () => here.work(end, limit, turn)]);
    },
    place: async (count) => {
      const share = Math.ceil(count / workers), from = (i: number): number => Math.min(count, i * share);
      if (loaded === "nothing") here.place(0, count);
      else await all([...asked((i) => ({ place: { from: from(i), to: from(i + 1) }, end: 0, limit: 0 })), () => Promise.resolve((here.place(from(workers - 1), count), []))]);
    },
    close: async () => {
      await Promise.all(others.map((thread) => thread.end()));
    },
  };
};
