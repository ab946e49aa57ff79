/**
 * The inner loop of a search, generated for the words of a state: take a state out of the log, expand it, look every successor up, add what is new. It runs
 * on memory that it is given, alone or beside other threads that run the same code on the same memory.
 *
 * The log holds the states that were found, one after another, each followed by the id of its parent; a state's id is its place. Of states that are kept as fingerprints
 * (`storage.ts`) it holds these, and the frontier the states from `control.base` on. The index is an open hash
 * table of ids. A slot is 0, or the id raised by one and above it as many bits of the state's hash as the word has left, so that most probes compare a
 * state only with itself. A thread writes a state to the log before it publishes the id in an empty slot by compare-and-swap; a reader reaches the log only
 * through the id, so a plain load of the slot is enough.
 */
import type { Packing } from "./packing.ts";
import type { Program } from "./program.ts";
import type { Storage } from "./storage.ts";

/** What the words of `control` are. */
export const control = { count: 0, next: 1, stop: 2, base: 3, words: 4 } as const;

/** Whose successors are being made, by id, and where the next of them is packed: behind those that wait in the queue to be looked up. */
export const current = "now[0]";
export const queued = "now[1]";
/** For which bindings of the property that is followed the step may be taken, as bits. */
export const taken = "now[2]";

/** States that a thread takes at a time, so few that what they may lead to fits between two looks at the memory. */
export const chunkOf = (instances: number): number => Math.max(1, Math.min(64, Math.floor(2 ** 17 / Math.max(1, instances))));

/** Ids that one of several threads takes at a time: states that it finds lie together then, and what one thread writes the others seldom wait for. */
export const idsAtOnce = 64;

/** Successors that are looked up together; so few that they stay in the nearest caches. */
const queueLength = 512;

/**
 * Flips the bits of what is packed at `at` of the queue in which a cell of `t` differs from `s`, notes that, and makes the cell what it is in `s` again, so that a cell that is named twice is
 * flipped once. Its place among the words is worked out where the code is generated, or looked up.
 */
export const settleCell = ({ fields }: Packing, cell: string): string => {
  const field = /^\d+$/.test(cell) ? fields.find((one) => one.cell === Number(cell)) : undefined;
  const flip = field === undefined ? `queue[at + word_of[${cell}]] ^= d << shift_of[${cell}];` : `queue[at + ${field.word}] ^= d << ${field.shift};`;
  return `d = s[${cell}] ^ t[${cell}];\nif (d !== 0) {\n  ${flip}\n  t[${cell}] = s[${cell}];\n  changed = 1;\n}`;
};

/** Packs the state that is expanded at `at` of the queue. */
export const ownLines = ({ words }: Packing): readonly string[] => Array.from({ length: words }, (_, word) => `queue[at + ${word}] = own[${word}];`);

export interface Sizes { readonly guards: number; readonly transitions: number; readonly properties: number; readonly cells: number; readonly chunk: number; /** Whether a property is followed, by steps that are known to lead to states in the log. */ readonly follows: boolean }

/** What functions of transitions and properties refer to. */
export const declareKernel = (program: Program, packing: Packing, storage: Storage, { guards, transitions, properties, cells, chunk, follows }: Sizes): void => {
  const { words, fields, template } = packing;
  const table = (value: (field: (typeof fields)[number]) => number): { readonly list: readonly number[]; readonly code: string } => {
    const list = new Array<number>(cells).fill(0);
    for (const field of fields) list[field.cell] = value(field);
    return { list, code: `[${list.join(", ")}]` };
  };
  const states = template.length;
  program.array("failed", "Float64Array", guards);
  program.array("succeeded", "Float64Array", transitions);
  program.array("antecedent", "Float64Array", properties);
  program.array("touched", "Uint8Array", properties);
  const { list: wordOf, code: wordCode } = table(({ word }) => word), { list: shiftOf, code: shiftCode } = table(({ shift }) => shift);
  program.array("word_of", "Uint8Array", cells, wordCode, wordOf);
  program.array("shift_of", "Uint8Array", cells, shiftCode, shiftOf);
  program.array("own", "Int32Array", words);
  for (const name of ["before", "after", "fresh"]) program.array(name, "Int32Array", states, "template");
  program.array("staged", "Int32Array", words * chunk);
  program.array("queue", "Int32Array", queueLength * entryOf(storage, follows));
  program.array("now", "Int32Array", 3);
  program.array("measured", "Int32Array", 2);
  program.declare([
    `const violates = new Int8Array(${properties}), violating = new Int32Array(${properties * words});`,
    "let log = new Int32Array(0), frontier = new Int32Array(0), index = new Int32Array(0), control = new Int32Array(0), shared = false, mask = 0, edge = 0, looking = 0, touching = 0, seeker = null, waiting = null, ids = new Int32Array(2);",
  ].join("\n"));
};

/** Bytes of a queue and the two `ids` behind it, whole pages so that no two threads share a line of a cache. */
export const queueBytes = (storage: Storage): number => Math.ceil((queueLength * entryOf(storage, true) * 4 + 8) / 4096) * 4096;

/** Words of a queued successor: its own, its parent's id, its hash, the rest of its fingerprint, and for whom the step to it may be taken. */
export const entryOf = ({ words, key, whole }: Storage, follows: boolean): number => words + 2 + (whole > 0 ? key - 1 : 0) + (follows ? 1 : 0);

/** An odd number of its own for each word of a state, so that what words add to a hash does not wait for each other and does not cancel. */
const factorOf = (word: number): number => Math.imul(Math.imul(word + 1, 0x9e3779b1) ^ 0x2545f491, 0x85ebca6b) >>> 0 | 1;

const defineLookUp = (program: Program, storage: Storage, inspects: boolean, follows: boolean): void => {
  const { words, key, whole, stride } = storage, all = Array.from({ length: words }, (_, word) => word);
  const keys = Array.from({ length: key }, (_, word) => word), queuedKey = whole > 0 ? words + 1 : 0;
  /** Array and place of a state's own words, by its id. */
  const standing = (id: string): string => (whole > 0 ? `frontier, (${id} - control[${control.base}]) * ${words}` : `states, ${id} * ${stride}`);
  const plus = (word: number): string => (word === 0 ? "" : ` + ${word}`);
  program.define("hash", ["w", "at"], [
    ...all.map((word) => `const w${word} = w[at${plus(word)}];`),
    `let h = ${all.map((word) => `Math.imul(w${word} ^ (w${word} >>> 15), ${factorOf(word)})`).join(" + ")};`,
    "h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);", "return h ^ (h >>> 13);",
  ].join("\n"));
  // The other half of a fingerprint shares no constant with the hash, so that what is alike in one is not in the other.
  if (whole > 0) {
    program.define("second", ["w", "at"], [
      "let h = 0x165667b1;", ...all.map((word) => `h = Math.imul((h << 13 | h >>> 19) + w[at${plus(word)}], 0x27d4eb2f);\nh ^= h >>> 16;`),
      "h = Math.imul(h, 0xc2b2ae35);", "return h ^ (h >>> 15);",
    ].join("\n"));
  }
  program.define("keyOf", ["w", "at", "key"], whole > 0 ? "key[0] = hash(w, at);\nkey[1] = second(w, at);" : keys.map((word) => `key[${word}] = w[at${plus(word)}];`).join("\n"));
  program.define("hashOfKey", ["w", "at"], whole > 0 ? "return w[at];" : "return hash(w, at);");
  // An order of states like any other; in this one those with low pages in use come first, which reads best in a trace.
  program.define("precedes", ["a", "from", "b", "at"], [
    ...all.slice(0, -1).map((word) => `if (a[from${plus(word)}] !== b[at${plus(word)}]) return a[from${plus(word)}] > b[at${plus(word)}];`),
    `return a[from${plus(words - 1)}] > b[at${plus(words - 1)}];`,
  ].join("\n"));
  // `ids` are those that this thread has taken and not used: the first, and the one behind the last.
  program.define("append", ["waiting", "from", "ids", "states", "control", "shared"], [
    "let id = ids[0];",
    "if (id === ids[1]) {",
    `  const more = shared ? ${idsAtOnce} : 1;`,
    `  id = shared ? Atomics.add(control, ${control.count}, more) : control[${control.count}];`,
    `  if (!shared) control[${control.count}] = id + more;`,
    "  ids[1] = id + more;",
    "}",
    "ids[0] = id + 1;",
    `const at = id * ${stride};`,
    ...keys.map((word) => `states[at${plus(word)}] = waiting[from${plus(queuedKey + word)}];`),
    `states[at + ${key}] = waiting[from + ${words}];`,
    ...(whole > 0 ? [`const place = (id - control[${control.base}]) * ${words};`, ...all.map((word) => `frontier[place${plus(word)}] = waiting[from${plus(word)}];`)] : []),
    "return id;",
  ].join("\n"));
  // Of all states that a state was found from, the first in this order is its parent: whoever comes first, a trace is the same.
  program.define("adopt", ["states", "shared", "at", "candidate"], [
    `let parent = states[at + ${key}];`,
    `for (; parent !== candidate && precedes(${standing("candidate")}, ${standing("parent")});) {`,
    `  const was = shared ? Atomics.compareExchange(states, at + ${key}, parent, candidate) : parent;`,
    `  if (!shared) states[at + ${key}] = candidate;`,
    "  if (was === parent) return;",
    "  parent = was;",
    "}",
  ].join("\n"));
  const placed = `((entry & mask) - 1) * ${stride}`;
  // The state is published with its id. Another thread may have come first: then this slot is looked at again, and the id is kept for the next state.
  if (!follows) program.define("lookUp", ["waiting", "from", "ids", "slots", "mask", "states", "control", "shared", "edge"], [
    `const h = waiting[from + ${words + 1}], tag = h & ~mask;`,
    "let id = -1;",
    "for (let slot = h & mask;;) {",
    "  const entry = slots[slot];",
    "  if (entry === 0) {",
    "    if (id < 0) id = append(waiting, from, ids, states, control, shared);",
    "    if (!shared) slots[slot] = tag | (id + 1);",
    "    else if (Atomics.compareExchange(slots, slot, 0, tag | (id + 1)) !== 0) continue;",
    ...(inspects ? ["    found(from);"] : []),
    "    return;",
    "  }",
    "  if ((entry & ~mask) === tag) {",
    `    const at = ${placed};`,
    `    if (${keys.map((word) => `states[at${plus(word)}] === waiting[from${plus(queuedKey + word)}]`).join(" && ")}) {`,
    "      if (id >= 0) ids[0] = id;",
    `      if (at >= edge) adopt(states, shared, at, waiting[from + ${words}]);`,
    "      return;",
    "    }",
    "  }",
    "  slot = (slot + 1) & mask;",
    "}",
  ].join("\n"));
  if (inspects) program.define("found", ["from"], "looking = from;\nunpack(queue, from, fresh);\ninspect(fresh);");
  const entry = entryOf(storage, follows);
  program.define("visit", [], [
    ...(follows ? [`if (${taken} === 0) return;`] : []),
    `const at = ${queued};`,
    `queue[at + ${words}] = ${current};`,
    `queue[at + ${words + 1}] = hash(queue, at);`,
    ...(whole > 0 ? [`queue[at + ${words + 2}] = second(queue, at);`] : []),
    ...(follows ? [`queue[at + ${entry - 1}] = ${taken};`] : []),
    `${queued} = at + ${entry};`,
    `if (at === ${(queueLength - 1) * entry}) settle();`,
  ].join("\n"));
  // Loads that do not wait for each other: the memory answers many at a time, and what is looked up afterwards is in the cache.
  program.define("touchSlots", ["waiting", "end", "slots", "mask"], [
    "let near = 0;", `for (let at = ${words + 1}; at < end; at += ${entry}) near ^= slots[waiting[at] & mask];`, "return near;",
  ].join("\n"));
  program.define("touchStates", ["waiting", "end", "slots", "mask", "states"], [
    "let near = 0;",
    `for (let at = ${words + 1}; at < end; at += ${entry}) {`,
    "  const h = waiting[at], entry = slots[h & mask];",
    `  if (entry !== 0 && ((entry ^ h) & ~mask) === 0) near ^= states[${placed}];`,
    "}",
    "return near;",
  ].join("\n"));
  if (!follows) program.define("lookAllUp", ["waiting", "end", "ids", "slots", "mask", "states", "control", "shared", "edge"], [
    "const near = touchSlots(waiting, end, slots, mask) ^ touchStates(waiting, end, slots, mask, states);",
    `for (let at = 0; at < end; at += ${entry}) lookUp(waiting, at, ids, slots, mask, states, control, shared, edge);`,
    "return near;",
  ].join("\n"));
  if (!follows) program.define("settle", [], [
    `const end = ${queued};`,
    "if (seeker === null) touching = lookAllUp(queue, end, ids, index, mask, log, control, shared, edge);",
    "else {",
    "  waiting.set(queue);",
    "  touching = seeker.lookAllUp(waiting.byteOffset, end, ids.byteOffset, index.byteOffset, mask, log.byteOffset, control.byteOffset, shared, edge);",
    "}",
    `${queued} = 0;`,
  ].join("\n"));
  program.define("place", ["from", "to"], [
    "for (let id = from; id < to; id++) {",
    `  const h = hashOfKey(log, id * ${stride});`,
    "  const entry = (h & ~mask) | (id + 1);",
    "  let slot = h & mask;",
    "  while (index[slot] !== 0 || (shared && Atomics.compareExchange(index, slot, 0, entry) !== 0)) slot = (slot + 1) & mask;",
    "  if (!shared) index[slot] = entry;",
    "}",
  ].join("\n"));
  // The slot of a state that is there, by its key and the hash of that; -1 if it is not.
  program.define("seek", ["waiting", "from", "h", "slots", "mask", "states"], [
    "for (let slot = h & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {",
    "  const entry = slots[slot];",
    "  if (((entry ^ h) & ~mask) !== 0) continue;",
    `  const at = ${placed};`,
    `  if (${keys.map((word) => `states[at${plus(word)}] === waiting[from${plus(word)}]`).join(" && ")}) return slot;`,
    "}",
    "return -1;",
  ].join("\n"));
  program.define("slotOf", ["w", "from"], "return seek(w, from, hashOfKey(w, from), index, mask, log);");
};

/** Array and place of the words of a state that is expanded, by its id. */
const standingOf = ({ words, whole, stride }: Storage, id: string): { readonly array: string; readonly at: string } =>
  (whole > 0 ? { array: "frontier", at: `(${id} - control[${control.base}]) * ${words}` } : { array: "log", at: `${id} * ${stride}` });

/** `measureStaged(count)` adds the digests of states that are staged (`spec/lang/digest.ts`), two at a time: the steps of one wait for each other, those of two do not. */
const defineMeasure = (program: Program, { words, fields, template }: Packing, { cells, chunk }: Sizes): void => {
  const fieldOf = new Map(fields.map((field) => [field.cell, field]));
  const lines = (states: readonly number[]): readonly string[] => {
    const loaded = new Set<number>();
    return [
      ...states.map((state) => `let a${state} = 0x9e3779b9, b${state} = 0x7f4a7c15, x${state} = 0;`),
      ...Array.from({ length: cells }, (_, cell) => {
        const field = fieldOf.get(cell), load = field !== undefined && !loaded.has(field.word);
        if (field !== undefined) loaded.add(field.word);
        return states.map((state) => {
          const value = (word: string, { shift, bits }: NonNullable<typeof field>): string => (bits === 32 ? word : shift === 0 ? `${word} & ${2 ** bits - 1}` : shift + bits === 32 ? `${word} >>> ${shift}` : `${word} >>> ${shift} & ${2 ** bits - 1}`);
          return [
            ...(load ? [`const w${state}_${field.word} = staged[at + ${state * words + field.word}];`] : []),
            `x${state} = ${field === undefined ? String(template[cell] ?? 0) : value(`w${state}_${field.word}`, field)};`,
            `a${state} = Math.imul(a${state} ^ x${state}, 0x01000193);`,
            `b${state} = Math.imul((b${state} << 5 | b${state} >>> 27) ^ x${state}, 0x9e3779b1);`,
          ].join("\n");
        }).join("\n");
      }),
      ...states.flatMap((state) => [`measured[0] = (measured[0] + finish(a${state})) | 0;`, `measured[1] = (measured[1] + finish(b${state} ^ Math.imul(a${state}, 0x27d4eb2f))) | 0;`]),
    ];
  };
  program.define("measureOne", ["at"], lines([0]).join("\n"));
  program.define("measureFour", ["at"], lines([0, 1, 2, 3]).join("\n"));
  program.define("measureStaged", ["count"], [
    "let i = 0;", `for (; i + 3 < count; i += 4) measureFour(i * ${words});`, `for (; i < count; i++) measureOne(i * ${words});`,
  ].join("\n"));
  program.define("measureStates", ["from", "to"], [
    `for (let first = from; first < to; first += ${chunk}) {`, `  const end = Math.min(to, first + ${chunk});`, "  stage(first, end);", "  measureStaged(end - first);", "}",
  ].join("\n"));
};

/** Everything between a chunk of the frontier and the memory; who follows a property looks successors up in a way of its own. `cells` are all cells of a state, `template` tells those that never change. */
export const defineKernel = (program: Program, packing: Packing, storage: Storage, sizes: Sizes, inspects: boolean): void => {
  const { words, stride } = storage, { chunk, follows } = sizes;
  defineLookUp(program, storage, inspects, follows);
  program.define("attach", ["memory"], [
    "log = memory.log;", "frontier = memory.frontier;", "index = memory.index;", "control = memory.control;", "shared = memory.shared;", "mask = index.length - 1;",
    `seeker = memory.heap === null || seeking === null ? null : new WebAssembly.Instance(seeking, { refmon: { memory: memory.heap${inspects ? ", found" : ""} } }).exports;`,
    "if (seeker === null) return;",
    `const own = memory.queues + environment.place * ${queueBytes(storage)}, kept = ids;`,
    "waiting = new Int32Array(memory.heap.buffer, own, queue.length);",
    "ids = new Int32Array(memory.heap.buffer, own + queue.byteLength, 2);",
    "ids.set(kept);",
  ].join("\n"));
  // Of all states that violate a property the first is told, for the same reason.
  program.define("broken", ["property", "instance"], [
    "const w = instance < 0 ? queue : own, from = instance < 0 ? looking : 0;",
    `if (violates[property] !== 0 && !precedes(w, from, violating, property * ${words})) return;`,
    "violates[property] = instance < 0 ? 1 : 2;",
    `for (let word = 0; word < ${words}; word++) violating[property * ${words} + word] = w[from + word];`,
  ].join("\n"));
  program.define("finish", ["h"], "h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);\nh = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);\nreturn h ^ (h >>> 16);");
  program.define("begin", ["initial"], `after.set(initial);\n${current} = 0;\nedge = 0;\ncanonical(after, queue, 0);\nvisit();\nsettle();`);
  defineMeasure(program, packing, sizes);
  const { array, at } = standingOf(storage, "id"), all = Array.from({ length: words }, (_, word) => word);
  program.define("stage", ["from", "to"], [
    "let place = 0;", "for (let id = from; id < to; id++) {", `  const at = ${at};`, ...all.map((word) => `  staged[place + ${word}] = ${array}[at + ${word}];`), `  place += ${words};`, "}",
  ].join("\n"));
  // `after` is `before` between two instances, so that effects may be written into it.
  program.define("expandStaged", ["first", "count"], [
    "for (let i = 0; i < count; i++) {", `  ${current} = first + i;`, ...all.map((word) => `  own[${word}] = staged[i * ${words} + ${word}];`), "  unpack(own, 0, before);", "  unpack(own, 0, after);", "  expand(before, after);", "}",
  ].join("\n"));
  // Chunks are finished once they are begun: what stops the work is looked at between them.
  program.define("work", ["level", "limit", "chunks"], [
    `edge = level.end * ${stride};`,
    "for (; chunks > 0; chunks--) {",
    "  if (Atomics.load(control, 2) !== 0 || Atomics.load(control, 0) > limit) return;",
    `  const from = shared ? Atomics.add(control, 1, ${chunk}) : (control[1] += ${chunk}) - ${chunk};`,
    "  if (from >= level.end) return;",
    `  const to = Math.min(level.end, from + ${chunk});`,
    "  stage(from, to);",
    "  if (swift === null) {",
    "    measureStaged(to - from);",
    "    expandStaged(from, to - from);",
    "  } else {",
    "    swift.measureStaged(to - from);",
    "    swift.expandStaged(from, to - from);",
    "  }",
    "  settle();",
    "}",
  ].join("\n"));
  program.define("surrender", [], "const unused = [ids[0], ids[1]];\nids[0] = ids[1];\nreturn unused;");
};
