/** The claims of a policy as properties. Each names whom it is about through constants of its own, since scalarsets have no literals. */
import { labelOf, threadIn } from "./definitions.ts";
import {
  and, eq, exists, forall, has, implies, inject, isSome, map, not, property, some, someSuch, subset, terms, type Bool, type Expr, type Property,
} from "./lang/index.ts";
import type { Valuation } from "./lang/evaluate.ts";
import { accessValue, hostName, type Claim, type Policy } from "./policy.ts";
import { s } from "./state.ts";
import { allFollowed, type Unfollowed } from "./unfollowed.ts";
import { Access, Device, Domain, Frame, hostLabel, IoPage, Label, Page, shared, Vcpu } from "./vocabulary.ts";

export const claimId = (claim: Claim): string => `C:${claim.name}`;

/** What a name in a claim stands for. */
type Kind = "domain" | "device" | "host";
const kindOf = ({ domains, devices = [] }: Policy, name: string): Kind =>
  (domains.includes(name) ? "domain" : devices.some((device) => device.name === name) ? "device" : "host");

/** The place of its label in the union `Label`. */
const labelNumber = (policy: Policy, name: string): number => [...policy.domains, ...(policy.devices ?? []).map((device) => device.name), hostName].indexOf(name);

const isExcepted = ({ except = [] }: Claim, name: string | undefined): boolean => name !== undefined && except.includes(name);

/** @throws RangeError for a constant that was not made. */
const only = <T>(found: T | undefined): T => {
  if (found === undefined) throw new RangeError("a claim has no constants");
  return found;
};

/** The share rules that a claim excepts by name. */
const exceptedShares = (policy: Policy, claim: Claim) => (policy.share ?? []).filter(({ name }) => isExcepted(claim, name));

interface Names { readonly subject: string; readonly object: string; readonly except: string }

/** The constants that the claim of a position reads. */
const vocabulary = (index: number): Names => ({ subject: `claim${index + 1}Subject`, object: `claim${index + 1}Object`, except: `claim${index + 1}Except` });

export const claimConstants = (policy: Policy): Valuation => Object.fromEntries((policy.claims ?? []).flatMap((claim, index) => {
  const names = vocabulary(index), excepted = exceptedShares(policy, claim).filter(({ from }) => from === claim.object);
  const number = (name: string): number => (kindOf(policy, name) === "domain" ? policy.domains.indexOf(name) : (policy.devices ?? []).findIndex((device) => device.name === name));
  return [
    ...(kindOf(policy, claim.subject) === "host" ? [] : [[names.subject, number(claim.subject)]]),
    ...(kindOf(policy, claim.object) === "host" ? [] : [[names.object, number(claim.object)]]),
    [names.except, policy.domains.map((receiver) => excepted.filter(({ to }) => to === receiver).reduce((mask, { access }) => mask | accessValue(access), 0))],
  ];
}));

/**
 * What a flow claim excepts: a share passes from its owner to the receiver, and back if it can be written; gates, devices and the host pass both ways. A claim with exceptions is
 * judged on a system of its own, in which they are not followed.
 */
export const exceptedBy = (policy: Policy, claim: Claim): Unfollowed | null => {
  if (claim.never !== "flow" || (claim.except ?? []).length === 0) return null;
  const numbers = (all: readonly { readonly name: string }[] = []): readonly number[] => all.flatMap(({ name }, n) => (isExcepted(claim, name) ? [n] : []));
  return {
    ...allFollowed, followed: labelNumber(policy, claim.object),
    passages: exceptedShares(policy, claim).flatMap(({ from, to, access }) => {
      const forth = [policy.domains.indexOf(from), policy.domains.indexOf(to)] as const;
      return access.includes("w") ? [forth, [forth[1], forth[0]] as const] : [forth];
    }),
    gates: numbers(policy.gates), devices: numbers(policy.devices), host: isExcepted(claim, hostName),
  };
};

const called = (name: string): string => (name === hostName ? "the host" : name);

const sentence = ({ never, subject, object, except = [] }: Claim): string => {
  const said = never === "flow" ? `What ${called(object)} keeps secret never reaches ${called(subject)}` : `${subject === hostName ? "The host" : subject} never ${never}s a frame of ${object}`;
  return `${said}${except.length === 0 ? "" : `, except by ${except.map(called).join(", ")}`}.`;
};

type Text = Parameters<typeof property>[0];

const domainOf = (name: string): Expr<typeof Domain> => only(terms("constant", { [name]: Domain })[name]);
const deviceOf = (name: string): Expr<typeof Device> => only(terms("constant", { [name]: Device })[name]);

/** That the object has something to keep secret, and the label of its secrets. */
const secret = (policy: Policy, { object }: Claim, { object: name }: Names): { readonly there: Expr<Bool>; readonly label: Expr<typeof Label> } => {
  switch (kindOf(policy, object)) {
    case "domain": return { there: exists(Frame, (frame) => eq(s.owner.at(frame), some(domainOf(name)))), label: labelOf(domainOf(name)) };
    case "device": return { there: isSome(s.device.at(deviceOf(name))), label: inject(Label, "device", deviceOf(name)) };
    case "host": return { there: exists(Frame, (frame) => eq(s.kind.at(frame), shared)), label: hostLabel };
  }
};

const flowProperty = (policy: Policy, claim: Claim, names: Names, text: Text): Property => {
  switch (kindOf(policy, claim.subject)) {
    // Whoever entered the domain through a gate is the domain; while it is elsewhere, its threads are not.
    case "domain":
      return property(text, { home: Domain, vcpu: Vcpu }, ({ home, vcpu }) => {
        const { there, label } = secret(policy, claim, names), subject = domainOf(names.subject);
        return {
          given: and(eq(s.phase.at(subject), "sealed"), eq(s.phase.at(home), "sealed"), eq(threadIn({ home, vcpu }), subject), there),
          then: not(has(s.knows.at(home).at(vcpu), label)),
        };
      });
    case "device":
      return property(text, {}, () => {
        const { there, label } = secret(policy, claim, names), subject = deviceOf(names.subject);
        return { given: and(isSome(s.device.at(subject)), there), then: not(has(s.deviceKnows.at(subject), label)) };
      });
    case "host":
      return property(text, {}, () => {
        const { there, label } = secret(policy, claim, names);
        return { given: there, then: not(has(s.hostKnows, label)) };
      });
  }
};

const accessProperty = (policy: Policy, claim: Claim, names: Names, text: Text): Property => {
  const right = claim.never === "read" ? "r" : "w", except = only(terms("constant", { [names.except]: map(Domain, Access) })[names.except]);
  /** The receiver reaches the frame by a grant that the claim excepts. */
  const byException = (frame: Expr<typeof Frame>, receiver: Expr<typeof Domain>) =>
    someSuch(s.grant.at(frame).at(receiver), (grant) => and(eq(grant.status, "accepted"), subset(grant.access, except.at(receiver))));
  return property(text, { frame: Frame }, ({ frame }) => {
    const owned = eq(s.owner.at(frame), some(domainOf(names.object)));
    switch (kindOf(policy, claim.subject)) {
      case "domain": {
        const subject = domainOf(names.subject);
        return {
          given: and(eq(s.phase.at(subject), "sealed"), owned),
          then: forall(Page, (page) => implies(
            someSuch(s.space.at(subject).at(page), (mapping) => and(eq(mapping.frame, frame), has(mapping.access, right))),
            byException(frame, subject),
          )),
        };
      }
      case "device": {
        const subject = deviceOf(names.subject);
        return {
          given: and(isSome(s.device.at(subject)), owned),
          then: forall(IoPage, (page) => implies(
            someSuch(s.ioSpace.at(subject).at(page), (mapping) => and(eq(mapping.frame, frame), has(mapping.access, right))),
            someSuch(s.device.at(subject), (driver) => byException(frame, driver)),
          )),
        };
      }
      // What is shared with the host it reads and writes.
      case "host": return { given: owned, then: not(eq(s.kind.at(frame), shared)) };
    }
  });
};

/**
 * A claim as a property. Its antecedent says that there is something to protect and someone to protect it from, so that a claim about a domain
 * that never exists is vacuous and not true.
 */
export const claimProperty = (policy: Policy, claim: Claim, index: number): Property => {
  const names = vocabulary(index), text: Text = { id: claimId(claim), title: claim.name, sentence: sentence(claim), form: "state", place: "both" };
  return claim.never === "flow" ? flowProperty(policy, claim, names, text) : accessProperty(policy, claim, names, text);
};
