/** The matrix of properties and adversaries for a reader in a terminal. */
import type { Idle } from "../../spec/presence.ts";
import type { AdversariesReport, Breaks, Cell, MatrixRow, ScenarioReport } from "./adversaries-model.ts";
import { sizeText } from "./human.ts";
import { columns, counted, plural, type Column, type Paint } from "./layout.ts";

const left: Column = { align: "left" };

/** Of one property in one scenario; the depth is that of the scenario's searches. */
export const cellText = (cell: Cell | undefined): string => {
  if (cell === undefined) return "-";
  switch (cell.verdict) {
    case "holds-closed": case "holds-bounded": return "holds";
    case "violated": return cell.steps === null ? "violated" : `violated (${cell.steps})`;
    case "inconclusive": case "vacuous": return cell.verdict;
  }
};

export const breaksText = ({ how, by }: Breaks): string => {
  switch (how) {
    case "nobody": return "";
    case "domains": return "domains alone";
    case "alone": return by.join(" or ");
    case "together": return by.length === 0 ? "several together, in more than one way" : `${by.join(" and ")} together`;
    case "undecided": return "undecided";
  }
};

export const idleText = (why: Idle): string => {
  switch (why) {
    case "platform": return "the host has this power on sev-snp alone";
    case "no-host": return "no domain may share frames with the host";
    case "no-device": return "there is no device";
    case "no-host-moves": return "adversary.hostMoves is 0";
  }
};

const painted = (paint: Paint): Column => ({
  align: "left",
  paint: (cell) => (cell.startsWith("violated") ? paint.bad(cell) : cell === "holds" ? paint.good(cell) : cell === "vacuous" || cell === "inconclusive" ? paint.unsure(cell) : paint.faint(cell)),
});

export const cellsOf = ({ scenarios }: AdversariesReport, { cells }: MatrixRow): readonly string[] => scenarios.map(({ name }) => cellText(cells.find(({ scenario }) => scenario === name)));

const matrix = (report: AdversariesReport, paint: Paint): readonly string[] => columns([left, left, ...report.scenarios.map(() => painted(paint)), left], [
  ["property", "", ...report.scenarios.map(({ name }) => name), report.properties.some(({ broken }) => broken.how !== "nobody") ? "broken by" : ""],
  ...report.properties.map((row) => [row.id.startsWith("C:") ? "claim" : row.id, row.title, ...cellsOf(report, row), breaksText(row.broken)]),
], "  ");

/** How far the searches of a place went, all that are made from there. */
const reachText = ({ searches }: ScenarioReport, where: "specification" | "monitor"): string => {
  const here = searches.filter((one) => one.where === where && one.secret === null), states = here.reduce((sum, { statesDistinct }) => sum + statesDistinct, 0);
  const open = here.filter(({ closed }) => !closed).map(({ levels }) => levels);
  return here.length === 0 ? "-" : `${plural(states, "state")}, ${open.length === 0 ? "closed" : `to depth ${Math.min(...open)}`}`;
};

const reaches = ({ scenarios }: AdversariesReport): readonly string[] => {
  const timed = scenarios.some(({ run }) => run.seconds !== undefined);
  return columns([left, left, left, left, ...(timed ? [left] : [])], [
    ["searched with", "specification", "monitor", "transitions", ...(timed ? ["seconds"] : [])],
    ...scenarios.map((one) => [one.name, reachText(one, "specification"), reachText(one, "monitor"), counted(one.run.transitions), ...(timed ? [(one.run.seconds ?? 0).toFixed(1)] : [])]),
  ], "  ");
};

/** Who breaks what, or that nobody does. */
export const adversariesConclusion = ({ properties, scenarios }: AdversariesReport): { readonly text: string; readonly tone: "good" | "bad" | "unsure" } => {
  const total = properties.length === 1 ? "1 property" : `${properties.length} properties`;
  const broken = properties.filter(({ cells }) => cells.some(({ verdict }) => verdict === "violated"));
  if (broken.length > 0) return { tone: "bad", text: `violated: ${broken.map(({ id, broken: by }) => `${id} by ${breaksText(by)}`).join("; ")}` };
  const undecided = properties.filter(({ cells }) => cells.some(({ verdict }) => verdict === "inconclusive"));
  if (undecided.length > 0 || properties.length === 0 || scenarios.some(({ run }) => run.state !== "complete")) return { tone: "unsure", text: `inconclusive: ${undecided.length} of ${total} undecided` };
  const [all] = scenarios, vacuous = all === undefined ? [] : properties.filter(({ cells }) => cells.find(({ scenario }) => scenario === all.name)?.verdict === "vacuous");
  if (vacuous.length > 0) return { tone: "unsure", text: `vacuous: ${vacuous.length} of ${total} say nothing with all adversaries` };
  const reach = all === undefined ? "" : (["specification", "monitor"] as const).flatMap((where) => {
    const said = reachText(all, where);
    return said === "-" ? [] : [`${where} ${said.replace(/^.*, /, "")}`];
  }).join(", ");
  return { tone: "good", text: `holds: ${total} with ${scenarios.map(({ name }) => name).join(", ")}; ${reach}` };
};

/** Switches that have no column, those together for which one reason is given. */
export const idleSentences = ({ idle, assumedAway }: AdversariesReport): readonly string[] => [
  ...[...new Set(idle.map(({ why }) => why))].map((why) => `no column for ${idle.filter((one) => one.why === why).map(({ adversary }) => adversary).join(", ")}: ${idleText(why)}`),
  ...(assumedAway.length === 0 ? [] : [`off in the policy, and on here where a column says so: ${assumedAway.join(", ")}`]),
];

/** Lines of the report, without the newline at the end. */
export const adversariesLines = (report: AdversariesReport, paint: Paint): readonly string[] => {
  const { inputs, tool, bounds, counterexamples, diagnostics, command } = report, { text, tone } = adversariesConclusion(report);
  return [
    `${paint.strong(inputs.policy.name)}   ${inputs.policy.path}   refmon ${tool.version}`,
    `  ${sizeText({ ...bounds, depth: null })}, ${bounds.platform}${bounds.profile === null ? "" : `, profile ${bounds.profile}`}, monitor to depth ${bounds.machineDepth}`,
    "  A column names who is on besides the domains, which make every call and access in all of them.", "",
    ...matrix(report, paint), "",
    ...reaches(report), ...idleSentences(report).map((line) => `  ${line}`),
    ...(counterexamples.length === 0 ? [] : ["", ...columns([left, left, left, left, left], counterexamples.map(({ id, property, steps, scenarios, replay }) => [id, property, plural(steps, "step"), `with ${scenarios.join(", ")}`, replay ?? ""]), "  ")]),
    ...diagnostics.map(({ severity, code, message }) => `  ${severity === "note" ? severity : paint.unsure(severity)}[${code}] ${message}`),
    `  again: ${command}`, "",
    paint[tone](text),
  ];
};
