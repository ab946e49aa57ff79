/** The report of `diff` as a comment on a pull request: the verdict, what became possible in a list, the steps folded (GitHub Flavored Markdown). */
import { differenceLines, diffConclusion, shownIn, tableLines } from "./diff-human.ts";
import { newlyViolated, unaccepted } from "./diff-exit-code.ts";
import type { Difference, DiffReport } from "./diff-model.ts";
import { plain } from "./layout.ts";
import { fenced, folded, inline, withRoom } from "./markdown.ts";

/** By this line a later run finds the comment of an earlier one, and writes over it. */
export const diffMark = "<!-- refmon diff -->";

const item = ({ direction, sentence, accepted, id }: Difference): string =>
  `- ${direction === "gained" ? (accepted === null ? "**wider**" : "accepted") : "narrower"}: ${inline(sentence)}${accepted === null ? "" : ` (${inline(accepted)})`} \`${id.replaceAll("`", "'")}\``;

const violated = (report: DiffReport): readonly string[] => newlyViolated(report).map((id) => `- **violated now**: ${inline(id)}`);

/** So many differences are listed; the rest is counted, and in the folded tables. */
const most = 50;

export const diffMarkdown = (report: DiffReport): string => {
  const { differences, acceptances } = report, odd = acceptances.filter(({ state }) => state !== "accepted");
  const text = [
    diffMark, "## refmon diff", "", `### ${inline(diffConclusion(report))}`, "",
    ...violated(report), ...differences.slice(0, most).map(item), ...(differences.length > most ? [`- and ${differences.length - most} more`] : []),
    ...odd.map(({ difference, state }) => `- ${state} in the file of accepted widenings: \`${difference.replaceAll("`", "'")}\``),
    ...(differences.length === 0 && unaccepted(report).length === 0 ? ["Every run of one is a run of the other."] : []), "",
    ...folded("tables", fenced(tableLines(report, plain).slice(1))),
  ];
  const witnesses = shownIn(report).map((difference, i) => folded(difference.sentence, fenced(differenceLines(report, difference, i + 1, plain).slice(1))));
  return `${withRoom(text, witnesses, "witnesses").join("\n").trimEnd()}\n`;
};
