/** What a change of a policy did to its verdicts: a line for each property whose verdict is another one than before, and nothing of counts that moved. */
import { conclusion } from "./human.ts";
import { nameOf } from "./findings.ts";
import { counterexampleLines, standingOf } from "./human-counterexample.ts";
import { columns, type Paint } from "./layout.ts";
import type { CheckReport, PropertyReport } from "./model.ts";

const words = (property: PropertyReport | undefined): string => {
  if (property === undefined) return "not there";
  switch (property.verdict) {
    case "holds-closed": return "holds, closed";
    case "holds-bounded": return `holds, to depth ${property.depth ?? 0}`;
    case "violated": case "inconclusive": case "vacuous": return property.verdict;
  }
};

/** Lines, without the newline at the end; counterexamples only where they are not those of before. */
export const verdictChanges = (before: CheckReport, after: CheckReport, paint: Paint): readonly string[] => {
  const was = (id: string): PropertyReport | undefined => before.properties.find((one) => one.id === id);
  const rows = [
    ...after.properties.filter((property) => words(was(property.id)) !== words(property)).map((property) => [nameOf(property), words(was(property.id)), "->", words(property)]),
    ...before.properties.filter(({ id }) => !after.properties.some((one) => one.id === id)).map((property) => [nameOf(property), words(property), "->", words(undefined)]),
  ];
  const shown = after.properties.flatMap((property) => (property.counterexample === undefined || property.counterexample.id === was(property.id)?.counterexample?.id ? []
    : ["", ...counterexampleLines(property, property.counterexample, standingOf(property), paint, false)]));
  return [
    ...(rows.length === 0 ? ["  no verdict changed"] : columns([{ align: "left" }, { align: "left", paint: paint.faint }, { align: "left" }, { align: "left" }], rows, "  ")),
    ...shown, `${after.inputs.policy.name}: ${conclusion(after, paint)}`,
  ];
};
