import { tcbNoCapturedState } from "../../lint/rules/tcb-no-captured-state.ts";
import { testRule } from "./rule-tester.ts";

testRule("tcb-no-captured-state", tcbNoCapturedState, "syntax", {
  valid: [
    { name: "constants of the module", code: `const ROW = 4; export function at(n: number): number { return n * ROW; }` },
    { name: "a local counter", code: `export function sum(n: number): number { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }` },
    { name: "a captured argument", code: `export const boot = (m: number) => () => m;` },
  ],
  invalid: [
    { name: "a `let` of the module", code: `let calls = 0; export function count(): number { return ++calls; }`, reports: ["captured"] },
    { name: "a `var` of the module", code: `var calls = 0; export function count(): number { return calls; }`, reports: ["captured"] },
    { name: "a `let` of the outer function", code: `export function boot() { let n = 0; return () => { n += 1; }; }`, reports: ["captured"] },
    { name: "an argument that is written", code: `export const boot = (n: number) => { n = n + 1; return () => n; };`, reports: ["captured"] },
  ],
});
