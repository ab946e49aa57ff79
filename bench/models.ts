/** The systems that all checkers are asked about: large enough that rumur needs 10 to 100 seconds, small enough that five rounds of everybody end. */
import type { System } from "../spec/lang/system.ts";
import { systemsOf } from "../spec/system.ts";
import { policyOf, type Size } from "./policy.ts";

export interface Model {
  readonly name: string;
  readonly about: string;
  readonly system: System;
}

/** What is measured is the search of states and transitions, so properties, which the checkers judge in different ways, are left out for all of them alike. */
const bare = (name: string, size: Size, calls: readonly string[] | null): System => {
  const [system] = systemsOf(policyOf(name, size, 0));
  return { ...system, properties: [], transitions: system.transitions.filter((transition) => transition.kind === "move" || calls === null || calls.includes(transition.name)) };
};

export const models: readonly Model[] = [
  {
    name: "pages", about: "one domain on two vCPUs maps three frames at four pages, with the calls on its own tables and pages alone",
    system: bare("pages", { domains: 1, frames: 3, pages: 4, vcpus: 2 }, ["map", "unmap", "protect", "table_add", "table_remove"]),
  },
  {
    name: "pair", about: "two domains on two vCPUs, one shared frame, two pages, every call and move of the model",
    system: bare("pair", { domains: 2, frames: 1, pages: 2, vcpus: 2 }, null),
  },
];

/** @throws RangeError if no model has the name. */
export const modelNamed = (name: string): Model => {
  const found = models.find((model) => model.name === name);
  if (found === undefined) throw new RangeError(`there is no model ${name}; there are ${models.map((model) => model.name).join(" and ")}`);
  return found;
};
