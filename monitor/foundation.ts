/** What every file of the monitor stands on: the hardware, identifiers, rights, the interface, and where the monitor's words lie. */
export * from "./abi.ts";
export * from "./access.ts";
export * from "./hardware.ts";
export * from "./identifiers.ts";
export * from "./layout.ts";
