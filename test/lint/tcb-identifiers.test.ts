import { tcbIdentifiers } from "../../lint/rules/tcb-identifiers.ts";
import { testRule } from "./rule-tester.ts";

const given = `
  import { frame, vcpu } from "../hw/identifiers.ts"; import { access, domain as slot, NONE } from "./identifiers.ts"; import { readState } from "./layout.ts";
`;
const inFunction = (body: string): string => `${given} export function f(m: Machine, n: number): void { ${body} }`;

testRule("tcb-identifiers", tcbIdentifiers, "syntax", {
  valid: [
    { name: "literals", code: `${given} export const ROOT = slot(0);` },
    { name: "counters", code: inFunction(`for (let i = 0; i < m.frames; i++) for (let v = 0; v < m.vcpus; v++) g(frame(i), vcpu(v));`) },
    { name: "what the state holds", code: inFunction(`g(slot(readState(m, n)), access(readState(m, n) & 7), access(readState(m, n) >>> 8));`) },
    { name: "the geometry", code: `import { level } from "../vocabulary.ts"; export const top = (m: Machine) => level(m.geometry.levels);`, file: "monitor/calls/create.ts" },
    { name: "an argument of the same name", code: `export function f(frame: (n: number) => number): number { return frame(77); }` },
    { name: "a file of encodings", code: `import { pcid } from "../hw/identifiers.ts"; export const pcidOf = (d: number) => pcid(d + 1);`, file: "monitor/domains.ts" },
  ],
  invalid: [
    { name: "none as a slot", code: inFunction(`g(slot(NONE), slot(-1));`), reports: ["forged", "forged"] },
    { name: "arithmetic", code: inFunction(`g(slot(n + 77)); for (let i = 0; i < n; i++) g(frame(i + 1));`), reports: ["forged", "forged"] },
    { name: "an argument", code: inFunction(`g(frame(n));`), reports: ["forged"] },
    { name: "a variable", code: inFunction(`const a = readState(m, 0); let i = 0; g(frame(a), frame(i));`), reports: ["forged", "forged"] },
    { name: "beside the counter", code: inFunction(`for (let i = 0, a = n + 77; i < n; i++) g(frame(a));`), reports: ["forged"] },
    { name: "a call that is named like a file of encodings", code: `import { frame } from "../../hw/identifiers.ts"; export const f = (n: number) => frame(n);`, file: "monitor/calls/access.ts", reports: ["forged"] },
    { name: "another's readState", code: `import { frame } from "../hw/identifiers.ts"; const readState = (): number => 77; export const f = () => frame(readState());`, reports: ["forged"] },
    { name: "an entry of any bits", code: `import { entryFrame } from "../hw/entry.ts"; export const f = (n: number) => entryFrame(n, 0);`, reports: ["forged"] },
    { name: "devices, their pages, gates and entries", code: `import { device, ioPage } from "../hw/identifiers.ts"; import { entry, gateOrNone } from "./identifiers.ts"; export const f = (n: number) => g(device(n), ioPage(n), gateOrNone(n), entry(n));`, reports: ["forged", "forged", "forged", "forged"] },
    { name: "under another name", code: inFunction(`const forge = frame; g(forge(n));`), reports: ["value"] },
    { name: "passed on", code: inFunction(`[n].forEach(frame);`), reports: ["value"] },
  ],
});
