import { environmentMove } from "../actor.ts";
import { and, bool, eq, of, when } from "../lang/index.ts";
import { constants } from "../state.ts";
import { Vcpu } from "../vocabulary.ts";

/** An interrupt enters the monitor, which resumes the thread, or runs the scheduler's where the policy says so and it can run. */
export const interrupt = environmentMove("interrupt", { vcpu: Vcpu }, (s, _by, { vcpu }) => ({
  enabled: of(bool, true),
  effects: [when(and(constants.preemptive, eq(s.phase.at(constants.scheduler), "sealed")), [s.vcpu.at(vcpu).becomes(constants.scheduler)])],
}));
