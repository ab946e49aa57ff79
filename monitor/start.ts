/**
 * The entry, once the platform has measured the image and put it into memory. What the image says is not judged here: the checker has compared what its
 * bits mean with the initial state of the policy, and asked every property of them (proofs-notes/trusted.md).
 */
import { setDeviceTable } from "../hw/iommu.ts";
import { installHandlers } from "../hw/machine.ts";
import { setCpl } from "../hw/vcpu.ts";
import { dispatch } from "./dispatch.ts";
import { acknowledge, deviceCount, deviceTable, HEADER, homeOf, interrupt, loadCr3, MAGIC, pcidOf, readState, rootOf, vcpu, type Machine, type Vcpu } from "./vocabulary.ts";

// Ring 0 runs with interrupts off. What arrives there was injected by the host, and would begin anew what a call or a handler is in the middle of: it would leave in another thread, or resume one twice.
const shootdownFrom = (m: Machine, v: Vcpu, cpl: number): void => (cpl === 3 ? acknowledge(m, v) : undefined);
const interruptFrom = (m: Machine, v: Vcpu, cpl: number): void => (cpl === 3 ? interrupt(m, v) : undefined);
const HANDLERS = { call: dispatch, shootdown: shootdownFrom, interrupt: interruptFrom } as const;

/** Enters the thread that each vCPU is to run first. Returns false, and does nothing, where the image is none or was made for another machine. */
export function start(m: Machine): boolean {
  // Where the tables lie is computed from what the machine has: on another they would overlap.
  if (readState(m, HEADER.magic) !== MAGIC || readState(m, HEADER.frames) !== m.frames || readState(m, HEADER.vcpus) !== m.vcpus) return false;

  installHandlers(m, HANDLERS);
  if (deviceCount(m) > 0) setDeviceTable(m, deviceTable(m));
  for (let n = 0; n < m.vcpus; n++) {
    const home = homeOf(m, vcpu(n));
    loadCr3(m, vcpu(n), rootOf(m, home), pcidOf(home), false);
    setCpl(m, vcpu(n), 3);
  }
  return true;
}
