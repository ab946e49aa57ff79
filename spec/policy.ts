/**
 * A policy file: who exists, who may do what with whom, what is claimed, where exploration starts and how far it goes.
 * This is the codec: what a policy is. Whether its names exist and its boot image is well formed is judged afterwards
 * (`checker/policy`, `well-formed.ts`).
 */
import * as t from "io-ts";
import { flag, integer, list, text } from "./constrained.ts";

/** Sizes that a policy may ask for. What lies beyond is not wrong, but nothing here has been measured there. */
export const limits = { domains: 8, frames: 24, pages: 8, vcpus: 4, machineDepth: 64, gates: 8, devices: 4, ioPages: 4, stack: 4, hostMoves: 4, levels: 16 } as const;

/** Names appear in traces, on the command line and in file names. */
const Name = text("[A-Za-z][A-Za-z0-9_.-]{0,31}", "a name: a letter, then up to 31 letters, digits, `_`, `.` or `-`");

export const accesses = ["r", "w", "x"] as const;

/** An access is written as letters in this order: "r", "rw", "rx". */
const Access = t.keyof({ r: null, rw: null, rx: null });

const Create = t.strict({ by: Name, slot: Name }, "create rule");

const Share = t.exact(t.intersection([
  t.type({ from: Name, to: Name, access: Access }),
  t.partial({ name: Name }),
]), "share rule");

/** A way into a domain, for the domains that it lists. */
const Gate = t.strict({ name: Name, from: list(Name, 1, limits.domains), to: Name }, "gate");

/** A DMA engine, and the domains that it may be assigned to. */
const Device = t.strict({ name: Name, drivers: list(Name, 1, limits.domains) }, "device");

/** Which domains may share frames with the host. */
const Host = t.strict({ sharedBy: t.array(Name) }, "host rule");

/** What the adversaries may do; everything unless switched off. A report names what is off. `adversary.ts` says what each switch removes. */
const Adversary = t.exact(t.partial({
  interrupts: flag("interrupts come at any point, inside a call too; on unless told"),
  host: flag("the host reads and writes the frames that are shared with it; on unless told"),
  dma: flag("devices read and write what their IO address spaces reach; on unless told"),
  /** These three on SEV-SNP, where the host has the power at all. */
  remap: flag("sev-snp: the host maps guest pages to other system pages; on unless told"),
  rmp: flag("sev-snp: the host asks for updates of the RMP; on unless told"),
  injection: flag("sev-snp: the host injects vectors that nobody has sent, also in the middle of calls; on unless told"),
  /** Remaps and RMP updates on one trace, at most; 2 unless told. */
  hostMoves: integer(0, limits.hostMoves),
}), "adversary");

/** What claims call the host; no domain and no device has the name. */
export const hostName = "host";

const Claim = t.exact(t.intersection([
  /** Domains and devices by name, or the host. */
  t.type({ name: Name, never: t.keyof({ read: null, write: null, flow: null }), subject: Name, object: Name }),
  /** Names of what the claim excepts: share rules, and of flow claims gates, devices and the host too. */
  t.partial({ except: t.array(Name) }),
]), "claim");

/**
 * Multi-level security (Bell and LaPadula 1973): every domain has a level, and secrets go up or stay. What a trusted domain passes on, it declassifies.
 * The host is as low as the lowest domain.
 */
const Levels = t.exact(t.intersection([
  t.type({ of: t.record(t.string, integer(0, limits.levels - 1)) }),
  t.partial({ trusted: t.array(Name) }),
]), "levels");

const Table = t.strict({ level: integer(1, 4), index: integer(0, limits.pages - 1), frame: Name }, "table");
const BootMapping = t.strict({ page: integer(0, limits.pages - 1), frame: Name, access: Access }, "mapping");

/** A page of a higher level: one entry of a table of `level` maps all pages below it, from `page` on, to as many frames, from `frame` on in the order of `frames`. */
const LargePage = t.strict({ level: integer(2, 3), page: integer(0, limits.pages - 1), frame: Name, access: Access }, "large page");

const BootDomain = t.exact(t.intersection([
  t.type({ name: Name, phase: t.keyof({ building: null, sealed: null }), tables: t.array(Table), maps: t.array(BootMapping) }),
  /** `parent` is absent for the root domain alone. */
  t.partial({ parent: Name, large: t.array(LargePage) }),
]), "boot domain");

const BootFrame = t.exact(t.intersection([
  t.type({ name: Name, owner: Name }),
  t.partial({ shared: flag("visible to the host") }),
  /** Whose secrets the frame holds at first; nobody's unless told. */
  t.partial({ holds: t.array(Name) }),
]), "boot frame");

const BootGrant = t.strict({ frame: Name, to: Name, access: Access, status: t.keyof({ offered: null, accepted: null }) }, "boot grant");

const BootDevice = t.strict({ name: Name, owner: Name, maps: t.array(BootMapping) }, "boot device");

const Boot = t.exact(t.intersection([t.type({
  frames: list(BootFrame, 1, limits.frames),
  domains: list(BootDomain, 1, limits.domains),
  grants: t.array(BootGrant),
  /** For each vCPU the domain whose thread it runs. */
  running: list(Name, 1, limits.vcpus),
}), t.partial({
  /** Devices that are assigned; the others are nobody's. */
  devices: t.array(BootDevice),
})]), "boot image");

const Bounds = t.exact(t.intersection([t.type({
  /** Virtual pages 0 to pages - 1 of every domain are explored. */
  pages: integer(1, limits.pages),
  vcpus: integer(1, limits.vcpus),
  /** Steps from the boot image in the search of the monitor on the machine. */
  machineDepth: integer(0, limits.machineDepth),
}), t.partial({
  /** Pages of a device's IO address space that are explored; 1 unless told. */
  ioPages: integer(1, limits.ioPages),
  /** Calls through gates that a thread can be in at once; 2 unless told. */
  stack: integer(1, limits.stack),
})]), "bounds");

/** Whom one has to trust: MODEL.md section 6. */
export const Platform = t.keyof({ hyperenclave: null, "sev-snp": null });
export type Platform = t.TypeOf<typeof Platform>;

export const Policy = t.exact(t.intersection([
  t.type({
    refmon: t.literal(1),
    name: Name,
    platform: Platform,
    /** Levels x index bits, "2x1" to "4x9". */
    geometry: text("[2-4]x[1-9]", "levels x index bits, from `2x1` to `4x9`"),
    /** The first is the root domain. */
    domains: list(Name, 1, limits.domains),
    scheduler: Name,
    bounds: Bounds,
    boot: Boot,
  }),
  t.partial({
    $schema: t.string,
    about: t.string,
    create: t.array(Create),
    share: t.array(Share),
    gates: list(Gate, 0, limits.gates),
    devices: list(Device, 0, limits.devices),
    host: Host,
    preemptive: flag("an interrupt runs the scheduler's thread, not the one that it stopped; off unless told"),
    adversary: Adversary,
    claims: t.array(Claim),
    levels: Levels,
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
