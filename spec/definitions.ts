/** The words that calls and properties are said in. */
import {
  and, bool, define, eq, exists, first, has, inject, isNone, isSome, ite, matchOption, minus, not, of, or, reaches, setOf, some, someSuch, subset, unite, type Expr,
} from "./lang/index.ts";
import { constants, next, s } from "./state.ts";
import { Access, Depth, Device, Domain, Frame, Gate, Index, IoPage, Label, Level, Page, Vcpu } from "./vocabulary.ts";

/** The last call of a thread that has not returned. */
export const topOfStack = define("topOfStack", { home: Domain, vcpu: Vcpu }, ({ home, vcpu }) => first(Depth, (depth) => and(
  isSome(s.stack.at(home).at(vcpu).at(depth)),
  matchOption(constants.higher.at(depth), { none: of(bool, true), some: (higher) => isNone(s.stack.at(home).at(vcpu).at(higher)) }),
)));

/** The domain of an activation is where its gate leads. */
export const isIn = define("isIn", { home: Domain, vcpu: Vcpu, depth: Depth, domain: Domain }, ({ home, vcpu, depth, domain }) =>
  someSuch(s.stack.at(home).at(vcpu).at(depth), ({ gate }) => eq(constants.callee.at(gate), domain)));

/** The domain that a thread is in: the callee of its last call, or its home. */
export const threadIn = define("threadIn", { home: Domain, vcpu: Vcpu }, ({ home, vcpu }) => matchOption(topOfStack({ home, vcpu }), {
  none: home,
  some: (depth) => matchOption(s.stack.at(home).at(vcpu).at(depth), { none: home, some: ({ gate }) => constants.callee.at(gate) }),
}));

/** A thread that its home cannot act in, because it has called a gate and the callee has not returned. */
export const waits = define("waits", { home: Domain, vcpu: Vcpu }, ({ home, vcpu }) => exists(Depth, (depth) => isSome(s.stack.at(home).at(vcpu).at(depth))));

/** The domain that a vCPU runs. */
export const current = define("current", { vcpu: Vcpu }, ({ vcpu }) => threadIn({ home: s.vcpu.at(vcpu), vcpu }));

/** The domain that a vCPU runs after a step. */
export const currentNext = define("currentNext", { vcpu: Vcpu }, ({ vcpu }) => {
  const stack = next.stack.at(next.vcpu.at(vcpu)).at(vcpu);
  const top = first(Depth, (depth) => and(
    isSome(stack.at(depth)),
    matchOption(constants.higher.at(depth), { none: of(bool, true), some: (higher) => isNone(stack.at(higher)) }),
  ));
  return matchOption(top, {
    none: next.vcpu.at(vcpu),
    some: (depth) => matchOption(stack.at(depth), { none: next.vcpu.at(vcpu), some: ({ gate }) => constants.callee.at(gate) }),
  });
});

/** The lowest place on a thread's stack where it is in the domain. */
export const lowestIn = define("lowestIn", { home: Domain, vcpu: Vcpu, domain: Domain }, ({ home, vcpu, domain }) =>
  first(Depth, (depth) => isIn({ home, vcpu, depth, domain })));

/** The thread that a vCPU runs is of the domain, or has entered it. */
export const onStack = define("onStack", { vcpu: Vcpu, domain: Domain }, ({ vcpu, domain }) =>
  or(eq(s.vcpu.at(vcpu), domain), isSome(lowestIn({ home: s.vcpu.at(vcpu), vcpu, domain }))));

/** Along the chain of creators; never of itself. */
export const properAncestor = define("properAncestor", { ancestor: Domain, domain: Domain }, ({ ancestor, domain }) => reaches(s.parent, domain, ancestor));

/** Who may change an address space: its domain once sealed, its parent while it is built. */
export const governs = define("governs", { caller: Domain, domain: Domain }, ({ caller, domain }) => or(
  and(eq(caller, domain), eq(s.phase.at(domain), "sealed")),
  and(eq(s.parent.at(domain), some(caller)), eq(s.phase.at(domain), "building")),
));

/** The frame is the domain's own or a descendant's. */
export const inLine = define("inLine", { owner: Domain, frame: Frame }, ({ owner, frame }) =>
  someSuch(s.owner.at(frame), (holder) => or(eq(holder, owner), reaches(s.parent, holder, owner))));
export const inLineNext = define("inLineNext", { owner: Domain, frame: Frame }, ({ owner, frame }) =>
  someSuch(next.owner.at(frame), (holder) => or(eq(holder, owner), reaches(next.parent, holder, owner))));

const authorisedIn = (state: Pick<typeof s, "owner" | "grant"> | Pick<typeof next, "owner" | "grant">) =>
  ({ domain, frame, access }: { domain: Expr<typeof Domain>; frame: Expr<typeof Frame>; access: Expr<typeof Access> }) => or(
    eq(state.owner.at(frame), some(domain)),
    someSuch(state.grant.at(frame).at(domain), (grant) => and(eq(grant.status, "accepted"), subset(access, grant.access))),
  );

/** Owner of the frame, or holder of an accepted grant of at least the access. */
export const authorised = define("authorised", { domain: Domain, frame: Frame, access: Access }, authorisedIn(s));
export const authorisedNext = define("authorisedNext", { domain: Domain, frame: Frame, access: Access }, authorisedIn(next));

/** One of the two writes what the other executes. */
export const opposite = define("opposite", { one: Access, other: Access }, ({ one, other }) => or(
  and(has(one, "w"), has(other, "x")),
  and(has(one, "x"), has(other, "w")),
));

/** The domain maps the frame at the page. */
export const maps = define("maps", { domain: Domain, page: Page, frame: Frame }, ({ domain, page, frame }) =>
  someSuch(s.space.at(domain).at(page), (mapping) => eq(mapping.frame, frame)));

/** A mapping of the frame by the domain, elsewhere than at the page, whose access is opposite. */
export const aliasedElsewhere = define("aliasedElsewhere", { domain: Domain, page: Page, frame: Frame, access: Access }, ({ domain, page, frame, access }) =>
  exists(Page, (other) => and(not(eq(other, page)), someSuch(s.space.at(domain).at(other), (mapping) =>
    and(eq(mapping.frame, frame), opposite({ one: access, other: mapping.access }))))));

/** A mapping of the frame by the domain whose access is opposite. */
export const aliased = define("aliased", { domain: Domain, frame: Frame, access: Access }, ({ domain, frame, access }) =>
  exists(Page, (page) => someSuch(s.space.at(domain).at(page), (mapping) =>
    and(eq(mapping.frame, frame), opposite({ one: access, other: mapping.access })))));

/** An outstanding grant of the frame, mapped or not, whose access is opposite. */
export const grantedOpposite = define("grantedOpposite", { frame: Frame, access: Access }, ({ frame, access }) =>
  exists(Domain, (receiver) => someSuch(s.grant.at(frame).at(receiver), (grant) => opposite({ one: access, other: grant.access }))));

/** A DMA mapping of the frame by a device of the domain whose access is opposite, but for one of them. */
export const dmaOpposite = define("dmaOpposite", { domain: Domain, frame: Frame, access: Access }, ({ domain, frame, access }) =>
  exists(Device, (device) => and(eq(s.device.at(device), some(domain)), exists(IoPage, (page) => someSuch(s.ioSpace.at(device).at(page), (mapping) =>
    and(eq(mapping.frame, frame), opposite({ one: access, other: mapping.access })))))));

/** A conflict of a mapping: with the domain's own aliases, by DMA too, and for the owner with the grants it gave. Never with what others have mapped: that would tell. */
export const mappingConflict = define("mappingConflict", { domain: Domain, page: Page, frame: Frame, access: Access }, ({ domain, page, frame, access }) => or(
  aliasedElsewhere({ domain, page, frame, access }),
  dmaOpposite({ domain, frame, access }),
  and(eq(s.owner.at(frame), some(domain)), grantedOpposite({ frame, access })),
));

/** A device can reach the frame. */
export const mappedForDma = define("mappedForDma", { frame: Frame }, ({ frame }) =>
  exists(Device, (device) => exists(IoPage, (page) => someSuch(s.ioSpace.at(device).at(page), (mapping) => eq(mapping.frame, frame)))));

/** No space, grant (an offer counts), DMA mapping, table link or root pointer mentions the frame. */
export const unreferenced = define("unreferenced", { frame: Frame }, ({ frame }) => and(
  not(exists(Domain, (domain) => exists(Page, (page) => maps({ domain, page, frame })))),
  not(exists(Domain, (receiver) => isSome(s.grant.at(frame).at(receiver)))),
  not(mappedForDma({ frame })),
  not(exists(Domain, (domain) => exists(Level, (level) => exists(Index, (index) => eq(s.tables.at(domain).at(level).at(index), some(frame)))))),
));

/** The table of a level that translates a prefix. */
export const tableAt = define("tableAt", { domain: Domain, level: Level, index: Index }, ({ domain, level, index }) => s.tables.at(domain).at(level).at(index));

/** The leaf table for a page is linked. */
export const tableFor = define("tableFor", { domain: Domain, page: Page }, ({ domain, page }) =>
  isSome(s.tables.at(domain).at(1).at(constants.prefix.at(1).at(page))));

/** The table that would link to (level, index) is there; the root has none above it. */
export const parentTable = define("parentTable", { domain: Domain, level: Level, index: Index }, ({ domain, level, index }) =>
  matchOption(constants.above.at(level), {
    none: of(bool, false),
    some: (up) => isSome(s.tables.at(domain).at(up).at(constants.prefixAbove.at(level).at(index))),
  }));

/** (low, lowIndex) is a table that (level, index) links to. */
export const linkedBelow = define("linkedBelow", { domain: Domain, level: Level, index: Index, low: Level, lowIndex: Index }, ({ domain, level, index, low, lowIndex }) => and(
  eq(constants.above.at(low), some(level)),
  eq(constants.prefixAbove.at(low).at(lowIndex), index),
  isSome(s.tables.at(domain).at(low).at(lowIndex)),
));

/** A page is mapped through the leaf table. */
export const mappedBelow = define("mappedBelow", { domain: Domain, level: Level, index: Index, page: Page }, ({ domain, level, index, page }) => and(
  eq(level, 1), eq(constants.prefix.at(1).at(page), index), isSome(s.space.at(domain).at(page)),
));

/**
 * A large page stands where (level, index) would be linked: pages are mapped there, and no table leads to them. They come from the boot image alone, and go with their domain; a page
 * under one has no leaf table.
 */
export const largeAt = define("largeAt", { domain: Domain, level: Level, index: Index }, ({ domain, level, index }) => and(
  parentTable({ domain, level, index }),
  isNone(tableAt({ domain, level, index })),
  exists(Page, (page) => and(eq(constants.prefix.at(level).at(page), index), isSome(s.space.at(domain).at(page)))),
));

/** A large page is mapped through the table of a level. */
export const largeBelow = define("largeBelow", { domain: Domain, level: Level, index: Index, low: Level, lowIndex: Index }, ({ domain, level, index, low, lowIndex }) => and(
  eq(constants.above.at(low), some(level)),
  eq(constants.prefixAbove.at(low).at(lowIndex), index),
  largeAt({ domain, level: low, index: lowIndex }),
));

/** No entry of the table is used. */
export const tableEmpty = define("tableEmpty", { domain: Domain, level: Level, index: Index }, ({ domain, level, index }) => and(
  not(exists(Page, (page) => mappedBelow({ domain, level, index, page }))),
  not(exists(Level, (low) => exists(Index, (lowIndex) => or(linkedBelow({ domain, level, index, low, lowIndex }), largeBelow({ domain, level, index, low, lowIndex }))))),
));

/** A translation of the domain gives the right to the frame at the page. */
export const reachable = define("reachable", { domain: Domain, page: Page, frame: Frame, access: Access }, ({ domain, page, frame, access }) =>
  someSuch(s.space.at(domain).at(page), (mapping) => and(eq(mapping.frame, frame), subset(access, mapping.access))));

/** Some page of the domain gives the right to the frame. */
export const reaching = define("reaching", { domain: Domain, frame: Frame, access: Access }, ({ domain, frame, access }) =>
  exists(Page, (page) => reachable({ domain, page, frame, access })));
export const reachingNext = define("reachingNext", { domain: Domain, frame: Frame, access: Access }, ({ domain, frame, access }) =>
  exists(Page, (page) => someSuch(next.space.at(domain).at(page), (mapping) => and(eq(mapping.frame, frame), subset(access, mapping.access)))));

/** Whose thread runs when the domain that a vCPU ran is gone: the scheduler's, or root's where the scheduler is the one that went or is not sealed. */
export const successor = define("successor", { victim: Domain }, ({ victim }) =>
  ite(or(eq(constants.scheduler, victim), not(eq(s.phase.at(constants.scheduler), "sealed"))), constants.root, constants.scheduler));

/** The domain exists and is not being torn down. */
export const live = define("live", { domain: Domain }, ({ domain }) => or(eq(s.phase.at(domain), "building"), eq(s.phase.at(domain), "sealed")));

/** The label of a domain's secrets. */
export const labelOf = (domain: Expr<typeof Domain>) => inject(Label, "domain", domain);

const nothing = () => of(setOf(Label), []);

/** What somebody's own secrets add to what is told: their label, where it is followed. */
export const ownSecrets = (label: Expr<typeof Label>) => minus(of(setOf(Label), [label]), constants.ignored);

/** What a thread carries through a gate out of a domain: what it knows, unless the domain declassifies it. */
export const carried = define("carried", { home: Domain, vcpu: Vcpu, by: Domain }, ({ home, vcpu, by }) =>
  ite(has(constants.declassifiers, by), nothing(), s.knows.at(home).at(vcpu)));

/** What comes through a gate out of a domain: what the thread carries and the domain's own secrets, unless a claim excepts the gate. */
export const handed = define("handed", { home: Domain, vcpu: Vcpu, by: Domain, gate: Gate }, ({ home, vcpu, by, gate }) =>
  ite(has(constants.exceptedGates, gate), nothing(), unite(carried({ home, vcpu, by }), ownSecrets(labelOf(by)))));

/** What a device puts into what it writes: what it knows, unless its owner declassifies it. */
export const told = define("told", { device: Device }, ({ device }) =>
  ite(someSuch(s.device.at(device), (owner) => has(constants.declassifiers, owner)), nothing(), s.deviceKnows.at(device)));

/** Secrets that a domain writes into the frame are followed: no claim excepts what goes from it to the frame's owner. */
export const passes = define("passes", { from: Domain, frame: Frame }, ({ from, frame }) =>
  not(exists(Domain, (owner) => and(eq(s.owner.at(frame), some(owner)), constants.excepted.at(from).at(owner)))));

/** Secrets that a domain reads from the frame are followed: no claim excepts what goes from the frame's owner to it. */
export const reachesFrom = define("reachesFrom", { frame: Frame, to: Domain }, ({ frame, to }) =>
  not(exists(Domain, (owner) => and(eq(s.owner.at(frame), some(owner)), constants.excepted.at(owner).at(to)))));

/** The same of what a device reads: no claim excepts the device, or what goes from the frame's owner to the device's. */
export const deviceReaches = define("deviceReaches", { device: Device, frame: Frame }, ({ device, frame }) => and(
  not(has(constants.exceptedDevices, device)),
  someSuch(s.device.at(device), (driver) => reachesFrom({ frame, to: driver })),
));

/** And of what it writes. */
export const devicePasses = define("devicePasses", { device: Device, frame: Frame }, ({ device, frame }) => and(
  not(has(constants.exceptedDevices, device)),
  someSuch(s.device.at(device), (driver) => passes({ from: driver, frame })),
));
