/**
 * The entry, once the platform has measured the image and put it into memory. What the image says is not judged here: the checker has compared what its
 * bits mean with the initial state of the policy, and asked every property of them (proofs-notes/trusted.md).
 */
import { setDeviceTable } from "../hw/iommu.ts";
import { installHandlers } from "../hw/machine.ts";
import { setCpl } from "../hw/vcpu.ts";
import { dispatch } from "./dispatch.ts";
import { acknowledge, deviceCount, deviceTable, HEADER, homeOf, interrupt, loadCr3, MAGIC, pcidOf, readState, rootOf, vcpu } from "./vocabulary.ts";
import type { Machine } from "./vocabulary.ts";

const HANDLERS = { call: dispatch, shootdown: acknowledge, interrupt } as const;

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
