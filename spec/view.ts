/**
 * What the hardware really shows, declared in the language and filled from the bits by the checker. It knows nothing of what
 * the monitor meant: page tables are walked, TLBs are read out. Sets of rights are unions over every translation.
 */
import { bool, Count, map, option, record, terms } from "./lang/index.ts";
import { Access, Device, Domain, Frame, IoPage, Kind, Page, Space, Vcpu } from "./vocabulary.ts";

export const viewVariables = {
  /** What a walk of the domain's root gives at a page, per frame. */
  walk: map(Domain, map(Page, map(Frame, Access))),
  /** The address spaces that the specification says the running call will leave; between calls those that it has. */
  intended: map(Domain, Space),
  /** X(v): what ring 3 code on the vCPU can use now, through any cached translation or any walk, stale walk caches included. */
  usable: map(Vcpu, map(Page, map(Frame, Access))),
  /** The same for every tag in the vCPU's TLB, current or not; a tag is written as the domain slot that it belongs to. */
  cached: map(Vcpu, map(Domain, map(Page, map(Frame, Access)))),
  /** What DMA of the device can use now, through its IOTLB or its IO page table, until an invalidation has completed. */
  ioUsable: map(Device, map(IoPage, map(Frame, Access))),
  /** The upper half of the domain's root is the monitor's, supervisor only, and nothing in the lower half is global. */
  monitorHalf: map(Domain, bool),
  /** The vCPU is at the entry of the gate that was just called, at a thread's start, or where its thread stopped. */
  entered: map(Vcpu, bool),
  /** After a call or return through a gate: registers other than those of arguments and results are the callee's zeros, or the caller's own. */
  sanitised: map(Vcpu, bool),
  /** A walk of the vCPU, from its root or from any walk cache, can read the frame as a page table. */
  walker: map(Vcpu, map(Frame, bool)),
  /** The context registers: whose root CR3 holds, whose tag PCID is, whether CPL is 3. */
  context: map(Vcpu, record({ root: option(Domain), tag: option(Domain), user: bool })),
  /** On SEV-SNP: some translation that ring 3 on the vCPU can use now reaches the frame with the C-bit clear. */
  clear: map(Vcpu, map(Frame, bool)),
  /** On SEV-SNP: how many system pages have an RMP entry that is assigned, validated and names the frame; of the frame that stands for the monitor's, the most that one of them has. */
  validatedBy: map(Frame, Count),
  /** On SEV-SNP: nested table and RMP let a private access to the frame pass, to whatever memory; of the frame that stands for the monitor's, to one of these. */
  answers: map(Frame, bool),
  /** On SEV-SNP: wherever a private access to the frame passes, the nested table leads it to a system page that the RMP assigns, validated, as this frame. */
  confirmed: map(Frame, bool),
  /** How many page-table entries of the first frame link to the second as a table. */
  links: map(Frame, map(Frame, Count)),
  /**
   * Every entry of the frame, read as a table, has exactly the bits that the monitor means: none that is reserved, global or about caches; A, and D in a leaf, so
   * that hardware never writes it; for ring 3 in the user half and not in the monitor's. What is not present is 0.
   */
  clean: map(Frame, bool),
  /** The kind that the frame table says now, inside a call too. */
  kindNow: map(Frame, Kind),
  /** The running call has written the frame's content, or changed its owner or kind. */
  touched: map(Frame, bool),
  /** The frame's content is not empty. */
  content: map(Frame, bool),
  /** Where the machine stands: inside a call, or at its end. */
  inside: bool,
  /** Counters that the monitor keeps. */
  references: map(Frame, Count),
  used: map(Frame, Count),
  owned: map(Domain, Count),
  children: map(Domain, Count),
  /** The monitor's code is the specification's; a denied call changed the return register alone. */
  codeAgrees: bool,
  untouchedOnDenial: bool,
};

export const view = terms("view", viewVariables);
