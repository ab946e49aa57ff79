/** The claims of a policy as properties. Each names its domains through constants of its own, since scalarsets have no literals. */
import { labelOf } from "./definitions.ts";
import { and, eq, exists, forall, has, implies, not, property, some, someSuch, subset, terms, type Property } from "./lang/index.ts";
import type { Valuation } from "./lang/evaluate.ts";
import { accessValue, type Claim, type Policy } from "./policy.ts";
import { s } from "./state.ts";
import { Access, Domain, Frame, Page, Vcpu } from "./vocabulary.ts";

export const claimId = (claim: Claim): string => `C:${claim.name}`;

/** The share rules that a claim excepts by name. */
const exceptions = (policy: Policy, claim: Claim) =>
  (policy.share ?? []).filter(({ name }) => name !== undefined && (claim.except ?? []).includes(name));

/** The constants that the claim of a position reads. */
const vocabulary = (index: number) => ({
  subject: `claim${index + 1}Subject`, object: `claim${index + 1}Object`, except: `claim${index + 1}Except`,
});

export const claimConstants = (policy: Policy): Valuation => Object.fromEntries((policy.claims ?? []).flatMap((claim, index) => {
  const names = vocabulary(index);
  const excepted = exceptions(policy, claim).filter(({ from, to }) => from === claim.object && to === claim.subject);
  return [
    [names.subject, policy.domains.indexOf(claim.subject)],
    [names.object, policy.domains.indexOf(claim.object)],
    [names.except, excepted.reduce((mask, { access }) => mask | accessValue(access), 0)],
  ];
}));

/**
 * The passages that a flow claim excepts, as (from, to) pairs of domain numbers: a share passes from its owner to the receiver, and back if it
 * can be written. A claim with such passages is judged on a system of its own, in which they are not followed.
 */
export const exceptedPassages = (policy: Policy, claim: Claim): readonly (readonly [number, number])[] =>
  claim.never !== "flow" ? [] : exceptions(policy, claim).flatMap(({ from, to, access }) => {
    const forth = [policy.domains.indexOf(from), policy.domains.indexOf(to)] as const;
    return access.includes("w") ? [forth, [forth[1], forth[0]] as const] : [forth];
  });

const sentence = ({ never, subject, object, except }: Claim): string => {
  const said = never === "flow" ? `What ${object} keeps secret never reaches ${subject}` : `${subject} never ${never}s a frame of ${object}`;
  return except === undefined || except.length === 0 ? `${said}.` : `${said}, except by ${except.join(", ")}.`;
};

/**
 * A claim as a property. Its antecedent says that there is something to protect and someone to protect it from, so that a claim about a domain
 * that never exists is vacuous and not true.
 */
export const claimProperty = (claim: Claim, index: number): Property => {
  const names = vocabulary(index);
  const constant = terms("constant", { [names.subject]: Domain, [names.object]: Domain });
  const subject = constant[names.subject], object = constant[names.object];
  const except = terms("constant", { [names.except]: Access })[names.except];
  if (subject === undefined || object === undefined || except === undefined) throw new RangeError(`claim ${claim.name} has no constants`);
  const text = { id: claimId(claim), title: claim.name, sentence: sentence(claim), form: "state", place: "both" } as const;

  if (claim.never === "flow") {
    return property(text, { vcpu: Vcpu }, ({ vcpu }) => ({
      given: and(eq(s.phase.at(subject), "sealed"), exists(Frame, (frame) => eq(s.owner.at(frame), some(object)))),
      then: not(has(s.knows.at(subject).at(vcpu), labelOf(object))),
    }));
  }
  const right = claim.never === "read" ? "r" : "w";
  return property(text, { frame: Frame }, ({ frame }) => ({
    given: and(eq(s.phase.at(subject), "sealed"), eq(s.owner.at(frame), some(object))),
    then: forall(Page, (page) => implies(
      someSuch(s.space.at(subject).at(page), (mapping) => and(eq(mapping.frame, frame), has(mapping.access, right))),
      someSuch(s.grant.at(frame).at(subject), (grant) => and(eq(grant.status, "accepted"), subset(grant.access, except))),
    )),
  }));
};
