/** The report of `diff` for a reader in a terminal: the verdict first, then what became possible and by which line, then tables. */
import type { Change, Difference, DiffReport, PropertyRow, Row, RuleRow, Witness } from "./diff-model.ts";
import { columns, counted, plural, type Column, type Paint } from "./layout.ts";

const left: Column = { align: "left" };
const at = (place: { readonly path: string; readonly line: number } | null): string => (place === null ? "" : `${place.path}:${place.line}`);

const counts = (differences: readonly Difference[], direction: Difference["direction"]): string => {
  const here = differences.filter((one) => one.direction === direction);
  const words = [["call", "call"], ["right", "right"], ["flow", "flow"], ["assumption", "assumption"]] as const;
  return words.flatMap(([kind, noun]) => {
    const number = here.filter((one) => one.kind === kind).length;
    return number === 0 ? [] : [plural(number, noun)];
  }).join(", ");
};

/** The verdict on the whole in one sentence. */
export const diffConclusion = ({ verdict, closed, run, differences, inputs }: DiffReport): string => {
  const { old, new: now } = inputs, gained = counts(differences, "gained"), lost = counts(differences, "lost");
  const far = closed ? "" : run === "interrupted" ? ", as far as was searched: interrupted" : ", as far as was searched: out of budget";
  switch (verdict) {
    case "equal": return `equal: ${now.path} allows what ${old.path} allows${far}`;
    case "wider": return `wider: ${now.path} allows more than ${old.path} (${gained})${far}`;
    case "narrower": return `narrower: ${now.path} allows less than ${old.path} (${lost})${far}`;
    case "incomparable": return `incomparable: ${now.path} allows some that ${old.path} denies (${gained}), and denies some that it allows (${lost})${far}`;
  }
};

const paintOf = ({ verdict, closed }: DiffReport, paint: Paint): ((text: string) => string) => (verdict === "wider" || verdict === "incomparable" ? paint.bad : closed ? paint.good : paint.unsure);

const became = ({ old, new: now }: RuleRow): string => (old === null ? `${now}, and new` : old === now ? `${now}, as before` : `${now}, was ${old}`);

const rulesUnder = (title: string, rules: DiffReport["rules"]): readonly string[] => (rules.length === 0 ? [] : ["", ...columns([left, left, left, left], [
  [title, "", "", ""],
  ...rules.toSorted((a, b) => Number(a.old === a.new) - Number(b.old === b.new)).map((rule) =>
    [at(rule.place), `${rule.subject}: ${rule.value}`, became(rule), rule.shadowedBy.length === 0 ? "" : `by ${rule.shadowedBy.join(" and ")}`]),
], "  ")]);

/** Rules that do nothing, those that became so first, and apart from them those of which the search was cut before it could tell. */
const ruleTable = ({ rules }: DiffReport): readonly string[] => [
  ...rulesUnder("rules that do nothing", rules.filter((rule) => rule.new !== "undecided")),
  ...rulesUnder("rules that may do something or nothing", rules.filter((rule) => rule.new === "undecided")),
];

const acceptanceLines = ({ acceptances }: DiffReport): readonly string[] => {
  const odd = acceptances.filter(({ state }) => state !== "accepted");
  return odd.length === 0 ? [] : ["", ...odd.map(({ difference, state }) => `  ${state === "expired" ? "expired: a policy has changed since it was accepted" : "unused: there is no such difference"}   [${difference}]`)];
};

/** Both sides under each other, each with its line. */
const changeRows = ({ subject, old, new: now }: Change): readonly (readonly string[])[] =>
  ([["old", old], ["new", now]] as const).map(([side, { value, place }]) => [side, at(place), `${subject}: ${value ?? "nothing"}`]);

const deniedText = ({ denied, allowedBy }: Witness): string => {
  const other = allowedBy === "new" ? "old" : "new";
  if (denied === null) return `the ${other} policy allows these steps too, from another boot image`;
  switch (denied.kind) {
    case "guard": return `the ${other} policy denies step ${denied.afterStep}: ${denied.code ?? ""} by ${denied.guard ?? ""}`;
    case "fault": return `the ${other} policy denies step ${denied.afterStep}: it faults`;
    case "absent": return `the ${other} policy has no ${denied.absent ?? ""}${denied.code === null ? "" : `: step ${denied.afterStep} is ${denied.code}`}`;
  }
};

const stepRows = ({ steps, denied, allowedBy }: Witness): readonly (readonly string[])[] => steps.map(({ index, vcpu, by, title, cells }) => {
  const allowed = title.includes("(") ? "ok" : "hit";
  const elsewhere = denied === null || index < denied.afterStep ? allowed : index > denied.afterStep ? "" : denied.code ?? (denied.kind === "fault" ? "fault" : "absent");
  const [first, ...rest] = cells, changed = first === undefined ? "-" : `${first.cell} ${first.before} -> ${first.after}${rest.length === 0 ? "" : `, and ${rest.length} more`}`;
  return [String(index), `${title}${vcpu === null ? "" : ` (vCPU ${vcpu})`}`, by, ...(allowedBy === "new" ? [elsewhere, allowed] : [allowed, elsewhere]), changed];
});

const witnessLines = (witness: Witness, paint: Paint): readonly string[] => [
  `   ${deniedText(witness)}`,
  ...columns([{ align: "right", paint: paint.faint }, left, left, left, left, left], [["#", "step", "by", "old", "new", "changed"], ...stepRows(witness)], "   "),
  `   replayed on oracle, generated code and monitor${witness.replay === null ? "" : `; again: ${witness.replay}`}`,
];

export const differenceLines = (report: DiffReport, difference: Difference, number: number, paint: Paint): readonly string[] => {
  const witness = report.witnesses.find(({ id }) => id === difference.witness);
  const caused = report.changes.filter(({ subject }) => difference.causes.includes(subject)).flatMap(changeRows);
  const told = report.differences.findIndex((one) => one.witness === difference.witness) < report.differences.indexOf(difference);
  return [
    "", `${number}  ${(difference.direction === "gained" && difference.accepted === null ? paint.bad : paint.good)(difference.sentence)}   ${paint.faint(`[${difference.id}]`)}`,
    ...(difference.accepted === null ? [] : [`   accepted: ${difference.accepted}`]),
    ...columns([{ align: "left", paint: paint.faint }, { align: "left", paint: paint.strong }, left], caused, "   "),
    ...(witness === undefined ? [] : told ? [`   by the same steps as above (${witness.id})`] : witnessLines(witness, paint)),
  ];
};

export const others = (report: DiffReport, shown: readonly Difference[]): readonly string[] => {
  const rest = report.differences.filter((one) => !shown.includes(one));
  return rest.length === 0 ? [] : ["", "others, with --max-witnesses to see how", ...rest.map(({ direction, sentence, id, accepted }) => `  ${direction === "gained" ? "+" : "-"} ${sentence}   [${id}]${accepted === null ? "" : `   accepted: ${accepted}`}`)];
};

const rowTable = ({ rows }: DiffReport): readonly string[] => {
  const calls = [...new Set(rows.filter(({ verdict }) => verdict !== "equal").map(({ call }) => call))];
  if (calls.length === 0) return [];
  const relations = [...new Set(rows.filter(({ call }) => calls.includes(call)).map(({ relation }) => relation))];
  const cell = (call: string, relation: string): string => rows.find((one: Row) => one.call === call && one.relation === relation)?.verdict ?? "";
  return ["", ...columns([left, ...relations.map(() => left)], [["caller is to it", ...relations], ...calls.map((call) => [call, ...relations.map((relation) => cell(call, relation))])], "  ")];
};

const propertyText = (verdict: PropertyRow["old"]): string => verdict ?? "-";

const propertyTable = ({ properties }: DiffReport, paint: Paint): readonly string[] => {
  const told = properties.filter(({ old, new: now }) => old !== now || now === "violated" || now === "inconclusive"), quiet = properties.length - told.length;
  const painted = (text: string): string => (text === "violated" ? paint.bad(text) : text);
  return properties.length === 0 ? [] : ["", ...columns([left, left, { align: "left", paint: painted }, { align: "left", paint: painted }], [
    ...(told.length === 0 ? [] : [["property", "", "old", "new"]]), ...told.map(({ id, title, old, new: now }) => [id, id.startsWith("C:") ? "" : title, propertyText(old), propertyText(now)]),
  ], "  "), `  ${told.length === 0 ? `all ${plural(quiet, "property").replace("propertys", "properties")} as before` : `${quiet} others as before`}`];
};

const changeTable = ({ changes }: DiffReport): readonly string[] => ["", ...(changes.length === 0 ? ["  the two say the same"] : columns([left, left, left], changes.flatMap(changeRows), "  "))];

const searchLines = ({ searches }: DiffReport): readonly string[] => (searches.length === 0 ? [] : ["", ...columns([left, { align: "right" }, { align: "right" }, { align: "right" }, left], [
  ["search", "states", "transitions", "levels", "end"],
  ...searches.map(({ name, statesDistinct, transitions, levels, closed, state }) => [name, counted(statesDistinct), counted(transitions), String(levels), closed ? "closed" : state]),
], "  ")]);

/** Lines of the report, without the newline at the end. */
export const diffLines = (report: DiffReport, paint: Paint): readonly string[] => {
  const shown = shownIn(report);
  return [
    paintOf(report, paint)(diffConclusion(report)),
    ...shown.flatMap((difference, i) => differenceLines(report, difference, i + 1, paint)),
    ...others(report, shown),
    ...tableLines(report, paint),
  ];
};

/** Differences that are told with how they come about. */
export const shownIn = ({ differences }: DiffReport): readonly Difference[] => differences.filter(({ witness, kind }) => witness !== null || kind === "assumption");

/** Everything behind the differences. */
export const tableLines = (report: DiffReport, paint: Paint): readonly string[] => {
  const b = report.bounds;
  return [
    ...rowTable(report),
    ...propertyTable(report, paint),
    ...ruleTable(report),
    ...acceptanceLines(report),
    ...changeTable(report),
    ...searchLines(report),
    `  compared over ${plural(b.domains, "domain")}, ${plural(b.frames, "frame")}, ${plural(b.pages, "page")}, ${b.vcpus} vCPU${b.vcpus === 1 ? "" : "s"}, geometry ${b.geometry}`,
    `  old ${report.inputs.old.sha256.slice(0, 16)}   new ${report.inputs.new.sha256.slice(0, 16)}   spec ${report.inputs.spec.slice(0, 16)}   TCB ${report.inputs.tcb.slice(0, 16)}`,
    `  again: ${report.command}`,
  ];
};
