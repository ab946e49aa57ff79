import { tcbImports } from "../../lint/rules/tcb-imports.ts";
import { testRule } from "./rule-tester.ts";

testRule("tcb-imports", tcbImports, "syntax", {
  valid: [
    { name: "the machine", code: `import { writeEntry } from "../hw/physical.ts";` },
    { name: "the monitor", code: `import type { Domain } from "./identifiers.ts";` },
    { name: "both, from a call", code: `import { a } from "../frames.ts"; import { b } from "../../hw/vcpu.ts";`, file: "monitor/calls/map.ts" },
  ],
  invalid: [
    { name: "a module of Node", code: `import { readFileSync } from "node:fs";`, reports: ["outside"] },
    { name: "a package", code: `import { match } from "ts-pattern";`, reports: ["outside"] },
    { name: "the specification", code: `import { map } from "../spec/calls/map.ts";`, reports: ["outside"] },
    { name: "a type alone", code: `import type { State } from "../spec/state.ts";`, reports: ["outside"] },
    { name: "a detour", code: `import { map } from "../hw/../spec/calls/map.ts";`, reports: ["outside"] },
    { name: "a re-export", code: `export { map } from "../spec/calls/map.ts"; export * from "../checker/diff.ts";`, reports: ["outside", "outside"] },
    { name: "at run time", code: `export const machine = import("../hw/machine.ts");`, reports: ["dynamic"] },
  ],
});
