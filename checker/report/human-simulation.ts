/** The report of `simulate` for a reader in a terminal. What decides comes last. */
import { counterexampleLines } from "./human-counterexample.ts";
import { columns, counted, listed, plural, type Column, type Paint } from "./layout.ts";
import type { SimulatedProperty, SimulateReport } from "./simulation.ts";

const left: Column = { align: "left" };
const right: Column = { align: "right" };

const verdicts: { readonly [verdict in SimulatedProperty["verdict"]]: string } = { violated: "violated", "not-violated": "not violated", vacuous: "vacuous", inconclusive: "inconclusive" };

const painted = (paint: Paint) => (cell: string): string => {
  if (cell === verdicts.violated) return paint.bad(cell);
  return cell === verdicts.vacuous || cell === verdicts.inconclusive ? paint.unsure(cell) : cell;
};

const systemLines = ({ bounds: b, added, run }: SimulateReport): readonly string[] => [
  `  ${[plural(b.domains, "domain"), plural(b.frames, "frame"), plural(b.pages, "page"), `${b.vcpus} vCPU${b.vcpus === 1 ? "" : "s"}`, `geometry ${b.geometry}`, b.platform].join(", ")}, seed ${run.seed}`,
  ...(added.domains.length === 0 ? [] : [`  added: ${added.domains.map(({ name, like }) => `${name}, a sibling of ${like}`).join("; ")}`]),
  ...(added.frames.length === 0 ? [] : [`  added: ${plural(added.frames.length, "frame")} (${listed(added.frames.map(({ name, owner }) => `${name} of ${owner}`), 6)})`]),
];

const times = (count: number | null): string => (count === null ? "-" : counted(count));

const propertyTable = ({ properties }: SimulateReport, paint: Paint): readonly string[] => columns([left, left, { align: "left", paint: painted(paint) }, right, right], [
  ["property", "", "verdict", "reached in the specification", "on the monitor"],
  ...properties.map(({ id, title, verdict, specification, monitor }) => [id.startsWith("C:") ? "claim" : id, title, verdicts[verdict], times(specification), times(monitor)]),
], "  ");

const coverageLines = ({ coverage: { calls, moves, guards }, run, finding }: SimulateReport): readonly string[] => {
  const possible = calls.filter((call) => call.possible), ruledOut = calls.filter((call) => !call.possible && call.succeeded === 0).map(({ id }) => id);
  const silent = guards.filter(({ failedFirst }) => failedFirst === 0).map(({ id }) => id);
  return [
    `  walks      ${counted(run.walks)} of ${counted(run.asked)}, of at most ${plural(run.length, "step")}: ${plural(run.steps, "step")}, ${counted(run.effective)} of them neither denied nor a fault; ${plural(run.states, "distinct state")} of the machine`,
    `             the deepest went ${plural(run.deepest, "step")} from the boot image; the oracle was asked in ${plural(run.oracleSteps, "step")}, and agreed`,
    `  coverage   ${possible.filter(({ succeeded }) => succeeded > 0).length} of ${plural(possible.length, "call")} succeeded, ${moves.filter(({ taken }) => taken > 0).length} of ${plural(moves.length, "move")} happened (${moves.map(({ id, taken }) => `${id} ${counted(taken)}`).join(", ")}), ${guards.length - silent.length} of ${plural(guards.length, "guard")} failed first`,
    ...(ruledOut.length === 0 ? [] : [`             ruled out by the policy: ${ruledOut.join(", ")}`]),
    ...(finding !== null || run.state !== "complete" || silent.length === 0 ? [] : [`             never the first to fail: ${listed(silent, 12)}`]),
  ];
};

const findingLines = (report: SimulateReport, paint: Paint): readonly string[] => {
  const { finding, properties } = report, broken = properties.find(({ id }) => id === finding?.property);
  if (finding === null || broken === undefined) return [];
  const shrunk = `found by walk ${finding.walk} after ${plural(finding.after, "step")}; ${finding.minimal ? "shrunk until no step could be left out, and nothing else that is tried makes it shorter" : "shrinking was cut short"}`;
  return [
    ...counterexampleLines(broken, finding.counterexample, "shrunk", paint, false),
    `  ${shrunk}`, ...(finding.also.length === 0 ? [] : [`  the same steps break ${finding.also.join(", ")} as well`]), "",
  ];
};

/** The verdict on the whole in one line. */
const conclusion = ({ run, finding, properties, diagnostics }: SimulateReport, paint: Paint): string => {
  const judged = properties.length === 1 ? "1 property" : `${properties.length} properties`, how = `in ${plural(run.walks, "walk")} of at most ${plural(run.length, "step")}, seed ${run.seed}`;
  const found = finding === null ? "" : `${[finding.property, ...finding.also].join(", ")} violated; `;
  if (run.state === "interrupted") return paint.unsure(`inconclusive, interrupted: ${found}${run.walks} of ${plural(run.asked, "walk")} begun, seed ${run.seed}`);
  if (finding !== null) return paint.bad(`violated: ${[finding.property, ...finding.also].join(", ")} (${how})`);
  if (run.state === "budget") return paint.unsure(`inconclusive, out of budget: nothing violated, ${run.walks} of ${plural(run.asked, "walk")} begun, seed ${run.seed}`);
  const vacuous = properties.filter(({ verdict }) => verdict === "vacuous").length;
  if (vacuous > 0) return paint.unsure(`vacuous: of ${vacuous} of ${judged} the walks say nothing; no other was violated ${how}`);
  if (diagnostics.some(({ severity }) => severity === "error")) return paint.bad(`vacuous: ${judged} not violated ${how}, which did not exercise what they should`);
  return paint.good(`not violated: ${judged}, ${how}`);
};

/** Lines of the report, without the newline at the end. */
export const humanSimulation = (report: SimulateReport, paint: Paint): readonly string[] => [
  `${paint.strong(report.inputs.policy.name)}   ${report.inputs.policy.path}   refmon ${report.tool.version}`,
  ...systemLines(report), "",
  ...propertyTable(report, paint), "",
  ...findingLines(report, paint),
  ...coverageLines(report),
  ...report.diagnostics.map(({ severity, code, message }) => `  ${severity === "note" ? severity : paint.unsure(severity)}[${code}] ${message}`),
  `  policy ${report.inputs.policy.sha256.slice(0, 16)}   spec ${report.inputs.spec.sha256.slice(0, 16)}   TCB ${report.inputs.tcb.sha256.slice(0, 16)}${report.run.seconds === undefined ? "" : `   seconds ${report.run.seconds.toFixed(1)}`}`,
  `  again: ${report.command}`, "",
  conclusion(report, paint),
];
