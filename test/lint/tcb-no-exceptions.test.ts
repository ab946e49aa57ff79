import { tcbNoExceptions } from "../../lint/rules/tcb-no-exceptions.ts";
import { testRule } from "./rule-tester.ts";

testRule("tcb-no-exceptions", tcbNoExceptions, "syntax", {
  valid: [{ name: "a code", code: `export function seal(phase: number): number { if (phase !== 1) return 8; return 0; }` }],
  invalid: [
    { name: "throw", code: `export function seal(): void { throw undefined; }`, reports: ["throw"] },
    { name: "try", code: `export function seal(): void { try { seal(); } catch { seal(); } finally { seal(); } }`, reports: ["try"] },
  ],
});
