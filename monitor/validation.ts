/**
 * Which frames have memory behind them that the guest has confirmed. On sev-snp the host chooses it, and PVALIDATE confirms the choice of the
 * moment: done twice for one frame without undoing the first, the host could choose again, at any time, between two pages of memory.
 */
import { isKind, isSevSnp, KINDS, pageStateChange, pvalidate, setKind, terminate, type Frame, type Machine } from "./foundation.ts";

/** Confirms the memory behind a frame where none is confirmed, and makes the frame data. Its content is the host's choice until it is scrubbed. */
export function takePage(m: Machine, f: Frame): void {
  if (isSevSnp(m)) {
    // Whatever the host answers, only PVALIDATE tells what it did.
    if (isKind(m, f, KINDS.shared)) pageStateChange(m, f, "private");
    if (isKind(m, f, KINDS.shared) || isKind(m, f, KINDS.invalid)) revalidate(m, f, true);
  }
  setKind(m, f, KINDS.data);
}

/** Gives up the confirmed memory behind a frame: as `shared` the host may use it and replace it, as `invalid` nobody uses it. */
export function giveUpPage(m: Machine, f: Frame, kind: typeof KINDS.shared | typeof KINDS.invalid): void {
  if (isSevSnp(m)) revalidate(m, f, false);
  if (isSevSnp(m) && kind === KINDS.shared) pageStateChange(m, f, "shared");
  setKind(m, f, kind);
}

/**
 * PVALIDATE, or the end: where the host has put other memory there than the frame table knows of, going on would confirm a second page beside the
 * first, or hand out a page that none stands behind. A host can stop the guest anyway.
 */
function revalidate(m: Machine, f: Frame, validated: boolean): void {
  if (pvalidate(m, f, validated) !== "ok") terminate(m, f);
}
