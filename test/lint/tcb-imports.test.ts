import { tcbImports } from "../../lint/rules/tcb-imports.ts";
import { testRule } from "./rule-tester.ts";

testRule("tcb-imports", tcbImports, "syntax", {
  valid: [
    { name: "the machine", code: `import { writeEntry } from "../hw/ring0.ts";` },
    { name: "the monitor", code: `import type { Domain } from "./identifiers.ts";` },
    { name: "both, from a call", code: `import { a } from "../frames.ts"; import { RAX } from "../../hw/ring0.ts";`, file: "monitor/calls/map.ts" },
    { name: "handlers, at the entry", code: `import { installHandlers } from "../hw/machine.ts";`, file: "monitor/start.ts" },
    { name: "a vocabulary", code: `export * from "./frames.ts"; export * from "../hw/ring0.ts";` },
  ],
  invalid: [
    { name: "a module of Node", code: `import { readFileSync } from "node:fs";`, reports: ["outside"] },
    { name: "a package", code: `import { match } from "ts-pattern";`, reports: ["outside"] },
    { name: "the specification", code: `import { map } from "../spec/calls/map.ts";`, reports: ["outside"] },
    { name: "a type alone", code: `import type { State } from "../spec/state.ts";`, reports: ["outside"] },
    { name: "a detour", code: `import { map } from "../hw/../spec/calls/map.ts";`, reports: ["outside"] },
    { name: "a re-export", code: `export { map } from "../spec/calls/map.ts"; export * from "../checker/diff.ts";`, reports: ["outside", "outside"] },
    { name: "what a device does", code: `import { dmaWrite, resetDevice, writeDeviceRegister } from "../hw/dma.ts";`, reports: ["interface", "interface", "interface"] },
    { name: "the base of the device table, later", code: `import { setDeviceTable } from "../hw/iommu.ts";`, reports: ["interface"] },
    { name: "the write log", code: `import { mark, undo, writeWord } from "../hw/memory.ts";`, reports: ["interface", "interface", "interface"] },
    { name: "a write that is not announced", code: `import { depositPhysical as writePhysical } from "../hw/physical.ts";`, reports: ["interface"] },
    { name: "handlers, later", code: `import { installHandlers } from "../hw/machine.ts";`, reports: ["interface"] },
    { name: "a re-export of more", code: `export { writeWord } from "../hw/memory.ts"; export * from "../hw/physical.ts";`, reports: ["interface", "whole"] },
    { name: "a word that the host sees", code: `import { writeShared } from "../hw/shared.ts";`, file: "monitor/start.ts", reports: ["interface"] },
    { name: "what the machine is made with, at the entry", code: `import { createMachine } from "../hw/machine.ts";`, file: "monitor/start.ts", reports: ["interface"] },
    { name: "a detour around the interface", code: `import { writeEntry } from "../hw/physical.ts";`, reports: ["interface"] },
    { name: "for what it does", code: `import "../hw/physical.ts";`, reports: ["interface"] },
    { name: "a module as a value", code: `import * as hw from "../hw/physical.ts"; import * as ids from "./identifiers.ts";`, reports: ["whole", "whole"] },
    { name: "at run time", code: `export const machine = import("../hw/machine.ts");`, reports: ["dynamic"] },
  ],
});
