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
  const domains = domainCount(m);
  // Each argument register is read once, into a constant: what was checked is what is used.
  const a = readRegister(m, v, RDI);
  const b = readRegister(m, v, RSI);
  const c = readRegister(m, v, RDX);
  const d = readRegister(m, v, R10);
  switch (readRegister(m, v, RAX)) {
    case CALLS.create:
      if (!isDomain(a, domains) || !isFrame(b, m.frames)) return CODES.BAD_ARGUMENT; // spec: create.arguments
      return create(m, v, caller, a, b);
    case CALLS.seal:
      if (!isDomain(a, domains)) return CODES.BAD_ARGUMENT; // spec: seal.arguments
      return seal(m, v, caller, a);
    case CALLS.destroy:
      if (!isDomain(a, domains)) return CODES.BAD_ARGUMENT; // spec: destroy.arguments
      return destroy(m, v, caller, a);
    case CALLS.reclaim:
      if (!isFrame(a, m.frames)) return CODES.BAD_ARGUMENT; // spec: reclaim.arguments
      return reclaim(m, v, caller, a);
    case CALLS.release:
      if (!isDomain(a, domains)) return CODES.BAD_ARGUMENT; // spec: release.arguments
      return release(m, v, caller, a);
    case CALLS.donate:
      if (!isFrame(a, m.frames) || !isDomain(b, domains)) return CODES.BAD_ARGUMENT; // spec: donate.arguments
      return donate(m, v, caller, a, b);
    case CALLS.table_add:
      if (!isDomain(a, domains) || !isLevel(b, g) || !isPrefix(c, g, b) || !isFrame(d, m.frames)) return CODES.BAD_ARGUMENT; // spec: table_add.arguments
      return tableAdd(m, v, caller, a, b, c, d);
    case CALLS.table_remove:
      if (!isDomain(a, domains) || !isLevel(b, g) || !isPrefix(c, g, b)) return CODES.BAD_ARGUMENT; // spec: table_remove.arguments
      return tableRemove(m, v, caller, a, b, c);
    case CALLS.map:
      if (!isDomain(a, domains) || !isPage(b, g) || !isFrame(c, m.frames) || !isAccess(d)) return CODES.BAD_ARGUMENT; // spec: map.arguments
      return map(m, v, caller, a, b, c, d);
    case CALLS.unmap:
      if (!isDomain(a, domains) || !isPage(b, g)) return CODES.BAD_ARGUMENT; // spec: unmap.arguments
      return unmap(m, v, caller, a, b);
    case CALLS.protect:
      if (!isDomain(a, domains) || !isPage(b, g) || !isAccess(c)) return CODES.BAD_ARGUMENT; // spec: protect.arguments
      return protect(m, v, caller, a, b, c);
    case CALLS.grant:
      if (!isFrame(a, m.frames) || !isDomain(b, domains) || !isAccess(c)) return CODES.BAD_ARGUMENT; // spec: grant.arguments
      return grant(m, v, caller, a, b, c);
    case CALLS.accept:
      if (!isFrame(a, m.frames)) return CODES.BAD_ARGUMENT; // spec: accept.arguments
      return accept(m, v, caller, a);
    case CALLS.relinquish:
      if (!isFrame(a, m.frames)) return CODES.BAD_ARGUMENT; // spec: relinquish.arguments
      return relinquish(m, v, caller, a);
    case CALLS.revoke:
      if (!isFrame(a, m.frames) || !isDomain(b, domains)) return CODES.BAD_ARGUMENT; // spec: revoke.arguments
      return revoke(m, v, caller, a, b);
    case CALLS.switch:
      if (!isDomain(a, domains)) return CODES.BAD_ARGUMENT; // spec: switch.arguments
      return switchTo(m, v, caller, a);
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
