/** The abstract state: MODEL.md section 2. It says who may do what once a call has returned; it has no TLB and no page-table bits. */
import { bool, map, option, places, setOf, terms } from "./lang/index.ts";
import { Access, Activation, Depth, Device, Domain, Frame, Gate, Grant, Index, IoPage, Kind, Label, Level, Links, Mapping, Page, Phase, Principal, Space, Vcpu } from "./vocabulary.ts";

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
  /** What a thread (home, vCPU) has learnt beyond the secrets of the domain that it is in. Ghost. */
  knows: map(Domain, map(Vcpu, setOf(Label))),
  /** The calls through gates that a thread is in, from the bottom. The domain it is in is the callee of the last, or its home. */
  stack: map(Domain, map(Vcpu, map(Depth, option(Activation)))),
  /** Who may program a device, and gets what it reads. */
  device: map(Device, option(Domain)),
  /** The intended IO address space of a device. */
  ioSpace: map(Device, map(IoPage, option(Mapping))),
  /** What a device remembers. Ghost. */
  deviceKnows: map(Device, setOf(Label)),
  /** What the host has learnt. Ghost. */
  hostKnows: setOf(Label),
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
  /** Where a gate leads, and who may call it. */
  callee: map(Gate, Domain),
  callers: map(Gate, setOf(Domain)),
  /** Which domains a device may be assigned to. */
  mayDrive: map(Device, setOf(Domain)),
  /** Which domains may share frames with the host. */
  mayTellHost: setOf(Domain),
  /** There are interrupts, and one runs the scheduler's thread; otherwise it resumes the thread that it stopped. */
  preemptive: bool,
  /** `flow*`: whose secrets may reach whom, by the transitive closure of the policy's edges. */
  flow: map(Label, map(Principal, bool)),
  /** Edges whose passage of secrets a claim excepts by name: what goes from the first domain to the second is not followed. */
  excepted: map(Domain, map(Domain, bool)),
  /** Gates and devices that a claim excepts by name, and whether it excepts the host: what passes there, either way, is not followed. */
  exceptedGates: setOf(Gate),
  exceptedDevices: setOf(Device),
  exceptedHost: bool,
  /** Labels that are not followed at all, because nothing that is judged speaks of them. */
  ignored: setOf(Label),
  /** Domains whose secrets are followed no further than themselves: what they pass on, they declassify. */
  declassifiers: setOf(Domain),
  /** The level of root tables. */
  top: Level,
  /** The level above, if there is one. */
  above: map(Level, option(Level)),
  /** The prefix of a page at a level. */
  prefix: map(Level, map(Page, Index)),
  /** The prefix one level up. */
  prefixAbove: map(Level, map(Index, Index)),
  /** The place above on a stack, if there is one. */
  higher: map(Depth, option(Depth)),
  /** Whether a prefix exists in the user half at a level. */
  isPrefix: map(Level, map(Index, bool)),
};

export const s = places(variables);
/** The state after a step, in properties of two states. */
export const next = terms("next", variables);
export const constants = terms("constant", constantVariables);
export type State = typeof s;
