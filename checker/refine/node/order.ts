/** What threads that search the machine are told: plain data and shared memory. */
import type { Policy } from "../../../spec/policy.ts";
import type { Secrets } from "../secrets.ts";
import type { Chunk } from "../surveyor.ts";
import type { VisitedMemory } from "../visited.ts";

export interface SurveyOrder {
  readonly kind: "survey";
  readonly policy: Policy;
  /** Names of the system's transitions, and ids of its properties: the thread reads the system from the policy again, and it must be the same. */
  readonly transitions: readonly string[];
  readonly stated: readonly string[];
  readonly properties: readonly string[] | null;
  readonly secrets: Secrets;
  readonly compared: boolean;
}

/** `null` is as before. */
export type MemoryNews = { readonly [part in Exclude<keyof VisitedMemory, "size">]: VisitedMemory[part] | null } & { readonly size: number };

export interface ChunkOrder { readonly kind: "chunk"; readonly chunk: Chunk; readonly memory: MemoryNews }

export type Order = SurveyOrder | ChunkOrder;

/** How a program that is started as a thread knows what it is there for. */
export const surveying = "refmon: survey";
