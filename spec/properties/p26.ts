import { inLine, inLineNext, maps, mappedForDma, properAncestor, waits } from "../definitions.ts";
import { and, attainable, eq, exists, forall, implies, isSome, not, or, some } from "../lang/index.ts";
import { constants, s } from "../state.ts";
import { step } from "../step.ts";
import { Domain, Frame, invalid, Page, shared, Vcpu } from "../vocabulary.ts";

/**
 * What is assumed and what is not: `proofs-notes/progress.md`. A step of the specification is a call that has returned, so every vCPU has acknowledged. Nobody but the owner
 * does anything for it, and the scheduler schedules; what others have given it, or have of its frames, they need not give back.
 */
export const p26 = [
  attainable({
    id: "P26", title: "progress",
    sentence: "From every state a domain can get all of its frames back, and those of its descendants, by its own calls and interrupts alone, where it runs or an interrupt brings a scheduler.",
  }, { owner: Domain }, ({ owner }) => ({
    // Who waits in every thread for a callee to return has chosen to. The scheduler is never excused: whoever holds its thread holds the processor.
    given: and(eq(s.phase.at(owner), "sealed"), or(
      exists(Vcpu, (vcpu) => and(eq(s.vcpu.at(vcpu), owner), not(waits({ home: owner, vcpu })))),
      and(constants.preemptive, eq(s.phase.at(constants.scheduler), "sealed"), or(
        eq(owner, constants.scheduler),
        exists(Vcpu, (vcpu) => not(waits({ home: owner, vcpu }))),
      )),
    )),
    by: and(
      or(eq(step.name, "interrupt"), and(eq(step.name, "switch"), eq(step.caller, constants.scheduler)), and(step.call, eq(step.caller, owner))),
      // Frames that are given away are not got back.
      forall(Frame, (frame) => implies(inLine({ owner, frame }), inLineNext({ owner, frame }))),
    ),
    then: and(
      not(exists(Domain, (domain) => properAncestor({ ancestor: owner, domain }))),
      forall(Frame, (frame) => implies(eq(s.owner.at(frame), some(owner)), and(
        not(exists(Domain, (receiver) => isSome(s.grant.at(frame).at(receiver)))),
        not(exists(Domain, (other) => and(not(eq(other, owner)), exists(Page, (page) => maps({ domain: other, page, frame }))))),
        not(mappedForDma({ frame })),
        not(or(eq(s.kind.at(frame), shared), eq(s.kind.at(frame), invalid))),
      ))),
    ),
  })),
];
