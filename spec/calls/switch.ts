import { call, guard, who } from "../actor.ts";
import { eq } from "../lang/index.ts";
import { constants } from "../state.ts";
import { Domain } from "../vocabulary.ts";

/** Runs the thread of a domain on this vCPU, where it stopped. The thread itself, registers and what it knows, is unchanged. */
export const switchTo = call("switch", { domain: Domain }, (s, { vcpu, caller }, { domain }) => ({
  guards: [
    // Any other domain would take the processor, and choose when its victims run.
    who(eq(caller, constants.scheduler)),
    // A half-built domain would run, or a dying one go on.
    guard("sealed", "BAD_PHASE", eq(s.phase.at(domain), "sealed")),
  ],
  effects: [s.vcpu.at(vcpu).becomes(domain)],
}));
