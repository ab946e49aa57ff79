/** `flow*`: the transitive closure of the edges along which a policy lets secrets go (MODEL.md section 2). */
import type { Policy } from "./policy.ts";

/** A square relation over domains by number. */
export type Relation = readonly (readonly boolean[])[];

/** The principals in the order of the union `Principal`: domains, devices, the host. */
const principals = (policy: Policy): readonly string[] => [...policy.domains, ...(policy.devices ?? []).map(({ name }) => `device ${name}`), "the host"];

/**
 * Direct edges: a share of r or x goes from owner to receiver, of w also back; create and donate go from creator to created; a gate, a device and
 * host sharing go both ways.
 */
export const edges = (policy: Policy): Relation => {
  const all = principals(policy);
  const number = (name: string): number => all.indexOf(name);
  const bothWays = (one: string, other: string): readonly (readonly [number, number])[] => [[number(one), number(other)], [number(other), number(one)]];
  const gates = (policy.gates ?? []).flatMap(({ from, to }) => from.flatMap((caller) => bothWays(caller, to)));
  const devices = (policy.devices ?? []).flatMap(({ name, drivers }) => drivers.flatMap((driver) => bothWays(`device ${name}`, driver)));
  const host = (policy.host?.sharedBy ?? []).flatMap((domain) => bothWays(domain, "the host"));
  const creates = (policy.create ?? []).map(({ by, slot }) => [number(by), number(slot)] as const);
  const shares = (policy.share ?? []).flatMap(({ from, to, access }) => {
    const forth = [number(from), number(to)] as const;
    return access.includes("w") ? [forth, [number(to), number(from)] as const] : [forth];
  });
  const direct = [...creates, ...shares, ...gates, ...devices, ...host, ...all.map((_, p) => [p, p] as const)];
  return all.map((_, from) => all.map((__, to) => direct.some(([a, b]) => a === from && b === to)));
};

/** Warshall's algorithm. */
export const closure = (relation: Relation): Relation => relation.reduce<Relation>(
  (so, _, through) => so.map((row) => row.map((reached, to) => reached || (row[through] === true && so[through]?.[to] === true))),
  relation,
);

/**
 * Rows are labels (the principals, then `departed`), columns principals. What a departed domain left may go wherever
 * something of a domain that can depart may go.
 */
export const flow = (policy: Policy): Relation => {
  const between = closure(edges(policy));
  const departed = between.map((_, to) => between.some((row, from) => from > 0 && from < policy.domains.length && row[to] === true));
  return [...between, departed];
};
