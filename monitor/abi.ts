/**
 * The binary interface of the monitor: SYSCALL with the call's number in RAX and its arguments in RDI, RSI, RDX and R10,
 * in the order of the call's signature. The code comes back in RAX; a call that returns OK also clears the four argument
 * registers, a denied one leaves every other register alone.
 *
 * Gates carry RSI, RDX and R10 across: `call` hands them to the callee as arguments, `return` to the caller as results. The callee
 * starts with the gate's number in RDI and as its entry in RIP (the number + 1; a fresh thread starts at 0), and 0 elsewhere. The caller
 * goes on with OK in RAX, or ABORTED and no results where the callee was destroyed, and with its own RBX, RBP, RIP and RFLAGS.
 */
import type { Machine, Vcpu } from "../hw/ring0.ts";
import type { Domain } from "./identifiers.ts";

/** Call numbers (RAX on entry). 21 and 22 are for sev-snp alone. */
export const CALLS = {
  create: 1, seal: 2, destroy: 3, reclaim: 4, release: 5, donate: 6, table_add: 7, table_remove: 8, map: 9, unmap: 10,
  protect: 11, grant: 12, accept: 13, relinquish: 14, revoke: 15, switch: 16, call: 17, return: 18, share_host: 19, unshare_host: 20,
  validate: 21, invalidate: 22, dev_assign: 23, dma_map: 24, dma_unmap: 25, dev_release: 26,
} as const;

/** Result codes (RAX on return). */
export const CODES = {
  OK: 0, BAD_CALL: 1, BAD_ARGUMENT: 2, DENIED: 3, BAD_DOMAIN: 4, NOT_OWNER: 5, BAD_KIND: 6, BUSY: 7, BAD_PHASE: 8,
  NO_TABLE: 9, EXISTS: 10, BAD_LEVEL: 11, NOT_AUTHORISED: 12, BAD_ACCESS: 13, CONFLICT: 14, NOT_MAPPED: 15, NOT_OFFERED: 16,
  NOT_GRANTED: 17, BAD_GATE: 18, NO_ROOM: 19, EMPTY: 20, ALREADY: 21, ABORTED: 22,
} as const;

export type Code = (typeof CODES)[keyof typeof CODES];

/** A monitor call: its guards in their order, then its effects. The caller is the domain that runs on `v`. */
export type Call<Arguments extends readonly number[]> = (m: Machine, v: Vcpu, caller: Domain, ...of: Arguments) => Code;
