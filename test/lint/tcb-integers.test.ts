import { tcbIntegers } from "../../lint/rules/tcb-integers.ts";
import { testRule } from "./rule-tester.ts";

testRule("tcb-integers", tcbIntegers, "syntax", {
  valid: [
    { name: "words", code: `export const MAGIC = 0x5246_4d4e; export const MASK = 0b11 << 30; export const N = 4096;` },
    { name: "a rounded quotient", code: `export const rows = (n: number): number => Math.ceil(n / 4) + Math.floor(n / 8) + (n >>> 1) + (n % 4);` },
  ],
  invalid: [
    { name: "a fraction", code: `export const half = 0.5;`, reports: ["float"] },
    { name: "an exponent", code: `export const many = 1e3;`, reports: ["float"] },
    { name: "beyond the exact integers", code: `export const many = 9007199254740993;`, reports: ["float"] },
    { name: "a BigInt", code: `export const one: bigint = 1n;`, reports: ["bigint", "bigint"] },
    { name: "a quotient", code: `export const half = (n: number): number => n / 2;`, reports: ["divide"] },
    { name: "a power", code: `export const size = (n: number): number => 2 ** n;`, reports: ["divide"] },
    { name: "in place", code: `export const f = (n: number): void => { n /= 2; n **= 2; };`, reports: ["divide", "divide"] },
  ],
});
