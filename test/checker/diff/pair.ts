/** A policy of two domains that is small enough to be compared many times, and ways to change it. */
import { readPolicy } from "../../../checker/policy/read.ts";
import type { Policy } from "../../../spec/policy.ts";

/** An application and a library; the library may be granted what the application lets it read. */
export const pair = (): Policy => ({
  refmon: 1, name: "pair", platform: "hyperenclave", geometry: "2x1", domains: ["app", "lib"], scheduler: "app", preemptive: true,
  create: [{ by: "app", slot: "lib" }],
  share: [{ from: "app", to: "lib", access: "r" }],
  bounds: { pages: 1, vcpus: 1, machineDepth: 0 },
  boot: {
    frames: [{ name: "app-root", owner: "app" }, { name: "app-leaf", owner: "app" }, { name: "lib-root", owner: "lib" }, { name: "lib-leaf", owner: "lib" }, { name: "secret", owner: "app", holds: ["app"] }],
    domains: [
      { name: "app", phase: "sealed", tables: [{ level: 2, index: 0, frame: "app-root" }, { level: 1, index: 0, frame: "app-leaf" }], maps: [] },
      { name: "lib", phase: "sealed", parent: "app", tables: [{ level: 2, index: 0, frame: "lib-root" }, { level: 1, index: 0, frame: "lib-leaf" }], maps: [] },
    ],
    grants: [],
    running: ["app"],
  },
});

/** The policy, read like one from a file, so that what is compared is one that a user could write. */
export const readBack = (policy: Policy): Policy => {
  const read = readPolicy(JSON.stringify(policy), {});
  if (!read.ok) throw new Error(read.problems.map(({ pointer, sentence }) => `${pointer}: ${sentence}`).join("; "));
  return read.policy;
};

export const changed = (change: Partial<Policy>): Policy => readBack({ ...pair(), ...change });
