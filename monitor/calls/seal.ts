import { CODES, isPhase, parentOf, PHASES, setPhase, type Call, type Domain } from "../vocabulary.ts";

/** seal(d): construction ends; from now on only `d` itself changes its space. */
export const seal: Call<[Domain]> = (m, _v, caller, domain) => {
  // A stranger would start a half-built domain.
  if (parentOf(m, domain) !== caller) return CODES.DENIED; // spec: seal.who
  // A dying domain would come back to life on tables that are being reclaimed.
  if (!isPhase(m, domain, PHASES.building)) return CODES.BAD_PHASE; // spec: seal.building

  setPhase(m, domain, PHASES.sealed); // spec: seal.effect
  return CODES.OK;
};
