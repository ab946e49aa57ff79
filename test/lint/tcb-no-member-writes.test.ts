import { tcbNoMemberWrites } from "../../lint/rules/tcb-no-member-writes.ts";
import { testRule } from "./rule-tester.ts";

testRule("tcb-no-member-writes", tcbNoMemberWrites, "syntax", {
  valid: [
    { name: "local variables", code: `export function f(n: number): number { let a = n; a += 1; a++; return a; }` },
    { name: "functions by name", code: `export function f(m: { n: number }): number { return Math.max(g(m.n), 1); }` },
    { name: "each element", code: `export function boot(image: { a: readonly number[] }): void { image.a.forEach(g); }` },
  ],
  invalid: [
    { name: "hidden state", code: `const hidden = { last: 0 }; export function f(n: number): void { hidden.last = n; }`, reports: ["write"] },
    { name: "an element", code: `const scratch = [0]; export function f(n: number): void { scratch[0] = n; }`, reports: ["write"] },
    { name: "in place", code: `export function f(m: { n: number }): void { m.n += 1; m.n++; --m.n; m.n ||= 1; }`, reports: ["write", "write", "write", "write"] },
    { name: "without the judge", code: `export function f(m: Machine): void { m.observer = null; }`, reports: ["write"] },
    { name: "a pattern", code: `export function f(m: { n: number }): void { ({ n: m.n } = m); }`, reports: ["write"] },
    { name: "delete", code: `export function f(m: { n?: number }): void { delete m.n; }`, reports: ["write"] },
    { name: "a method that writes", code: `export function f(m: Machine): void { m.memory.words.fill(0); scratch.push(1); scratch["push"](1); }`, reports: ["method", "method", "method"] },
    { name: "a function in a table", code: `export function f(n: number): void { TABLE[n]?.(n); }`, reports: ["method"] },
  ],
});
