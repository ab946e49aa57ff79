/** What can come about in one system: who reaches whose frames how, who runs, who hands a vCPU to whom, and whose secrets reach whom. Each is a property that says that it does not. */
import { current, currentNext, labelOf, reachable, threadIn } from "../../spec/definitions.ts";
import { and, eq, has, inject, not, property, some, someSuch, terms, type Bool, type Expr, type Fields, type Property } from "../../spec/lang/index.ts";
import type { Valuation } from "../../spec/lang/evaluate.ts";
import { accesses } from "../../spec/policy.ts";
import { s } from "../../spec/state.ts";
import { step } from "../../spec/step.ts";
import { Device, Domain, Frame, Gate, hostLabel, IoPage, Label, Page, shared, Vcpu } from "../../spec/vocabulary.ts";
import type { Universe } from "./universe.ts";

export type Access = (typeof accesses)[number];
/** Calls and moves after which a vCPU may run another domain. */
export const transfers = ["call", "return", "switch", "destroy", "interrupt"] as const;

/** In the names of the policies. A frame is told by its owner: frames are alike for every rule. */
export type Right =
  | { readonly kind: "mapping" | "grant"; readonly domain: string; readonly owner: string; readonly access: Access }
  | { readonly kind: "device"; readonly device: string; readonly domain: string; readonly owner: string; readonly access: Access }
  | { readonly kind: "host"; readonly owner: string }
  | { readonly kind: "run"; readonly domain: string }
  | { readonly kind: "control"; readonly by: (typeof transfers)[number]; readonly domain: string; readonly to: string };

/** A secret of one principal comes to another; devices and the host are principals too. */
export interface Flow { readonly kind: "flow"; readonly from: string; readonly to: string }

export interface Asked<T> { readonly what: T; readonly property: Property }

export const hostName = "the host";

const domainConstant = (d: number): string => `domain${d}`;
const deviceConstant = (x: number): string => `device${x}`;
const gateConstant = (g: number): string => `gate${g}`;

/** Scalarsets have no literals: each domain and device that is asked for is a constant. */
export const constantsOf = ({ domains, devices, gates }: Universe): Valuation => Object.fromEntries([
  ...domains.map((_, d) => [domainConstant(d), d]), ...devices.map((_, x) => [deviceConstant(x), x]), ...gates.map((_, g) => [gateConstant(g), g]),
]);

const constant = <T extends typeof Domain | typeof Device | typeof Gate>(name: string, type: T): Expr<T> => {
  const found = terms("constant", { [name]: type })[name];
  if (found === undefined) throw new RangeError(`there is no constant ${name}`);
  return found;
};

/** A domain, device or gate by its name. */
export const named = {
  domain: ({ domains }: Universe, name: string): Expr<typeof Domain> => constant(domainConstant(domains.indexOf(name)), Domain),
  device: ({ devices }: Universe, name: string): Expr<typeof Device> => constant(deviceConstant(devices.indexOf(name)), Device),
  gate: ({ gates }: Universe, name: string): Expr<typeof Gate> => constant(gateConstant(gates.indexOf(name)), Gate),
};

interface Named { readonly name: string; readonly at: Expr<typeof Domain> }
interface Part<F extends Fields> { readonly form?: "step"; readonly bindings: F; readonly body: Parameters<typeof property<F>>[2] }

const asked = <T, F extends Fields>(id: string, what: T, { form, bindings, body }: Part<F>): Asked<T> =>
  ({ what, property: property({ id, title: "reach", sentence: "It does not come about.", form: form ?? "state", place: "A" }, bindings, body) });

/** What a device of a domain does to the frames of an owner. */
const deviceRights = (device: string, x: Expr<typeof Device>, domain: Named, owner: Named): readonly Asked<Right>[] => (["r", "w"] as const).map((access) => asked(
  `device ${device} ${domain.name} ${owner.name} ${access}`, { kind: "device", device, domain: domain.name, owner: owner.name, access },
  { bindings: { frame: Frame, page: IoPage }, body: ({ frame, page }) => ({
    given: and(eq(s.owner.at(frame), some(owner.at)), eq(s.device.at(x), some(domain.at))),
    then: not(someSuch(s.ioSpace.at(x).at(page), (mapping) => and(eq(mapping.frame, frame), has(mapping.access, access)))),
  }) },
));

/** Every right that there could be. */
export const rightsIn = ({ domains, devices }: Universe): readonly Asked<Right>[] => {
  const all = domains.map((name, d): Named => ({ name, at: constant(domainConstant(d), Domain) }));
  const pairs = all.flatMap((domain) => all.map((owner) => ({ domain, owner }))), others = pairs.filter(({ domain, owner }) => domain !== owner);
  return [
    ...pairs.flatMap(({ domain, owner }) => accesses.map((access) => asked<Right, { frame: typeof Frame; page: typeof Page }>(
      `mapping ${domain.name} ${owner.name} ${access}`, { kind: "mapping", domain: domain.name, owner: owner.name, access },
      { bindings: { frame: Frame, page: Page }, body: ({ frame, page }) => ({
        given: eq(s.owner.at(frame), some(owner.at)), then: not(reachable({ domain: domain.at, page, frame, access: [access] })),
      }) },
    ))),
    ...others.flatMap(({ domain, owner }) => accesses.map((access) => asked<Right, { frame: typeof Frame }>(
      `grant ${domain.name} ${owner.name} ${access}`, { kind: "grant", domain: domain.name, owner: owner.name, access },
      { bindings: { frame: Frame }, body: ({ frame }) => ({
        given: eq(s.owner.at(frame), some(owner.at)), then: not(someSuch(s.grant.at(frame).at(domain.at), (grant) => and(eq(grant.status, "accepted"), has(grant.access, access)))),
      }) },
    ))),
    ...devices.flatMap((device, x) => pairs.flatMap(({ domain, owner }) => deviceRights(device, constant(deviceConstant(x), Device), domain, owner))),
    ...all.map((owner) => asked<Right, { frame: typeof Frame }>(`host ${owner.name}`, { kind: "host", owner: owner.name }, {
      bindings: { frame: Frame }, body: ({ frame }) => ({ given: eq(s.owner.at(frame), some(owner.at)), then: not(eq(s.kind.at(frame), shared)) }),
    })),
    ...all.map((domain) => asked<Right, { vcpu: typeof Vcpu }>(`run ${domain.name}`, { kind: "run", domain: domain.name }, {
      bindings: { vcpu: Vcpu }, body: ({ vcpu }) => ({ given: eq(vcpu, vcpu), then: not(eq(current({ vcpu }), domain.at)) }),
    })),
    ...transfers.flatMap((by) => others.map(({ domain, owner: to }) => asked<Right, { vcpu: typeof Vcpu }>(
      `control ${by} ${domain.name} ${to.name}`, { kind: "control", by, domain: domain.name, to: to.name },
      { form: "step", bindings: { vcpu: Vcpu }, body: ({ vcpu }) => ({ given: and(eq(step.name, by), eq(current({ vcpu }), domain.at)), then: not(eq(currentNext({ vcpu }), to.at)) }) },
    ))),
  ];
};

/** A principal, and the label of its secrets. */
export interface Principal {
  readonly name: string;
  /** Rank of the label among all. */
  readonly label: number;
}

export const deviceName = (name: string): string => `device ${name}`;

export const principalsIn = ({ domains, devices }: Universe): readonly Principal[] => [...domains, ...devices.map(deviceName), hostName].map((name, label) => ({ name, label }));

/** Every way that the secrets of a principal could come to another. */
export const flowsFrom = ({ domains, devices }: Universe, { name: from, label }: Principal): readonly Asked<Flow>[] => {
  const x = label - domains.length;
  const secret = label < domains.length ? labelOf(constant(domainConstant(label), Domain)) : x < devices.length ? inject(Label, "device", constant(deviceConstant(x), Device)) : hostLabel;
  const stateOnly = (to: string, holds: Expr<Bool>): Asked<Flow> => asked(`flow ${from} ${to}`, { kind: "flow", from, to }, { bindings: {}, body: () => ({ given: eq(secret, secret), then: not(holds) }) });
  return [
    ...domains.flatMap((to, d) => (d === label ? [] : [asked<Flow, { home: typeof Domain; vcpu: typeof Vcpu }>(`flow ${from} ${to}`, { kind: "flow", from, to }, {
      bindings: { home: Domain, vcpu: Vcpu },
      body: ({ home, vcpu }) => ({ given: eq(threadIn({ home, vcpu }), constant(domainConstant(d), Domain)), then: not(has(s.knows.at(home).at(vcpu), secret)) }),
    })])),
    ...devices.flatMap((to, device) => (device === x ? [] : [stateOnly(deviceName(to), has(s.deviceKnows.at(constant(deviceConstant(device), Device)), secret))])),
    ...(from === hostName ? [] : [stateOnly(hostName, has(s.hostKnows, secret))]),
  ];
};
