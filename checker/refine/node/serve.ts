/** A thread that searches the machine: it does as it is told, and posts accounts. What it throws reaches whoever started it. */
import type { MessagePort } from "node:worker_threads";
import { systemsOf } from "../../../spec/system.ts";
import { compile } from "../../compile/compile.ts";
import type { Compiled } from "../../compile/compiled.ts";
import { sightOf } from "../../flow/sight.ts";
import { createSurveyor, type Surveyor } from "../surveyor.ts";
import type { VisitedMemory } from "../visited.ts";
import type { MemoryNews, Order, SurveyOrder } from "./order.ts";

const isSame = (one: readonly string[], other: readonly string[]): boolean => one.length === other.length && one.every((name, i) => name === other[i]);

/** @throws RangeError if the policy, as it is read here, does not give the system that the search is of. */
const systemFor = ({ policy, transitions, stated }: SurveyOrder): Compiled["system"] => {
  const [whole] = systemsOf(policy), system = { ...whole, transitions: whole.transitions.filter(({ name }) => transitions.includes(name)) };
  if (!isSame(transitions, system.transitions.map(({ name }) => name)) || !isSame(stated, system.properties.map(({ id }) => id))) {
    throw new RangeError(`a thread reads another system from the policy ${policy.name}`);
  }
  return system;
};

const updated = (before: VisitedMemory | null, news: MemoryNews): VisitedMemory => {
  const arenas = news.arenas ?? before?.arenas, places = news.places ?? before?.places, slots = news.slots ?? before?.slots;
  if (arenas === undefined || places === undefined || slots === undefined) throw new RangeError("a thread is to read what it has not been given");
  return { arenas, places, slots, size: news.size };
};

export const serveSurveys = (port: MessagePort): void => {
  let compiled: { readonly key: string; readonly made: Compiled } | null = null, surveyor: Surveyor | null = null, memory: VisitedMemory | null = null;
  port.on("message", (order: Order) => {
    if (order.kind === "survey") {
      const key = JSON.stringify([order.policy, order.transitions]);
      if (compiled?.key !== key) compiled = { key, made: compile(systemFor(order)) };
      const { made } = compiled;
      surveyor = createSurveyor(order.policy, made.system, made, { properties: order.properties, secrets: order.secrets, sight: order.compared ? (m) => sightOf(made, m, order.secrets) : null });
      memory = null;
      return;
    }
    if (surveyor === null) throw new RangeError("a thread is to search what it has not been told");
    memory = updated(memory, order.memory);
    const account = surveyor.survey(memory, order.chunk);
    port.postMessage(account, [account.words.buffer as ArrayBuffer]);
  });
};
