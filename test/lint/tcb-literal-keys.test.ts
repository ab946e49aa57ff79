import { tcbLiteralKeys } from "../../lint/rules/tcb-literal-keys.ts";
import { testRule } from "./rule-tester.ts";

const given = `
  declare const n: number; declare const frame: number & { readonly brand: "Frame" }; declare const name: string;
  declare const words: Uint32Array; declare const edges: readonly number[]; declare const record: Record<string, number>;
  const LEVELS = [4, 3, 2, 1] as const; const CALLS = { create: 1, seal: 2 } as const; declare const call: keyof typeof CALLS;
`;

testRule("tcb-literal-keys", tcbLiteralKeys, "types", {
  valid: [
    { name: "typed arrays", code: `${given} export const a = words[n];` },
    { name: "an array of constants", code: `${given} export const a = LEVELS[n];` },
    { name: "arrays", code: `${given} export const a = edges[frame];` },
    { name: "literal keys", code: `${given} export const a = CALLS["create"]; export const b = edges[0];` },
  ],
  invalid: [
    { name: "a table by name", code: `${given} export const a = CALLS[call];`, reports: ["computed"] },
    { name: "any property", code: `${given} export const a = record[name];`, reports: ["computed"] },
    { name: "a record by number", code: `${given} export const a = record[n];`, reports: ["computed"] },
    { name: "an array by name", code: `${given} export const a = edges[name as keyof typeof edges];`, reports: ["computed"] },
    { name: "a computed key", code: `${given} export const a = { [name]: 1 };`, reports: ["computed"] },
    { name: "in", code: `${given} export const a = name in record;`, reports: ["computed"] },
  ],
});
