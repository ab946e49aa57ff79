/**
 * Secrets as data, for claims about two runs: beside the label bits of a word (`abstract-labels.ts`) there is a bit for the value of each principal's secret. Bit
 * 8 + d is domain d's, bit 20 + x device x's, bit 29 the host's. A run has a mask of those that are 1; it is 0 in an ordinary search, and no word differs then.
 */
import { readWord, writeWord } from "../../hw/memory.ts";
import type { Machine } from "../../hw/machine.ts";
import type { Policy } from "../../spec/policy.ts";

const firstDomain = 8, firstDevice = 20;

/** What everyone's secret is in a run: a mask of the bits below. */
export type Secrets = number;

export const noSecrets: Secrets = 0;
export const secretOfDomain = (domain: number): Secrets => 1 << (firstDomain + domain);
export const secretOfDevice = (device: number): Secrets => 1 << (firstDevice + device);
export const secretOfHost: Secrets = 0x20000000;

/** Puts the secrets into a machine that has just booted the policy: into each frame whose content is somebody's from the start. */
export const plantSecrets = (m: Machine, policy: Policy, secrets: Secrets): void => {
  const first = m.frames - policy.boot.frames.length;
  policy.boot.frames.forEach(({ holds }, i) => {
    const bits = (holds ?? []).reduce((mask, name) => mask | secretOfDomain(policy.domains.indexOf(name)), 0) & secrets;
    if (bits === 0) return;
    for (const word of [(first + i) * m.wordsPerFrame, (first + i + 1) * m.wordsPerFrame - 1]) writeWord(m.memory, word, (readWord(m.memory, word) | bits) >>> 0);
  });
};
