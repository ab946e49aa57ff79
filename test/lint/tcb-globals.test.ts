import { tcbGlobals } from "../../lint/rules/tcb-globals.ts";
import { testRule } from "./rule-tester.ts";

testRule("tcb-globals", tcbGlobals, "syntax", {
  valid: [
    { name: "integer functions", code: `export const half = (n: number): number => Math.floor(n / 2) + Math.imul(n, 3);` },
    { name: "undefined", code: `export const known = (n?: number): boolean => n !== undefined;` },
    { name: "global types", code: `export const first = (words: Uint32Array): number | undefined => words[0];` },
    { name: "a constant table", code: `export const CODES = { OK: 0 } as const; export const OK = CODES.OK;` },
  ],
  invalid: [
    { name: "randomness", code: `export const pick = (): number => Math.random();`, reports: ["global"] },
    { name: "Math by a computed name", code: `export const pick = (): number => Math["random"]();`, reports: ["global"] },
    { name: "time", code: `export const now = (): number => Date.now();`, reports: ["global"] },
    { name: "reflection", code: `export const all = (): unknown => globalThis; Object.freeze(all);`, reports: ["global", "global"] },
    { name: "the process", code: `process.exit();`, reports: ["global"] },
    { name: "code from text", code: `eval("1");`, reports: ["global"] },
  ],
});
