/** The specification beside a walk on the machine: every system of the policy goes along in generated code, judged after each step, and the oracle is asked now and then whether it goes right. */
import { step as oracleStep, type Instance, type System } from "../../spec/lang/system.ts";
import { compile, isAbstract } from "../compile/compile.ts";
import { allowed, type Cells, type Compiled } from "../compile/compiled.ts";
import { SelfCheckError } from "../explore/trace.ts";
import type { Violation } from "../explore/result.ts";
import type { Action } from "../refine/action.ts";
import { instanceFinder } from "../refine/actions.ts";
import { instanceOfAction } from "../refine/action-instance.ts";
import type { Placement } from "../refine/placement.ts";

export interface ShadowViolation { readonly system: System; readonly violation: Violation }

/** How often a formula of a system was reached, by its index among the system's properties. */
interface Antecedents { readonly system: System; readonly reached: Float64Array }

export interface Shadow {
  /** Back to the initial state, which is judged. */
  begin(): ShadowViolation | null;
  /** Goes on by what has been tried on the machine, and has `happened` there; `null` if nothing breaks, or the specification does nothing there. */
  step(action: Action, caller: number, happened: boolean): ShadowViolation | null;
  /** Whether the first system goes to a state that it has not been in, in this walk or an earlier one. */
  leadsToNew(action: Action, caller: number): boolean;
  /** How often the guard of the first system that denies an action has denied a like one that was taken: naming the caller, or not. Infinite where nothing denies it. */
  denials(action: Action, caller: number): number;
  /** States of the first system that it has been in, told apart by 53 bits of a hash. */
  distinct(): number;
  readonly antecedents: readonly Antecedents[];
  /** Steps that the oracle has taken as well. */
  oracleSteps(): number;
}

/** The oracle walks expression trees, which takes a hundred times longer: it is asked at the first step, and at one in so many after it. */
const oracleEvery = 64;

const keyOf = (cells: Cells): number => {
  let low = 0x811c9dc5, high = 0x9747b28c;
  for (const cell of cells) {
    low = Math.imul(low ^ cell, 0x01000193);
    high = Math.imul(high + cell, 0x5bd1e995) ^ (high >>> 15);
  }
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
};

interface Side {
  readonly system: System; readonly compiled: Compiled; readonly reached: Float64Array;
  readonly find: (transition: string, scope: Instance["scope"]) => number;
  cells: Cells; spare: Cells; path: Instance[];
}

/** `first` is the compiled first system; `selected` says which properties are judged. */
export const createShadow = (systems: readonly System[], first: Compiled, placement: Placement, selected: (property: string) => boolean): Shadow => {
  const sides = systems.map((system, i): Side => {
    const compiled = i === 0 ? first : compile(system);
    return { system, compiled, reached: new Float64Array(system.properties.length), find: instanceFinder(compiled), cells: new Int32Array(compiled.state.size), spare: new Int32Array(compiled.state.size), path: [] };
  });
  const been = new Set<number>();
  let taken = 0, asked = 0;

  const indexOf = ({ system, find }: Side, action: Action, caller: number): { readonly instance: Instance; readonly index: number } | null => {
    const instance = instanceOfAction(system, placement, action, caller), index = instance === null ? -1 : find(instance.transition.name, instance.scope);
    return instance === null || index < 0 ? null : { instance, index };
  };

  const broken = ({ system, path }: Side, property: System["properties"][number], binding: Violation["binding"] | null): ShadowViolation => ({
    system, violation: { property: property.id, clause: system.properties.indexOf(property), place: property.place, instanceTrace: [...path], binding: binding ?? {} },
  });
  const count = ({ system, reached }: Side, property: System["properties"][number]): void => {
    const clause = system.properties.indexOf(property);
    reached[clause] = (reached[clause] ?? 0) + 1;
  };
  const judgeState = (side: Side): ShadowViolation | null => {
    for (const check of side.compiled.stateChecks) {
      if (!isAbstract(check.property) || !selected(check.property.id)) continue;
      if (check.reached(side.cells)) count(side, check.property);
      if (check.violated(side.cells)) return broken(side, check.property, check.binding(side.cells));
    }
    return null;
  };
  const judgeStep = (side: Side, before: Cells, index: number): ShadowViolation | null => {
    for (const check of side.compiled.stepChecks) {
      if (!isAbstract(check.property) || !selected(check.property.id)) continue;
      if (check.reached(before, side.cells, index)) count(side, check.property);
      if (check.violated(before, side.cells, index)) return broken(side, check.property, check.binding(before, side.cells, index));
    }
    return null;
  };
  /** @throws SelfCheckError if generated code and oracle go different ways. */
  const askOracle = ({ system, compiled, cells, spare }: Side, instance: Instance): void => {
    asked++;
    const outcome = oracleStep(system, compiled.state.decode(cells), instance);
    const next = outcome.kind === "allowed" ? compiled.state.encode(outcome.next) : null;
    if (next === null || next.some((cell, i) => cell !== spare[i])) throw new SelfCheckError(`generated code and oracle go different ways by ${instance.transition.name}, after a walk`);
  };

  const [main] = sides, denied = new Map<string, number>();
  const denialOf = (side: Side, action: Action, caller: number): string | null => {
    const known = indexOf(side, action, caller), outcome = known === null ? allowed : side.compiled.outcome(side.cells, known.index);
    if (known === null || outcome <= allowed) return null;
    const { transition: { name, own, guards }, scope } = known.instance;
    return `${name}.${guards[outcome - 1]?.id ?? ""} ${own.map((parameter) => (parameter.type.name === "Domain" && scope[parameter.name] === caller ? "self" : "-")).join(" ")}`;
  };
  return {
    leadsToNew: (action, caller) => {
      const known = main === undefined ? null : indexOf(main, action, caller);
      if (main === undefined || known === null || main.compiled.outcome(main.cells, known.index) !== allowed) return false;
      main.compiled.apply(main.cells, known.index, main.spare);
      return !been.has(keyOf(main.spare));
    },
    denials: (action, caller) => {
      const denial = main === undefined ? null : denialOf(main, action, caller);
      return denial === null ? Infinity : denied.get(denial) ?? 0;
    },
    distinct: () => been.size,
    antecedents: sides.map(({ system, reached }) => ({ system, reached })),
    oracleSteps: () => asked,
    begin: () => {
      for (const side of sides) {
        side.cells = side.compiled.state.encode(side.system.initial);
        side.path = [];
      }
      if (main !== undefined) been.add(keyOf(main.cells));
      return sides.reduce<ShadowViolation | null>((found, side) => found ?? judgeState(side), null);
    },
    step: (action, caller, happened) => {
      const denial = main === undefined ? null : denialOf(main, action, caller);
      if (denial !== null) denied.set(denial, (denied.get(denial) ?? 0) + 1);
      if (!happened) return null;
      taken++;
      let found: ShadowViolation | null = null;
      for (const side of sides) {
        const known = indexOf(side, action, caller);
        if (known === null || side.compiled.outcome(side.cells, known.index) !== allowed) continue;
        const { instance, index } = known;
        side.compiled.apply(side.cells, index, side.spare);
        if (taken % oracleEvery === 1) askOracle(side, instance);
        const before = side.cells;
        side.cells = side.spare;
        side.spare = before;
        side.path.push(instance);
        found ??= judgeStep(side, before, index) ?? judgeState(side);
      }
      if (main !== undefined) been.add(keyOf(main.cells));
      return found;
    },
  };
};
