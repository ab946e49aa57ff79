/** The litmus traces on the sources as they are: what a patch makes of the bad ones they do not show, and the good ones neither. `npm run regress` shows that each of them is a violation under some patch. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readTrace } from "../../checker/trace/codec.ts";
import { replayTrace } from "../../checker/trace/replay.ts";
import type { Policy } from "../../spec/policy.ts";
import { litmusNames, litmusPath } from "./catalogue.ts";

/** Traces carry their policy; what is made of one is made once. */
const policies = new Map<string, Policy>();

describe("litmus traces", () => {
  it.each(litmusNames())("%s", { timeout: 60_000 }, (name) => {
    const read = readTrace(readFileSync(litmusPath(name), "utf8"));
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const text = JSON.stringify(read.trace.policy), policy = policies.get(text) ?? read.trace.policy;
    policies.set(text, policy);
    const { findings, confirmed, agree, disagreements } = replayTrace({ ...read.trace, policy });
    expect({ findings, confirmed: confirmed === true }).toEqual({ findings: [], confirmed: false });
    if (name.startsWith("good_")) expect({ agree, disagreements }).toEqual({ agree: true, disagreements: [] });
  });
});
