/** The words that calls are written in, so that a call file is its guards and its effects. */
export * from "./hardware.ts";
export * from "./abi.ts";
export * from "./access.ts";
export * from "./devices.ts";
export * from "./domains.ts";
export * from "./frames.ts";
export * from "./gates.ts";
export * from "./grants.ts";
export * from "./identifiers.ts";
export { deviceCount, domainCount, gateCount, scheduler, stackSize } from "./layout.ts";
export * from "./page-tables.ts";
export * from "./shootdown.ts";
export * from "./threads.ts";
