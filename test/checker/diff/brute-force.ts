/** The comparison once more, as one would write it without thinking of speed: no generated code, no symmetry, no product in the specification's language, no union of names. */
import { instancesOf, step, type System } from "../../../spec/lang/system.ts";
import type { Valuation } from "../../../spec/lang/evaluate.ts";
import type { Policy } from "../../../spec/policy.ts";
import { systemsOf } from "../../../spec/system.ts";

type Grant = { readonly status: string; readonly access: number } | null;
type Mapping = { readonly frame: number; readonly access: number } | null;
interface State {
  readonly parent: readonly (number | null)[]; readonly owner: readonly (number | null)[]; readonly kind: readonly number[]; readonly vcpu: readonly number[];
  readonly space: readonly (readonly Mapping[])[]; readonly grant: readonly (readonly Grant[])[];
}
interface Action { readonly name: string; readonly scope: { readonly [parameter: string]: number } }

/** Nothing that is compared here depends on whose secrets are where. */
const plain = (state: Valuation): Valuation => ({
  ...state, hostKnows: 0, holds: (state["holds"] as readonly number[]).map(() => 0), knows: (state["knows"] as readonly (readonly number[])[]).map((home) => home.map(() => 0)),
});
const read = (state: Valuation): State => state as unknown as State;

const actionsOf = (system: System): readonly Action[] => system.transitions.flatMap((transition) => instancesOf(system.bounds, transition)).map(({ transition, scope }) => ({ name: transition.name, scope: scope as Action["scope"] }));

const after = (system: System, state: Valuation, { name, scope }: Action): Valuation | null => {
  const transition = system.transitions.find((one) => one.name === name), outcome = transition === undefined ? null : step(system, state, { transition, scope });
  return outcome?.kind === "allowed" ? plain(outcome.next) : null;
};

const rightsOf = (state: State, { domains }: Policy): readonly string[] => {
  const letters = (mask: number): readonly string[] => ["r", "w", "x"].filter((_, bit) => ((mask >> bit) & 1) === 1);
  const named = (d: number | null | undefined): string | null => (d === null || d === undefined ? null : domains[d] ?? null);
  return [
    ...state.vcpu.map((d) => `run ${named(d) ?? ""}`),
    ...state.space.flatMap((pages, d) => pages.flatMap((mapping) => (mapping === null ? [] : letters(mapping.access).map((right) => `mapping ${named(d) ?? ""} ${named(state.owner[mapping.frame]) ?? ""} ${right}`)))),
    ...state.grant.flatMap((grants, f) => grants.flatMap((grant, d) => (grant?.status !== "accepted" ? [] : letters(grant.access).map((right) => `grant ${named(d) ?? ""} ${named(state.owner[f]) ?? ""} ${right}`)))),
    // Of kinds, "shared" is the last but one: monitor, a table of each of two levels, data, shared, invalid.
    ...state.kind.flatMap((kind, f) => (kind === 4 ? [`host ${named(state.owner[f]) ?? ""}`] : [])),
  ];
};

/** Rights that come about, but for transfers of control. Policies of this test have two levels of tables, no gates and no devices. */
export const bruteRights = (policy: Policy): ReadonlySet<string> => {
  const [system] = systemsOf(policy), actions = actionsOf(system), first = plain(system.initial);
  const known = new Map([[JSON.stringify(first), first]]), found = new Set<string>();
  for (const state of known.values()) {
    for (const right of rightsOf(read(state), policy)) found.add(right);
    for (const action of actions) {
      const next = after(system, state, action);
      if (next !== null) known.set(JSON.stringify(next), known.get(JSON.stringify(next)) ?? next);
    }
  }
  return found;
};

const relationOf = ({ parent }: State, caller: number, domain: number | null): string => {
  if (domain === null) return "stranger";
  if (caller === domain) return "self";
  if (parent[domain] === caller) return "parent";
  for (let at = parent[domain] ?? null; at !== null; at = parent[at] ?? null) if (at === caller) return "ancestor";
  return parent[domain] !== null && parent[caller] === parent[domain] ? "peer" : "stranger";
};

const about = (state: State, { name, scope }: Action): string => {
  const { caller, domain, receiver, frame, page } = scope;
  if (caller === undefined) return "none";
  if (domain !== undefined || receiver !== undefined) return relationOf(state, caller, domain ?? receiver ?? null);
  if (frame !== undefined) return relationOf(state, caller, state.owner[frame] ?? null);
  const reached = page === undefined || name === "return" ? null : state.space[caller]?.[page] ?? null;
  return reached === null ? "self" : relationOf(state, caller, state.owner[reached.frame] ?? null);
};

/** Rows of calls and moves that differ, as `gained CALL RELATION` and `lost CALL RELATION`. Both policies have the same names in the same order. */
export const bruteRows = (old: Policy, now: Policy): ReadonlySet<string> => {
  const [one] = systemsOf(old), [two] = systemsOf(now), found = new Set<string>();
  const actions = [...new Map([...actionsOf(one), ...actionsOf(two)].map((action) => [JSON.stringify(action), action])).values()];
  const first = [plain(one.initial), plain(two.initial)] as const, known = new Map([[JSON.stringify(first), first]]);
  for (const [a, b] of known.values()) {
    for (const action of actions) {
      const { vcpu, caller } = action.scope;
      if (vcpu !== undefined && caller !== undefined && (read(a).vcpu[vcpu] !== caller || read(b).vcpu[vcpu] !== caller)) continue;
      const nextA = after(one, a, action), nextB = after(two, b, action);
      if (nextA === null && nextB !== null) found.add(`gained ${action.name} ${about(read(b), action)}`);
      if (nextA !== null && nextB === null) found.add(`lost ${action.name} ${about(read(a), action)}`);
      if (nextA !== null && nextB !== null) {
        const next = [nextA, nextB] as const, key = JSON.stringify(next);
        if (!known.has(key)) known.set(key, next);
      }
    }
  }
  return found;
};
