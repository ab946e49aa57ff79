/** What a replay saw, for a reader. */
import type { Recording, ReplayVerdict } from "../trace/recording.ts";
import type { Trace } from "../trace/trace.ts";
import { strandedText } from "./counterexample.ts";
import { columns, plural, type Paint } from "./layout.ts";

/** Lines of the verdict: the steps, what was found, whether oracle, generated code and monitor agree. */
export const replayLines = (trace: Trace, { steps }: Recording, { agree, confirmed, stranded, findings, disagreements }: ReplayVerdict, violated: boolean, paint: Paint): readonly string[] => [
  ...columns([{ align: "right", paint: paint.faint }, { align: "left" }, { align: "left" }, { align: "left" }],
    steps.map(({ index, title, vcpu, by, verdict, code, guard }) =>
      [String(index), `${title} (vCPU ${vcpu})`, by, guard === null ? code ?? verdict : `${code ?? verdict} by ${guard}`]), "  "),
  ...disagreements.map((sentence) => `  ${paint.unsure("differs")}  ${sentence}`),
  ...findings.filter(({ property }) => property !== trace.expected?.property)
    .map(({ property, afterStep }) => `  ${paint.bad("violated")}  ${property} after step ${afterStep}`),
  agree ? `  ${disagreements.length === 0 ? "oracle, generated code and monitor agree" : "oracle and generated code agree; how the monitor differs is a finding"}` : paint.bad("  oracle, generated code and monitor do not agree"),
  ...(stranded === null ? [] : [`  ${strandedText(stranded)}`]),
  violated
    ? paint.bad(`${confirmed === true ? "confirmed" : "violated"}: ${trace.expected?.property ?? findings.map(({ property }) => property).join(", ")} is violated after ${plural(trace.expected?.afterStep ?? steps.length, "step")}`)
    : paint.good(`${trace.expected === null ? "holds" : `not confirmed: ${trace.expected.property} holds`} after ${plural(steps.length, "step")}`),
];
