/**
 * `jsonl`: the JSON report of each policy, cut into lines that each say which policy they are about, so that line-based tools filter a run without
 * holding it. Nothing is lost: the lines of a policy put together are its report.
 */
import * as t from "io-ts";
import { exitCodeOf } from "./exit-code.ts";
import { CheckReport, Coverage, Diagnostic, PropertyReport, Search } from "./model.ts";
import type { Results } from "./results.ts";
import { sortedJson } from "./sorted-json.ts";

const { schema: _schema, tool, inputs, bounds, run, command } = CheckReport.type.props;

const line = <E extends string, C extends t.Mixed>(event: E, key: E, of: C): t.ExactC<t.TypeC<{ event: t.LiteralC<E>; policy: t.StringC } & { [K in E]: C }>> =>
  t.strict({ event: t.literal(event), policy: t.string, [key]: of } as { event: t.LiteralC<E>; policy: t.StringC } & { [K in E]: C }, `${event} line`);

/** A line of the output; `policy` is the path of the policy as it was named. */
export const CheckLine = t.union([
  t.strict({ event: t.literal("begin"), schema: t.literal("refmon.check-lines/1"), policy: t.string, tool, inputs, bounds, command }, "begin line"),
  line("search", "search", Search), line("coverage", "coverage", Coverage), line("property", "property", PropertyReport), line("diagnostic", "diagnostic", Diagnostic),
  t.strict({ event: t.literal("end"), policy: t.string, run, exitCode: t.number }, "end line"),
  t.strict({ event: t.literal("unchanged"), policy: t.string, baseline: t.string }, "line of a policy that was not checked"),
], "line of refmon check");
export type CheckLine = t.TypeOf<typeof CheckLine>;

const linesOf = (report: CheckReport, requireClosed: boolean): readonly CheckLine[] => {
  const policy = report.inputs.policy.path;
  return [
    { event: "begin", schema: "refmon.check-lines/1", policy, tool: report.tool, inputs: report.inputs, bounds: report.bounds, command: report.command },
    ...report.searches.map((search): CheckLine => ({ event: "search", policy, search })),
    { event: "coverage", policy, coverage: report.coverage },
    ...report.properties.map((property): CheckLine => ({ event: "property", policy, property })),
    ...report.diagnostics.map((diagnostic): CheckLine => ({ event: "diagnostic", policy, diagnostic })),
    { event: "end", policy, run: report.run, exitCode: exitCodeOf(report, requireClosed) },
  ];
};

export const jsonl = ({ reports, unchanged, requireClosed }: Results): string => [
  ...reports.flatMap((report) => linesOf(report, requireClosed)),
  ...unchanged.map(({ path, baseline }): CheckLine => ({ event: "unchanged", policy: path, baseline })),
].map((one) => `${sortedJson(one, 0)}\n`).join("");
