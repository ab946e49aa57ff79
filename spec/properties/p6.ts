import { relation } from "../legality.ts";
import { isSome, property, someSuch } from "../lang/index.ts";
import { s } from "../state.ts";
import { step } from "../step.ts";

export const p6 = [
  property({
    id: "P6", title: "legality", form: "step", place: "both",
    sentence: "A call succeeds only where the legality table allows its caller's relation to the domain it names, in that domain's phase.",
  }, {}, () => ({
    given: isSome(step.domain),
    then: someSuch(step.domain, (domain) => step.legal.at(relation({ caller: step.caller, domain })).at(s.phase.at(domain))),
  })),
];
