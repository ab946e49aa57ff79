/** What is shown of a state is in the names of the policy. */
import { expect, it } from "vitest";
import { compareStates, namesOf } from "../../../checker/refine/names.ts";
import { loadPolicy } from "../../../cli/policy-file.ts";
import { Device, Domain, Frame, Gate, Vcpu } from "../../../spec/vocabulary.ts";
import { systemsOf } from "../../../spec/system.ts";
import { policyPath, studies } from "../../cases/studies.ts";

it.each(Object.keys(studies))("every member of a scalarset has a name in %s", (study) => {
  const { policy } = loadPolicy(policyPath(study), {}), [{ bounds }] = systemsOf(policy), names = namesOf(policy);
  for (const { name } of [Domain, Frame, Vcpu, Gate, Device]) {
    const size = (bounds[name]?.hi ?? -1) + 1;
    expect([name, names[name]?.length, new Set(names[name]).size]).toEqual([name, size, size]);
  }
});

it("a device's memory and a call through a gate are told in them", () => {
  const { policy } = loadPolicy(policyPath("driver-domain"), {}), [{ bounds, variables, initial }] = systemsOf(policy);
  expect(compareStates(bounds, variables, namesOf(policy), initial, { ...initial, deviceKnows: [0b111] })).toEqual([{ cell: "deviceKnows[nic]", one: "{}", other: "{app, driver, nic}" }]);
  const { policy: gated } = loadPolicy(policyPath("enarx-keep"), {}), [system] = systemsOf(gated), { initial: before } = system;
  const stack = before["stack"] as readonly (readonly (readonly null[])[])[];
  const called = stack.map((one, home) => one.map((own, vcpu) => own.map((_, depth) => (home === 0 && vcpu === 0 && depth === 0 ? { gate: 0, knew: 0 } : null))));
  expect(compareStates(system.bounds, system.variables, namesOf(gated), before, { ...before, stack: called })).toEqual([{ cell: `stack[${gated.domains[0] ?? ""}][v0][0]`, one: "none", other: "wasi {}" }]);
});
