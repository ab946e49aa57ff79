/**
 * The identifiers that the monitor adds to those of the hardware, and the range checks that turn what a caller put into
 * a register (an unsigned 32-bit word) into an identifier. This is the one file of the TCB that overrides the compiler.
 */
import { entriesPerTable, prefixesAt, userPages, type Device, type Frame, type Geometry, type Identifier, type IoPage, type Page } from "../hw/ring0.ts";

/** Domain slot, 0 .. D-1; slot 0 is `root`. */
export type Domain = Identifier<"Domain">;
/** Set of rights: read 1, write 2, execute 4. */
export type Access = Identifier<"Access">;
/** Level of a page table: 1 holds the leaf entries, `geometry.levels` is the root. */
export type Level = Identifier<"Level">;
/** Virtual page number without its lowest `level * indexBits` bits: it names one table of that level, and at level 0 a page. */
export type Prefix = Identifier<"Prefix">;
/** Number of a gate, a way into a domain that the policy has registered. */
export type Gate = Identifier<"Gate">;
/** Number of an entry of a table: those of all frames, counted through. */
export type Entry = Identifier<"Entry">;

/** No domain, no frame. */
export const NONE = -1;
export type None = typeof NONE;

/** Returns `n` as a domain slot, unchecked. */
export const domain = (n: number): Domain => n as Domain;

/** Returns the slot that a table keeps as its number + 1, with 0 for none. */
export const domainOrNone = (word: number): Domain | None => (word === 0 ? NONE : domain(word - 1));

/** Returns `bits` as a set of rights, unchecked. */
export const access = (bits: number): Access => bits as Access;

/** Returns `n` as a level, unchecked. */
export const level = (n: number): Level => n as Level;

/** Returns `n` as a prefix, unchecked. */
export const prefix = (n: number): Prefix => n as Prefix;

/** Returns `n` as a gate, unchecked. */
export const gate = (n: number): Gate => n as Gate;

/** Returns the gate that a table keeps as its number + 1, with 0 for none. */
export const gateOrNone = (word: number): Gate | None => (word === 0 ? NONE : gate(word - 1));

/** Returns `n` as the number of an entry, unchecked. */
export const entry = (n: number): Entry => n as Entry;

export const isDomain = (word: number, domains: number): word is Domain => word < domains;

export const isFrame = (word: number, frames: number): word is Frame => word < frames;

export const isDevice = (word: number, devices: number): word is Device => word < devices;

/** A page of the one level of IO page tables. */
export const isIoPage = (word: number, g: Geometry): word is IoPage => word < entriesPerTable(g);

export const isGate = (word: number, gates: number): word is Gate => word < gates;

/** A page of the user half: no argument can name the monitor half. */
export const isPage = (word: number, g: Geometry): word is Page => word < userPages(g);

export const isAccess = (word: number): word is Access => word <= 7;

export const isLevel = (word: number, g: Geometry): word is Level => word >= 1 && word <= g.levels;

/** A prefix of the user half at this level: no argument can name a table of the monitor half. */
export const isPrefix = (word: number, g: Geometry, tableLevel: Level): word is Prefix => word < prefixesAt(g, tableLevel);
