import fc from "fast-check";
import { hostRemap, hostRmpUpdate, hostWrite } from "../../hw/host.ts";
import type { Frame, SystemFrame } from "../../hw/identifiers.ts";
import { frame, systemFrame } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { pvalidate } from "../../hw/pvalidate.ts";

/** What the host of a sev-snp machine does. */
export type HostStep =
  | { readonly do: "remap"; readonly at: Frame; readonly to: SystemFrame | "absent" }
  | { readonly do: "rmp"; readonly s: SystemFrame; readonly assigned: boolean; readonly at: Frame }
  | { readonly do: "host-write"; readonly s: SystemFrame; readonly word: number; readonly value: number };

/** What the guest does about its pages. */
export interface ValidateStep {
  readonly do: "validate";
  readonly at: Frame;
  readonly validate: boolean;
}

export function hostStep(frames: number, systemFrames: number, words: number, values: fc.Arbitrary<number>): fc.Arbitrary<HostStep> {
  const at = fc.nat(frames - 1).map(frame);
  const s = fc.nat(systemFrames - 1).map(systemFrame);
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("remap" as const), at, to: fc.oneof({ weight: 5, arbitrary: s }, { weight: 1, arbitrary: fc.constant("absent" as const) }) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant("rmp" as const), s, assigned: fc.nat(3).map((n) => n > 0), at }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("host-write" as const), s, word: fc.nat(words - 1), value: values }) },
  );
}

export function validateStep(frames: number): fc.Arbitrary<ValidateStep> {
  return fc.record({ do: fc.constant("validate" as const), at: fc.nat(frames - 1).map(frame), validate: fc.nat(2).map((n) => n > 0) });
}

export function performHost(m: Machine, step: HostStep | ValidateStep): void {
  switch (step.do) {
    case "remap":
      return hostRemap(m, step.at, step.to);
    case "rmp":
      return void hostRmpUpdate(m, step.s, { assigned: step.assigned, guestFrame: step.at });
    case "host-write":
      return void hostWrite(m, step.s, step.word, step.value);
    case "validate":
      return void pvalidate(m, step.at, step.validate);
  }
}
