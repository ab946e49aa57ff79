import { and, eq, or, property } from "../lang/index.ts";
import { constants, next, s } from "../state.ts";
import { step } from "../step.ts";
import { Vcpu } from "../vocabulary.ts";

const text = { id: "P17", title: "interrupts", form: "step", place: "both", sentence: "An interrupt is invisible to everyone else and loses nothing: it changes at most which thread its vCPU runs." } as const;

export const p17 = [
  property(text, { vcpu: Vcpu }, ({ vcpu }) => ({
    given: eq(step.name, "interrupt"),
    then: or(eq(next.vcpu.at(vcpu), s.vcpu.at(vcpu)), and(constants.preemptive, eq(next.vcpu.at(vcpu), constants.scheduler))),
  })),
  property(text, {}, () => ({
    given: eq(step.name, "interrupt"),
    then: and(
      eq(next.phase, s.phase), eq(next.parent, s.parent), eq(next.kind, s.kind), eq(next.owner, s.owner), eq(next.holds, s.holds), eq(next.tables, s.tables),
      eq(next.space, s.space), eq(next.grant, s.grant), eq(next.knows, s.knows), eq(next.stack, s.stack), eq(next.device, s.device), eq(next.ioSpace, s.ioSpace),
      eq(next.deviceKnows, s.deviceKnows), eq(next.hostKnows, s.hostKnows),
    ),
  })),
];
