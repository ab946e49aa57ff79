/** A crew of threads. Each runs the same generated program on the same memory; all they exchange beside it is what to do and what was counted. */
import { Worker } from "node:worker_threads";
import { forThread, type KernelProgram, type Memory } from "../../compile/compile.ts";
import { control } from "../../compile/kernel.ts";
import { single, turnEvery, worthTranslating, type Muster, type Told } from "../crew.ts";

/** The program of a thread: self-contained, so that it is the same from sources, in tests and in the bundle. */
const source = `
"use strict";
const { parentPort, workerData: { worker, program } } = require("node:worker_threads");
const { kernel } = new Function("environment", program.source)(program.environment);
const { counters, measured, violates, violating } = kernel;
const own = { succeeded: counters.succeeded.slice(), failed: counters.failed.slice(), antecedent: counters.antecedent.slice(), touched: counters.touched.slice() };
parentPort.on("message", ({ memory, place, end, limit }) => {
  if (memory !== null) kernel.attach(memory);
  if (place === null) kernel.work({ end }, limit, Infinity);
  else kernel.place(place.from, place.to);
  // Copies, because the counters lie in one memory with all else, which would go with them.
  for (const name in own) own[name].set(counters[name]);
  parentPort.postMessage({ worker, counters: own, measured, violates, violating, gap: kernel.surrender() });
  measured.fill(0);
  violates.fill(0);
});
`;

/** Expand what is left up to `end`, or place states in the index. */
interface Task { readonly place: { readonly from: number; readonly to: number } | null; readonly end: number; readonly limit: number }

interface Thread { attach(memory: Memory): void; work(task: Task): Promise<Told>; end(): Promise<void> }

const startThread = (worker: number, program: KernelProgram): Thread => {
  const thread = new Worker(source, { eval: true, workerData: { worker, program }, name: `search ${worker}` });
  let memory: Memory | null = null, failure: Error | null = null;
  let settle: { readonly resolve: (told: Told) => void; readonly reject: (why: Error) => void } | null = null;
  const fail = (why: Error): void => {
    failure ??= why;
    settle?.reject(why);
  };
  thread.on("message", (told: Told) => settle?.resolve(told));
  thread.on("error", fail);
  thread.on("messageerror", fail);
  thread.on("exit", (code) => {
    fail(new Error(`worker ${worker} ended with code ${code} before its work was done`));
  });
  return {
    attach: (given) => {
      memory = given;
    },
    work: (task) => new Promise((resolve, reject) => {
      settle = { resolve, reject };
      if (failure !== null) reject(failure);
      else thread.postMessage({ memory, ...task });
      memory = null;
    }),
    end: async () => {
      await thread.terminate();
    },
  };
};

/**
 * A crew of so many threads. Levels with fewer than `smallest` states left are expanded in the calling thread, and until there is a larger one no thread is
 * started: waking threads takes longer than expanding a thousand states. From a level of `worth` states on other threads do the work, which run WebAssembly.
 */
export const threads = (workers: number, smallest: number, worth = worthTranslating): Muster => (programs, kernel) => {
  const here = single(worth)(programs, kernel);
  if (workers === 1) return here;
  let swift = false;
  let memory: Memory | null = null, crew: readonly Thread[] = [];
  /** One task for each thread; if one fails, the others are asked to stop. */
  const all = async (tasks: readonly Task[]): Promise<readonly Told[]> => {
    const settled = await Promise.allSettled(crew.map(async (thread, i) => {
      const task = tasks[i];
      if (task === undefined) throw new Error(`there is no task for worker ${i + 1}`);
      return thread.work(task).catch((why: unknown) => {
        if (memory !== null) Atomics.store(memory.control, control.stop, 1);
        throw why;
      });
    }));
    return settled.map((one) => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
  };
  const dismiss = async (): Promise<void> => {
    await Promise.all(crew.map((thread) => thread.end()));
  };
  return {
    workers,
    worth,
    attach: (given) => {
      memory = given;
      here.attach(given);
      for (const thread of crew) thread.attach(given);
    },
    work: async (end, limit, turn) => {
      const left = end - (memory?.control[control.next] ?? 0);
      if (memory === null || left < smallest) return here.work(end, limit, turn);
      if (crew.length === 0 || (!swift && left >= worth)) {
        await dismiss();
        swift = left >= worth;
        const program = swift ? programs.swift() : programs.kernel, others = swift ? workers : 0;
        crew = Array.from({ length: workers }, (_, i) => startThread(i + 1 + others, forThread(i + 1, program)));
        for (const thread of crew) thread.attach(memory);
      }
      const turning = setInterval(turn, turnEvery);
      try {
        return await all(crew.map(() => ({ place: null, end, limit })));
      } finally {
        clearInterval(turning);
      }
    },
    place: async (count) => {
      if (crew.length === 0) return here.place(count);
      const share = Math.ceil(count / workers);
      await all(crew.map((_, i) => ({ place: { from: Math.min(count, i * share), to: Math.min(count, (i + 1) * share) }, end: 0, limit: 0 })));
    },
    close: dismiss,
  };
};

/** States left of a level from which on threads are worth waking. */
export const worthWaking = 2048;
