/** `flow*`: the transitive closure of the edges along which a policy lets secrets go (MODEL.md section 2). */
import type { Policy } from "./policy.ts";

/** A square relation over domains by number. */
export type Relation = readonly (readonly boolean[])[];

/** Direct edges: a share of r or x goes from owner to receiver, of w also back; create and donate go from creator to created. */
export const edges = (policy: Policy): Relation => {
  const number = (name: string): number => policy.domains.indexOf(name);
  const creates = (policy.create ?? []).map(({ by, slot }) => [number(by), number(slot)] as const);
  const shares = (policy.share ?? []).flatMap(({ from, to, access }) => {
    const forth = [number(from), number(to)] as const;
    return access.includes("w") ? [forth, [number(to), number(from)] as const] : [forth];
  });
  const direct = [...creates, ...shares, ...policy.domains.map((_, d) => [d, d] as const)];
  return policy.domains.map((_, from) => policy.domains.map((__, to) => direct.some(([a, b]) => a === from && b === to)));
};

/** Warshall's algorithm. */
export const closure = (relation: Relation): Relation => relation.reduce<Relation>(
  (so, _, through) => so.map((row) => row.map((reached, to) => reached || (row[through] === true && so[through]?.[to] === true))),
  relation,
);

/**
 * Rows are labels (every domain, then `departed`), columns principals (domains). What a departed domain left may go wherever
 * something of a domain that can depart may go.
 */
export const flow = (policy: Policy): Relation => {
  const between = closure(edges(policy));
  const departed = policy.domains.map((_, to) => between.some((row, from) => from > 0 && row[to] === true));
  return [...between, departed];
};
