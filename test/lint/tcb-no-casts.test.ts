import { tcbNoCasts } from "../../lint/rules/tcb-no-casts.ts";
import { testRule } from "./rule-tester.ts";

testRule("tcb-no-casts", tcbNoCasts, "syntax", {
  valid: [
    { name: "as const", code: `export const CALLS = { create: 1 } as const;` },
    { name: "satisfies", code: `export const CALLS = { create: 1 } satisfies Record<string, number>;` },
  ],
  invalid: [
    { name: "as", code: `export const frame = (n: number): Frame => n as Frame;`, reports: ["cast"] },
    { name: "as unknown as", code: `export const f = g as unknown as Frame;`, reports: ["cast", "cast"] },
    { name: "angle brackets", code: `export const f = <Frame>n;`, reports: ["cast"] },
    { name: "any", code: `export const f = (m: any): void => undefined;`, reports: ["any"] },
    { name: "!", code: `export const f = (n?: number): number => n!;`, reports: ["nonNull"] },
    { name: "a type predicate", code: `export const isFrame = (n: number): n is Frame => n < 4;`, reports: ["predicate"] },
  ],
});
