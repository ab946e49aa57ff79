import { tcbPlainFunctions } from "../../lint/rules/tcb-plain-functions.ts";
import { testRule } from "./rule-tester.ts";

testRule("tcb-plain-functions", tcbPlainFunctions, "syntax", {
  valid: [{ name: "a named function", code: `export function seal(m: number): number { return m; }` }],
  invalid: [
    { name: "a class", code: `export class Monitor {}`, reports: ["class"] },
    { name: "a class expression", code: `export const Monitor = class {};`, reports: ["class"] },
    { name: "this", code: `export function f() { return this; }`, reports: ["this"] },
    { name: "async", code: `export async function f() {} export const g = async () => 1;`, reports: ["suspend", "suspend"] },
    { name: "a generator", code: `export function* f() { yield 1; }`, reports: ["suspend"] },
    { name: "a default export", code: `export default function f() {}`, reports: ["default"] },
    { name: "a default export by name", code: `const f = 1; export { f as default };`, reports: ["default"] },
    { name: "accessors", code: `export const o = { get a() { return 1; }, set a(n) {} };`, reports: ["accessor", "accessor"] },
  ],
});
