/** One machine on which one walk after the other is taken from the boot image, judged after every step as in a search, with the specification beside it. */
import { commit, hash, restore, snapshot } from "../../hw/memory.ts";
import { adversaryOf } from "../../spec/adversary.ts";
import type { Instance, System } from "../../spec/lang/system.ts";
import type { Policy } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";
import type { Found } from "../check.ts";
import { compile } from "../compile/compile.ts";
import type { Cells } from "../compile/compiled.ts";
import type { Coverage } from "../explore/result.ts";
import { monitorTables } from "../refine/abstract-layout.ts";
import { vcpuOf, type Action } from "../refine/action.ts";
import { instanceOfAction } from "../refine/action-instance.ts";
import { numberOfCall } from "../refine/actions.ts";
import { bootedMachine } from "../refine/boot-image.ts";
import { currentOf } from "../refine/current.ts";
import { createExpander } from "../refine/expand.ts";
import { createJudge, type Breach } from "../refine/judge.ts";
import { compareStates, namesOf } from "../refine/names.ts";
import { coverageOf } from "../refine/tally.ts";
import { createChooser, type Dice } from "./choose.ts";
import type { Exchange } from "./shorter.ts";
import { createShadow, type Shadow } from "./shadow.ts";

/** What a step came to. */
export interface Stepped {
  /** It changed the machine: it was no denied call and no fault. */
  readonly effective: boolean;
  /** What it broke; the specification first. */
  readonly broken: readonly Found[];
  /** Nothing more can happen: the host has taken what the monitor needs. */
  readonly over: boolean;
}

export interface Walker {
  /** Back to the booted machine, which is judged. */
  begin(): readonly Found[];
  /** An action that the walk could take now. */
  choose(dice: Dice): Action;
  step(action: Action): Stepped;
  /** The frames that an action names. */
  framesOf(action: Action): readonly number[];
  readonly exchange: Exchange;
  /** 53 bits of the hash of the whole machine. */
  stateKey(): number;
  readonly coverage: () => Coverage;
  readonly antecedents: Shadow["antecedents"];
  oracleSteps(): number;
}

/** `calls` names those that are made; `null` is all of them. */
export const createWalker = (policy: Policy, selected: (property: string) => boolean, calls: readonly string[] | null): Walker => {
  const systems = systemsOf(policy).map((system): System => ({ ...system, transitions: system.transitions.filter(({ kind, name }) => kind === "move" || calls === null || calls.includes(name)) }));
  const [system = systemsOf(policy)[0]] = systems;
  const m = bootedMachine(policy, "saturating"), booted = snapshot(m.memory), tables = monitorTables(m), adversary = adversaryOf(policy);
  const compiled = compile(system), names = namesOf(policy), runs = currentOf(system, compiled.state), shadow = createShadow(systems, compiled, tables, selected);
  let breaches: Breach[] = [];
  const judge = createJudge(m, compiled, selected, (breach) => breaches.push(breach));
  const expander = createExpander(m, compiled, adversary, judge, { known: () => null, add: () => 0, running: () => undefined }, (machine, specification) =>
    compareStates(system.bounds, system.variables, names, compiled.state.decode(machine), compiled.state.decode(specification)).map(({ cell, one, other }) => ({ cell, machine: one, specification: other })));
  const choose = createChooser(system, m, tables, adversary, expander, runs);
  let cells: Cells = new Int32Array(compiled.state.size), actions: Action[] = [], instances: Instance[] = [];

  const callerOf = (action: Action): number => {
    const vcpu = vcpuOf(action);
    return vcpu === null ? 0 : runs(cells, vcpu);
  };
  const onMonitor = (): readonly Found[] => breaches.map((breach): Found => ({
    where: "monitor", policy, system, violation: { ...breach, place: "M", actions: [...actions], instanceTrace: [...instances] },
  }));

  const frameArguments = new Map(system.transitions.filter(({ kind }) => kind === "call").map(({ name, own }) => [numberOfCall(name), own.flatMap(({ type }, i) => (type.name === "Frame" ? [i] : []))]));
  const exchange: Exchange = (action, one, other) => {
    const moved = (frame: number): number => (frame === one ? other : frame === other ? one : frame);
    if (action.kind === "move" || action.kind === "dma" || action.kind === "host") return { ...action, frame: moved(action.frame) };
    // Behind a frame there is the system frame of its number, unless the host has moved it.
    if (action.kind === "remap") return { ...action, frame: moved(action.frame), to: moved(action.to) };
    if (action.kind === "rmp") return { ...action, system: moved(action.system), guest: moved(action.guest) };
    if (action.kind !== "call") return action;
    const at = frameArguments.get(action.number) ?? [], [a, b, c, d] = action.arguments.map((register, i) => (at.includes(i) ? moved(register) : register));
    return { ...action, arguments: [a ?? 0, b ?? 0, c ?? 0, d ?? 0] };
  };

  return {
    framesOf: (action) => {
      switch (action.kind) {
        case "call": return (frameArguments.get(action.number) ?? []).map((at) => action.arguments[at] ?? 0);
        case "remap": return [action.frame, action.to].filter((frame) => frame >= 0);
        case "rmp": return [action.system, action.guest].filter((frame) => frame >= 0);
        case "move": case "dma": case "host": return [action.frame];
        case "interrupt": case "injection": return [];
      }
    },
    exchange,
    begin: () => {
      restore(m.memory, booted);
      breaches = [];
      actions = [];
      instances = [];
      judge.again();
      expander.start(compiled.state.encode(system.initial), cells);
      const violated = shadow.begin();
      return [...(violated === null ? [] : [{ where: "specification" as const, policy, ...violated }]), ...onMonitor()];
    },
    choose: (dice) => choose(cells, dice, { isNew: (action) => shadow.leadsToNew(action, callerOf(action)), denials: (action) => shadow.denials(action, callerOf(action)) }),
    step: (action) => {
      const caller = callerOf(action), instance = instanceOfAction(system, tables, action, caller);
      actions.push(action);
      if (instance !== null) instances.push(instance);
      const { code, over } = expander.run(cells, action);
      commit(m.memory);
      const after = new Int32Array(compiled.state.size);
      if (expander.abstraction(m, after) === null) cells = after;
      const violated = shadow.step(action, caller, code === 0);
      return { effective: code === 0, broken: [...(violated === null ? [] : [{ where: "specification" as const, policy, ...violated }]), ...onMonitor()], over };
    },
    stateKey: () => {
      const { hashLow, hashHigh } = hash(m.memory);
      return (hashHigh & 0x1fffff) * 2 ** 32 + (hashLow >>> 0);
    },
    coverage: () => coverageOf(system, expander.tally, judge),
    antecedents: shadow.antecedents,
    oracleSteps: () => shadow.oracleSteps(),
  };
};
