import { call, guard } from "../actor.ts";
import { handed, topOfStack } from "../definitions.ts";
import { each, eq, isSome, matchOption, none, some, unite, when } from "../lang/index.ts";
import { Depth, Domain } from "../vocabulary.ts";

/** Goes back to the caller of the last gate. Result registers survive, and with them what the callee knows. */
export const returnFrom = call("return", {}, (s, { vcpu, caller }) => ({
  guards: [
    // There is nobody to return to.
    guard("called", "EMPTY", isSome(topOfStack({ home: s.vcpu.at(vcpu), vcpu }))),
  ],
  effects: [each(Domain, (home) => [when(eq(s.vcpu.at(vcpu), home), [each(Depth, (depth) => [
    when(eq(topOfStack({ home, vcpu }), some(depth)), [
      s.stack.at(home).at(vcpu).at(depth).becomes(none),
    ]),
  ]),
  s.knows.at(home).at(vcpu).becomes(matchOption(topOfStack({ home, vcpu }), {
    none: s.knows.at(home).at(vcpu),
    some: (top) => matchOption(s.stack.at(home).at(vcpu).at(top), {
      none: s.knows.at(home).at(vcpu),
      some: ({ gate, knew }) => unite(knew, handed({ home, vcpu, by: caller, gate })),
    }),
  })),
  ])])],
}));
