/** Labels that flow from a frame into a thread. */
import { reachesFrom } from "../definitions.ts";
import { each, eq, ite, matchOption, unite, when, type Expr } from "../lang/index.ts";
import { s } from "../state.ts";
import { Domain, type Page, type Vcpu } from "../vocabulary.ts";

/** The thread knows what it knew and what the frame mapped at the page holds, unless a claim excepts that passage by name. */
export const learn = (vcpu: Expr<typeof Vcpu>, caller: Expr<typeof Domain>, page: Expr<typeof Page>) => [
  each(Domain, (home) => [when(eq(s.vcpu.at(vcpu), home), [
    s.knows.at(home).at(vcpu).becomes(matchOption(s.space.at(caller).at(page), {
      none: s.knows.at(home).at(vcpu),
      some: ({ frame }) => ite(
        reachesFrom({ frame, to: caller }),
        unite(s.knows.at(home).at(vcpu), s.holds.at(frame)),
        s.knows.at(home).at(vcpu),
      ),
    })),
  ])]),
];
