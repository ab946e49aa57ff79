/**
 * A policy file: who exists, who may do what with whom, what is claimed, where exploration starts and how far it goes.
 * This is the codec: what a policy is. Whether its names exist and its boot image is well formed is judged afterwards
 * (`checker/policy`, `well-formed.ts`).
 */
import * as t from "io-ts";
import { integer, list, text } from "./constrained.ts";

/** Sizes that a policy may ask for. What lies beyond is not wrong, but nothing here has been measured there. */
export const limits = { domains: 8, frames: 24, pages: 8, vcpus: 4, machineDepth: 64 } as const;

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

const Claim = t.exact(t.intersection([
  t.type({ name: Name, never: t.keyof({ read: null, write: null, flow: null }), subject: Name, object: Name }),
  /** Names of share rules that the claim excepts. */
  t.partial({ except: t.array(Name) }),
]), "claim");

const Table = t.strict({ level: integer(1, 4), index: integer(0, limits.pages - 1), frame: Name }, "table");
const BootMapping = t.strict({ page: integer(0, limits.pages - 1), frame: Name, access: Access }, "mapping");

const BootDomain = t.exact(t.intersection([
  t.type({ name: Name, phase: t.keyof({ building: null, sealed: null }), tables: t.array(Table), maps: t.array(BootMapping) }),
  /** Absent for the root domain alone. */
  t.partial({ parent: Name }),
]), "boot domain");

const BootFrame = t.exact(t.intersection([
  t.type({ name: Name, owner: Name }),
  /** Whose secrets the frame holds at first; nobody's unless told. */
  t.partial({ holds: t.array(Name) }),
]), "boot frame");

const BootGrant = t.strict({ frame: Name, to: Name, access: Access, status: t.keyof({ offered: null, accepted: null }) }, "boot grant");

const Boot = t.strict({
  frames: list(BootFrame, 1, limits.frames),
  domains: list(BootDomain, 1, limits.domains),
  grants: t.array(BootGrant),
  /** For each vCPU the domain whose thread it runs. */
  running: list(Name, 1, limits.vcpus),
}, "boot image");

const Bounds = t.strict({
  /** Virtual pages 0 to pages - 1 of every domain are explored. */
  pages: integer(1, limits.pages),
  vcpus: integer(1, limits.vcpus),
  /** Steps from the boot image in the search of the monitor on the machine. */
  machineDepth: integer(0, limits.machineDepth),
}, "bounds");

export const Policy = t.exact(t.intersection([
  t.type({
    refmon: t.literal(1),
    name: Name,
    platform: t.keyof({ hyperenclave: null }),
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
    claims: t.array(Claim),
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
