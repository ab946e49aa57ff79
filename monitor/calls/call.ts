import { calleeOf, CODES, depthIn, depthOf, homeOf, isPhase, lists, NONE, PHASES, push, stackSize } from "../vocabulary.ts";
import type { Call, Gate } from "../vocabulary.ts";

/** call(g): the thread enters the callee at the gate's entry. Argument registers survive, and nothing else of the caller. */
export const call: Call<[Gate]> = (m, v, caller, gate) => {
  const home = homeOf(m, v);
  // A stranger would enter through a gate that was made for others.
  if (!lists(m, gate, caller)) return CODES.DENIED; // spec: call.listed
  // A half-built domain would run, or a dead one on tables that are no more.
  if (!isPhase(m, calleeOf(m, gate), PHASES.sealed)) return CODES.BAD_PHASE; // spec: call.callee-sealed
  // A domain that waits for the end of its own call would be entered in the middle of what it was doing.
  if (depthIn(m, home, v, calleeOf(m, gate)) !== NONE) return CODES.BUSY; // spec: call.not-reentrant
  // The caller's registers would be kept where the next stack begins.
  if (depthOf(m, home, v) === stackSize(m)) return CODES.NO_ROOM; // spec: call.room

  push(m, home, v, gate); // spec: call.effect
  return CODES.OK;
};
