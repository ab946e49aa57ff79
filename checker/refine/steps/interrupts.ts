/** External interrupts, each taken between two instructions. */
import { vcpu } from "../../../hw/identifiers.ts";
import { raiseInterrupt, takeInterrupt } from "../../../hw/interrupts.ts";
import { allowed, type Cells } from "../../compile/compiled.ts";
import type { InterruptAction } from "../action.ts";
import { numbered } from "./numbering.ts";
import type { Stage } from "./stage.ts";

export interface Interrupts {
  /** Interrupts the vCPU, which runs `caller`, unless the adversary is one that sends none, and leaves the machine after it. */
  one(before: Cells, interrupt: InterruptAction, caller: number): number;
  possible(vcpu: number): readonly InterruptAction[];
}

export const interruptsOf = (stage: Stage): Interrupts => {
  const { m, compiled, tables } = stage;
  const found = numbered(stage, "interrupt", Array.from({ length: tables.vcpus }, (_, v) => ({ vcpu: v })));
  return {
    one: (before, interrupt, caller) => {
      const v = interrupt.vcpu, instance = found?.instances[v] ?? -1, context = { name: "interrupt", vcpu: v, argument: 0 };
      if (found === null || instance < 0 || compiled.outcome(before, instance) !== allowed) return 0;
      stage.happens(before, interrupt, found.transition, instance, () => {
        stage.plant(before, context, caller);
        raiseInterrupt(m, vcpu(v));
        return stage.watched(before, instance, allowed, () => { takeInterrupt(m, vcpu(v)); });
      }, () => stage.settle(context));
      return 0;
    },
    possible: (v) => (found === null ? [] : [{ kind: "interrupt", vcpu: v }]),
  };
};
