/**
 * What a principal can observe of a state: what MODEL.md section 7 calls "what it saw". A list of cells for each principal, every one with its name and how it is read:
 * the abstract state as it stands in the bits, never the ghost variables (nobody sees a label), and the words of the frames and registers in reach. Which thread a vCPU
 * runs is observed by nobody.
 */
import { deviceRegister } from "../../hw/dma.ts";
import { hostRegister } from "../../hw/host.ts";
import { device, frame, systemFrame, vcpu } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { readWord } from "../../hw/memory.ts";
import { backing } from "../../hw/nested.ts";
import { rmpEntry } from "../../hw/rmp.ts";
import { RBP, RBX, readRegister } from "../../hw/vcpu.ts";
import { boundsOf } from "../../spec/lang/types.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Cells, StoreLayout } from "../compile/compiled.ts";
import { monitorTables, saveRow, stackRow, type MonitorTables } from "../refine/abstract-layout.ts";
import { toPhysical } from "../refine/placement.ts";
import { secretOfDevice, secretOfDomain, secretOfHost, type Secrets } from "../refine/secrets.ts";
import type { Part } from "./parts.ts";
import { inTheClear, type Reach } from "./reach.ts";
import { relationsOf, type Relations } from "./relations.ts";

/** What there is to be seen in one state of one run. */
export interface Seen { readonly m: Machine; readonly cells: Cells; readonly secrets: Secrets; readonly reach: Reach }

/** A part of an observation; `at` says of which domain, frame and so on, in the order that the part has them. */
export interface ObservedCell { readonly part: Part; readonly at: readonly number[]; read(seen: Seen): number }

export interface Observer {
  /** Its number in the union `Principal`. */
  readonly principal: number;
  readonly cells: readonly ObservedCell[];
  /** Someone who does not live sees nothing. */
  exists(cells: Cells): boolean;
}

/** Words are label sets beside the secrets; labels are no data. */
const labels = 0xc00f00ff;

/** The monitor's tables, how large a frame is, and how many the host has, which are none where it moves no memory. */
export interface Tables extends MonitorTables { readonly wordsPerFrame: number; readonly systemFrames: number }

/** @throws RangeError if no monitor is booted on the machine. */
export const tablesOf = (m: Machine): Tables => ({ ...monitorTables(m), wordsPerFrame: m.wordsPerFrame, systemFrames: m.nestedBase === 0 ? 0 : m.systemFrames });

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

const at = (cells: Cells, cell: number | undefined): number => cells[cell ?? -1] ?? 0;
/** Two cells as one number: who or what, with an access. */
const pair = (cells: Cells, cell: number | undefined): number => at(cells, cell) * 8 + at(cells, (cell ?? -2) + 1);

/** @throws RangeError if the tables are not those of the system's machine. */
export const observersOf = (system: System, state: StoreLayout, tables: Tables): readonly Observer[] => {
  const relations = relationsOf(system, state, tables);
  const host = tables.domains + tables.devices;
  return [
    ...upTo(tables.domains).map((d): Observer => ({ principal: d, cells: domainCells(system, state, tables, relations, d), exists: (cells) => relations.lives(cells, d) })),
    ...upTo(tables.devices).map((x): Observer => ({ principal: tables.domains + x, cells: deviceCells(system, state, tables, x), exists: () => true })),
    { principal: host, cells: hostCells(tables, relations), exists: () => true },
  ];
};

/** The bits of a word of a frame that are data. */
const data = (word: number, words: number): number => (word === 0 || word === words - 1 ? ~labels : -1);

/** The words of a frame, where `sees` says that they are seen: those that ring 3 uses without the labels, the others whole. */
const contentCells = (tables: Tables, f: number, words: number, sees: (cells: Cells) => boolean): readonly ObservedCell[] => upTo(words).map((word) => {
  const physical = toPhysical(tables, f), mask = data(word, words);
  return { part: "content", at: [f, word], read: ({ reach, cells }) => (sees(cells) ? reach.word(physical, word) & mask : 0) };
});

const domainCells = (system: System, state: StoreLayout, tables: Tables, relations: Relations, w: number): readonly ObservedCell[] => {
  const { domains, vcpus, devices, stack } = tables;
  const all = upTo(domains), frames = upTo(1 + tables.frames - tables.monitorFrames).slice(1), threads = all.flatMap((home) => upTo(vcpus).map((v) => ({ home, v })));
  const cell = (variable: string, ...path: readonly number[]): number => state.cellOf(variable, path);
  const phase = all.map((d) => cell("phase", d)), parent = all.map((d) => cell("parent", d)), home = upTo(vcpus).map((v) => cell("vcpu", v));
  const owner = [0, ...frames].map((f) => cell("owner", f)), shares = [0, ...frames].map((f) => all.map((e) => cell("grant", f, e)));
  const pages = upTo(boundsOf(system.bounds, "Page").hi + 1), levels = upTo(boundsOf(system.bounds, "Level").hi), prefixes = upTo(boundsOf(system.bounds, "Index").hi + 1);
  const ioPages = upTo(boundsOf(system.bounds, "IoPage").hi + 1);

  /** The life cycle of the slots that it may create and of its descendants. */
  const lives = all.flatMap((d): readonly ObservedCell[] => [
    { part: "life", at: [d], read: ({ cells }) => (relations.mayCreate(w, d) || relations.isBelow(cells, d, w) ? 1 + at(cells, phase[d]) : 0) },
    { part: "parent", at: [d], read: ({ cells }) => (relations.isBelow(cells, d, w) ? at(cells, parent[d]) : 0) },
  ]);
  /** Whether those to whom it may grant, whom it may call or whose threads it may run are there: for one that is not it is denied. */
  const partners = all.filter((d) => relations.mayAddress(w, d)).map((d): ObservedCell => ({ part: "sealed", at: [d], read: ({ cells }) => (relations.isSealed(cells, d) ? 1 : 0) }));
  /** Tables and space of itself, and of the children that it builds. */
  const spaces = all.flatMap((d): readonly ObservedCell[] => {
    const one = (part: Part, of: readonly number[], from: number, size: number): ObservedCell =>
      ({ part, at: of, read: ({ cells }) => (d === w || relations.builds(cells, w, d) ? (size > 1 ? pair(cells, from) : at(cells, from)) : 0) });
    return [
      ...levels.flatMap((level) => prefixes.map((index) => one("table", [d, level + 1, index], cell("tables", d, level, index), 1))),
      ...pages.map((page) => one("space", [d, page], cell("space", d, page), 2)),
    ];
  });
  const own = (cells: Cells, f: number): boolean => at(cells, owner[f]) === w + 1;
  const given = (cells: Cells, f: number): boolean => at(cells, shares[f]?.[w]) !== 0;
  /** Frames: whose they are, as far as they are its own or below it; whom they are granted to, or who granted them; and what they hold, mapped or not. */
  const memory = frames.flatMap((f): readonly ObservedCell[] => [
    { part: "owner", at: [f], read: ({ cells }) => relations.ownerSeenBy(cells, w, at(cells, owner[f]) - 1) },
    { part: "kind", at: [f], read: ({ cells }) => (own(cells, f) || relations.builds(cells, w, at(cells, owner[f]) - 1) ? 1 + relations.kindOf(cells, f) : 0) },
    ...all.filter((e) => e !== w).map((e): ObservedCell => ({ part: "grant", at: [f, e], read: ({ cells }) => (own(cells, f) ? pair(cells, shares[f]?.[e]) : 0) })),
    { part: "given", at: [f], read: ({ cells }) => pair(cells, shares[f]?.[w]) },
    { part: "giver", at: [f], read: ({ cells }) => (given(cells, f) ? at(cells, owner[f]) : 0) },
    ...(tables.systemFrames === 0 ? [] : [{ part: "answers", at: [f], read: ({ reach, cells }: Seen) => (own(cells, f) || given(cells, f) ? reach.answers(toPhysical(tables, f)) : 0) } as const]),
    ...contentCells(tables, f, tables.wordsPerFrame, (cells) => given(cells, f) || (own(cells, f) && relations.isData(cells, f))),
  ]);
  /** Threads that it is in, or waits in: the gates below it, the one that it waits for, and the registers that it finds when it goes on. */
  const control = threads.flatMap(({ home: of, v }): readonly ObservedCell[] => {
    const gates = upTo(stack).map((depth) => cell("stack", of, v, depth));
    const place = (cells: Cells): number => relations.placeIn(cells, of, v, w);
    const gateAt = (cells: Cells, depth: number): number => at(cells, gates[depth]);
    const kept = (m: Machine, cells: Cells, register: number): number => {
      const depth = place(cells);
      if (depth < 0) return 0;
      if (gateAt(cells, depth) > 0) return readWord(m.memory, tables.stacks + ((of * vcpus + v) * stack + depth) * stackRow + 1 + (register - RBX));
      return at(cells, home[v]) === of ? readRegister(m, vcpu(v), register) : readWord(m.memory, tables.saveAreas + (of * vcpus + v) * saveRow + register);
    };
    return [
      { part: "control", at: [of, v], read: ({ cells }) => (place(cells) < 0 ? 0 : 1 + gateAt(cells, place(cells))) },
      ...upTo(stack).map((depth): ObservedCell => ({ part: "below", at: [of, v, depth], read: ({ cells }) => (depth < place(cells) ? gateAt(cells, depth) : 0) })),
      ...[RBX, RBP].map((register): ObservedCell => ({ part: "register", at: [of, v, register], read: ({ m, cells }) => kept(m, cells, register) & ~labels })),
    ];
  });
  /** Devices that it owns, and whether one is taken that it, or a descendant, may drive. */
  const driven = upTo(devices).flatMap((x): readonly ObservedCell[] => {
    const driver = cell("device", x), io = ioPages.map((i) => cell("ioSpace", x, i));
    const owns = (cells: Cells): boolean => at(cells, driver) === w + 1;
    return [
      { part: "assigned", at: [x], read: ({ cells }) => (owns(cells) ? 2 : relations.mayAssign(cells, w, x) && at(cells, driver) !== 0 ? 1 : 0) },
      ...ioPages.map((i): ObservedCell => ({ part: "io", at: [x, i], read: ({ cells }) => (owns(cells) ? pair(cells, io[i]) : 0) })),
    ];
  });
  return [
    { part: "secret", at: [], read: ({ secrets }) => ((secrets & secretOfDomain(w)) === 0 ? 0 : 1) },
    { part: "phase", at: [], read: ({ cells }) => at(cells, phase[w]) },
    ...lives, ...partners, ...spaces, ...memory, ...control, ...driven,
  ];
};

/** What it remembers, whose it is, its IO space, and what it reaches there. */
const deviceCells = (system: System, state: StoreLayout, tables: Tables, x: number): readonly ObservedCell[] => [
  { part: "secret", at: [], read: ({ secrets }) => ((secrets & secretOfDevice(x)) === 0 ? 0 : 1) },
  { part: "remembered", at: [], read: ({ m }) => deviceRegister(m, device(x)) & ~labels },
  { part: "driver", at: [], read: ({ cells }) => at(cells, state.cellOf("device", [x])) },
  ...upTo(boundsOf(system.bounds, "IoPage").hi + 1).flatMap((i): readonly ObservedCell[] => {
    const entry = state.cellOf("ioSpace", [x, i]);
    return [
      { part: "io", at: [x, i], read: ({ cells }) => pair(cells, entry) },
      ...upTo(tables.wordsPerFrame).map((word): ObservedCell => ({
        part: "reached", at: [x, i, word],
        read: ({ reach, cells }) => (at(cells, entry) === 0 ? 0 : reach.clearWord(toPhysical(tables, at(cells, entry) - 1), word) & ~labels),
      })),
    ];
  }),
];

/** The number that memory has as a frame, beside which the host's table leads nowhere. */
const memoryNumber = ({ monitorFrames }: Tables, s: number): number => (s < 0 ? nowhere : s - monitorFrames + 1);
const nowhere = -0x10000;

/**
 * Whether its tables lead elsewhere than an honest host's: each frame to memory of its own, which is assigned unless it is shared. What the guest has validated, which
 * `isAsMeant` of `hostile-host.ts` asks too, no host sees.
 */
const hasMoved = (m: Machine, tables: Tables, relations: Relations, cells: Cells): boolean => upTo(tables.systemFrames).some((s) => {
  const { assigned, guestFrame } = rmpEntry(m, systemFrame(s));
  if (s >= tables.frames) return assigned;
  const isShared = s >= tables.monitorFrames && relations.isShared(cells, s - tables.monitorFrames + 1);
  return (backing(m, frame(s)) as number) !== s || (isShared ? assigned : !assigned || (guestFrame as number) !== s);
});

/** What it remembers, which frames are shared with it, what they hold, and what it has put where. */
const hostCells = (tables: Tables, relations: Relations): readonly ObservedCell[] => [
  { part: "secret", at: [], read: ({ secrets }) => ((secrets & secretOfHost) === 0 ? 0 : 1) },
  { part: "remembered", at: [], read: ({ m }) => hostRegister(m) & ~labels },
  ...upTo(1 + tables.frames - tables.monitorFrames).slice(1).flatMap((f): readonly ObservedCell[] => [
    { part: "shared", at: [f], read: ({ cells }) => (relations.isShared(cells, f) ? 1 : 0) },
    ...contentCells(tables, f, tables.wordsPerFrame, (cells) => relations.isShared(cells, f)),
  ]),
  // On SEV-SNP it has the nested table and the RMP, and reads in the clear all memory that is not assigned. Frames of the monitor have numbers below 1, its own have those after the last.
  ...(tables.systemFrames === 0 ? [] : [{ part: "moved", at: [], read: ({ m, cells }: Seen) => (hasMoved(m, tables, relations, cells) ? 1 : 0) } as const]),
  ...upTo(tables.systemFrames).map((s) => ({ s, f: s - tables.monitorFrames + 1 })).flatMap(({ s, f }): readonly ObservedCell[] => [
    { part: "behind", at: [f], read: ({ m }) => (s < tables.frames ? memoryNumber(tables, backing(m, frame(s))) : 0) },
    { part: "entry", at: [f], read: ({ m }) => (rmpEntry(m, systemFrame(s)).assigned ? 1 + rmpEntry(m, systemFrame(s)).guestFrame : 0) },
    ...upTo(tables.wordsPerFrame).map((word): ObservedCell => ({ part: "clear", at: [f, word], read: ({ m }) => inTheClear(m, s, word) & data(word, tables.wordsPerFrame) })),
  ]),
];

/** Writes what the observer sees into `row`: first who it is, then every cell. */
export const observe = ({ principal, cells, exists }: Observer, seen: Seen, row: Int32Array): void => {
  row[0] = principal;
  const sees = exists(seen.cells);
  // What its secret will be is no one's doing: a slot has it before its domain lives.
  for (let i = 0; i < cells.length; i++) row[1 + i] = sees || cells[i]?.part === "secret" ? cells[i]?.read(seen) ?? 0 : 0;
};
