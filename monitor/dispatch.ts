/** The entry of every monitor call: checks the ranges of what the caller put into its registers, then runs the call. */
import type { Vcpu } from "../hw/identifiers.ts";
import type { Machine } from "../hw/machine.ts";
import { R10, RAX, RDI, RDX, readRegister, RSI, writeRegister } from "../hw/vcpu.ts";
import { CALLS, CODES, type Code } from "./abi.ts";
import { accept } from "./calls/accept.ts";
import { create } from "./calls/create.ts";
import { destroy } from "./calls/destroy.ts";
import { donate } from "./calls/donate.ts";
import { grant } from "./calls/grant.ts";
import { map } from "./calls/map.ts";
import { protect } from "./calls/protect.ts";
import { reclaim } from "./calls/reclaim.ts";
import { release } from "./calls/release.ts";
import { relinquish } from "./calls/relinquish.ts";
import { revoke } from "./calls/revoke.ts";
import { seal } from "./calls/seal.ts";
import { switchTo } from "./calls/switch.ts";
import { tableAdd } from "./calls/table_add.ts";
import { tableRemove } from "./calls/table_remove.ts";
import { unmap } from "./calls/unmap.ts";
import { isAccess, isDomain, isFrame, isLevel, isPage, isPrefix } from "./identifiers.ts";
import { domainCount } from "./layout.ts";
import { enterHome, homeOf } from "./threads.ts";

/** Handler of SYSCALL on `v`: one call, from the caller's registers to its code in RAX. */
export function dispatch(m: Machine, v: Vcpu): void {
  const code = perform(m, v);
  // Arguments left behind would tell whoever this thread calls next what it asked for.
  if (code === CODES.OK) clearArguments(m, v);
  writeRegister(m, v, RAX, code);
  enterHome(m, v);
}

function perform(m: Machine, v: Vcpu): Code {
  const caller = homeOf(m, v);
  const g = m.geometry;
  const frames = m.frames;
  const domains = domainCount(m);
  // Each argument register is read once, into a constant: what was checked is what is used.
  const a = readRegister(m, v, RDI);
  const b = readRegister(m, v, RSI);
  const c = readRegister(m, v, RDX);
  const d = readRegister(m, v, R10);
  switch (readRegister(m, v, RAX)) {
    case CALLS.create: // spec: create.arguments
      return isDomain(a, domains) && isFrame(b, frames) ? create(m, v, caller, a, b) : CODES.BAD_ARGUMENT;
    case CALLS.seal: // spec: seal.arguments
      return isDomain(a, domains) ? seal(m, v, caller, a) : CODES.BAD_ARGUMENT;
    case CALLS.destroy: // spec: destroy.arguments
      return isDomain(a, domains) ? destroy(m, v, caller, a) : CODES.BAD_ARGUMENT;
    case CALLS.reclaim: // spec: reclaim.arguments
      return isFrame(a, frames) ? reclaim(m, v, caller, a) : CODES.BAD_ARGUMENT;
    case CALLS.release: // spec: release.arguments
      return isDomain(a, domains) ? release(m, v, caller, a) : CODES.BAD_ARGUMENT;
    case CALLS.donate: // spec: donate.arguments
      return isFrame(a, frames) && isDomain(b, domains) ? donate(m, v, caller, a, b) : CODES.BAD_ARGUMENT;
    case CALLS.table_add: // spec: table_add.arguments
      return isDomain(a, domains) && isLevel(b, g) && isPrefix(c, g, b) && isFrame(d, frames)
        ? tableAdd(m, v, caller, a, b, c, d)
        : CODES.BAD_ARGUMENT;
    case CALLS.table_remove: // spec: table_remove.arguments
      return isDomain(a, domains) && isLevel(b, g) && isPrefix(c, g, b) ? tableRemove(m, v, caller, a, b, c) : CODES.BAD_ARGUMENT;
    case CALLS.map: // spec: map.arguments
      return isDomain(a, domains) && isPage(b, g) && isFrame(c, frames) && isAccess(d) ? map(m, v, caller, a, b, c, d) : CODES.BAD_ARGUMENT;
    case CALLS.unmap: // spec: unmap.arguments
      return isDomain(a, domains) && isPage(b, g) ? unmap(m, v, caller, a, b) : CODES.BAD_ARGUMENT;
    case CALLS.protect: // spec: protect.arguments
      return isDomain(a, domains) && isPage(b, g) && isAccess(c) ? protect(m, v, caller, a, b, c) : CODES.BAD_ARGUMENT;
    case CALLS.grant: // spec: grant.arguments
      return isFrame(a, frames) && isDomain(b, domains) && isAccess(c) ? grant(m, v, caller, a, b, c) : CODES.BAD_ARGUMENT;
    case CALLS.accept: // spec: accept.arguments
      return isFrame(a, frames) ? accept(m, v, caller, a) : CODES.BAD_ARGUMENT;
    case CALLS.relinquish: // spec: relinquish.arguments
      return isFrame(a, frames) ? relinquish(m, v, caller, a) : CODES.BAD_ARGUMENT;
    case CALLS.revoke: // spec: revoke.arguments
      return isFrame(a, frames) && isDomain(b, domains) ? revoke(m, v, caller, a, b) : CODES.BAD_ARGUMENT;
    case CALLS.switch: // spec: switch.arguments
      return isDomain(a, domains) ? switchTo(m, v, caller, a) : CODES.BAD_ARGUMENT;
    default:
      return CODES.BAD_CALL; // spec: unknown.call
  }
}

function clearArguments(m: Machine, v: Vcpu): void {
  writeRegister(m, v, RDI, 0);
  writeRegister(m, v, RSI, 0);
  writeRegister(m, v, RDX, 0);
  writeRegister(m, v, R10, 0);
}
