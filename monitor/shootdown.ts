/**
 * What vCPUs ask of each other. A right that was taken from the tables lives on in TLBs and walk caches, on every vCPU that ever
 * ran the domain, tagged and waiting for its PCID; and a domain that was destroyed goes on running. So each request reaches all
 * vCPUs concerned, and returns only when all have acknowledged.
 */
import {
  domain, domainCount, invpcidAddress, invpcidContext, isPhase, NONE, page, pcid, pcidOf, PHASES, readState, ROOT_DOMAIN, scheduler, sendIpi,
  VCPU, vcpu, vcpuWord, waitForIpi, writeState, type Domain, type Machine, type Page, type Vcpu,
} from "./foundation.ts";
import { cut, depthIn, homeOf, resume, setHome } from "./threads.ts";

const REQUESTS = { none: 0, context: 1, address: 2, resume: 3 } as const;

/** Drops what any vCPU has cached for one page of the domain, the walk caches above it included. */
export const shootDownPage = (m: Machine, v: Vcpu, domain: Domain, p: Page): void => shootDown(m, v, REQUESTS.address, domain, p);

/** Drops everything that any vCPU has cached under the domain's PCID, translations and walk caches. */
export const shootDownDomain = (m: Machine, v: Vcpu, domain: Domain): void => shootDown(m, v, REQUESTS.context, domain, page(0));

/** Cuts every thread that is in `d` there, running or not. A vCPU that ran a thread of `d` itself goes on with the scheduler's. */
export function expel(m: Machine, d: Domain): void {
  const heir = isPhase(m, scheduler(m), PHASES.sealed) ? scheduler(m) : ROOT_DOMAIN;
  const domains = domainCount(m);
  for (let n = 0; n < m.vcpus; n++) {
    const w = vcpu(n);
    const isRunning = depthIn(m, homeOf(m, w), w, d) !== NONE;
    for (let home = 0; home < domains; home++) {
      const depth = depthIn(m, domain(home), w, d);
      if (depth === NONE) continue;
      cut(m, domain(home), w, depth);
    }
    if (homeOf(m, w) === d) setHome(m, w, heir);
    if (!isRunning) continue;
    // Only now that the heir is set: a vector that the host injects would resume the thread that dies.
    ask(m, w, REQUESTS.resume, 0, 0);
    // Without the interrupt the vCPU would go on in the domain, on tables that are about to be another's data.
    sendIpi(m, w);
    waitForIpi(m, w);
  }
}

/** The interrupt handler, and the local half of a shootdown: does what was asked of this vCPU. */
export function acknowledge(m: Machine, v: Vcpu): void {
  const request = readState(m, vcpuWord(m, v, VCPU.request));
  // The host injects the vector when nothing is asked, also while a request is being written: it must leave that alone.
  if (request === REQUESTS.none) return;
  const tag = pcid(readState(m, vcpuWord(m, v, VCPU.pcid)));
  if (request === REQUESTS.context) invpcidContext(m, v, tag);
  if (request === REQUESTS.address) invpcidAddress(m, v, tag, page(readState(m, vcpuWord(m, v, VCPU.page))));
  if (request === REQUESTS.resume) resume(m, v);
  ask(m, v, REQUESTS.none, 0, 0);
}

function shootDown(m: Machine, v: Vcpu, request: number, domain: Domain, p: Page): void {
  for (let n = 0; n < m.vcpus; n++) ask(m, vcpu(n), request, pcidOf(domain), p);
  // Without the interrupts another vCPU would go on using the right from its own TLB after the call returned.
  for (let n = 0; n < m.vcpus; n++) if (n !== v) sendIpi(m, vcpu(n));
  acknowledge(m, v);
  for (let n = 0; n < m.vcpus; n++) if (n !== v) waitForIpi(m, vcpu(n));
}

function ask(m: Machine, v: Vcpu, request: number, tag: number, p: number): void {
  writeState(m, vcpuWord(m, v, VCPU.pcid), tag);
  writeState(m, vcpuWord(m, v, VCPU.page), p);
  // Last: a host that injects the vector in between would have the vCPU acknowledge a request that is not all there.
  writeState(m, vcpuWord(m, v, VCPU.request), request);
}
