import { tcbNoRecursion } from "../../lint/rules/tcb-no-recursion.ts";
import { testRule } from "./rule-tester.ts";

testRule("tcb-no-recursion", tcbNoRecursion, "types", {
  valid: [
    { name: "calls downwards", code: `export function even(n: number): boolean { return low(n) === 0; } function low(n: number): number { return n & 1; }` },
    { name: "a property of the same name", code: `export function even(m: { even: boolean }): boolean { return m.even; }` },
    { name: "a local variable", code: `function low(n: number): number { return n; } export function even(n: number): number { const m = low(n); return m; }` },
  ],
  invalid: [
    { name: "directly", code: `export function walk(level: number): number { return level === 0 ? 0 : walk(level - 1); }`, reports: ["recursion"] },
    { name: "an arrow function", code: `export const walk = (level: number): number => (level === 0 ? 0 : walk(level - 1));`, reports: ["recursion"] },
    { name: "a nested function", code: `export function boot(): void { const f = (): void => f(); }`, reports: ["recursion"] },
    { name: "mutually", code: `export function a(): void { b(); } function b(): void { a(); }`, reports: ["recursion", "recursion"] },
    { name: "through a table", code: `const TABLE = [a]; export function a(): void { TABLE[0]?.(); }`, reports: ["recursion", "recursion"] },
    { name: "through another file", code: `import { odd } from "./odd.ts"; export function even(n: number): boolean { return n === 0 || odd(n - 1); }`, reports: ["recursion"] },
  ],
});
