/** What ring 3 does by itself: loads, stores and fetches, through any translation that it can use, with labels flowing as data do. */
import { readReached } from "../../hw/bus.ts";
import { frame, page, vcpu } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { fetch, load, loadFrom, store, storeTo, usableFrames } from "../../hw/user.ts";
import { RBP, RBX, readRegister, writeRegister } from "../../hw/vcpu.ts";
import type { MoveAction } from "./action.ts";
import { secretOfDomain, type Secrets } from "./secrets.ts";

const rightOf = { load: "r", store: "w", fetch: "x" } as const;

export type MoveName = keyof typeof rightOf;

/** The physical frames that an access could reach, in ascending order. */
export const reachedFrames = (m: Machine, v: number, move: MoveName, p: number): readonly number[] => usableFrames(m, vcpu(v), page(p), rightOf[move]);

/**
 * Does it, as the thread of `domain`. A load or fetch adds the labels of the frame's first word to the thread; a store adds the thread's labels and its domain's
 * to the first and the last word, and its domain's secret. Nothing is overwritten: no label is ever forgotten.
 * @throws RangeError unless the frame is one of `reachedFrames`.
 */
export const performMove = (m: Machine, { vcpu: n, move, page: p, frame: to }: MoveAction, domain: number, secrets: Secrets): void => {
  const v = vcpu(n);
  // An explicit TLB is filled by accesses; a saturating one holds the translation already.
  if (m.tlbMode === "explicit") {
    if (move === "load") load(m, v, page(p), 0);
    else if (move === "fetch") fetch(m, v, page(p));
    else store(m, v, page(p), 0, readReached(m, frame(to), 0));
  }
  if (move === "store") {
    const known = readRegister(m, v, RBX) | (1 << domain) | (secretOfDomain(domain) & secrets);
    for (const word of [0, m.wordsPerFrame - 1]) {
      storeTo(m, v, page(p), frame(to), word, (readReached(m, frame(to), word) | known) >>> 0);
    }
    return;
  }
  // A fetch needs no right to read: what code does depends on what it is.
  const word = move === "load" ? loadFrom(m, v, page(p), frame(to), 0) : readReached(m, frame(to), 0);
  writeRegister(m, v, RBX, (readRegister(m, v, RBX) | word) >>> 0);
  writeRegister(m, v, RBP, (readRegister(m, v, RBP) | word) >>> 0);
};
