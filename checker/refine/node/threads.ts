/** A crew of threads for the machine, each with a machine and a judge of its own. They are started by the first level that is worth it, and stay for the searches after it. */
import { Worker } from "node:worker_threads";
import type { Account } from "../account.ts";
import { aloneOnMachine, type LevelWork, type MachineMuster, type Survey } from "../crew.ts";
import type { VisitedMemory } from "../visited.ts";
import { surveying, type ChunkOrder, type Order, type SurveyOrder } from "./order.ts";

/** Chunks that a thread has at once, so that it does not wait for the next. */
const ahead = 2;

interface Thread {
  order(survey: SurveyOrder): void;
  survey(chunk: ChunkOrder["chunk"], memory: VisitedMemory): Promise<Account>;
  end(): Promise<void>;
}

const startThread = (program: URL, number: number): Thread => {
  const worker = new Worker(program, { workerData: surveying, name: `machine ${number}` });
  const asked: { readonly resolve: (account: Account) => void; readonly reject: (why: unknown) => void }[] = [];
  let failure: { readonly why: unknown } | null = null, given: VisitedMemory | null = null;
  const fail = (why: unknown): void => {
    failure ??= { why };
    for (const { reject } of asked.splice(0)) reject(why);
  };
  worker.on("message", (account: Account) => asked.shift()?.resolve(account));
  worker.on("error", fail);
  worker.on("messageerror", fail);
  worker.on("exit", (code) => {
    fail(new Error(`machine thread ${number} ended with code ${code} before its work was done`));
  });
  const post = (order: Order): void => { worker.postMessage(order); };
  return {
    order: (survey) => {
      given = null;
      post(survey);
    },
    survey: (chunk, memory) => new Promise((resolve, reject) => {
      if (failure !== null) {
        reject(failure.why);
        return;
      }
      asked.push({ resolve, reject });
      const { arenas, places, slots, size } = memory;
      post({ kind: "chunk", chunk, memory: { size, arenas: given?.arenas === arenas ? null : arenas, places: given?.places === places ? null : places, slots: given?.slots === slots ? null : slots } });
      given = memory;
    }),
    end: async () => {
      await worker.terminate();
    },
  };
};

const orderFor = ({ policy, system, properties, secrets, compared }: Survey): SurveyOrder =>
  ({ kind: "survey", policy, transitions: system.transitions.map(({ name }) => name), stated: system.properties.map(({ id }) => id), properties, secrets, compared });

/** Has every thread work, and hears their accounts in the order of the chunks. */
const surveyTogether = async (threads: readonly Thread[], { next, memory, hear }: LevelWork): Promise<void> => {
  const early = new Map<number, { readonly account: Account; readonly surveyor: number }>();
  let given = 0, heard = 0, failed = false;
  const serve = async (thread: Thread, surveyor: number): Promise<void> => {
    for (let chunk = next(); chunk !== null && !failed; chunk = next()) {
      const order = given++, account = await thread.survey(chunk, memory());
      early.set(order, { account, surveyor });
      for (let first = early.get(heard); first !== undefined; first = early.get(heard)) {
        early.delete(heard++);
        hear(first.account, first.surveyor);
      }
    }
  };
  const served = await Promise.allSettled(threads.flatMap((thread, i) => Array.from({ length: ahead }, async () => {
    await serve(thread, i + 1).catch((why: unknown) => {
      failed = true;
      throw why;
    });
  })));
  for (const one of served) if (one.status === "rejected") throw one.reason;
};

export interface MachineThreads {
  readonly muster: MachineMuster;
  end(): Promise<void>;
}

/**
 * So many threads, each of them running `program`, which calls `serveSurveys` when it finds itself started for it; `null` where there is none, and with one worker, all work is done in the
 * thread of the search, as it is on levels of fewer than `smallest` states.
 */
export const machineThreads = (workers: number, smallest: number, program: URL | null): MachineThreads => {
  let threads: readonly Thread[] = [];
  return {
    muster: (survey, here) => {
      const alone = aloneOnMachine(survey, here);
      if (workers === 1 || program === null) return alone;
      let ordered = false;
      return {
        shares: true,
        survey: async (states, work) => {
          if (states < smallest) return alone.survey(states, work);
          if (threads.length === 0) threads = Array.from({ length: workers }, (_, i) => startThread(program, i + 1));
          if (!ordered) for (const thread of threads) thread.order(orderFor(survey));
          ordered = true;
          return surveyTogether(threads, work);
        },
      };
    },
    end: async () => {
      await Promise.all(threads.map((thread) => thread.end()));
      threads = [];
    },
  };
};

/** States of a level from which on threads are worth starting: a second of work. */
export const levelWorthThreads = 100;
