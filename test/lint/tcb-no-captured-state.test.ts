import { tcbNoCapturedState } from "../../lint/rules/tcb-no-captured-state.ts";
import { testRule } from "./rule-tester.ts";

testRule("tcb-no-captured-state", tcbNoCapturedState, "syntax", {
  valid: [
    { name: "constants of the module", code: `const ROW = 4; export function at(n: number): number { return n * ROW; }` },
    { name: "a local counter", code: `export function sum(n: number): number { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }` },
    { name: "a captured argument", code: `export const boot = (m: number) => () => m;` },
    { name: "tables of constants", code: `const CALLS = { a: 1, b: [2, { c: 3 }] } as const; export const LEVELS = [1, 2] as const;` },
    { name: "an object that does not outlive its function", code: `export function boot(): unknown { return { a: [1] }; }` },
  ],
  invalid: [
    { name: "an object of the module", code: `const hidden = { last: 0 }; export const CALLS = { a: 1 } satisfies object;`, reports: ["object", "object"] },
    { name: "an array of the module", code: `const scratch = [0]; const rows = [[0]];`, reports: ["object", "object", "object"] },
    { name: "words of the module", code: `const words = new Uint32Array(4);`, reports: ["object"] },
    { name: "a `let` of the module", code: `let calls = 0; export function count(): number { return ++calls; }`, reports: ["captured"] },
    { name: "a `var` of the module", code: `var calls = 0; export function count(): number { return calls; }`, reports: ["captured"] },
    { name: "a `let` of the outer function", code: `export function boot() { let n = 0; return () => { n += 1; }; }`, reports: ["captured"] },
    { name: "an argument that is written", code: `export const boot = (n: number) => { n = n + 1; return () => n; };`, reports: ["captured"] },
  ],
});
