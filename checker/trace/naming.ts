/** Between the machine's numbers and the names of a policy, both ways. */
import type { Transition } from "../../spec/lang/transition.ts";
import type { AnyType } from "../../spec/lang/types.ts";
import type { Instance, System } from "../../spec/lang/system.ts";
import type { Policy } from "../../spec/policy.ts";
import type { Action } from "../refine/action.ts";
import { numberOfCall } from "../refine/actions.ts";
import { toPhysical, type Placement } from "../refine/placement.ts";
import type { NamedArgument, TraceStep } from "./trace.ts";

export interface Naming { readonly policy: Policy; readonly system: System; readonly placement: Placement }

const rights = ["r", "w", "x"] as const;
const noAccess = "-";

export const frameName = ({ policy, placement }: Naming, physical: number): NamedArgument => {
  if (physical < 0 || physical >= placement.frames) return physical;
  return physical < placement.monitorFrames ? `monitor:${physical}` : policy.boot.frames[physical - placement.monitorFrames]?.name ?? physical;
};

const accessName = (mask: number): NamedArgument =>
  (mask > 7 ? mask : mask === 0 ? noAccess : rights.filter((_, bit) => ((mask >>> bit) & 1) === 1).join(""));

const nameOf = (naming: Naming, type: AnyType, register: number): NamedArgument => {
  if (type.kind === "set") return accessName(register);
  if (type.name === "Domain") return naming.policy.domains[register] ?? register;
  return type.name === "Frame" ? frameName(naming, register) : register;
};

/** The register for a name; `null` if the policy does not know it. */
const registerOf = ({ policy, placement }: Naming, type: AnyType, name: NamedArgument): number | null => {
  if (typeof name === "number") return name >= 0 && name <= 0xffffffff && Number.isInteger(name) ? name : null;
  if (type.kind === "set") {
    if (name === noAccess) return 0;
    const letters = [...name], mask = rights.reduce((sum, right, bit) => sum | (letters.includes(right) ? 1 << bit : 0), 0);
    return letters.length > 0 && accessName(mask) === name ? mask : null;
  }
  if (type.name === "Domain") return indexIn(policy.domains, name);
  if (type.name !== "Frame") return null;
  const monitor = /^monitor:(\d+)$/.exec(name);
  if (monitor !== null) return Number(monitor[1]) < placement.monitorFrames ? Number(monitor[1]) : null;
  const declared = indexIn(policy.boot.frames.map((frame) => frame.name), name);
  return declared === null ? null : placement.monitorFrames + declared;
};

const indexIn = (names: readonly string[], name: string): number | null => {
  const at = names.indexOf(name);
  return at < 0 ? null : at;
};

const callOfNumber = ({ system }: Naming, number: number): Transition | undefined =>
  system.transitions.find(({ kind, name }) => kind === "call" && numberOfCall(name) === number);

/** The step of an action that `caller` takes. */
export const stepOfAction = (naming: Naming, action: Action, caller: number): TraceStep => {
  const { vcpu } = action, by = naming.policy.domains[caller] ?? `slot ${caller}`;
  if (action.kind === "move") {
    const frame = action.frame < 0 ? null : String(frameName(naming, action.frame));
    return { vcpu, by, move: action.move, page: action.page, frame };
  }
  const call = callOfNumber(naming, action.number);
  if (call === undefined) return { vcpu, by, call: `#${action.number}`, arguments: {} };
  return { vcpu, by, call: call.name, arguments: Object.fromEntries(call.own.map(({ name, type }, i) => [name, nameOf(naming, type, action.arguments[i] ?? 0)])) };
};

export type ActionResult = { readonly ok: true; readonly action: Action } | { readonly ok: false; readonly sentence: string };

/** The action of a step; a move that names no frame has frame -1: the one that the tables give. */
export const actionOfStep = (naming: Naming, step: TraceStep): ActionResult => {
  const { vcpu } = step;
  if (vcpu < 0 || vcpu >= naming.policy.bounds.vcpus) return { ok: false, sentence: `there is no vCPU ${vcpu}` };
  if ("move" in step) {
    const frame = step.frame === null ? -1 : registerOf(naming, { kind: "scalarset", name: "Frame" }, step.frame);
    return frame === null ? { ok: false, sentence: `the policy has no frame ${String(step.frame)}` } : { ok: true, action: { kind: "move", vcpu, move: step.move, page: step.page, frame } };
  }
  const meaningless = /^#(\d+)$/.exec(step.call);
  if (meaningless !== null) return { ok: true, action: { kind: "call", vcpu, number: Number(meaningless[1]), arguments: [0, 0, 0, 0] } };
  const call = naming.system.transitions.find(({ kind, name }) => kind === "call" && name === step.call);
  if (call === undefined) return { ok: false, sentence: `there is no call ${step.call}` };
  const strange = Object.keys(step.arguments).find((given) => !call.own.some(({ name }) => name === given));
  if (strange !== undefined) return { ok: false, sentence: `${step.call} has no argument ${strange}` };
  const registers: number[] = [];
  for (const { name, type } of call.own) {
    const given = step.arguments[name], register = given === undefined ? null : registerOf(naming, type, given);
    if (register === null) return { ok: false, sentence: given === undefined ? `${step.call} needs the argument ${name}` : `the argument ${name} of ${step.call} cannot be ${given}` };
    registers.push(register);
  }
  const [a = 0, b = 0, c = 0, d = 0] = registers;
  return { ok: true, action: { kind: "call", vcpu, number: numberOfCall(step.call), arguments: [a, b, c, d] } };
};

/** The machine's action for an instance of the specification. */
export const actionOfInstance = ({ placement }: Naming, { transition, scope }: Instance): Action => {
  const vcpu = Number(scope["vcpu"]);
  if (transition.kind === "move") return { kind: "move", vcpu, move: transition.name as "load" | "store" | "fetch", page: Number(scope["page"]), frame: -1 };
  const [a = 0, b = 0, c = 0, d = 0] = transition.own.map(({ name, type }) =>
    (type.name === "Frame" ? toPhysical(placement, Number(scope[name])) : Number(scope[name])));
  return { kind: "call", vcpu, number: numberOfCall(transition.name), arguments: [a, b, c, d] };
};

/** A step as reports write it: `map(lib, 1, secret, rw)`, `store page 0 -> buffer`. */
export const titleOfStep = (step: TraceStep): string => {
  if ("move" in step) return `${step.move} page ${step.page}${step.frame === null ? "" : ` -> ${step.frame}`}`;
  return `${step.call}(${Object.values(step.arguments).join(", ")})`;
};
