/** A policy in whose first states as many guards as possible fail together: three levels, grants in both directions, code that is shared. */
import type { Policy } from "../../../spec/policy.ts";

export const guardOrderPolicy: Policy = {
  refmon: 1, name: "guard-order", platform: "hyperenclave", geometry: "3x1", domains: ["app", "lib", "plugin"], scheduler: "app",
  create: [{ by: "app", slot: "lib" }, { by: "app", slot: "plugin" }],
  share: [{ from: "app", to: "lib", access: "rx" }, { from: "lib", to: "app", access: "rw" }, { from: "app", to: "plugin", access: "r" }],
  gates: [{ name: "ask", from: ["lib"], to: "plugin" }, { name: "order", from: ["lib", "plugin"], to: "app" }],
  devices: [{ name: "nic", drivers: ["app", "plugin"] }],
  host: { sharedBy: ["app"] },
  bounds: { pages: 3, vcpus: 2, machineDepth: 2, stack: 1 },
  boot: {
    frames: [
      { name: "app-3", owner: "app" }, { name: "app-2", owner: "app" }, { name: "app-1", owner: "app" },
      { name: "lib-3", owner: "lib" }, { name: "lib-2", owner: "lib" }, { name: "lib-1", owner: "lib" },
      { name: "plugin-3", owner: "plugin" },
      { name: "code", owner: "app" }, { name: "spare", owner: "app" },
    ],
    domains: [
      {
        name: "app", phase: "sealed",
        tables: [{ level: 3, index: 0, frame: "app-3" }, { level: 2, index: 0, frame: "app-2" }, { level: 1, index: 0, frame: "app-1" }],
        maps: [{ page: 0, frame: "code", access: "rx" }],
      },
      {
        name: "lib", phase: "sealed", parent: "app",
        tables: [{ level: 3, index: 0, frame: "lib-3" }, { level: 2, index: 0, frame: "lib-2" }, { level: 1, index: 0, frame: "lib-1" }],
        maps: [{ page: 0, frame: "code", access: "rx" }],
      },
      { name: "plugin", phase: "building", parent: "app", tables: [{ level: 3, index: 0, frame: "plugin-3" }], maps: [] },
    ],
    grants: [{ frame: "code", to: "lib", access: "rx", status: "accepted" }],
    devices: [{ name: "nic", owner: "app", maps: [{ page: 0, frame: "spare", access: "rw" }] }],
    running: ["app", "lib"],
  },
};
