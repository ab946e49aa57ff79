/** Vectors that the host injects on SEV-SNP between two instructions of ring 3: nobody has sent them, and nothing may come of them. What it injects in the middle of a call is part of the call. */
import { vcpu } from "../../../hw/identifiers.ts";
import { injectVector } from "../../../hw/interrupts.ts";
import type { Adversary } from "../../../spec/adversary.ts";
import { allowed, type Cells } from "../../compile/compiled.ts";
import type { InjectionAction } from "../action.ts";
import type { Stage } from "./stage.ts";

export interface Injections {
  /** Injects it on the vCPU, which runs `caller`, unless the host is one that injects none, and leaves the machine after it. Returns 0, or `null` where it injects none. */
  one(before: Cells, injection: InjectionAction, caller: number): number | null;
  possible(vcpu: number): readonly InjectionAction[];
}

export const injectionsOf = (stage: Stage, { injection: injects }: Adversary): Injections => ({
  one: (before, injection, caller) => {
    if (!injects) return null;
    const context = { name: "interrupt", vcpu: injection.vcpu, argument: 0 };
    stage.idles(before, injection, () => {
      stage.plant(before, context, caller);
      return stage.watched(before, -1, allowed, () => { injectVector(stage.m, vcpu(injection.vcpu), "shootdown"); });
    }, () => stage.settle(context));
    return 0;
  },
  possible: (v) => (injects ? [{ kind: "injection", vcpu: v }] : []),
});
