/**
 * A policy file: who exists, who may do what with whom, what is claimed, where exploration starts and how far it goes.
 * This is the codec: what a policy is. Whether its names exist and its boot image is well formed is judged afterwards
 * (`checker/policy`, `well-formed.ts`).
 */
import * as t from "io-ts";
import { integer, list, said, text } from "./constrained.ts";

/** Sizes that a policy may ask for. What lies beyond is not wrong, but nothing here has been measured there. */
export const limits = { domains: 8, frames: 24, pages: 8, vcpus: 4, machineDepth: 64, gates: 8, devices: 4, ioPages: 4, stack: 4, hostMoves: 4, levels: 16 } as const;

/** Names appear in traces, on the command line and in file names. */
const Name = text("[A-Za-z][A-Za-z0-9_.-]{0,31}", "a name: a letter, then up to 31 letters, digits, `_`, `.` or `-`");

export const accesses = ["r", "w", "x"] as const;

/** An access is written as letters in this order: "r", "rw", "rx". */
const Access = t.keyof({ r: null, rw: null, rx: null });

const Create = t.strict({ by: said("the domain that may create it", Name), slot: said("the domain that may be created; it has one creator", Name) }, "create rule");

const Share = t.exact(t.intersection([
  t.type({
    from: said("the domain that may grant frames that it owns, any of them", Name), to: said("the domain that they may be granted to", Name),
    access: said("the most that may be granted; r lets secrets go to the receiver, rw both ways", Access),
  }),
  t.partial({ name: said("by which a claim lists the rule under `except`", Name) }),
]), "share rule");

const Gate = t.strict({
  name: said("of the gate, in traces and for claims", Name),
  from: said("the domains that may call through the gate; neither the one it leads into nor the scheduler", list(Name, 1, limits.domains)),
  to: said("the domain that the gate leads into, at its entry", Name),
}, "gate");

const Device = t.strict({ name: said("of the DMA engine", Name), drivers: said("the domains that it may be assigned to", list(Name, 1, limits.domains)) }, "device");

const Host = t.strict({ sharedBy: said("the domains that may share frames with the host", t.array(Name)) }, "host rule");

/** `adversary.ts` says what each switch removes. The last four are for SEV-SNP, where the host has the power at all. */
const Adversary = t.exact(t.partial({
  interrupts: said("interrupts come at any point, inside a call too; on unless told", t.boolean),
  host: said("the host reads and writes the frames that are shared with it; on unless told", t.boolean),
  dma: said("devices read and write what their IO address spaces reach; on unless told", t.boolean),
  remap: said("sev-snp: the host maps guest pages to other system pages; on unless told", t.boolean),
  rmp: said("sev-snp: the host asks for updates of the RMP; on unless told", t.boolean),
  injection: said("sev-snp: the host injects vectors that nobody has sent, also in the middle of calls; on unless told", t.boolean),
  hostMoves: said("sev-snp: remaps and RMP updates on one trace, at most; 2 unless told", integer(0, limits.hostMoves)),
}), "adversary");

/** What claims call the host; no domain and no device has the name. */
export const hostName = "host";

const Claim = t.exact(t.intersection([
  t.type({
    name: said("of the claim NAME, which is the property C:NAME", Name),
    never: said("what never happens: the subject reads or writes a frame of the object, or a secret of the object flows to the subject", t.keyof({ read: null, write: null, flow: null })),
    subject: said("a domain, a device or `host`: who never does it", Name),
    object: said("whose frames or secrets it is about: a domain, and of `flow` also a device or `host`", Name),
  }),
  t.partial({ except: said("what is not counted, by name: share rules, and of `flow` gates, devices and `host` too; nothing unless told", t.array(Name)) }),
]), "claim");

/**
 * Multi-level security (Bell and LaPadula 1973): every domain has a level, and secrets go up or stay. What a trusted domain passes on, it declassifies.
 * The host is as low as the lowest domain.
 */
const Levels = t.exact(t.intersection([
  t.type({ of: said("the level of every domain, by its name; it belongs to the slot and never changes", t.record(t.string, integer(0, limits.levels - 1))) }),
  t.partial({ trusted: said("domains that may pass secrets down; none unless told", t.array(Name)) }),
]), "levels");

const Table = t.strict({
  level: said("of the page table, 1 for the one that maps pages; the root table has the greatest", integer(1, 4)),
  index: said("the prefix of virtual page numbers that it is for; 0 for the root table", integer(0, limits.pages - 1)),
  frame: said("the frame that is the page table", Name),
}, "table");
const BootMapping = t.strict({
  page: said("the virtual page of a domain, or the IO page of a device", integer(0, limits.pages - 1)), frame: said("the frame that it leads to", Name),
  access: said("what the mapping allows; r or rw of a device", Access),
}, "mapping");

/** A page of a higher level: one entry of a table of `level` maps all pages below it, from `page` on, to as many frames, from `frame` on in the order of `frames`. */
const LargePage = t.strict({
  level: said("of the table whose one entry maps all pages below it", integer(2, 3)), page: said("the first of these pages", integer(0, limits.pages - 1)),
  frame: said("the first frame; the others follow it in `frames`", Name), access: said("what the entry allows", Access),
}, "large page");

const BootDomain = t.exact(t.intersection([
  t.type({
    name: said("a domain that exists from the beginning", Name),
    phase: said("building: its parent lays it out; sealed: it runs, and lays itself out", t.keyof({ building: null, sealed: null })),
    tables: said("its page tables, the root table among them", t.array(Table)), maps: said("its mapped pages", t.array(BootMapping)),
  }),
  t.partial({ parent: said("who created it; absent of the root domain alone", Name), large: said("its large pages; none unless told", t.array(LargePage)) }),
]), "boot domain");

const BootFrame = t.exact(t.intersection([
  t.type({ name: said("of the frame", Name), owner: said("the domain that it belongs to", Name) }),
  t.partial({
    shared: said("visible to the host; not unless told", t.boolean),
    holds: said("whose secrets are in it at first: the owner's, or nobody's unless told", t.array(Name)),
  }),
]), "boot frame");

const BootGrant = t.strict({
  frame: said("the frame that is granted by its owner", Name), to: said("the domain that it is granted to", Name), access: said("what is granted", Access),
  status: said("whether the receiver has accepted it", t.keyof({ offered: null, accepted: null })),
}, "boot grant");

const BootDevice = t.strict({ name: said("a device that is assigned", Name), owner: said("to which of its drivers", Name), maps: said("its mapped IO pages", t.array(BootMapping)) }, "boot device");

const Boot = t.exact(t.intersection([t.type({
  frames: said("the frames that there are, page tables among them", list(BootFrame, 1, limits.frames)),
  domains: said("the domains that exist; the others are free slots", list(BootDomain, 1, limits.domains)),
  grants: said("the grants that stand", t.array(BootGrant)),
  running: said("for each vCPU the domain whose thread it runs", list(Name, 1, limits.vcpus)),
}), t.partial({
  devices: said("the devices that are assigned; the others are nobody's", t.array(BootDevice)),
})]), "boot image");

const Bounds = t.exact(t.intersection([t.type({
  pages: said("virtual pages of every domain that are explored, from 0 on; at most half of what the geometry has", integer(1, limits.pages)),
  vcpus: said("vCPUs, each running a thread; every one more multiplies the states", integer(1, limits.vcpus)),
  machineDepth: said("steps from the boot image in the search of the monitor on the machine", integer(0, limits.machineDepth)),
}), t.partial({
  ioPages: said("pages of a device's IO address space that are explored; 1 unless told", integer(1, limits.ioPages)),
  stack: said("calls through gates that a thread can be in at once; 2 unless told", integer(1, limits.stack)),
})]), "bounds");

/** Whom one has to trust: MODEL.md section 6. */
export const Platform = t.keyof({ hyperenclave: null, "sev-snp": null });
export type Platform = t.TypeOf<typeof Platform>;

export const Policy = t.exact(t.intersection([
  t.type({
    refmon: said("the version of the language", t.literal(1)),
    name: said("of the policy, in reports", Name),
    platform: said("hyperenclave: the hypervisor under the monitor is trusted; sev-snp: only the CPU and the RMP are", Platform),
    geometry: said("of page tables; 4x9 is the real machine, and 2x1 is small enough to exhaust", text("[2-4]x[1-9]", "levels x index bits, from `2x1` to `4x9`")),
    domains: said("who can exist; the first is the root domain, which always does", list(Name, 1, limits.domains)),
    scheduler: said("the domain that may switch vCPUs to other threads", Name),
    bounds: said("how far exploration goes: as few pages and vCPUs as the story needs", Bounds),
    boot: said("where exploration starts", Boot),
  }),
  t.partial({
    $schema: said("where editors find this schema", t.string),
    about: said("for readers: what the policy is for", t.string),
    create: said("who may create which domain; nobody unless told", t.array(Create)),
    share: said("who may grant frames to whom; nobody unless told", t.array(Share)),
    gates: said("ways to call into a domain at its entry; none unless told", list(Gate, 0, limits.gates)),
    devices: said("DMA engines behind the IOMMU; none unless told", list(Device, 0, limits.devices)),
    host: said("who may talk to the host; nobody unless told", Host),
    preemptive: said("an interrupt runs the scheduler's thread, not the one that it stopped; off unless told", t.boolean),
    adversary: said("what the adversaries may do; everything unless switched off, and a report names what is off", Adversary),
    claims: said("what must hold, beyond what the rules say", t.array(Claim)),
    levels: said("multi-level labels: no read up, no write down", Levels),
  }),
]), "policy");

export type Policy = t.TypeOf<typeof Policy>;
export type Claim = t.TypeOf<typeof Claim>;

/** The set value of an access: a bit per right. */
export const accessValue = (text: string): number => accesses.reduce((mask, right, bit) => (text.includes(right) ? mask | (1 << bit) : mask), 0);

/** Levels and index bits of a geometry text, or `null` if it is none. */
export const geometryOf = (text: string): { readonly levels: number; readonly indexBits: number } | null => {
  const found = /^([2-4])x([1-9])$/.exec(text);
  return found === null ? null : { levels: Number(found[1]), indexBits: Number(found[2]) };
};
