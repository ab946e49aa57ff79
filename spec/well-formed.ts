/**
 * When a boot image is well formed (MODEL.md section 3), each condition in the language, with the place in the policy file that breaks it.
 * The conditions are what the proofs start from: exploration from anything else would report the policy's mistakes as the monitor's.
 */
import { boundsFor } from "./bounds.ts";
import { aliased, aliasedElsewhere, authorised, grantedOpposite, labelOf, live, maps, parentTable, properAncestor, tableFor } from "./definitions.ts";
import { evaluate, type Scope } from "./lang/evaluate.ts";
import {
  and, bool, eq, exists, forall, has, implies, inject, isNone, isSome, not, of, or, property, some, someSuch, subset, type Expr, type Bool, type Fields, type Parameters, type Property,
} from "./lang/index.ts";
import { scopesOf, type System } from "./lang/system.ts";
import { largeParts } from "./large.ts";
import type { Policy } from "./policy.ts";
import { constants, s } from "./state.ts";
import { data, Device, Domain, Frame, Gate, Index, IoPage, Kind, Level, Page, shared, Vcpu } from "./vocabulary.ts";

/** JSON pointers of the parts of a policy, by the numbers that the state uses. */
interface Pointers {
  readonly domain: (domain: number) => string;
  readonly frame: (frame: number) => string;
  readonly table: (domain: number, level: number, index: number) => string;
  readonly mapping: (domain: number, page: number) => string;
  readonly grant: (frame: number, receiver: number) => string;
  readonly running: (vcpu: number) => string;
  readonly gate: (gate: number) => string;
  readonly device: (device: number) => string;
  readonly ioMapping: (device: number, page: number) => string;
}

interface Condition { readonly id: string; readonly sentence: string; readonly property: Property; readonly pointer: (at: Pointers, binding: Scope) => string }

const number = (binding: Scope, name: string): number => binding[name] as number;

const condition = <B extends Fields>(
  id: string, sentence: string, bindings: B,
  body: (bound: Parameters<B>) => { readonly given: Expr<Bool>; readonly then: Expr<Bool> },
  pointer: Condition["pointer"],
): Condition => ({ id, sentence, property: property({ id, title: id, sentence, form: "state", place: "A" }, bindings, body), pointer });

const always = () => of(bool, true);
const isTable = (frame: Expr<typeof Frame>) => exists(Level, (level) => eq(s.kind.at(frame), inject(Kind, "table", level)));

const throughTable = "mapped-through-table";

/** Pages under a large page are mapped through no leaf table. */
const isLarge = (policy: Policy, binding: Scope): boolean => policy.boot.domains
  .some((one) => policy.domains[number(binding, "domain")] === one.name && largeParts(policy, one).some(({ page }) => page === number(binding, "page")));

/** In this order, so that what is reported first is what explains the rest. */
const conditions: readonly Condition[] = [
  condition("root-sealed", "The root domain is sealed and has no parent.", { domain: Domain },
    ({ domain }) => ({ given: eq(domain, constants.root), then: and(eq(s.phase.at(domain), "sealed"), isNone(s.parent.at(domain))) }),
    (at, b) => at.domain(number(b, "domain"))),
  condition("parents-tree", "Every other domain that exists has a sealed parent and descends from the root domain.", { domain: Domain },
    ({ domain }) => ({
      given: and(not(eq(domain, constants.root)), not(eq(s.phase.at(domain), "free"))),
      then: and(
        someSuch(s.parent.at(domain), (parent) => eq(s.phase.at(parent), "sealed")),
        properAncestor({ ancestor: constants.root, domain }),
      ),
    }),
    (at, b) => at.domain(number(b, "domain"))),
  condition("free-owns-nothing", "A free slot owns no frame.", { frame: Frame },
    ({ frame }) => ({
      given: isSome(s.owner.at(frame)),
      then: someSuch(s.owner.at(frame), (domain) => not(eq(s.phase.at(domain), "free"))),
    }),
    (at, b) => at.frame(number(b, "frame"))),
  condition("has-root-table", "A domain that exists, and is not dying, has a root table.", { domain: Domain },
    ({ domain }) => ({ given: live({ domain }), then: isSome(s.tables.at(domain).at(constants.top).at(0)) }),
    (at, b) => `${at.domain(number(b, "domain"))}/tables`),
  condition("prefix-exists", "A table stands at a prefix that its level has.", { domain: Domain, level: Level, index: Index },
    ({ domain, level, index }) => ({ given: isSome(s.tables.at(domain).at(level).at(index)), then: constants.isPrefix.at(level).at(index) }),
    (at, b) => at.table(number(b, "domain"), number(b, "level"), number(b, "index"))),
  condition("tables-owned", "A table is a frame of its domain.", { domain: Domain, level: Level, index: Index, frame: Frame },
    ({ domain, level, index, frame }) => ({ given: eq(s.tables.at(domain).at(level).at(index), some(frame)), then: eq(s.owner.at(frame), some(domain)) }),
    (at, b) => at.table(number(b, "domain"), number(b, "level"), number(b, "index"))),
  condition("tables-linked-once", "A frame is one table, in one place.", { domain: Domain, level: Level, index: Index, frame: Frame },
    ({ domain, level, index, frame }) => ({
      given: eq(s.tables.at(domain).at(level).at(index), some(frame)),
      then: forall(Domain, (other) => forall(Level, (otherLevel) => forall(Index, (otherIndex) => implies(
        eq(s.tables.at(other).at(otherLevel).at(otherIndex), some(frame)),
        and(eq(other, domain), eq(otherLevel, level), eq(otherIndex, index)),
      )))),
    }),
    (at, b) => at.table(number(b, "domain"), number(b, "level"), number(b, "index"))),
  condition("tables-tree", "A table below the root has the table above it.", { domain: Domain, level: Level, index: Index },
    ({ domain, level, index }) => ({
      given: and(isSome(s.tables.at(domain).at(level).at(index)), not(eq(level, constants.top))),
      then: parentTable({ domain, level, index }),
    }),
    (at, b) => at.table(number(b, "domain"), number(b, "level"), number(b, "index"))),
  condition(throughTable, "A mapped page has its leaf table.", { domain: Domain, page: Page },
    ({ domain, page }) => ({ given: isSome(s.space.at(domain).at(page)), then: tableFor({ domain, page }) }),
    (at, b) => at.mapping(number(b, "domain"), number(b, "page"))),
  condition("grants-owned", "A frame is granted by its owner, to another domain, within the policy.", { frame: Frame, receiver: Domain },
    ({ frame, receiver }) => ({
      given: isSome(s.grant.at(frame).at(receiver)),
      then: exists(Domain, (owner) => and(
        eq(s.owner.at(frame), some(owner)), not(eq(owner, receiver)),
        someSuch(s.grant.at(frame).at(receiver), (grant) => subset(grant.access, constants.mayGrant.at(owner).at(receiver))),
      )),
    }),
    (at, b) => at.grant(number(b, "frame"), number(b, "receiver"))),
  condition("grants-sealed", "Grants are between sealed domains.", { frame: Frame, receiver: Domain },
    ({ frame, receiver }) => ({
      given: isSome(s.grant.at(frame).at(receiver)),
      then: and(eq(s.phase.at(receiver), "sealed"), someSuch(s.owner.at(frame), (owner) => eq(s.phase.at(owner), "sealed"))),
    }),
    (at, b) => at.grant(number(b, "frame"), number(b, "receiver"))),
  condition("grants-data", "Data frames are granted, not tables.", { frame: Frame, receiver: Domain },
    ({ frame, receiver }) => ({ given: isSome(s.grant.at(frame).at(receiver)), then: eq(s.kind.at(frame), data) }),
    (at, b) => at.grant(number(b, "frame"), number(b, "receiver"))),
  condition("grants-agree", "Grants of one frame do not let one domain write what another executes.", { frame: Frame, receiver: Domain },
    ({ frame, receiver }) => ({
      given: isSome(s.grant.at(frame).at(receiver)),
      then: someSuch(s.grant.at(frame).at(receiver), (grant) => not(grantedOpposite({ frame, access: grant.access }))),
    }),
    (at, b) => at.grant(number(b, "frame"), number(b, "receiver"))),
  condition("mappings-data", "Data and shared frames are mapped, not tables, and what the host writes is not executable.", { domain: Domain, page: Page },
    ({ domain, page }) => ({
      given: isSome(s.space.at(domain).at(page)),
      then: someSuch(s.space.at(domain).at(page), ({ frame, access }) => or(eq(s.kind.at(frame), data), and(eq(s.kind.at(frame), shared), not(has(access, "x"))))),
    }),
    (at, b) => at.mapping(number(b, "domain"), number(b, "page"))),
  condition("shared-within-policy", "A frame is shared with the host by a domain that the policy lets talk to it.", { frame: Frame },
    ({ frame }) => ({
      given: eq(s.kind.at(frame), shared),
      then: someSuch(s.owner.at(frame), (owner) => has(constants.mayTellHost, owner)),
    }),
    (at, b) => `${at.frame(number(b, "frame"))}/shared`),
  condition("mappings-authorised", "A domain maps what it owns, or what it was granted and has accepted, with at most the access of the grant.", { domain: Domain, page: Page },
    ({ domain, page }) => ({
      given: isSome(s.space.at(domain).at(page)),
      then: someSuch(s.space.at(domain).at(page), ({ frame, access }) => authorised({ domain, frame, access })),
    }),
    (at, b) => at.mapping(number(b, "domain"), number(b, "page"))),
  condition("building-maps-own", "A domain that is being built maps only its own frames.", { domain: Domain, page: Page },
    ({ domain, page }) => ({
      given: and(eq(s.phase.at(domain), "building"), isSome(s.space.at(domain).at(page))),
      then: someSuch(s.space.at(domain).at(page), ({ frame }) => eq(s.owner.at(frame), some(domain))),
    }),
    (at, b) => at.mapping(number(b, "domain"), number(b, "page"))),
  condition("write-xor-execute", "No frame is writable through one mapping, or by a grant, and executable through another.", { domain: Domain, page: Page, frame: Frame },
    ({ domain, page, frame }) => ({
      given: maps({ domain, page, frame }),
      then: someSuch(s.space.at(domain).at(page), ({ access }) => and(
        not(aliasedElsewhere({ domain, page, frame, access })),
        or(not(eq(s.owner.at(frame), some(domain))), not(grantedOpposite({ frame, access }))),
      )),
    }),
    (at, b) => at.mapping(number(b, "domain"), number(b, "page"))),
  condition("devices-driven", "A device belongs to a sealed domain that is one of its drivers.", { device: Device },
    ({ device }) => ({
      given: isSome(s.device.at(device)),
      then: someSuch(s.device.at(device), (owner) => and(has(constants.mayDrive.at(device), owner), eq(s.phase.at(owner), "sealed"))),
    }),
    (at, b) => `${at.device(number(b, "device"))}/owner`),
  condition("io-data", "A device reads and writes data and shared frames, and executes nothing.", { device: Device, page: IoPage },
    ({ device, page }) => ({
      given: isSome(s.ioSpace.at(device).at(page)),
      then: someSuch(s.ioSpace.at(device).at(page), ({ frame, access }) => and(or(eq(s.kind.at(frame), data), eq(s.kind.at(frame), shared)), not(has(access, "x")))),
    }),
    (at, b) => at.ioMapping(number(b, "device"), number(b, "page"))),
  condition("io-authorised", "A device reaches what its owner owns, or was granted and has accepted, with at most the access of the grant.", { device: Device, page: IoPage },
    ({ device, page }) => ({
      given: isSome(s.ioSpace.at(device).at(page)),
      then: someSuch(s.device.at(device), (domain) => someSuch(s.ioSpace.at(device).at(page), ({ frame, access }) => authorised({ domain, frame, access }))),
    }),
    (at, b) => at.ioMapping(number(b, "device"), number(b, "page"))),
  condition("io-write-xor-execute", "No frame is writable by a device and executable by the device's owner, or by a grant of the owner's.", { device: Device, page: IoPage },
    ({ device, page }) => ({
      given: isSome(s.ioSpace.at(device).at(page)),
      then: someSuch(s.device.at(device), (domain) => someSuch(s.ioSpace.at(device).at(page), ({ frame, access }) => not(or(
        aliased({ domain, frame, access }),
        and(eq(s.owner.at(frame), some(domain)), grantedOpposite({ frame, access })),
      )))),
    }),
    (at, b) => at.ioMapping(number(b, "device"), number(b, "page"))),
  condition("scheduler-calls-no-gate", "The scheduler calls no gate: a callee that never returns would keep it.", { gate: Gate },
    ({ gate }) => ({ given: always(), then: not(has(constants.callers.at(gate), constants.scheduler)) }),
    (at, b) => `${at.gate(number(b, "gate"))}/from`),
  condition("running-sealed", "Every vCPU runs a sealed domain.", { vcpu: Vcpu },
    ({ vcpu }) => ({ given: always(), then: eq(s.phase.at(s.vcpu.at(vcpu)), "sealed") }),
    (at, b) => at.running(number(b, "vcpu"))),
  condition("labels-owners", "A frame holds nobody's secrets but its owner's, and a table nobody's.", { frame: Frame, domain: Domain },
    ({ frame, domain }) => ({
      given: has(s.holds.at(frame), labelOf(domain)),
      then: and(eq(s.owner.at(frame), some(domain)), not(isTable(frame))),
    }),
    (at, b) => `${at.frame(number(b, "frame"))}/holds`),
];

const pointers = (policy: Policy): Pointers => {
  const boot = (domain: number): number => policy.boot.domains.findIndex((one) => one.name === policy.domains[domain]);
  const frameName = (frame: number): string | undefined => policy.boot.frames[frame - 1]?.name;
  const domain = (d: number): string => (boot(d) < 0 ? "/boot/domains" : `/boot/domains/${boot(d)}`);
  const bootDevice = (x: number): number => (policy.boot.devices ?? []).findIndex(({ name }) => name === policy.devices?.[x]?.name);
  const device = (x: number): string => `/boot/devices/${bootDevice(x)}`;
  return {
    domain,
    frame: (frame) => `/boot/frames/${frame - 1}`,
    table: (d, level, index) => `${domain(d)}/tables/${policy.boot.domains[boot(d)]?.tables.findIndex((one) => one.level === level && one.index === index) ?? 0}`,
    mapping: (d, page) => `${domain(d)}/maps/${policy.boot.domains[boot(d)]?.maps.findIndex((one) => one.page === page) ?? 0}`,
    grant: (frame, receiver) =>
      `/boot/grants/${policy.boot.grants.findIndex((one) => one.frame === frameName(frame) && one.to === policy.domains[receiver])}`,
    running: (vcpu) => `/boot/running/${vcpu}`,
    gate: (gate) => `/gates/${gate}`,
    device,
    ioMapping: (x, page) => `${device(x)}/maps/${policy.boot.devices?.[bootDevice(x)]?.maps.findIndex((one) => one.page === page) ?? 0}`,
  };
};

/** The conditions as properties of states: what a boot image must satisfy, and what the states satisfy from which one step is searched. */
export const wellFormedness: readonly Property[] = conditions.map((one) => one.property);

export interface IllFormed { readonly condition: string; readonly sentence: string; readonly pointer: string }

/** The conditions that the boot image of a system breaks, each at its first place; none if it is well formed. */
export const illFormed = (policy: Policy, system: System): readonly IllFormed[] => {
  const bounds = boundsFor(policy);
  const environment = { bounds, stores: { state: system.initial, constant: system.constants } };
  return conditions.flatMap(({ id, sentence, property: { bindings, given, then }, pointer }) => {
    const broken = scopesOf(bounds, bindings).find((binding) => !(id === throughTable && isLarge(policy, binding)) &&
      evaluate(environment, binding, given) === true && evaluate(environment, binding, then) !== true);
    return broken === undefined ? [] : [{ condition: id, sentence, pointer: pointer(pointers(policy), broken) }];
  });
};
