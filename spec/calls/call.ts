import { call as declare, guard } from "../actor.ts";
import { handed, onStack } from "../definitions.ts";
import { each, eq, exists, first, has, isNone, not, some, when } from "../lang/index.ts";
import { constants } from "../state.ts";
import { Depth, Domain, Gate } from "../vocabulary.ts";

/** Enters another domain through a gate, at the gate's entry. Argument registers survive, and with them what the caller knows. */
export const call = declare("call", { gate: Gate }, (s, { vcpu, caller }, { gate }) => ({
  guards: [
    // A gate that others were given.
    guard("listed", "DENIED", has(constants.callers.at(gate), caller)),
    // A domain that is not finished, or gone, would run.
    guard("callee-sealed", "BAD_PHASE", eq(s.phase.at(constants.callee.at(gate)), "sealed")),
    // A domain that is waiting would be entered again in the middle of what it was doing.
    guard("not-reentrant", "BUSY", not(onStack({ vcpu, domain: constants.callee.at(gate) }))),
    // The stack of a thread is bounded.
    guard("room", "NO_ROOM", exists(Depth, (depth) => isNone(s.stack.at(s.vcpu.at(vcpu)).at(vcpu).at(depth)))),
  ],
  effects: [each(Domain, (home) => [when(eq(s.vcpu.at(vcpu), home), [
    each(Depth, (depth) => [
      when(eq(first(Depth, (free) => isNone(s.stack.at(home).at(vcpu).at(free))), some(depth)), [
        s.stack.at(home).at(vcpu).at(depth).becomes(some({ gate, knew: s.knows.at(home).at(vcpu) })),
      ]),
    ]),
    s.knows.at(home).at(vcpu).becomes(handed({ home, vcpu, by: caller, gate })),
  ])])],
}));
