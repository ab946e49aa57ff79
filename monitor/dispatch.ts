/** The entry of every monitor call: checks the ranges of what the caller put into its registers, then runs the call. */
import { accept } from "./calls/accept.ts";
import { call } from "./calls/call.ts";
import { create } from "./calls/create.ts";
import { destroy } from "./calls/destroy.ts";
import { devAssign } from "./calls/dev_assign.ts";
import { devRelease } from "./calls/dev_release.ts";
import { dmaMap } from "./calls/dma_map.ts";
import { dmaUnmap } from "./calls/dma_unmap.ts";
import { donate } from "./calls/donate.ts";
import { grant } from "./calls/grant.ts";
import { invalidate } from "./calls/invalidate.ts";
import { map } from "./calls/map.ts";
import { protect } from "./calls/protect.ts";
import { reclaim } from "./calls/reclaim.ts";
import { release } from "./calls/release.ts";
import { relinquish } from "./calls/relinquish.ts";
import { returnFrom } from "./calls/return.ts";
import { revoke } from "./calls/revoke.ts";
import { seal } from "./calls/seal.ts";
import { shareHost } from "./calls/share_host.ts";
import { switchTo } from "./calls/switch.ts";
import { tableAdd } from "./calls/table_add.ts";
import { tableRemove } from "./calls/table_remove.ts";
import { unmap } from "./calls/unmap.ts";
import { unshareHost } from "./calls/unshare_host.ts";
import { validate } from "./calls/validate.ts";
import {
  CALLS, CODES, currentOf, deviceCount, domainCount, gateCount, homeOf, isAccess, isDevice, isDomain, isFrame, isGate, isIoPage, isLevel,
  isPage, isPrefix, isSevSnp, leave, R10, RAX, RDI, RDX, readRegister, RSI, writeRegister, type Code, type Machine, type Vcpu,
} from "./vocabulary.ts";

const INVALID = CODES.BAD_ARGUMENT;

/** Handler of SYSCALL on `v`: one call, from the caller's registers to its code in RAX. */
export function dispatch(m: Machine, v: Vcpu): void {
  const thread = homeOf(m, v);
  const number = readRegister(m, v, RAX);
  const code = perform(m, v, number);
  // Arguments left behind would tell whoever this thread calls next what it asked for. Gates hand them over.
  const clears = code === CODES.OK && number !== CALLS.call && number !== CALLS.return;
  for (let r = RDI; clears && r <= R10; r++) writeRegister(m, v, r, 0);
  writeRegister(m, v, RAX, code);
  leave(m, v, thread);
}

function perform(m: Machine, v: Vcpu, number: number): Code {
  const caller = currentOf(m, v);
  const g = m.geometry;
  const F = m.frames;
  const D = domainCount(m);
  const X = deviceCount(m);
  // Each argument register is read once, into a constant: what was checked is what is used.
  const a = readRegister(m, v, RDI);
  const b = readRegister(m, v, RSI);
  const c = readRegister(m, v, RDX);
  const d = readRegister(m, v, R10);
  // A row per call: the ranges of its arguments, and what runs when they hold.
  switch (number) {
    case CALLS.create: return isDomain(a, D) && isFrame(b, F) ? create(m, v, caller, a, b) : INVALID; // spec: create.arguments
    case CALLS.seal: return isDomain(a, D) ? seal(m, v, caller, a) : INVALID; // spec: seal.arguments
    case CALLS.destroy: return isDomain(a, D) ? destroy(m, v, caller, a) : INVALID; // spec: destroy.arguments
    case CALLS.reclaim: return isFrame(a, F) ? reclaim(m, v, caller, a) : INVALID; // spec: reclaim.arguments
    case CALLS.release: return isDomain(a, D) ? release(m, v, caller, a) : INVALID; // spec: release.arguments
    case CALLS.donate: return isFrame(a, F) && isDomain(b, D) ? donate(m, v, caller, a, b) : INVALID; // spec: donate.arguments
    case CALLS.table_add: return isDomain(a, D) && isLevel(b, g) && isPrefix(c, g, b) && isFrame(d, F) ? tableAdd(m, v, caller, a, b, c, d) : INVALID; // spec: table_add.arguments
    case CALLS.table_remove: return isDomain(a, D) && isLevel(b, g) && isPrefix(c, g, b) ? tableRemove(m, v, caller, a, b, c) : INVALID; // spec: table_remove.arguments
    case CALLS.map: return isDomain(a, D) && isPage(b, g) && isFrame(c, F) && isAccess(d) ? map(m, v, caller, a, b, c, d) : INVALID; // spec: map.arguments
    case CALLS.unmap: return isDomain(a, D) && isPage(b, g) ? unmap(m, v, caller, a, b) : INVALID; // spec: unmap.arguments
    case CALLS.protect: return isDomain(a, D) && isPage(b, g) && isAccess(c) ? protect(m, v, caller, a, b, c) : INVALID; // spec: protect.arguments
    case CALLS.grant: return isFrame(a, F) && isDomain(b, D) && isAccess(c) ? grant(m, v, caller, a, b, c) : INVALID; // spec: grant.arguments
    case CALLS.accept: return isFrame(a, F) ? accept(m, v, caller, a) : INVALID; // spec: accept.arguments
    case CALLS.relinquish: return isFrame(a, F) ? relinquish(m, v, caller, a) : INVALID; // spec: relinquish.arguments
    case CALLS.revoke: return isFrame(a, F) && isDomain(b, D) ? revoke(m, v, caller, a, b) : INVALID; // spec: revoke.arguments
    case CALLS.switch: return isDomain(a, D) ? switchTo(m, v, caller, a) : INVALID; // spec: switch.arguments
    case CALLS.call: return isGate(a, gateCount(m)) ? call(m, v, caller, a) : CODES.BAD_GATE; // spec: call.gate-exists
    case CALLS.return: return returnFrom(m, v, caller); // spec: return.arguments
    case CALLS.share_host: return isFrame(a, F) ? shareHost(m, v, caller, a) : INVALID; // spec: share_host.arguments
    case CALLS.unshare_host: return isFrame(a, F) ? unshareHost(m, v, caller, a) : INVALID; // spec: unshare_host.arguments
    case CALLS.validate: return !isSevSnp(m) ? CODES.BAD_CALL : isFrame(a, F) ? validate(m, v, caller, a) : INVALID; // spec: validate.arguments
    case CALLS.invalidate: return !isSevSnp(m) ? CODES.BAD_CALL : isFrame(a, F) ? invalidate(m, v, caller, a) : INVALID; // spec: invalidate.arguments
    case CALLS.dev_assign: return isDevice(a, X) && isDomain(b, D) ? devAssign(m, v, caller, a, b) : INVALID; // spec: dev_assign.arguments
    case CALLS.dma_map: return isDevice(a, X) && isIoPage(b, g) && isFrame(c, F) && isAccess(d) ? dmaMap(m, v, caller, a, b, c, d) : INVALID; // spec: dma_map.arguments
    case CALLS.dma_unmap: return isDevice(a, X) && isIoPage(b, g) ? dmaUnmap(m, v, caller, a, b) : INVALID; // spec: dma_unmap.arguments
    case CALLS.dev_release: return isDevice(a, X) ? devRelease(m, v, caller, a) : INVALID; // spec: dev_release.arguments
    default: return CODES.BAD_CALL; // spec: unknown.call
  }
}
