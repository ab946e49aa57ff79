/** The abstraction on booted machines: what was booted is read back, whatever the policy and the TLB. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { storesOf } from "../../../checker/compile/stores.ts";
import { abstractionOf } from "../../../checker/refine/abstract.ts";
import { bootedMachine } from "../../../checker/refine/boot-image.ts";
import { systemsOf } from "../../../spec/system.ts";
import { illFormed } from "../../../spec/well-formed.ts";
import { arbitraryPolicy } from "../../arbitrary/policy.ts";

describe("abstraction", () => {
  it("reads the initial state of the specification from a booted machine", () => {
    fc.assert(fc.property(arbitraryPolicy, fc.constantFrom("saturating" as const, "explicit" as const), (policy, tlb) => {
      const [system] = systemsOf(policy);
      expect(illFormed(policy, system)).toEqual([]);
      const { state } = storesOf(system), machine = bootedMachine(policy, tlb), cells = new Int32Array(state.size);
      expect(abstractionOf(system, state, machine)(machine, cells)).toBeNull();
      expect(state.decode(cells)).toEqual(system.initial);
    }), { numRuns: 200 });
  });
});
