import { CODES, isPhase, PHASES, scheduler, setHome, type Call, type Domain } from "../vocabulary.ts";

/**
 * switch(d): this vCPU runs the thread of `d` from where it stopped. The dispatcher changes the context after it has written
 * the code, so that the caller finds it when it runs again. A switch to itself changes nothing.
 */
export const switchTo: Call<[Domain]> = (m, v, caller, domain) => {
  // Any domain could take the vCPU, or hand it to an accomplice.
  if (caller !== scheduler(m)) return CODES.DENIED; // spec: switch.who
  // A half-built domain would run, or a dead one on tables that are no more.
  if (!isPhase(m, domain, PHASES.sealed)) return CODES.BAD_PHASE; // spec: switch.sealed

  setHome(m, v, domain); // spec: switch.effect
  return CODES.OK;
};
