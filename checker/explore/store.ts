/** The memory that a search fills: the log of states and the index over it. `checker/compile/kernel.ts` says what is in them. */
import type { Heap, Kernel, Memory } from "../compile/compile.ts";
import { control, queueBytes } from "../compile/kernel.ts";
import type { Storage } from "../compile/storage.ts";

/** Share of index slots in use at which the index doubles. */
const fullest = 0.7;
const smallest = 1 << 12;

/** The system does not give as much memory as is needed. */
export class MemoryRefused extends Error {
  override readonly name = "MemoryRefused";
}

export interface Store {
  readonly memory: Memory;
  /** States found. */
  size(): number;
  /** States up to which work may go on without looking. */
  limit(): number;
  /** Bytes that the next growth will need in all. */
  nextBytes(): number;
  /** Bytes in use: states, parents and index. */
  bytes(): number;
  /**
   * Makes room. Everyone who works on the memory must be given the new one, and if the index is new, all states must be placed in it.
   * @throws MemoryRefused if there is no more; then all is as it was.
   */
  grow(): { readonly newIndex: boolean };
  /** Makes room for so many states while there are none, and touches it. */
  prepare(states: number): void;
  /** The states from `from` on are expanded next; the words of those before are no longer needed. */
  advance(from: number): void;
  /** Closes the gaps that ids leave which were taken and not used, each from the first to the one behind the last. None of the states behind a gap may be a parent yet. */
  fill(gaps: readonly (readonly [from: number, to: number])[]): void;
  /** Makes the memory hold `states`, which are whole entries of a log. */
  restore(states: Int32Array, count: number): void;
  /** The id of a state by its words. */
  idOf(words: Int32Array): number;
}

const powerOver = (least: number): number => 2 ** Math.ceil(Math.log2(least));

/** Bytes of so many states with their index, and of those whose words the frontier holds, as they are once the search is over. */
export const bytesNeeded = ({ stride, whole }: Storage, states: number, frontier: number): number => (states * stride + frontier * whole + powerOver(Math.max(smallest, states / fullest))) * 4;

const page = 65_536, pages = 65_536, line = 64;
/** As much of the interface as is used; the types of Node have no more of it. */
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: { readonly Memory: new (size: { readonly initial: number; readonly maximum: number; readonly shared: true }) => Heap } };

/** Where everything lies that WebAssembly works on. */
type Placed = Pick<Memory, "log" | "index" | "control" | "heap" | "queues">;

/** Who works on a store: how many, and from how many states on what they run is WebAssembly, which reaches one memory of up to 4 GiB. */
export interface Workforce { readonly workers: number; readonly worth: number }

/** `room` is how many states may be added between two looks at the size. `kernel` is attached to the memory, and again when it grows. */
export const createStore = (kernel: Kernel, storage: Storage, room: number, { workers, worth }: Workforce): Store => {
  const { key, whole, stride } = storage, shared = workers > 1;
  const allocate = (words: number): Int32Array => {
    try {
      return new Int32Array(shared ? new SharedArrayBuffer(words * 4) : new ArrayBuffer(words * 4));
    } catch (thrown) {
      throw new MemoryRefused(`${words * 4} bytes are not to be had`, { cause: thrown });
    }
  };
  /** What is never touched takes no memory, and copying does: as much as is to be had, up to four times what is there. */
  const roomy = (least: number, most: number): Int32Array => {
    try {
      return allocate(most);
    } catch {
      return allocate(least);
    }
  };
  const queues = workers * queueBytes(storage);
  const cells = (heap: Heap, byte: number, words: number): Int32Array => new Int32Array(heap.buffer, byte, words);
  /** Log and index in one memory, as long as it can hold them; what is kept of fingerprints lies apart. */
  const together = (states: number, logWords: number, indexWords: number): Placed | null => {
    const bytes = line + queues + (logWords + indexWords) * 4;
    if (whole > 0 || states < worth || bytes > page * pages) return null;
    try {
      const heap = new WebAssembly.Memory({ initial: Math.ceil(bytes / page), maximum: pages, shared: true });
      return { heap, queues: line, control: cells(heap, 0, control.words), log: cells(heap, line + queues, logWords), index: cells(heap, line + queues + logWords * 4, indexWords) };
    } catch (thrown) {
      if (thrown instanceof RangeError) return null;
      throw thrown;
    }
  };
  let capacity = smallest + room, slots = powerOver(capacity / fullest);
  const apart = (): Pick<Placed, "heap" | "queues" | "control"> => ({ heap: null, queues: 0, control: allocate(control.words) });
  let memory: Memory = { ...(together(0, capacity * stride, slots) ?? { ...apart(), log: allocate(capacity * stride), index: allocate(slots) }), frontier: allocate(capacity * whole), shared };
  kernel.attach(memory);
  const size = (): number => memory.control[control.count] ?? 0, base = (): number => memory.control[control.base] ?? 0;
  /** States up to which the frontier has room. */
  const reachable = (): number => (whole === 0 ? Infinity : base() + Math.floor(memory.frontier.length / whole));

  /** Replaces what is too small for so many states. Whether the index is new. */
  const reach = (states: number): boolean => {
    const larger = states > capacity, newIndex = states > slots * fullest;
    const ahead = states - base(), further = states > reachable();
    const frontier = further ? roomy(ahead * whole, ahead * 2 * whole) : memory.frontier;
    const slotsNeeded = newIndex ? powerOver(states / fullest) : slots, most = Math.max(states, capacity * 4) * stride;
    // One memory holds all, so that all are new where one is; else each is replaced for itself.
    const placed: Placed = !larger && !newIndex ? memory : together(states, larger ? most : capacity * stride, slotsNeeded)
      ?? { ...apart(), log: larger ? roomy(states * stride, most) : memory.log, index: newIndex ? allocate(slotsNeeded) : memory.index };
    const { log, index } = placed;
    if (placed !== memory) placed.control.set(memory.control);
    if (log !== memory.log) log.set(memory.log.subarray(0, size() * stride));
    if (further) frontier.set(memory.frontier.subarray(0, (size() - base()) * whole));
    if (index !== memory.index && !newIndex) index.set(memory.index);
    memory = { ...memory, ...placed, frontier };
    capacity = Math.floor(log.length / stride);
    slots = index.length;
    kernel.attach(memory);
    return newIndex;
  };
  const enough = (): number => size() + Math.max(size(), smallest) * 0.5 + room;

  return {
    get memory() {
      return memory;
    },
    size,
    limit: () => Math.floor(Math.min(capacity, slots * fullest, reachable())) - room,
    nextBytes: () => (enough() * stride + (enough() - base()) * whole) * 4 + Math.max(slots, powerOver(enough() / fullest)) * 4,
    bytes: () => (size() * stride + (size() - base()) * whole + slots) * 4,
    prepare: (states) => {
      // Twice, so that the last states are found with room for as many that are not.
      reach(states + 2 * room);
      memory.log.fill(0, 0, states * stride);
      memory.index.fill(0);
    },
    grow: () => ({ newIndex: reach(Math.ceil(enough())) }),
    advance: (from) => {
      memory.frontier.copyWithin(0, (from - base()) * whole, (size() - base()) * whole);
      memory.control[control.base] = from;
    },
    fill: (gaps) => {
      const ids = gaps.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
      for (const gap of ids.sort((a, b) => b - a)) {
        const last = size() - 1, { log, index } = memory;
        if (gap !== last) {
          const slot = kernel.slotOf(log, last * stride);
          log.copyWithin(gap * stride, last * stride, (last + 1) * stride);
          memory.frontier.copyWithin((gap - base()) * whole, (last - base()) * whole, (last + 1 - base()) * whole);
          index[slot] = (index[slot] ?? 0) - last + gap;
        }
        memory.control[control.count] = last;
      }
    },
    restore: (states, count) => {
      reach(count + room);
      memory.log.set(states.subarray(0, count * stride));
      memory.control[control.count] = count;
      kernel.place(0, count);
    },
    idOf: (words) => {
      const state = new Int32Array(key);
      kernel.keyOf(words, 0, state);
      return ((memory.index[kernel.slotOf(state, 0)] ?? 0) & (slots - 1)) - 1;
    },
  };
};
