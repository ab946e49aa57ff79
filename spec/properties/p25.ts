import { isIn, labelOf } from "../definitions.ts";
import { and, eq, exists, has, isNone, isSome, not, or, property, some, someSuch } from "../lang/index.ts";
import { s } from "../state.ts";
import { Depth, Device, Domain, Frame, Index, Level, Page, Vcpu } from "../vocabulary.ts";

const text = { id: "P25", title: "teardown", form: "state", place: "both" } as const;

export const p25 = [
  property({ ...text, sentence: "A free slot has no parent, space, table, thread or device, and nobody's thread is in it." }, { domain: Domain }, ({ domain }) => ({
    given: eq(s.phase.at(domain), "free"),
    then: and(
      isNone(s.parent.at(domain)),
      not(exists(Page, (page) => isSome(s.space.at(domain).at(page)))),
      not(exists(Level, (level) => exists(Index, (index) => isSome(s.tables.at(domain).at(level).at(index))))),
      not(exists(Vcpu, (vcpu) => or(
        eq(s.vcpu.at(vcpu), domain),
        not(eq(s.knows.at(domain).at(vcpu), [])),
        exists(Depth, (depth) => or(isSome(s.stack.at(domain).at(vcpu).at(depth)), exists(Domain, (home) => isIn({ home, vcpu, depth, domain })))),
      ))),
      not(exists(Device, (device) => eq(s.device.at(device), some(domain)))),
    ),
  })),
  property({ ...text, sentence: "Nothing belongs to a free slot or was granted to it, and it is nobody's parent." }, { domain: Domain }, ({ domain }) => ({
    given: eq(s.phase.at(domain), "free"),
    then: not(or(
      exists(Frame, (frame) => or(eq(s.owner.at(frame), some(domain)), isSome(s.grant.at(frame).at(domain)))),
      exists(Domain, (child) => eq(s.parent.at(child), some(domain))),
    )),
  })),
  property({ ...text, sentence: "The label of a free slot sits nowhere: what the domain left behind is the departed's." }, { domain: Domain }, ({ domain }) => ({
    given: eq(s.phase.at(domain), "free"),
    then: not(or(
      exists(Frame, (frame) => has(s.holds.at(frame), labelOf(domain))),
      exists(Domain, (home) => exists(Vcpu, (vcpu) => or(
        has(s.knows.at(home).at(vcpu), labelOf(domain)),
        exists(Depth, (depth) => someSuch(s.stack.at(home).at(vcpu).at(depth), ({ knew }) => has(knew, labelOf(domain)))),
      ))),
      exists(Device, (device) => has(s.deviceKnows.at(device), labelOf(domain))),
      has(s.hostKnows, labelOf(domain)),
    )),
  })),
];
