/**
 * TLB shootdown. A right that was taken from the tables lives on in TLBs and walk caches, on every vCPU that ever ran the
 * domain, tagged and waiting for its PCID. So each shootdown reaches all vCPUs, and returns only when all have acknowledged.
 */
import { page, pcid, vcpu, type Page, type Vcpu } from "../hw/identifiers.ts";
import { sendIpi, waitForIpi } from "../hw/interrupts.ts";
import type { Machine } from "../hw/machine.ts";
import { invpcidAddress, invpcidContext } from "../hw/tlb.ts";
import { pcidOf } from "./domains.ts";
import type { Domain } from "./identifiers.ts";
import { readState, vcpuWord, writeState } from "./layout.ts";
import { enterHome } from "./threads.ts";

const REQUESTS = { none: 0, context: 1, address: 2 } as const;

const COLUMN = { request: 1, pcid: 2, page: 3 } as const;

/** Drops what any vCPU has cached for one page of the domain, the walk caches above it included. */
export const shootDownPage = (m: Machine, v: Vcpu, domain: Domain, p: Page): void => shootDown(m, v, REQUESTS.address, domain, p);

/** Drops everything that any vCPU has cached under the domain's PCID, translations and walk caches. */
export const shootDownDomain = (m: Machine, v: Vcpu, domain: Domain): void => shootDown(m, v, REQUESTS.context, domain, page(0));

/** The interrupt handler, and the local half of a shootdown: does what was asked of this vCPU, then changes its thread if asked. */
export function acknowledge(m: Machine, v: Vcpu): void {
  const request = readState(m, vcpuWord(m, v, COLUMN.request));
  const tag = pcid(readState(m, vcpuWord(m, v, COLUMN.pcid)));
  if (request === REQUESTS.context) invpcidContext(m, v, tag);
  if (request === REQUESTS.address) invpcidAddress(m, v, tag, page(readState(m, vcpuWord(m, v, COLUMN.page))));
  ask(m, v, REQUESTS.none, 0, 0);
  enterHome(m, v);
}

function shootDown(m: Machine, v: Vcpu, request: number, domain: Domain, p: Page): void {
  for (let n = 0; n < m.vcpus; n++) ask(m, vcpu(n), request, pcidOf(domain), p);
  // Without the interrupts another vCPU would go on using the right from its own TLB after the call returned.
  for (let n = 0; n < m.vcpus; n++) if (n !== v) sendIpi(m, vcpu(n));
  acknowledge(m, v);
  for (let n = 0; n < m.vcpus; n++) if (n !== v) waitForIpi(m, vcpu(n));
}

function ask(m: Machine, v: Vcpu, request: number, tag: number, p: number): void {
  writeState(m, vcpuWord(m, v, COLUMN.request), request);
  writeState(m, vcpuWord(m, v, COLUMN.pcid), tag);
  writeState(m, vcpuWord(m, v, COLUMN.page), p);
}
