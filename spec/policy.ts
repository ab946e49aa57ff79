/**
 * A policy file: who exists, who may do what with whom, what is claimed, where exploration starts and how far it goes.
 * This is the codec: what a policy is. Whether its names exist and its boot image is well formed is judged afterwards
 * (`policy-names.ts`, `well-formed.ts`).
 */
import * as t from "io-ts";

export const accesses = ["r", "w", "x"] as const;

/** An access is written as letters in this order: "r", "rw", "rx". */
const Access = t.keyof({ r: null, rw: null, rx: null });

const Create = t.strict({ by: t.string, slot: t.string }, "create rule");

const Share = t.exact(t.intersection([
  t.type({ from: t.string, to: t.string, access: Access }),
  t.partial({ name: t.string }),
]), "share rule");

const Claim = t.exact(t.intersection([
  t.type({ name: t.string, never: t.keyof({ read: null, write: null, flow: null }), subject: t.string, object: t.string }),
  /** Names of share rules that the claim excepts. */
  t.partial({ except: t.array(t.string) }),
]), "claim");

const Table = t.strict({ level: t.Integer, index: t.Integer, frame: t.string }, "table");
const BootMapping = t.strict({ page: t.Integer, frame: t.string, access: Access }, "mapping");

const BootDomain = t.exact(t.intersection([
  t.type({ name: t.string, phase: t.keyof({ building: null, sealed: null }), tables: t.array(Table), maps: t.array(BootMapping) }),
  /** Absent for the root domain alone. */
  t.partial({ parent: t.string }),
]), "boot domain");

const BootFrame = t.exact(t.intersection([
  t.type({ name: t.string, owner: t.string }),
  /** Whose secrets the frame holds at first; nobody's unless told. */
  t.partial({ holds: t.array(t.string) }),
]), "boot frame");

const BootGrant = t.strict({ frame: t.string, to: t.string, access: Access, status: t.keyof({ offered: null, accepted: null }) }, "boot grant");

const Boot = t.strict({
  frames: t.array(BootFrame),
  domains: t.array(BootDomain),
  grants: t.array(BootGrant),
  /** For each vCPU the domain whose thread it runs. */
  running: t.array(t.string),
}, "boot image");

const Bounds = t.strict({
  /** Virtual pages 0 to pages - 1 of every domain are explored. */
  pages: t.Integer,
  vcpus: t.Integer,
  /** Steps from the boot image in the search of the monitor on the machine. */
  machineDepth: t.Integer,
}, "bounds");

export const Policy = t.exact(t.intersection([
  t.type({
    refmon: t.literal(1),
    name: t.string,
    platform: t.keyof({ hyperenclave: null }),
    /** Levels x index bits, "2x1" to "4x9". */
    geometry: t.string,
    /** The first is the root domain. */
    domains: t.array(t.string),
    scheduler: t.string,
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
export type AccessText = t.TypeOf<typeof Access>;

/** The set value of an access: a bit per right. */
export const accessValue = (text: string): number => accesses.reduce((mask, right, bit) => (text.includes(right) ? mask | (1 << bit) : mask), 0);

/** Levels and index bits of a geometry text, or `null` if it is none. */
export const geometryOf = (text: string): { readonly levels: number; readonly indexBits: number } | null => {
  const found = /^([2-4])x([1-9])$/.exec(text);
  return found === null ? null : { levels: Number(found[1]), indexBits: Number(found[2]) };
};
