/** A counterexample for a reader: what happened, step by step, down to the bits of page-table entries (CLI.md, "A counterexample"). */
import { columns, plural, type Paint } from "./layout.ts";
import type { Counterexample, FormulaLine, Location, PropertyReport, Step } from "./model.ts";

type Entry = Step["entries"][number];
type Bits = Entry["before"];

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");
const binary = (word: number): string => (word >>> 0).toString(2).padStart(32, "0").replace(/.{8}(?=.)/g, "$&_");
const at = ({ path, line }: Location): string => `${path}:${line}`;
const entryText = ({ low, high }: Bits): string => (low === 0 && high === 0 ? "0" : `0x${(high >>> 0).toString(16)}${hex(low)}`.replace(/^0x0+(?=.)/, "0x"));

/** What changed in a step, most telling first: entries, then TLB, then the abstract state. */
const changesOf = (step: Step): readonly string[] => [
  ...step.entries.map(({ table, index, before, after }) => `${table}[${index}] ${entryText(before)} -> ${entryText(after)}`),
  ...step.tlb.map(({ vcpu, change, tag, page, frame, access }) => `TLB[${vcpu}] ${change === "came" ? "+" : "-"} (${tag}, page ${page} -> ${frame} ${access})`),
  ...step.cells.map(({ cell, before, after }) => `${cell} ${before} -> ${after}`),
];

const verdictOf = ({ verdict, code, guard }: Step): string => (guard === null ? (verdict === "denied" ? code ?? verdict : verdict) : `${code ?? verdict} by ${guard}`);

/** At most so many changes a step; the rest with `explain --full`. */
const shownChanges = 3;

/** The steps as a table, one row each and one more for each further change; the last step carries the mark. */
const stepTable = ({ steps }: Counterexample, paint: Paint, full: boolean): readonly string[] => {
  const rows = steps.flatMap((step) => {
    const all = changesOf(step);
    const changes = full || all.length <= shownChanges + 1 ? all : [...all.slice(0, shownChanges), `and ${all.length - shownChanges} more`];
    const mark = step.index === steps.length ? "   <-" : "";
    return [
      [String(step.index), `${step.title}${step.vcpu === null ? "" : ` (vCPU ${step.vcpu})`}`, step.by, verdictOf(step), (changes[0] ?? "-") + mark],
      ...changes.slice(1).map((change) => ["", "", "", "", change]),
    ];
  });
  return columns(
    [{ align: "right", paint: paint.faint }, { align: "left" }, { align: "left" }, { align: "left" }, { align: "left" }],
    [["#", "step", "by", "verdict", "changed"], ...rows], "  ",
  );
};

/** The two words of an entry before and after, and a caret under each bit that differs. */
const entryLines = (step: number, { table, level, index, before, after }: Entry): readonly string[] => {
  const meaning = ({ low, high, flags, frame }: Bits): string => (low === 0 && high === 0 ? "not present" : `${flags.join(" ")}${frame === null ? "" : ` -> ${frame}`}`);
  const row = (label: string, bits: Bits): string => `    ${label.padEnd(7)} ${binary(bits.high)} ${binary(bits.low)}  ${entryText(bits).padStart(10)}  ${meaning(bits)}`;
  const caret = (was: number, is: number): string => [...binary(was ^ is)].map((bit) => (bit === "1" ? "^" : " ")).join("");
  return [
    `  entry ${index} of ${table} (level ${level}), step ${step}`,
    row("before", before), row("after", after),
    `            ${caret(before.high, after.high)} ${caret(before.low, after.low)}`.trimEnd(),
  ];
};

const translations = (all: readonly { readonly frame: string; readonly access: string }[]): string =>
  (all.length === 0 ? "-" : all.map(({ frame, access }) => `${frame} ${access}`).join(", "));

const besideLines = ({ beside }: Counterexample): readonly string[] => (beside.length === 0 ? [] : [
  "  where the TLB gives what the tables do not, after the last step",
  ...columns([{ align: "left" }, { align: "left" }, { align: "right" }, { align: "left" }, { align: "left" }], [
    ["vCPU", "domain", "page", "TLB", "tables"],
    ...beside.map(({ vcpu, domain, page, cached, table }) => [String(vcpu), domain, String(page), translations(cached), translations(table === null ? [] : [table])]),
  ], "    "),
  "",
]);

const formulaLines = (label: string, lines: readonly FormulaLine[], paint: Paint): readonly string[] =>
  lines.map(({ depth, text, value, blamed }, index) => {
    const line = `    ${(index === 0 ? label : "").padEnd(6)} ${"  ".repeat(depth)}${text}`;
    const result = value === "" ? "" : `  ${blamed ? `${value}  <-` : value}`;
    return blamed ? line + paint.bad(result) : line + paint.faint(result);
  });

const insideLine = ({ inside }: Counterexample): readonly string[] => {
  if (inside === null) return [];
  const where = inside.frame === null ? (inside.vcpu === null ? "" : ` on vCPU ${inside.vcpu}`) : ` to physical frame ${inside.frame}${inside.word === null ? "" : `, word ${inside.word}`}`;
  return [`  inside the last call, after its machine step ${inside.step}: a ${inside.kind}${where}`, ""];
};

const differenceLines = ({ differences, malformed }: Counterexample): readonly string[] => [
  ...(malformed === null ? [] : [`  the bits mean no state: ${malformed}`, ""]),
  ...(differences.length === 0 ? [] : [
    ...columns([{ align: "left" }, { align: "left" }, { align: "left" }], [
      ["differs", "monitor", "specification"], ...differences.map(({ cell, machine, specification }) => [cell, machine, specification]),
    ], "  "),
    "",
  ]),
];

const withSecrets = (principals: readonly string[]): string => (principals.length === 0 ? "no secret set" : `with the secret of ${principals.join(", ")} set`);

/** Both runs beside each other, and what the observer sees in each. */
const leakLines = ({ leak, steps }: Counterexample): readonly string[] => {
  if (leak === null) return [];
  const { twin } = leak, left = { align: "left" as const };
  const stepText = (step: Step | undefined): string => (step === undefined ? "" : `${step.by}: ${step.title}, ${step.code ?? step.verdict}`);
  const longest = Math.max(steps.length, twin?.steps.length ?? 0);
  // The last step is the same in both: they stand beside each other.
  const rows = Array.from({ length: longest }, (_, i) => [stepText(steps[i - longest + steps.length]), stepText(twin?.steps[i - longest + twin.steps.length])]);
  return [
    ...(twin === null ? [] : [...columns([left, left], [[`this run, ${withSecrets(leak.secrets)}`, `its twin, ${withSecrets(twin.secrets)}`], ...rows], "  "), ""]),
    ...columns([left, left, left], [
      [`${leak.observer} sees`, twin === null ? "after" : "in this run", twin === null ? "before" : "in its twin"], ...leak.cells.map(({ cell, here, there }) => [cell, here, there]),
    ], "  "),
    "",
  ];
};

const bindingText = (binding: { readonly [variable: string]: string }): string =>
  Object.entries(binding).map(([variable, value]) => `${variable} = ${value}`).join(", ");

/** What to do with it: a policy is mended and tested against its file, the monitor against the policy that the trace carries. */
const nextLines = ({ trace, replay, where, policy }: Counterexample): readonly string[] => {
  if (trace === null || replay === null) return [];
  const under = where === "monitor" || policy[0] === undefined ? "" : ` --policy ${policy[0].path}`;
  return [`  trace     ${trace}`, `  replay    ${replay}`, `  explain   refmon explain ${trace} --full`, `  as test   refmon explain ${trace} --as-test${under}`, ""];
};

/** What a reader needs of the property that a counterexample breaks. */
export interface Broken { readonly id: string; readonly title: string; readonly sentence: string }

/** One step with everything that it changed, and the bits of every entry. */
export const stepLines = (found: Counterexample, index: number, paint: Paint): readonly string[] => found.steps.filter((step) => step.index === index).flatMap((step) => [
  `${paint.strong(step.title)}   step ${step.index} of ${found.steps.length}, by ${step.by}${step.vcpu === null ? "" : ` on vCPU ${step.vcpu}`}: ${verdictOf(step)}`,
  "",
  ...(step.cells.length === 0 ? ["  nothing changed in the state"] : columns([{ align: "left" }, { align: "left" }, { align: "left" }, { align: "left" }],
    step.cells.map(({ cell, before, after }) => [cell, before, "->", after]), "  ")),
  ...step.tlb.map(({ vcpu, change, tag, page, frame, access }) => `  TLB[${vcpu}] ${change === "came" ? "+" : "-"} (${tag}, page ${page} -> ${frame} ${access})`),
  ...step.entries.flatMap((entry) => ["", ...entryLines(step.index, entry)]),
]);

const whereText = ({ where, differences, malformed }: Counterexample): string => {
  if (where === "monitor") return "on the monitor, where the specification holds";
  return differences.length === 0 && malformed === null ? "on the specification, and on the monitor by replay" : "on the specification; the monitor goes another way";
};

/** What is known of the steps: a search gives the fewest, a run along which the monitor was driven need not have the fewest, a walk is shrunk, a trace from a file leads to the violation or does not. */
type Standing = "shortest" | "driven" | "shrunk" | "confirmed" | "refuted";

/** Of a counterexample that a check has found. */
export const standingOf = ({ judgements }: Pick<PropertyReport, "judgements">): Standing =>
  (judgements.some(({ from, verdict }) => from === "driven" && verdict === "violated") && judgements.every(({ from, verdict }) => from === "driven" || verdict !== "violated") ? "driven" : "shortest");

/** The whole counterexample. `full` shows every change of every step, and every entry; otherwise the entries of the last step that changed one. */
export const counterexampleLines = (broken: Broken, found: Counterexample, standing: Standing, paint: Paint, full: boolean): readonly string[] => {
  const confirmed = standing !== "refuted", known = standing === "confirmed" || standing === "refuted" ? "" : `, ${standing}`;
  const name = broken.id.startsWith("C:") ? broken.id : `${broken.id} ${broken.title}`;
  const withEntries = found.steps.filter(({ entries }) => entries.length > 0);
  const places = [
    ...(found.property === null ? [] : [`property ${at(found.property)}`]),
    ...(found.tcb === null ? [] : [`TCB ${at(found.tcb)}`]),
  ];
  return [
    `${confirmed ? paint.bad("violated") : paint.good("holds after all")}  ${paint.strong(name)}   ${found.id}   ${plural(found.steps.length, "step")}${known}   ${whereText(found)}`,
    `  ${broken.sentence}`,
    ...(confirmed ? [`  ${found.sentence}`] : []),
    ...(places.length === 0 ? [] : [`  ${places.join("      ")}`]),
    ...columns([{ align: "left" }, { align: "left" }], found.policy.map((place) => [`policy ${at(place)}`, place.what]), "  "),
    "",
    ...stepTable(found, paint, full), "",
    ...insideLine(found),
    ...differenceLines(found),
    ...leakLines(found),
    ...(full ? withEntries : withEntries.slice(-1)).flatMap((step) => [...step.entries.flatMap((entry) => entryLines(step.index, entry)), ""]),
    ...besideLines(found),
    ...(found.formula === null ? [] : [
      `  formula${Object.keys(found.formula.binding).length === 0 ? "" : `, with ${bindingText(found.formula.binding)}`}`,
      ...formulaLines("given", found.formula.given, paint), ...formulaLines("then", found.formula.then, paint), "",
    ]),
    ...nextLines(found),
  ];
};
