/** What properties of a step may know of it besides the states before and after. */
import { enumeration, map, option, terms } from "./lang/index.ts";
import { bool } from "./lang/index.ts";
import { Domain, Frame, Phase } from "./vocabulary.ts";
import { calls } from "./calls/index.ts";
import { legality, Relation } from "./legality.ts";
import { moves } from "./moves/index.ts";

export const StepName = enumeration("Step", ...calls.map(({ name }) => name), ...moves.map(({ name }) => name));

export const stepVariables = {
  name: StepName,
  /** A domain calls the monitor. */
  call: bool,
  /** Who makes a call, or moves; without meaning for what hardware, devices and the host do. */
  caller: Domain,
  /** The domain and the frame that the step names, if it does. */
  domain: option(Domain),
  frame: option(Frame),
  /** The row of the legality table for the call. */
  legal: map(Relation, map(Phase, bool)),
};

export const step = terms("step", stepVariables);

/** The row of a call as values; a transition that names no domain may always be made. */
export const legalityRow = (name: string): readonly (readonly boolean[])[] => {
  const row = legality[name];
  return Relation.labels.map((relation) => Phase.labels.map((phase) => row === undefined || (row[relation] ?? []).includes(phase)));
};
