import { tcbNoAllocation } from "../../lint/rules/tcb-no-allocation.ts";
import { testRule } from "./rule-tester.ts";

testRule("tcb-no-allocation", tcbNoAllocation, "types", {
  valid: [
    { name: "constants of the module", code: `export const CODES = { OK: 0 } as const; export const LEVELS = [1, 2] as const;` },
    { name: "words", code: `export function at(m: { words: Uint32Array }, n: number): number { const { words } = m; return words[n] ?? 0; }` },
    { name: "a constant text", code: "export const f = (): string => `OK`;" },
    { name: "sums", code: `export function f(n: number, f: number & { readonly brand: "Frame" }): number { let s = n + f; s += 1; return s; }` },
  ],
  invalid: [
    { name: "joined texts", code: `export function f(a: string, n: number): string { let s = a + n; s += "."; return s; }`, reports: ["allocates", "allocates"] },
    { name: "an object", code: `export const f = () => ({ ok: true });`, reports: ["allocates"] },
    { name: "an array", code: `export function f() { return [1]; }`, reports: ["allocates"] },
    { name: "an instance", code: `export function f() { return new Uint32Array(4); }`, reports: ["allocates"] },
    { name: "an iterator", code: `export function f(a: number[]) { const [x] = a; return x; }`, reports: ["allocates"] },
    { name: "spread and rest", code: `export function f(...a: number[]) { return g(...a); }`, reports: ["allocates", "allocates"] },
    { name: "a text", code: "export const f = (n: number) => `frame ${n}`;", reports: ["allocates"] },
    { name: "a pattern", code: `export const f = () => /x/;`, reports: ["allocates"] },
    { name: "a default argument", code: `export function f(a = {}) { return a; }`, reports: ["allocates"] },
    { name: "a nested function", code: `export function f() { return (n: number) => n; }`, reports: ["closure"] },
  ],
});
