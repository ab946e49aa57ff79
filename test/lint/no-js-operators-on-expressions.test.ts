import { noJsOperatorsOnExpressions } from "../../lint/rules/no-js-operators-on-expressions.ts";
import { testRule } from "./rule-tester.ts";

const operators = ["&&", "||", "??", "===", "==", "!==", "!=", "<", "<=", ">", ">=", "in", "instanceof"];

testRule("no-js-operators-on-expressions", noJsOperatorsOnExpressions, "syntax", {
  valid: [
    {
      name: "a guard in the language",
      code: `guard("authorised", "NOT_AUTHORISED", and(not(eq(owner, none)), lt(level, 3), ite(sealed, a, b)));`,
    },
    { name: "what JavaScript is needed for", code: `export const twice = (n: number): number => { const m = n + n; return -m * 2; };` },
    { name: "types", code: `type Right<T> = T extends Set ? "r" | "w" : keyof T & string;` },
  ],
  invalid: [
    ...operators.map((operator) => ({ name: operator, code: `guard("g", "DENIED", a ${operator} b);`, reports: ["operator"] })),
    { name: "!", code: `guard("g", "DENIED", !a);`, reports: ["operator"] },
    ...["&&=", "||=", "??="].map((operator) => ({ name: operator, code: `clause ${operator} b;`, reports: ["operator"] })),
    { name: "?:", code: `guard("g", "DENIED", a ? b : c);`, reports: ["conditional"] },
    { name: "if", code: `if (a) effects.push(b);`, reports: ["branch"] },
    { name: "switch", code: `switch (phase) { case sealed: break; }`, reports: ["branch"] },
    { name: "for", code: `for (;;) effects.push(b);`, reports: ["loop"] },
    { name: "for of", code: `for (const d of domains) effects.push(b);`, reports: ["loop"] },
    { name: "for in", code: `for (const d in domains) effects.push(b);`, reports: ["loop"] },
    { name: "while", code: `while (a) effects.push(b);`, reports: ["loop"] },
    { name: "do", code: `do effects.push(b); while (a);`, reports: ["loop"] },
    { name: "each operator of a clause", code: `guard("g", "DENIED", !(a === b) && c);`, reports: ["operator", "operator", "operator"] },
  ],
});
