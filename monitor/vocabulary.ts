/** The words that calls are written in, so that a call file is its guards and its effects. */
export * from "./devices.ts";
export * from "./foundation.ts";
export * from "./grants.ts";
export * from "./mappings.ts";
export * from "./shootdown.ts";
export * from "./tables.ts";
export * from "./threads.ts";
export * from "./validation.ts";
