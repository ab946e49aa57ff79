import { CODES, depthOf, homeOf, pop, type Call } from "../vocabulary.ts";

/** return(): the thread goes back to where it called from. Result registers survive, and nothing else of the callee. */
export const returnFrom: Call<[]> = (m, v) => {
  // The thread would leave its home for whatever lies below the stack.
  if (depthOf(m, homeOf(m, v), v) === 0) return CODES.EMPTY; // spec: return.called

  pop(m, homeOf(m, v), v); // spec: return.effect
  return CODES.OK;
};
