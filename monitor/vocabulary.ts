/** The words that calls are written in, so that a call file is its guards and its effects. */
export * from "./devices.ts";
export * from "./domains.ts";
export * from "./entries.ts";
export * from "./foundation.ts";
export * from "./frames.ts";
export * from "./gates.ts";
export * from "./grants.ts";
export * from "./mappings.ts";
export * from "./page-tables.ts";
export * from "./shootdown.ts";
export * from "./threads.ts";
export * from "./validation.ts";
