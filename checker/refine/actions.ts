/** Every call that a domain can make: all arguments in range, each monitor frame too, one argument just outside, and numbers that mean no call. */
import { entriesPerTable, prefixesAt, userPages } from "../../hw/geometry.ts";
import type { Machine } from "../../hw/machine.ts";
import { CALLS } from "../../monitor/abi.ts";
import type { Instance, System } from "../../spec/lang/system.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import { boundsOf, known, type AnyType } from "../../spec/lang/types.ts";
import { cardinality, isValue, rank, type Value } from "../../spec/lang/value.ts";
import { codes } from "../../spec/vocabulary.ts";
import type { Compiled } from "../compile/compiled.ts";
import { toPhysical, type Placement } from "./placement.ts";

/** One way to fill the registers. */
export interface CallRow {
  readonly number: number;
  readonly registers: readonly [number, number, number, number];
  /** Index of the transition; -1 for a number that means no call. */
  readonly transition: number;
  /** The code that is due whatever the state, or -1. */
  readonly fixed: number;
  /** The call's own arguments as the specification has them, where its types hold them. */
  readonly scope: Instance["scope"] | null;
  /** It names a frame of the monitor that is neither its first nor its last: one like all the others, to a monitor that compares numbers. */
  readonly inner: boolean;
}

/** What a register can hold, and what that is to the specification; `null` is out of range. */
interface Candidate { readonly register: number; readonly value: Value }

const largestWord = 0xffffffff;

export const codeNumber = (code: string): number => codes.findIndex((one) => one === code);
export const numberOfCall = (name: string): number => (CALLS as { readonly [name: string]: number })[name] ?? 0;

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

/** Which prefixes are outside depends on the level: see `beyondPrefixes`. */
const candidates = (system: System, m: Machine, placement: Placement, type: AnyType): { readonly inside: readonly Candidate[]; readonly outside: readonly Candidate[] } => {
  const t = known(type);
  const plain = (values: readonly number[], ...outside: readonly number[]) => ({
    inside: values.map((value) => ({ register: value, value })), outside: outside.map((register) => ({ register, value: null })),
  });
  if (t.kind === "set") return plain(upTo(8), 8);
  const { lo, hi } = boundsOf(system.bounds, t.name), all = upTo(hi + 1).slice(lo);
  switch (t.name) {
    case "Domain": case "Device": case "Gate": return plain(all, hi + 1);
    // An IO address space has one table.
    case "IoPage": return plain(all, entriesPerTable(m.geometry));
    // At 4 x 9 every 32-bit page number is in the user half.
    case "Page": return plain(all, ...[userPages(m.geometry)].filter((page) => page <= largestWord));
    case "Level": return plain(all, 0, hi + 1);
    case "Index": return plain(all);
    case "Frame": return {
      inside: [
        ...upTo(placement.monitorFrames).map((register) => ({ register, value: 0 })),
        ...all.slice(1).map((value) => ({ register: toPhysical(placement, value), value })),
      ],
      outside: [{ register: placement.frames, value: null }],
    };
    default: throw new RangeError(`a call has an argument of the type ${t.name}, which no register carries`);
  }
};

/** The code for an argument that is out of range. */
export const outOfRange = (call: Transition): number => codeNumber(call.own.some(({ type }) => type.name === "Gate") ? "BAD_GATE" : "BAD_ARGUMENT");

const product = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
  lists.reduce<readonly (readonly T[])[]>((rows, list) => rows.flatMap((row) => list.map((item) => [...row, item])), [[]]);

const replaced = <T>(row: readonly T[], at: number, item: T): readonly T[] => row.map((one, i) => (i === at ? item : one));

/** The first prefix that does not exist, at every level at which the specification's range ends before it. */
const beyondPrefixes = (system: System, m: Machine, call: Transition, few: readonly (readonly Candidate[])[]): readonly (readonly Candidate[])[] => {
  const at = call.own.findIndex(({ type }) => type.name === "Index"), level = call.own.findIndex(({ type }) => type.name === "Level");
  if (at < 0) return [];
  const first = few.map((inside, i) => (i === at ? inside.slice(0, 1) : inside));
  return product(first).flatMap((row) => {
    const register = prefixesAt(m.geometry, row[level]?.register ?? 1);
    return register <= boundsOf(system.bounds, "Index").hi ? [] : [replaced(row, at, { register, value: null })];
  });
};

const rowsOfCall = (system: System, m: Machine, placement: Placement, call: Transition, transition: number): readonly CallRow[] => {
  const own = call.own.map(({ type }) => candidates(system, m, placement, type));
  // Beside an argument that is out of range, one of the monitor's frames stands for all.
  const few = own.map(({ inside }, i) => (call.own[i]?.type.name === "Frame" ? inside.filter(({ register, value }) => value !== 0 || register === 0) : inside));
  const outside = own.flatMap((one, i) => product(few.map((inside, j) => (i === j ? one.outside : inside))));
  return [...product(own.map(({ inside }) => inside)), ...outside, ...beyondPrefixes(system, m, call, few)].map((row): CallRow => {
    const [a = 0, b = 0, c = 0, d = 0] = row.map(({ register }) => register);
    const inRange = row.every(({ value }) => value !== null);
    return {
      number: numberOfCall(call.name), registers: [a, b, c, d], transition,
      fixed: inRange ? -1 : outOfRange(call),
      inner: call.own.some(({ type }, i) => type.name === "Frame" && row[i]?.value === 0 && row[i]?.register !== 0 && row[i]?.register !== placement.monitorFrames - 1),
      scope: inRange ? Object.fromEntries(call.own.map(({ name }, i) => [name, row[i]?.value ?? null])) : null,
    };
  });
};

const rowsOf = (system: System, m: Machine, placement: Placement): readonly CallRow[] => {
  const rows = system.transitions.flatMap((transition, i) => (transition.kind === "call" ? rowsOfCall(system, m, placement, transition, i) : []));
  const last = Math.max(...Object.values(CALLS));
  return [...rows, ...[0, last + 1, 0xffffffff].map((number): CallRow => (
    { number, registers: [0, 0, 0, 0], transition: -1, fixed: codeNumber("BAD_CALL"), scope: null, inner: false }))];
};

interface Listed { readonly shape: string; readonly rows: readonly CallRow[] }
/** A system is searched time and again, each time on a machine of its own, and its machines are alike. */
const listed = new WeakMap<System, Listed>();

/** All of them, in the order of the system's calls. */
export const callRows = (system: System, m: Machine, placement: Placement): readonly CallRow[] => {
  const shape = [m.geometry.levels, m.geometry.indexBits, placement.monitorFrames, placement.frames].join(" "), before = listed.get(system);
  if (before?.shape === shape) return before.rows;
  const rows = rowsOf(system, m, placement);
  listed.set(system, { shape, rows });
  return rows;
};

/** Finds the index of an instance of a compiled system; -1 if there is none. Instances are in the order of `instancesOf`: by transition, and of its parameters the first slowest. */
export const instanceFinder = ({ system: { bounds, transitions }, instances }: Compiled): ((transition: string, scope: Instance["scope"]) => number) => {
  const firsts = new Map<Transition, number>();
  instances.forEach(({ transition }, i) => {
    if (!firsts.has(transition)) firsts.set(transition, i);
  });
  const named = new Map(transitions.map((transition) => [transition.name, transition]));
  return (name, scope) => {
    const transition = named.get(name), first = transition === undefined ? undefined : firsts.get(transition);
    if (transition === undefined || first === undefined || Object.keys(scope).length !== transition.parameters.length) return -1;
    let at = 0;
    for (const { name: parameter, type } of transition.parameters) {
      const value = scope[parameter];
      if (value === undefined || !isValue(bounds, type, value)) return -1;
      at = at * cardinality(bounds, type) + rank(bounds, type, value);
    }
    return first + at;
  };
};

interface Numbered { readonly rows: readonly CallRow[]; readonly instances: readonly Int32Array[] }
const numbered = new WeakMap<Compiled, Numbered>();

/** By vCPU and caller, an instance for each row; -1 where there is none. */
export const instancesOfRows = (compiled: Compiled, rows: readonly CallRow[], vcpus: number, domains: number): readonly Int32Array[] => {
  const before = numbered.get(compiled);
  if (before?.rows === rows && before.instances.length === vcpus * domains) return before.instances;
  const find = instanceFinder(compiled), { transitions } = compiled.system;
  const instances = Array.from({ length: vcpus * domains }, (_, at) => Int32Array.from(rows, ({ transition, scope }) => {
    const name = transitions[transition]?.name;
    return scope === null || name === undefined ? -1 : find(name, { vcpu: Math.floor(at / domains), caller: at % domains, ...scope });
  }));
  numbered.set(compiled, { rows, instances });
  return instances;
};
