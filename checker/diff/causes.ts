/** Which of the lines that changed a witness rests on. */
import { reads } from "./rewriting.ts";
import type { Family, PolicyChange } from "./changes.ts";
import { other, type Compared } from "./universe.ts";
import type { Witness } from "./witness.ts";
import type { TraceStep } from "../trace/trace.ts";

/** Which part of a policy fixes a constant that calls and moves read. */
const familyOfConstant: { readonly [constant: string]: Family } = {
  creator: "create", mayGrant: "share", scheduler: "scheduler", preemptive: "scheduler", callee: "gates", callers: "gates", mayDrive: "devices", mayTellHost: "host", root: "domains",
};

const familyOfType = (what: string): readonly Family[] => {
  const type = what.split(" ", 1)[0];
  return type === "gate" ? ["gates"] : type === "device" ? ["devices"] : type === "domain" ? ["domains"] : type === "call" ? ["platform"] : ["boot"];
};

/** What a rule that lets the step be made is about. */
const subjectOf = (step: TraceStep): string | null => {
  if (!("call" in step)) return null;
  const { by, arguments: given } = step;
  switch (step.call) {
    case "grant": return `share ${by} -> ${given["receiver"] ?? ""}`;
    case "create": return `create ${given["domain"] ?? ""}`;
    case "call": return `gate ${given["gate"] ?? ""} `;
    case "dev_assign": return `device ${given["device"] ?? ""} for ${given["domain"] ?? ""}`;
    case "share_host": case "unshare_host": return `host from ${by}`;
    case "switch": return "scheduler";
    default: return null;
  }
};

/** Families that decide why the other policy denies the step: those of the constants that its guard reads, or where the two begin. */
const familiesOf = ({ sides }: Compared, { side, denied }: Witness): readonly Family[] => {
  if (denied === null || denied.denial.kind === "fault") return ["boot", "scheduler", "gates"];
  if (denied.denial.kind === "absent") return familyOfType(denied.denial.what);
  const [call = "", id = ""] = denied.denial.guard.split(".");
  const guard = sides[other(side)].system.transitions.find(({ name }) => name === call)?.guards.find((one) => one.id === id);
  const { constants } = sides[side].system, there = sides[other(side)].system.constants;
  const found = Object.entries(familyOfConstant).flatMap(([constant, family]) =>
    (guard !== undefined && JSON.stringify(constants[constant]) !== JSON.stringify(there[constant]) && reads(guard.condition, (cell) => cell.store === "constant" && cell.name === constant) ? [family] : []));
  return found.length > 0 ? found : ["boot", "scheduler", "gates"];
};

/** The changes without which the other policy would go along, as far as rules tell; all of them where nothing tells. */
export const causesOf = (both: Compared, changes: readonly PolicyChange[], witness: Witness): readonly PolicyChange[] => {
  const families = familiesOf(both, witness), possible = changes.filter(({ family }) => families.includes(family));
  const step = witness.denied === null ? undefined : witness.steps[witness.denied.afterStep - 1]?.step, subject = step === undefined ? null : subjectOf(step);
  const meant = subject === null ? [] : possible.filter((change) => change.subject.startsWith(subject));
  return meant.length > 0 ? meant : possible.length > 0 ? possible : changes;
};
