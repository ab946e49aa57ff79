/** The report of `size` (`refmon.size/1`) as plain data, and for a reader. */
import * as t from "io-ts";
import { columns, counted, plural } from "./layout.ts";

const Extent = t.type({ states: t.number, transitions: t.number });

export const SizeReport = t.strict({
  schema: t.literal("refmon.size/1"),
  policy: t.strict({ name: t.string, path: t.string, sha256: t.string }, "policy input"),
  symmetry: t.boolean,
  state: t.strict({ bits: t.number, words: t.number, bytes: t.number }, "state"),
  /** By bits, the largest first. */
  variables: t.array(t.strict({ name: t.string, cells: t.number, bits: t.number }, "variable")),
  /** What one more of each costs in bits. */
  bounds: t.array(t.strict({ name: t.string, size: t.number, bitsEach: t.number }, "bound")),
  instances: t.number,
  /** A search of the specification that was really run. */
  pilot: t.exact(t.intersection([Extent, t.type({ levels: t.number, closed: t.boolean }), t.partial({ seconds: t.number })]), "pilot"),
  /** Of the whole specification: what the pilot says where it is closed, and else a guess, with the range that the states are likely in. Bytes are those of states and index, kept whole and as fingerprints. */
  estimate: t.exact(t.intersection([Extent, t.type({ statesLow: t.number, statesHigh: t.number, levels: t.number, bytes: t.number, bytesOfFingerprints: t.number }), t.partial({ seconds: t.number })]), "estimate"),
  /** Calls and moves by their share of the pilot's transitions, the largest first. */
  transitions: t.array(t.strict({ name: t.string, share: t.number }, "share")),
  advice: t.array(t.string),
}, "refmon size report");
export type SizeReport = t.TypeOf<typeof SizeReport>;

/** Bytes as a reader wants them. */
export const bytesText = (bytes: number): string => (bytes < 2 ** 30 ? `${counted(Math.ceil(bytes / 2 ** 20))} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`);

const mostRows = 8;

/** Lines of the report, without the newline at the end. */
export const sizeLines = ({ policy, symmetry, state, variables, bounds, instances, pilot, estimate, transitions, advice }: SizeReport): readonly string[] => {
  const about = pilot.closed ? "" : "about ", seconds = ({ seconds: took }: { readonly seconds?: number }): string => (took === undefined ? "" : `, ${took < 10 ? took.toFixed(1) : counted(Math.round(took))} s`);
  const rows = [
    ["variable", "cells", "bits"], ...variables.slice(0, mostRows).map(({ name, cells, bits }) => [name, counted(cells), counted(bits)]),
    ...(variables.length > mostRows ? [[`${variables.length - mostRows} others`, "", counted(variables.slice(mostRows).reduce((sum, { bits }) => sum + bits, 0))]] : []),
  ];
  return [
    `${policy.name}   ${policy.path}`,
    `  a state is ${plural(state.bits, "bit")} in ${plural(state.words, "word")}, ${state.bytes} bytes with its parent; ${counted(instances)} instances of calls and moves are tried in each`,
    "",
    ...columns([{ align: "left" }, { align: "right" }, { align: "right" }], rows, "  "),
    "",
    ...bounds.map(({ name, size, bitsEach }) => `  each of ${plural(size, name)} costs ${bitsEach.toFixed(1)} bits`),
    "",
    `  pilot      ${counted(pilot.states)} states, ${counted(pilot.transitions)} transitions, ${plural(pilot.levels, "level")}${symmetry ? "" : ", no symmetry"}${pilot.closed ? ", closed" : ""}${seconds(pilot)}`,
    `  estimate   ${about}${counted(estimate.states)} states${pilot.closed ? "" : ` (${counted(estimate.statesLow)} to ${counted(estimate.statesHigh)})`}, ${counted(estimate.transitions)} transitions, ${plural(estimate.levels, "level")}${seconds(estimate)}${estimate.seconds === undefined ? "" : " with one worker"}`,
    `  memory     ${about}${bytesText(estimate.bytes)}, ${bytesText(estimate.bytesOfFingerprints)} with --fingerprint`,
    `  most of    ${transitions.slice(0, 3).map(({ name, share }) => `${name} ${Math.round(100 * share)} %`).join(", ")} of the transitions`,
    "",
    ...advice.map((line) => `  ${line}`),
  ];
};
