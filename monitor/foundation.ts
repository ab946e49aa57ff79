/** What every file of the monitor stands on: the hardware, identifiers, rights, the interface, where the monitor's words lie, and its tables of frames and domains. */
export * from "../hw/ring0.ts";
export * from "./abi.ts";
export * from "./access.ts";
export * from "./domains.ts";
export * from "./frames.ts";
export * from "./identifiers.ts";
export * from "./layout.ts";
