/** The report of `check --adversaries each` (`refmon.adversaries/1`) as plain data: what becomes of each property under which adversaries. With timings left out, equal runs give equal bytes. */
import * as t from "io-ts";
import type { Switch } from "../../spec/adversary.ts";
import type { Idle } from "../../spec/presence.ts";
import { Bounds, CheckReport, Diagnostic, Run, Search, Verdict } from "./model.ts";

const nullable = <C extends t.Mixed>(of: C): t.UnionC<[C, t.NullC]> => t.union([of, t.null]);

const SwitchName = t.keyof({ interrupts: null, host: null, dma: null, remap: null, rmp: null, injection: null } satisfies { [one in Switch]: null });
const why = t.keyof({ platform: null, "no-host": null, "no-device": null, "no-host-moves": null } satisfies { [one in Idle]: null });

/** A column: `on` is what is on besides the domains. */
const ScenarioReport = t.strict({ name: t.string, on: t.array(SwitchName), run: Run, searches: t.array(Search) }, "scenario");
export type ScenarioReport = t.TypeOf<typeof ScenarioReport>;

/** `steps` of the shortest counterexample, whose id is that of an entry of `counterexamples`. */
const Cell = t.strict({ scenario: t.string, verdict: Verdict, depth: nullable(t.number), steps: nullable(t.number), counterexample: nullable(t.string) }, "cell");
export type Cell = t.TypeOf<typeof Cell>;

/**
 * Who is needed to break a property. `domains`: nobody besides them. `alone`: each of `by` suffices. `together`: no one alone, and not without any of `by`; where `by` is empty, several sets that have no member
 * in common. `nobody`: not broken as far as was searched. `undecided`: a search that would tell was cut.
 */
const Breaks = t.strict({ how: t.keyof({ nobody: null, domains: null, alone: null, together: null, undecided: null }), by: t.array(SwitchName) }, "breakers");
export type Breaks = t.TypeOf<typeof Breaks>;

/** A scenario in which nobody can break a property, because it speaks of what is switched off, has no cell. */
const MatrixRow = t.strict({ id: t.string, title: t.string, sentence: t.string, cells: t.array(Cell), broken: Breaks }, "property");
export type MatrixRow = t.TypeOf<typeof MatrixRow>;

/** Of the scenario with the fewest adversaries that shows it; `trace` and `replay` are `null` where no traces are written. */
const Shown = t.strict({ id: t.string, property: t.string, scenarios: t.array(t.string), steps: t.number, where: t.keyof({ specification: null, monitor: null }), sentence: t.string, trace: nullable(t.string), replay: nullable(t.string) }, "counterexample");
export type Shown = t.TypeOf<typeof Shown>;

export const AdversariesReport = t.strict({
  schema: t.literal("refmon.adversaries/1"),
  tool: CheckReport.type.props.tool, inputs: CheckReport.type.props.inputs, bounds: Bounds,
  scenarios: t.array(ScenarioReport),
  /** Switches without a column, and why. */
  idle: t.array(t.strict({ adversary: SwitchName, why }, "idle switch")),
  /** Switches that are off in the policy, and on here in the columns that name them. */
  assumedAway: t.array(SwitchName),
  properties: t.array(MatrixRow), counterexamples: t.array(Shown),
  /** Of the scenario with all adversaries. */
  diagnostics: t.array(Diagnostic),
  command: t.string,
}, "refmon adversaries report");
export type AdversariesReport = t.TypeOf<typeof AdversariesReport>;
