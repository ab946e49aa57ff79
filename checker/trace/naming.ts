/** Between the machine's numbers and the names of a policy, both ways. */
import type { Transition } from "../../spec/lang/transition.ts";
import type { AnyType } from "../../spec/lang/types.ts";
import type { Instance, System } from "../../spec/lang/system.ts";
import type { Policy } from "../../spec/policy.ts";
import { Device, Frame } from "../../spec/vocabulary.ts";
import type { Action, CallAction, Injection } from "../refine/action.ts";
import { numberOfCall } from "../refine/actions.ts";
import { toPhysical, type Placement } from "../refine/placement.ts";
import type { CallStep, InjectedVector, NamedArgument, TraceStep } from "./trace.ts";

export interface Naming { readonly policy: Policy; readonly system: System; readonly placement: Placement }

const rights = ["r", "w", "x"] as const;
const noAccess = "-";

export const frameName = ({ policy, placement }: Naming, physical: number): NamedArgument => {
  if (physical < 0 || physical >= placement.frames) return physical;
  return physical < placement.monitorFrames ? `monitor:${physical}` : policy.boot.frames[physical - placement.monitorFrames]?.name ?? physical;
};

const accessName = (mask: number): NamedArgument =>
  (mask > 7 ? mask : mask === 0 ? noAccess : rights.filter((_, bit) => ((mask >>> bit) & 1) === 1).join(""));

/** What the members of a type are called in a policy; `null` where they are numbers, or frames. */
const namesOfType = ({ domains, gates, devices }: Policy, type: string): readonly string[] | null => {
  switch (type) {
    case "Domain": return domains;
    case "Gate": return (gates ?? []).map(({ name }) => name);
    case "Device": return (devices ?? []).map(({ name }) => name);
    default: return null;
  }
};

const nameOf = (naming: Naming, type: AnyType, register: number): NamedArgument => {
  if (type.kind === "set") return accessName(register);
  const names = namesOfType(naming.policy, type.name);
  if (names !== null) return names[register] ?? register;
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
  const names = namesOfType(policy, type.name);
  if (names !== null) return indexIn(names, name);
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

/** The step of an action; `caller` is the domain that the vCPU runs. */
export const stepOfAction = (naming: Naming, action: Action, caller: number): TraceStep => {
  const by = naming.policy.domains[caller] ?? `slot ${caller}`;
  const through = (frame: number): string | null => (frame < 0 ? null : String(frameName(naming, frame)));
  switch (action.kind) {
    case "move": return { vcpu: action.vcpu, by, move: action.move, page: action.page, frame: through(action.frame) };
    case "interrupt": case "injection": return { vcpu: action.vcpu, by, move: action.kind };
    case "dma": return { by: naming.policy.devices?.[action.device]?.name ?? `device ${action.device}`, move: action.move, page: action.page, frame: through(action.frame) };
    case "remap": return { by: "host", move: "remap", frame: String(frameName(naming, action.frame)), to: action.to < 0 ? null : action.to };
    case "rmp": return { by: "host", move: "rmp", system: action.system, frame: through(action.guest) };
    case "host": return { by: "host", move: action.move, frame: String(frameName(naming, action.frame)) };
    case "call": return callStep(naming, action, by);
  }
};

const vectorOf = ({ vector, vcpu, step }: Injection): InjectedVector => ({ vector, vcpu, before: step });

const injectionOf = ({ vector, vcpu, before }: InjectedVector): Injection => ({ vector, vcpu, step: before });

const callStep = (naming: Naming, { vcpu, number, arguments: registers, delivery, again, injection }: CallAction, by: string): TraceStep => {
  const call = callOfNumber(naming, number), taken = {
    ...(delivery === null ? {} : { interruptsAt: delivery }), ...(again === undefined ? {} : { interruptsAgainAt: again }),
    ...(injection === undefined ? {} : { injected: { ...vectorOf(injection), ...(injection.then === undefined ? {} : { then: vectorOf(injection.then) }) } }),
  };
  if (call === undefined) return { vcpu, by, call: `#${number}`, arguments: {}, ...taken };
  return { vcpu, by, call: call.name, arguments: Object.fromEntries(call.own.map(({ name, type }, i) => [name, nameOf(naming, type, registers[i] ?? 0)])), ...taken };
};

export type ActionResult = { readonly ok: true; readonly action: Action } | { readonly ok: false; readonly sentence: string };

const wrong = (sentence: string): ActionResult => ({ ok: false, sentence });

/** The action of a step; an access or a DMA that names no frame has frame -1: the one that the tables give. */
export const actionOfStep = (naming: Naming, step: TraceStep): ActionResult => {
  if ("vcpu" in step && (step.vcpu < 0 || step.vcpu >= naming.policy.bounds.vcpus)) return wrong(`there is no vCPU ${step.vcpu}`);
  if ("call" in step) return callOfStep(naming, step);
  if (step.move === "interrupt" || step.move === "injection") return { ok: true, action: { kind: step.move, vcpu: step.vcpu } };
  const frame = step.frame === null ? -1 : registerOf(naming, Frame, step.frame);
  if (frame === null) return wrong(`the policy has no frame ${String(step.frame)}`);
  const systems = naming.placement.frames + (naming.policy.platform === "sev-snp" ? 1 : 0);
  switch (step.move) {
    case "remap": return step.to !== null && step.to >= systems ? wrong(`there is no system frame ${step.to}`) : { ok: true, action: { kind: "remap", frame, to: step.to ?? -1 } };
    case "rmp": return step.system >= systems ? wrong(`there is no system frame ${step.system}`) : { ok: true, action: { kind: "rmp", system: step.system, guest: frame } };
    case "load": case "store": case "fetch": return { ok: true, action: { kind: "move", vcpu: step.vcpu, move: step.move, page: step.page, frame } };
    case "host_read": case "host_write": return { ok: true, action: { kind: "host", move: step.move, frame } };
    case "dma_read": case "dma_write": {
      const device = registerOf(naming, Device, step.by);
      return device === null ? wrong(`the policy has no device ${step.by}`) : { ok: true, action: { kind: "dma", device, move: step.move, page: step.page, frame } };
    }
  }
};

const callOfStep = (naming: Naming, { vcpu, call: called, arguments: given, interruptsAt, interruptsAgainAt, injected }: CallStep): ActionResult => {
  const vectors = injected === undefined ? [] : [injected, ...(injected.then === undefined ? [] : [injected.then])], strangeOne = vectors.find((one) => one.vcpu >= naming.policy.bounds.vcpus);
  if (strangeOne !== undefined) return wrong(`there is no vCPU ${strangeOne.vcpu}`);
  const [first, second] = vectors.map(injectionOf);
  if (first !== undefined && second !== undefined && second.step < first.step) return wrong("the second vector is injected before the first");
  if (interruptsAgainAt !== undefined && (interruptsAt === undefined || interruptsAgainAt <= interruptsAt)) return wrong("interrupts are taken again before they are taken");
  const middle = { delivery: interruptsAt ?? null, ...(interruptsAgainAt === undefined ? {} : { again: interruptsAgainAt }), ...(first === undefined ? {} : { injection: { ...first, ...(second === undefined ? {} : { then: second }) } }) }, meaningless = /^#(\d+)$/.exec(called);
  if (meaningless !== null) return { ok: true, action: { kind: "call", vcpu, number: Number(meaningless[1]), arguments: [0, 0, 0, 0], ...middle } };
  const call = naming.system.transitions.find(({ kind, name }) => kind === "call" && name === called);
  if (call === undefined) return wrong(`there is no call ${called}`);
  const strange = Object.keys(given).find((argument) => !call.own.some(({ name }) => name === argument));
  if (strange !== undefined) return wrong(`${called} has no argument ${strange}`);
  const registers: number[] = [];
  for (const { name, type } of call.own) {
    const argument = given[name], register = argument === undefined ? null : registerOf(naming, type, argument);
    if (register === null) return wrong(argument === undefined ? `${called} needs the argument ${name}` : `the argument ${name} of ${called} cannot be ${argument}`);
    registers.push(register);
  }
  const [a = 0, b = 0, c = 0, d = 0] = registers;
  return { ok: true, action: { kind: "call", vcpu, number: numberOfCall(called), arguments: [a, b, c, d], ...middle } };
};

/** The machine's action for an instance of the specification. */
export const actionOfInstance = ({ placement }: Naming, { transition, scope }: Instance): Action => {
  const number = (parameter: string): number => Number(scope[parameter]);
  switch (transition.name) {
    case "load": case "store": case "fetch": return { kind: "move", vcpu: number("vcpu"), move: transition.name, page: number("page"), frame: -1 };
    case "interrupt": return { kind: "interrupt", vcpu: number("vcpu") };
    case "dma_read": case "dma_write": return { kind: "dma", device: number("device"), move: transition.name, page: number("page"), frame: -1 };
    case "host_read": case "host_write": return { kind: "host", move: transition.name, frame: toPhysical(placement, number("frame")) };
    default: {
      const [a = 0, b = 0, c = 0, d = 0] = transition.own.map(({ name, type }) => (type.name === "Frame" ? toPhysical(placement, number(name)) : number(name)));
      return { kind: "call", vcpu: number("vcpu"), number: numberOfCall(transition.name), arguments: [a, b, c, d], delivery: null };
    }
  }
};

const wordsOfVector = ({ vector, vcpu, before }: InjectedVector): string => `, ${vector} vector injected on vCPU ${vcpu} before step ${before}`;

const middleOfStep = ({ interruptsAt, interruptsAgainAt, injected }: CallStep): string =>
  `${interruptsAt === undefined ? "" : `, interrupts taken at moment ${interruptsAt}`}${interruptsAgainAt === undefined ? "" : ` and at moment ${interruptsAgainAt}`}${injected === undefined ? "" : wordsOfVector(injected)}${injected?.then === undefined ? "" : wordsOfVector(injected.then)}`;

/** A step as reports write it: `map(lib, 1, secret, rw)`, `store page 0 -> buffer`. */
export const titleOfStep = (step: TraceStep): string => {
  if ("call" in step) return `${step.call}(${Object.values(step.arguments).join(", ")})${middleOfStep(step)}`;
  if (step.move === "interrupt") return "interrupt";
  if (step.move === "injection") return "injected shootdown vector";
  if (step.move === "remap") return `remap ${step.frame} -> ${step.to === null ? "nothing" : `system frame ${step.to}`}`;
  if (step.move === "rmp") return `RMP of system frame ${step.system} -> ${step.frame ?? "unassigned"}`;
  const at = "page" in step ? ` page ${step.page}` : "";
  return `${step.move.replace("_", " ")}${at}${step.frame === null ? "" : ` -> ${step.frame}`}`;
};
