/** The abstract state: MODEL.md section 2. It says who may do what once a call has returned; it has no TLB and no page-table bits. */
import { bool, map, option, places, setOf, terms } from "./lang/index.ts";
import { Access, Domain, Frame, Grant, Index, Kind, Label, Level, Links, Page, Phase, Principal, Space, Vcpu } from "./vocabulary.ts";

export const variables = {
  /** Life cycle. */
  phase: map(Domain, Phase),
  /** Who created it; a tree under `root`. */
  parent: map(Domain, option(Domain)),
  /** What a frame is used for. */
  kind: map(Frame, Kind),
  /** Exclusive owner; none is the monitor. */
  owner: map(Frame, option(Domain)),
  /** Provenance of the content. Ghost: no guard reads it. */
  holds: map(Frame, setOf(Label)),
  /** The page-table tree: which frame is the table for a prefix at a level. The root is the one table of the top level. */
  tables: map(Domain, Links),
  /** The intended address space. */
  space: map(Domain, Space),
  /** Sharing, with consent of both sides. */
  grant: map(Frame, map(Domain, option(Grant))),
  /** Home of the thread that a vCPU runs. */
  vcpu: map(Vcpu, Domain),
  /** What a thread (home, vCPU) has learnt beyond the secrets of its home. Ghost. */
  knows: map(Domain, map(Vcpu, setOf(Label))),
};

/** What policy and geometry fix. */
export const constantVariables = {
  /** The first domain, ancestor of all. */
  root: Domain,
  /** Who may create the domain of a slot. */
  creator: map(Domain, option(Domain)),
  /** Which accesses a domain may grant to another. */
  mayGrant: map(Domain, map(Domain, Access)),
  /** Who may switch a vCPU to another thread. */
  scheduler: Domain,
  /** `flow*`: whose secrets may reach whom, by the transitive closure of the policy's edges. */
  flow: map(Label, map(Principal, bool)),
  /** Edges whose passage of secrets a claim excepts by name: what goes from the first domain to the second is not followed. */
  excepted: map(Domain, map(Domain, bool)),
  /** The level of root tables. */
  top: Level,
  /** The level above, if there is one. */
  above: map(Level, option(Level)),
  /** The prefix of a page at a level. */
  prefix: map(Level, map(Page, Index)),
  /** The prefix one level up. */
  prefixAbove: map(Level, map(Index, Index)),
  /** Whether a prefix exists in the user half at a level. */
  isPrefix: map(Level, map(Index, bool)),
};

export const s = places(variables);
/** The state after a step, in properties of two states. */
export const next = terms("next", variables);
export const constants = terms("constant", constantVariables);
export type State = typeof s;
