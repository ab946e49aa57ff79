/** Who acts: a domain that some vCPU runs. */
import { bool, callsOver, eq, guard as plainGuard, movesOver, of, type Bool, type Expr, type Guard } from "./lang/index.ts";
import { current } from "./definitions.ts";
import { s } from "./state.ts";
import { Domain, Vcpu, type Code } from "./vocabulary.ts";

const actor = {
  parameters: { vcpu: Vcpu, caller: Domain },
  enabled: ({ vcpu, caller }: { vcpu: Expr<typeof Vcpu>; caller: Expr<typeof Domain> }) => eq(current({ vcpu }), caller),
};

export const call = callsOver(s, actor);
export const move = movesOver(s, actor);

/** A clause of a call, with the code of its denial. */
export const guard = (id: string, code: Code, condition: Expr<Bool>): Guard => plainGuard(id, code, condition);

/** The clause on who may make the call; it comes before the others. */
export const who = (condition: Expr<Bool>): Guard => guard("who", "DENIED", condition);

/** The clause on arguments that are in range one by one and not together; it comes first. */
export const inRange = (condition: Expr<Bool>): Guard => guard("arguments", "BAD_ARGUMENT", condition);

/** Moves of hardware, the host and devices, which no domain makes. */
export const environmentMove = movesOver(s, { parameters: {}, enabled: () => of(bool, true) });
