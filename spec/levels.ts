/** Multi-level labels as properties: no read up, no write down, tranquility (Bell and LaPadula 1973). */
import { labelOf, threadIn } from "./definitions.ts";
import { and, bool, eq, exists, has, map, not, property, setOf, some, someSuch, terms, type Property } from "./lang/index.ts";
import type { Valuation } from "./lang/evaluate.ts";
import type { Policy } from "./policy.ts";
import { next, s } from "./state.ts";
import { Device, Domain, Frame, Vcpu } from "./vocabulary.ts";

export const levelsId = "C:levels";

/** Levels belong to slots and never change: that is strong tranquility of domains. */
const constants = terms("constant", {
  /** The first domain stands above the second, and neither is trusted. */
  standsAbove: map(Domain, map(Domain, bool)),
  /** Domains that stand above the host, and are not trusted. */
  standsAboveHost: setOf(Domain),
});

/** The level of a domain; names must have been checked. */
const levelOf = ({ levels }: Policy, domain: string): number => levels?.of[domain] ?? 0;

export const isTrusted = ({ levels }: Policy, domain: string): boolean => (levels?.trusted ?? []).includes(domain);

/** Secrets of the first domain must not come to the second. */
export const standsAbove = (policy: Policy, high: string, low: string): boolean =>
  levelOf(policy, high) > levelOf(policy, low) && !isTrusted(policy, high) && !isTrusted(policy, low);

/** The host is as low as the lowest domain. */
export const standsAboveHost = (policy: Policy, high: string): boolean =>
  levelOf(policy, high) > Math.min(...policy.domains.map((one) => levelOf(policy, one))) && !isTrusted(policy, high);

export const levelConstants = (policy: Policy): Valuation => (policy.levels === undefined ? {} : {
  standsAbove: policy.domains.map((high) => policy.domains.map((low) => standsAbove(policy, high, low))),
  standsAboveHost: policy.domains.reduce((mask, domain, d) => (standsAboveHost(policy, domain) ? mask | (1 << d) : mask), 0),
});

/** What trusted domains pass on is not followed: pairs (from, to) of domain numbers. */
export const trustedPassages = (policy: Policy): readonly (readonly [number, number])[] =>
  policy.domains.flatMap((from, f) => (isTrusted(policy, from) ? policy.domains.map((_, to) => [f, to] as const) : []));

const text = { id: levelsId, title: "levels", form: "state", place: "both" } as const;

export const levelProperties: readonly Property[] = [
  property({ ...text, sentence: "No read up: a thread knows no secrets from above the domain that it is in." }, { home: Domain, vcpu: Vcpu, high: Domain }, ({ home, vcpu, high }) => ({
    given: and(eq(s.phase.at(home), "sealed"), eq(s.phase.at(high), "sealed"), constants.standsAbove.at(high).at(threadIn({ home, vcpu }))),
    then: not(has(s.knows.at(home).at(vcpu), labelOf(high))),
  })),
  property({ ...text, sentence: "No write down: a frame holds no secrets from above its owner." }, { frame: Frame, high: Domain }, ({ frame, high }) => ({
    given: and(eq(s.phase.at(high), "sealed"), someSuch(s.owner.at(frame), (owner) => constants.standsAbove.at(high).at(owner))),
    then: not(has(s.holds.at(frame), labelOf(high))),
  })),
  property({ ...text, sentence: "No device learns secrets from above its owner." }, { device: Device, high: Domain }, ({ device, high }) => ({
    given: and(eq(s.phase.at(high), "sealed"), someSuch(s.device.at(device), (owner) => constants.standsAbove.at(high).at(owner))),
    then: not(has(s.deviceKnows.at(device), labelOf(high))),
  })),
  property({ ...text, sentence: "The host, as low as the lowest domain, learns no secrets from above." }, { high: Domain }, ({ high }) => ({
    given: and(eq(s.phase.at(high), "sealed"), has(constants.standsAboveHost, high)),
    then: not(has(s.hostKnows, labelOf(high))),
  })),
  property({ ...text, form: "step", sentence: "Tranquility: a frame comes to a lower level only empty." }, { frame: Frame }, ({ frame }) => ({
    given: exists(Domain, (high) => and(eq(s.owner.at(frame), some(high)), someSuch(next.owner.at(frame), (low) => constants.standsAbove.at(high).at(low)))),
    then: eq(next.holds.at(frame), []),
  })),
];
