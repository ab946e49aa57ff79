/** The words that calls are written in, so that a call file is its guards and its effects. */
export type { Frame, Page, Vcpu } from "../hw/identifiers.ts";
export type { Machine } from "../hw/machine.ts";
export * from "./abi.ts";
export * from "./access.ts";
export * from "./domains.ts";
export * from "./frames.ts";
export * from "./grants.ts";
export * from "./identifiers.ts";
export { scheduler } from "./layout.ts";
export * from "./page-tables.ts";
export * from "./shootdown.ts";
export * from "./threads.ts";
