/** Monitor calls: with every argument, by the domain that a vCPU runs, with the interrupts that they send taken at every moment, and with vectors that the host injects at every step. */
import { vcpu } from "../../../hw/identifiers.ts";
import { mark, readWord, undo, type Mark } from "../../../hw/memory.ts";
import { CPL } from "../../../hw/state.ts";
import { RAX, readRegister } from "../../../hw/vcpu.ts";
import type { Adversary } from "../../../spec/adversary.ts";
import { codes } from "../../../spec/vocabulary.ts";
import { allowed, disabled, type Cells } from "../../compile/compiled.ts";
import { saveRow, vcpuRow } from "../abstract-layout.ts";
import type { Action, CallAction, Injection } from "../action.ts";
import { instanceOfAction } from "../action-instance.ts";
import { callRows, codeNumber, instancesOfRows, numberOfCall, outOfRange, type CallRow } from "../actions.ts";
import { consume, enter, enterAmidst, loadCall, type Asked, type Middles } from "../call.ts";
import { relabelDeparted } from "../ghost.ts";
import { firstMoved, outOfPlace } from "../hostile-host.ts";
import type { Difference } from "../result.ts";
import { countCall } from "../tally.ts";
import type { Stage } from "./stage.ts";

export interface Calls {
  /** Without `everyFrame`, of the monitor's frames the first and the last are named. */
  all(before: Cells, vcpu: number, caller: number, everyFrame: boolean, base: Mark): void;
  /** Registers need not be among those that `all` tries. Returns the code; `null` where the host has taken what the monitor needs. */
  one(before: Cells, call: CallAction, caller: number): number | null;
  /** What the specification allows. */
  possible(before: Cells, vcpu: number, caller: number): readonly CallAction[];
}

const codesDiffer = (due: number, code: number): readonly Difference[] =>
  due === code ? [] : [{ cell: "code", machine: codes[code] ?? String(code), specification: codes[due] ?? String(due) }];

type Middle = Pick<CallAction, "delivery" | "again" | "injection">;

const undisturbed: Middle = { delivery: null };

/** The same with one more vector, after what there is. */
const besides = ({ delivery, injection }: Middle, more: Injection): Middle => ({ delivery, injection: injection === undefined ? more : { ...injection, then: more } });

const actionOf = (v: number, { number, registers }: CallRow, middle: Middle): CallAction => ({ kind: "call", vcpu: v, number, arguments: registers, ...middle });

const releaseNumber = numberOfCall("release");

export const callsOf = (stage: Stage, { injection: injects }: Adversary): Calls => {
  const { m, compiled, tables, judge, successors, tally, find } = stage, { system } = compiled, { transitions } = system, { domains, vcpus } = tables, { onlooker } = successors;
  const rows = callRows(system, m, tables), instanceOf = instancesOfRows(compiled, rows, vcpus, domains);
  // The code that each outcome of a call means: allowed is OK, and then the guards in order.
  const codeOf = transitions.map(({ guards }) => Int32Array.from([codeNumber("OK"), ...guards.map(({ code }) => codeNumber(code))]));
  const dueCode = (row: CallRow, outcome: number): number => (row.fixed >= 0 ? row.fixed : codeOf[row.transition]?.[outcome] ?? -1);
  const vcpuWords = (m.tlbBase - m.vcpuBase) / vcpus;

  /** Whether a denied call wrote the return register alone, by the write log. */
  const wroteOnlyTheCode = (v: number, since: Mark): boolean => {
    const { log, logLength } = m.memory, first = m.vcpuBase + v * vcpuWords;
    for (let i: number = since; i < logLength; i += 2) if (log[i] !== first + RAX && log[i] !== first + CPL) return false;
    return true;
  };

  /** Which of `rows` is being run. */
  let rowAt = -1;

  /** Runs a call from the state that `before` abstracts, and returns its code; `told` hears what there is to try in the middle of it besides. */
  const run = (before: Cells, v: number, caller: number, row: CallRow, instance: number, middle: Middle, asked: Asked | null, told: (middles: Middles) => void): number | null => {
    const outcome = instance < 0 ? disabled : compiled.outcome(before, instance), due = dueCode(row, outcome);
    const action = (): Action => actionOf(v, row, middle);
    successors.running(action);
    const [a, b, c, d] = row.registers;
    loadCall(m, vcpu(v), row.number, a, b, c, d);
    const context = outcome === allowed ? { name: transitions[row.transition]?.name ?? "", vcpu: v, argument: a } : null;
    if (context !== null) stage.plant(before, context, caller);
    const entry = mark(m.memory), thread = readWord(m.memory, tables.vcpuTable + v * vcpuRow);
    const ending = stage.watched(before, instance, outcome, () => {
      if (context === null) enter(m, vcpu(v));
      else told(enterAmidst(m, vcpu(v), middle, asked));
    });
    tally.callsRun++;
    // The host has taken what the monitor needs: the vCPU goes no further, with the lock held, and nothing more happens. All that happened before has been judged.
    if (ending !== "ended") {
      if (ending === "stopped" && !stage.hostMoved()) judge.exactDenial(false, false, [{ cell: "code", machine: "none: the monitor ends", specification: codes[due] ?? String(due) }]);
      return null;
    }
    const gone = readWord(m.memory, tables.vcpuTable + v * vcpuRow) !== thread;
    const code = gone ? readWord(m.memory, tables.saveAreas + (thread * vcpus + v) * saveRow + RAX) : readRegister(m, vcpu(v), RAX);
    const ok = code === 0;
    if (code !== due || !ok) judge.exactDenial(code === due, ok || wroteOnlyTheCode(v, entry), codesDiffer(due, code));
    countCall(tally, row, code, outcome);
    onlooker?.answered(rowAt, v, code);
    if (ok) {
      const verdicts = context === null ? null : stage.settle(context);
      if (context === null) consume(m, vcpu(v));
      if (row.number === releaseNumber) relabelDeparted(m, tables, a);
      stage.conclude(before, instance, outcome, -1, action, verdicts);
      const moved = m.nestedBase === 0 || stage.hostMoved() ? null : firstMoved(m, tables);
      if (moved !== null) judge.differs(outOfPlace(moved));
    }
    return code;
  };

  /** The call with its interrupts taken at every moment, one after the other, and with what the host injects. */
  const runEveryWay = (before: Cells, v: number, caller: number, row: CallRow, instance: number, base: Mark): void => {
    const middles: Middle[] = [], seconds: Middle[] = [], asked: Asked = { deliveries: new Set(), injections: injects ? new Set() : null };
    run(before, v, caller, row, instance, undisturbed, asked, ({ deliveries, injections }) => {
      for (const delivery of deliveries) middles.push({ delivery });
      for (const injection of injections) middles.push({ delivery: null, injection });
    });
    undo(m.memory, base);
    for (const middle of middles) {
      run(before, v, caller, row, instance, middle, asked, ({ deliveries, injections }) => {
        if (middle.injection === undefined) for (const again of deliveries) seconds.push({ ...middle, again });
        for (const injection of injections) seconds.push(besides(middle, injection));
      });
      undo(m.memory, base);
    }
    for (const second of seconds) {
      run(before, v, caller, row, instance, second, null, () => undefined);
      undo(m.memory, base);
    }
  };

  /** A row for registers that need not be among those that a search tries. */
  const rowOf = (call: CallAction, caller: number): { readonly row: CallRow; readonly instance: number } => {
    const { number, arguments: registers } = call;
    const transition = transitions.findIndex((one) => one.kind === "call" && numberOfCall(one.name) === number), specified = transitions[transition];
    const found = instanceOfAction(system, tables, call, caller);
    const fixed = specified === undefined ? codeNumber("BAD_CALL") : found === null ? outOfRange(specified) : -1;
    return { row: { number, registers, transition, fixed, scope: found?.scope ?? null, inner: false }, instance: found === null ? -1 : find(found.transition.name, found.scope) };
  };

  return {
    all: (before, v, caller, everyFrame, base) => {
      const instances = instanceOf[v * domains + caller];
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        rowAt = i;
        if (row !== undefined && (everyFrame || !row.inner)) runEveryWay(before, v, caller, row, instances?.[i] ?? -1, base);
      }
    },
    one: (before, call, caller) => {
      const { row, instance } = rowOf(call, caller);
      rowAt = rows.findIndex(({ number, registers }) => number === row.number && registers.every((register, i) => register === row.registers[i]));
      const code = run(before, call.vcpu, caller, row, instance, call, null, () => undefined);
      consume(m, vcpu(call.vcpu));
      return code;
    },
    possible: (before, v, caller) => {
      const instances = instanceOf[v * domains + caller];
      return rows.flatMap((row, i) => {
        const instance = instances?.[i] ?? -1;
        return instance >= 0 && compiled.outcome(before, instance) === allowed ? [actionOf(v, row, undisturbed)] : [];
      });
    },
  };
};
