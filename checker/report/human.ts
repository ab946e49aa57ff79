/** The report of `check` for a reader in a terminal. What decides comes last, where the eye is. */
import { coverageIn, mostNames, silentGuards } from "./coverage.ts";
import { counterexampleLines, standingOf } from "./human-counterexample.ts";
import { columns, counted, listed, plural, type Column, type Paint } from "./layout.ts";
import { bytesText } from "./size.ts";
import type { CheckReport, Judgement, PropertyReport, Search, Verdict, Where } from "./model.ts";
import { furthest } from "./verdict.ts";

const left: Column = { align: "left" };
const right: Column = { align: "right" };

/** What one search says of a property, in the words of a table. */
const verdictText = (verdict: Verdict, depth: number | null, frontier: number | null): string => {
  switch (verdict) {
    case "holds-closed": return "holds, closed";
    case "holds-bounded": return `holds, to depth ${depth ?? 0} (frontier ${counted(frontier ?? 0)})`;
    case "violated": return "violated";
    case "inconclusive": return depth === null ? "inconclusive" : `inconclusive, to depth ${depth}`;
    case "vacuous": return depth === null ? "vacuous" : `vacuous, to depth ${depth}`;
  }
};

/** The same of a judgement: what holds from every state holds in one step, and of what was not searched it is said. */
export const judged = ({ verdict, depth, frontier, from, searched }: Judgement): string => {
  if (verdict === "inconclusive" && searched !== "wholly") return searched === "not" ? "not searched" : "inconclusive, partly searched";
  // Only the runs were searched, whatever lies beside them.
  if (from === "driven" && (verdict === "holds-bounded" || verdict === "vacuous")) return verdict === "vacuous" ? "vacuous" : "holds, along runs";
  return from === "every" && verdict === "holds-closed" ? "holds, one step" : verdictText(verdict, depth, frontier);
};

const painted = (paint: Paint) => (cell: string): string => {
  if (cell.startsWith("holds")) return paint.good(cell);
  if (cell.startsWith("violated")) return paint.bad(cell);
  return cell.startsWith("inconclusive") || cell.startsWith("vacuous") ? paint.unsure(cell) : paint.faint(cell);
};

/** A column of verdicts. */
interface Place { readonly title: string; readonly where: Where; readonly from: Search["from"] }

/** What a report has verdicts on: specification and monitor, and the monitor from elsewhere where it was searched from there. */
export const placesOf = ({ bounds: { from }, searches }: CheckReport): readonly Place[] => [
  ...(from.includes("boot") || from.length === 0 ? [{ title: "specification", where: "specification" as const, from: "boot" as const }, { title: "monitor on the machine", where: "monitor" as const, from: "boot" as const }] : []),
  ...(searches.some((one) => one.from === "driven") ? [{ title: "driven", where: "monitor" as const, from: "driven" as const }] : []),
  ...(from.includes("empty") ? [{ title: "from the empty machine", where: "monitor" as const, from: "empty" as const }] : []),
  ...(from.includes("every") ? [{ title: "from every state", where: "monitor" as const, from: "every" as const }] : []),
];

const judgementText = (property: PropertyReport, { where, from }: Place): string => {
  const found = property.judgements.find((one): one is Judgement => one.where === where && one.from === from);
  return found === undefined ? "-" : judged(found);
};

const propertyTable = (report: CheckReport, paint: Paint): readonly string[] => {
  const places = placesOf(report);
  const [header = "", ...rows] = columns([left, left, ...places.map((): Column => ({ align: "left", paint: painted(paint) }))], [
    ["property", "", ...places.map(({ title }) => title)],
    ...report.properties.map((property) => [property.id.startsWith("C:") ? "claim" : property.id, property.title, ...places.map((place) => judgementText(property, place))]),
  ], "  ");
  return [header, ...rows.flatMap((row, i) => {
    const except = report.properties[i]?.except;
    return except === undefined ? [row] : [row, `            ${except.sentence} (except)`];
  })];
};

/** Counts of one place, which the other does not make better. */
const countsIn = (coverage: CheckReport["coverage"], where: Where): string => {
  const { calls, moves, guards } = coverageIn(coverage, where), possible = calls.filter((call) => call.possible);
  return `${possible.filter(({ succeeded }) => succeeded > 0).length} of ${plural(possible.length, "call")} succeeded, `
    + `${moves.filter(({ taken }) => taken > 0).length} of ${plural(moves.length, "move")} happened (${moves.map(({ id, taken }) => `${id} ${counted(taken)}`).join(", ")}), `
    + `${guards.filter(({ failedFirst }) => failedFirst > 0).length} of ${plural(guards.length, "guard")} failed first`;
};

const coverageLines = ({ coverage, searches, properties, run }: CheckReport): readonly string[] => {
  const { calls, moves } = coverage;
  const violated = properties.some(({ verdict }) => verdict === "violated");
  const ruledOut = calls.filter((call) => !call.possible && call.succeeded === 0).map(({ id }) => id);
  const onMonitor = searches.filter(({ where }) => where === "monitor");
  const depth = Math.max(0, ...onMonitor.map(({ levels }) => levels));
  const unseen = [
    ...calls.filter((call) => call.possible && call.succeeded > 0 && call.succeededOnMonitor === 0).map(({ id }) => id),
    ...moves.filter((move) => move.taken > 0 && move.takenOnMonitor === 0).map(({ id }) => id),
  ];
  const { cannot } = silentGuards(coverage, searches);
  // Of a run that ended by itself the diagnostics say it; a search that ended early has not had the time to reach everything, and what it missed says nothing.
  const cutElsewhere = run.state !== "complete" && onMonitor.length > 0 && onMonitor.every(({ state }) => state === "complete");
  const rows = (["specification", "monitor"] as const).filter((where) => searches.some((one) => one.where === where)).map((where) => [where, countsIn(coverage, where)]);
  return [
    ...columns([left, left], rows, "").map((line, i) => `${i === 0 ? "  coverage   " : "             "}${line}`),
    ...(ruledOut.length === 0 ? [] : [`             ruled out by the policy: ${ruledOut.join(", ")}`]),
    ...(violated || !cutElsewhere || unseen.length === 0 ? [] : [`             not on the monitor, to depth ${depth}: ${unseen.join(", ")}`]),
    ...(violated || run.state !== "complete" || cannot.length === 0 ? [] : [`             cannot be the first to fail within these bounds: ${listed(cannot, mostNames)}`]),
  ];
};

export const sizeText = ({ domains, frames, pages, vcpus, geometry }: Search["bounds"]): string =>
  `${plural(domains, "domain")}, ${plural(frames, "frame")}, ${plural(pages, "page")}, ${vcpus} vCPU${vcpus === 1 ? "" : "s"}, geometry ${geometry}`;

const searchTable = ({ searches }: CheckReport): readonly string[] => {
  const timed = searches.some(({ seconds }) => seconds !== undefined);
  const row = (one: Search): readonly string[] => [
    one.where, counted(one.statesDistinct), counted(one.transitions), String(one.levels), one.closed ? "closed" : `frontier ${counted(one.frontier)}`,
    one.exact ? "exact" : "fingerprints", one.state, one.digest, ...(timed ? [(one.seconds ?? 0).toFixed(1)] : []),
  ];
  const names = new Set(searches.map(({ name }) => name));
  return columns([left, right, right, right, left, left, left, left, right, left], [
    ["search", "states", "transitions", "levels", "end", "storage", "state", "digest", ...(timed ? ["seconds"] : []), ""],
    // Two systems of one policy differ by the claim that one of them is for; those made of it, by their sizes.
    ...searches.map((one) => [...row(one), [
      ...(names.size > 1 ? [`${one.name}${one.from === "every" ? ` (${sizeText(one.bounds)})` : ""}`] : []),
      ...(one.from === "driven" ? [`driven along ${plural(one.runs ?? 0, "run")} of up to ${plural(one.levels - 1, "step")}`] : []),
    ].join(", ")]),
  ], "  ");
};

const boundsLine = ({ bounds: b }: CheckReport): string => [
  sizeText({ ...b, depth: null }), b.platform, ...(b.profile === null ? [] : [`profile ${b.profile}`]), `monitor to depth ${b.machineDepth}`, ...(b.symmetry ? [] : ["no symmetry"]),
].join(", ");

/** The verdict on the whole in one line. */
export const conclusion = ({ properties, searches, run, diagnostics }: CheckReport, paint: Paint): string => {
  const count = (verdict: Verdict): number => properties.filter((one) => one.verdict === verdict).length;
  const total = properties.length === 1 ? "1 property" : `${properties.length} properties`;
  const violated = properties.filter(({ verdict }) => verdict === "violated").map(({ id }) => id);
  if (run.state === "error") return paint.bad("internal error; nothing that this run says can be trusted");
  if (run.state === "interrupted" || (run.state === "budget" && violated.length === 0)) {
    const cut = run.state === "interrupted" ? "interrupted" : "out of budget";
    return paint.unsure(`inconclusive, ${cut}: ${violated.length === 0 ? "" : `${violated.join(", ")} violated; `}${count("inconclusive")} of ${total} undecided`);
  }
  if (violated.length > 0) {
    const untouched = properties.filter(({ verdict, judgements }) => verdict !== "violated" && judgements.every(({ searched }) => searched === "not")).length;
    const others = properties.length - violated.length - untouched;
    return paint.bad(`violated: ${violated.join(", ")}${others === 0 ? "" : `; ${others} others of ${total} not, as far as was searched`}${untouched === 0 ? "" : `; ${untouched} of ${total} not searched`}`);
  }
  const undecided = count("inconclusive") + count("vacuous");
  if (undecided > 0) return paint.unsure(`${count("vacuous") > 0 ? "vacuous" : "inconclusive"}: ${undecided} of ${total} say nothing yet`);
  if (diagnostics.some(({ severity }) => severity === "error")) return paint.bad(`vacuous: ${total} not violated, by a run that did not exercise what it should`);
  const reach = (where: Where): readonly string[] => {
    const here = searches.filter((one) => one.where === where && one.from === "boot"), [main] = here.filter(({ secret }) => secret === null);
    // Those with a secret are compared with the main one, as far as they go.
    const beside = here.filter(({ secret, closed }) => secret !== null && !closed).map(({ levels }) => levels), open = here.filter(({ secret, closed }) => secret === null && !closed).map(({ levels }) => levels);
    const said = properties.flatMap(({ judgements }) => furthest(judgements).filter((one) => one.where === where));
    const empty = said.filter(({ verdict }) => verdict === "vacuous").length;
    if (main === undefined) return [];
    if (empty > 0 && empty === said.length) return [`${where} vacuous`];
    return [`${where} ${open.length === 0 ? "closed" : `to depth ${Math.min(...open)}`}${empty === 0 ? "" : ` (vacuous: ${empty} of ${said.length})`}`, ...(beside.length === 0 ? [] : [`with secrets to depth ${Math.min(...beside)}`])];
  };
  const elsewhere = searches.flatMap(({ from, closed, levels, statesDistinct }) => (from === "boot" ? []
    : from === "driven" ? [`driven along runs of up to ${plural(levels, "step")}`]
    : from === "empty" ? [`from the empty machine ${closed ? "closed" : `to depth ${levels}`}`] : [`one step from each of ${plural(statesDistinct, "well-formed state")}`]));
  return paint.good(`holds: ${total}, ${[...reach("specification"), ...reach("monitor"), ...elsewhere].join(", ")}`);
};

/** What several in a row are mended by is said once, behind the last. */
const diagnosticLines = ({ diagnostics }: CheckReport, paint: Paint): readonly string[] => diagnostics.flatMap(({ severity, code, message, fix }, i) => [
  `  ${severity === "note" ? severity : paint.unsure(severity)}[${code}] ${message}`,
  ...(fix === undefined || diagnostics[i + 1]?.fix === fix ? [] : [`    To mend it: ${fix}.`]),
]);

/** Lines of the report, without the newline at the end. */
export const humanReport = (report: CheckReport, paint: Paint): readonly string[] => [
  `${paint.strong(report.inputs.policy.name)}   ${report.inputs.policy.path}   refmon ${report.tool.version}`,
  `  ${boundsLine(report)}`,
  "",
  ...propertyTable(report, paint),
  "",
  ...report.properties.flatMap((property) => (property.counterexample === undefined ? [] : counterexampleLines(property, property.counterexample, standingOf(property), paint, false))),
  ...coverageLines(report),
  ...diagnosticLines(report, paint),
  "",
  ...searchTable(report),
  ...report.searches.flatMap(({ name, where, share }) => (share === undefined ? [] : [`  ${where} of ${name}: out of budget after ${share.seconds.toFixed(1)} of ${share.of.toFixed(1)} s, its part of ${plural(share.searches, "search").replace(/searchs$/, "searches")}`])),
  ...report.searches.flatMap(({ name, where, outgrown }) => (outgrown === undefined ? [] : [`  ${where} of ${name}: ended before it outgrew ${bytesText(outgrown)} of memory, which --budget sets${where === "specification" ? "; --fingerprint takes less, and refmon size says which bound costs most" : ""}`])),
  ...(report.run.omission === undefined ? [] : [`  fingerprints: a state was left out with a probability of at most ${report.run.omission.toExponential(1)}`]),
  `  policy ${report.inputs.policy.sha256.slice(0, 16)}   spec ${report.inputs.spec.sha256.slice(0, 16)}   TCB ${report.inputs.tcb.sha256.slice(0, 16)}${report.run.workers === undefined ? "" : `   workers ${report.run.workers}`}`,
  `  again: ${report.command}`,
  "",
  conclusion(report, paint),
];
