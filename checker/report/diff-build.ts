/** From what a comparison found to its report. */
import type { Policy } from "../../spec/policy.ts";
import type { Family, PolicyChange, Said } from "../diff/changes.ts";
import { verdictOf, type Comparison } from "../diff/compare.ts";
import type { Difference, Subject } from "../diff/differences.ts";
import type { PropertyChange } from "../diff/properties.ts";
import type { RuleChange } from "../diff/rules.ts";
import { onBoth, type Side, type Sides } from "../diff/universe.ts";
import type { Denial, Witness } from "../diff/witness.ts";
import { acceptances, type AcceptFile } from "./accept.ts";
import type { DiffReport } from "./diff-model.ts";
import type { Places } from "./places.ts";

export interface DiffInput { readonly policy: Policy; readonly path: string; readonly sha256: string; readonly lineOf: (pointer: string) => number | undefined }

export interface DiffInputs {
  readonly version: string;
  readonly sides: Sides<DiffInput>;
  readonly places: Places;
  readonly comparison: Comparison;
  readonly changes: readonly PolicyChange[];
  readonly differences: readonly Difference[];
  readonly properties: readonly PropertyChange[];
  readonly rules: readonly RuleChange[];
  /** Widenings that somebody has accepted; `null` if nobody was asked. */
  readonly accepted: AcceptFile | null;
  /** The id of a witness, and its file; `null` if it is not written. */
  readonly traced: (witness: Witness) => { readonly id: string; readonly file: string | null };
  readonly interrupted: boolean;
  readonly command: string;
}

/** Where a policy would say something of the kind. */
const listOf: { readonly [F in Family]: string } = {
  platform: "/platform", domains: "/domains", scheduler: "/scheduler", create: "/create", share: "/share", gates: "/gates", devices: "/devices", host: "/host", adversary: "/adversary",
  claims: "/claims", levels: "/levels", boot: "/boot", bounds: "/bounds",
};

const saidOn = ({ path, lineOf }: DiffInput, family: Family, said: Said | null): DiffReport["changes"][number]["old"] => {
  const pointer = said === null ? listOf[family] : said.pointer, line = pointer === "" ? undefined : lineOf(pointer);
  return { value: said?.value ?? null, place: line === undefined ? null : { path, line } };
};

const whatOf = (subject: Subject): { readonly [name: string]: string } => {
  switch (subject.kind) {
    case "call": return { call: subject.call, relation: subject.relation };
    case "right": return { ...subject.right };
    case "flow": return { from: subject.flow.from, to: subject.flow.to };
    case "assumption": return { adversary: subject.assumption.adversary, old: subject.assumption.old ? "on" : "off", new: subject.assumption.new ? "on" : "off" };
  }
};

/** The same for the same difference, whatever else two policies say. */
const idOf = (subject: Subject, side: Side): string => [side === "new" ? "gained" : "lost", subject.kind, ...Object.values(whatOf(subject))].join(":").replaceAll(" ", "-");

const deniedOf = (denied: NonNullable<Witness["denied"]>): DiffReport["witnesses"][number]["denied"] => {
  const { denial }: { readonly denial: Denial } = denied;
  return {
    afterStep: denied.afterStep, kind: denial.kind, guard: denial.kind === "guard" ? denial.guard : null,
    code: denial.kind === "fault" || (denial.kind === "absent" && denial.code === "") ? null : denial.code, absent: denial.kind === "absent" ? denial.what : null, replayed: denied.trace !== null,
  };
};

const witnessIn = (witness: Witness, { id, file }: { readonly id: string; readonly file: string | null }): DiffReport["witnesses"][number] => ({
  id, allowedBy: witness.side,
  steps: witness.steps.map(({ step, title, changes }, i) => ({ index: i + 1, vcpu: "vcpu" in step ? step.vcpu : null, by: step.by, title, cells: [...changes] })),
  denied: witness.denied === null ? null : deniedOf(witness.denied),
  trace: file, replay: file === null ? null : `refmon replay ${file}`,
});

export const buildDiff = (inputs: DiffInputs): DiffReport => {
  const { sides, comparison, differences, places } = inputs, { universe } = comparison.compared;
  const traces = new Map(differences.flatMap(({ witness }) => (witness === null ? [] : [[witness, inputs.traced(witness)] as const])));
  const states = comparison.searches.map(({ state }) => state), input = onBoth(sides, ({ policy, path, sha256 }) => ({ name: policy.name, path, sha256 }));
  const witnesses = differences.flatMap(({ witness }) => {
    const traced = witness === null ? undefined : traces.get(witness);
    return witness === null || traced === undefined ? [] : [witnessIn(witness, traced)];
  });
  const gained = differences.flatMap(({ subject, side }) => (side === "new" ? [idOf(subject, side)] : []));
  const entries = inputs.accepted === null ? [] : acceptances(inputs.accepted, sides.old.sha256, sides.new.sha256, gained);
  const acceptedFor = (id: string): string | null => entries.find(({ difference, state }) => difference === id && state === "accepted")?.reason ?? null;
  return {
    schema: "refmon.diff/1",
    tool: { name: "refmon", version: inputs.version },
    inputs: { ...input, spec: places.sha256.spec, tcb: places.sha256.tcb },
    bounds: { geometry: sides.new.policy.geometry, domains: universe.domains.length, frames: universe.frames.length, pages: universe.bounds.pages, vcpus: universe.bounds.vcpus },
    verdict: verdictOf(differences.some(({ side }) => side === "new"), differences.some(({ side }) => side === "old")),
    closed: comparison.searches.every(({ closed }) => closed),
    run: inputs.interrupted ? "interrupted" : states.some((state) => state !== "complete") ? "budget" : "complete",
    changes: inputs.changes.map((change) => ({ subject: change.subject, old: saidOn(sides.old, change.family, change.old), new: saidOn(sides.new, change.family, change.new) })),
    differences: differences.map(({ subject, side, sentence, causes, witness }) => ({
      id: idOf(subject, side), direction: side === "new" ? "gained" : "lost", kind: subject.kind, what: { ...whatOf(subject) }, sentence,
      causes: causes.map((cause) => cause.subject), witness: witness === null ? null : traces.get(witness)?.id ?? null, accepted: acceptedFor(idOf(subject, side)),
    })),
    // Two differences can have one shortest witness.
    witnesses: witnesses.filter(({ id }, i) => witnesses.findIndex((one) => one.id === id) === i),
    rows: comparison.rows.map(({ call, relation, verdict }) => ({ call, relation, verdict })),
    properties: [...inputs.properties],
    rules: inputs.rules.map(({ subject, value, pointer, old, status, shadowedBy }) => {
      const { path, lineOf } = sides.new, line = lineOf(pointer);
      return { subject, value, place: line === undefined ? null : { path, line }, old, new: status, shadowedBy: [...shadowedBy] };
    }),
    acceptances: [...entries],
    searches: comparison.searches.map(({ name, statesDistinct, transitions, depth, closed, state, digest }) => ({ name, statesDistinct, transitions, levels: depth, closed, state, digest })),
    command: inputs.command,
  };
};
