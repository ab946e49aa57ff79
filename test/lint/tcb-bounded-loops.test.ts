import { tcbBoundedLoops } from "../../lint/rules/tcb-bounded-loops.ts";
import { testRule } from "./rule-tester.ts";

const inFunction = (body: string): string => `
  interface Machine { readonly frames: number; readonly geometry: { readonly levels: number }; readonly memory: { logLength: number } }
  declare const REGISTERS: readonly ["RAX", "RDI"]; declare const words: Uint32Array; declare const edges: readonly number[];
  export function f(n: number, a: number[], m: Machine): void { ${body} }`;

testRule("tcb-bounded-loops", tcbBoundedLoops, "types", {
  valid: [
    { name: "up", code: inFunction(`for (let i = 0; i < n; i++) g(i);`) },
    { name: "up to the bound", code: inFunction(`for (let i = 0; i <= n; ++i) g(i);`) },
    { name: "down", code: inFunction(`for (let level = n; level > 1; level--) g(level);`) },
    { name: "by a step", code: inFunction(`for (let i = 0; n > i; i += 2) g(i); for (let i = n; i >= 0; i -= WORDS) g(i);`) },
    { name: "ending earlier", code: inFunction(`for (let i = 0; i < n && g(i); i++) { if (i === 3) break; }`) },
    { name: "two counters", code: inFunction(`for (let i = 0, end = n; i < end; i++) g(i);`) },
    { name: "bounds of the machine", code: inFunction(`for (let i = m.geometry.levels; i > 0; i--) g(i); for (let i = 0; i < Math.min(m.frames - 1, n); i++) g(i);`) },
    { name: "lengths", code: inFunction(`for (let i = 0; i < REGISTERS.length; i++) g(i); for (let i = 0; i < words.length; i++) g(i); for (let i = 0; i < edges.length; i++) g(i);`) },
    { name: "a constant", code: inFunction(`const end = frames(n); for (let i = 0; i < end; i++) g(i);`) },
  ],
  invalid: [
    { name: "a bound that is asked for again", code: inFunction(`for (let i = 0; i < readState(m, 0); i++) addToState(m, 0, 1);`), reports: ["fixed"] },
    { name: "a member that may be written", code: inFunction(`for (let i = 0; i < m.memory.logLength; i++) writePhysical(m, 0, 0, i);`), reports: ["fixed"] },
    { name: "an array that grows", code: inFunction(`for (let i = 0; i < a.length; i++) grow(a);`), reports: ["fixed"] },
    { name: "an element", code: inFunction(`for (let i = 0; i < (words[0] ?? 0); i++) g(i);`), reports: ["fixed"] },
    { name: "while", code: inFunction(`while (g(n)) g(n);`), reports: ["form"] },
    { name: "do", code: inFunction(`do g(n); while (n > 0);`), reports: ["form"] },
    { name: "for in", code: inFunction(`for (const i in a) g(i);`), reports: ["form"] },
    { name: "for of", code: inFunction(`for (const i of a) g(i);`), reports: ["form"] },
    { name: "for without end", code: inFunction(`for (;;) g(n);`), reports: ["form"] },
    { name: "no condition", code: inFunction(`for (let i = 0; ; i++) g(i);`), reports: ["form"] },
    { name: "no update", code: inFunction(`for (let i = 0; i < n; ) g(i);`), reports: ["form"] },
    { name: "another update", code: inFunction(`for (let i = 0; i < n; i = next(i)) g(i);`), reports: ["form"] },
    { name: "a step that may be zero", code: inFunction(`for (let i = 0; i < n; i += n) g(i); for (let i = 0; i < n; i += 0) g(i);`), reports: ["form", "form"] },
    { name: "away from the bound", code: inFunction(`for (let i = 0; i < n; i--) g(i);`), reports: ["bound"] },
    { name: "past the bound", code: inFunction(`for (let i = 0; i !== n; i++) g(i);`), reports: ["bound"] },
    { name: "a bound of something else", code: inFunction(`for (let i = 0; n < 4; i++) g(i);`), reports: ["bound"] },
    { name: "either of two conditions", code: inFunction(`for (let i = 0; i < n || g(i); i++) g(i);`), reports: ["bound"] },
    { name: "a counter that is put back", code: inFunction(`for (let i = 0; i < n; i++) i = 0;`), reports: ["moving"] },
    { name: "a bound that moves", code: inFunction(`for (let i = 0; i < n; i++) n++;`), reports: ["moving"] },
  ],
});
