/** Three generations, as small as they can be: `elder` schedules and interrupts, `parent` is its child, and `child` may lend the one frame that is no table to `elder`. */
import { isRight } from "fp-ts/lib/Either.js";
import type { System } from "../../spec/lang/system.ts";
import { Policy } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";

/** `from` may call the gate of the child. */
const written = (from: "elder" | "parent"): unknown => ({
  refmon: 1, name: "family", platform: "hyperenclave", geometry: "2x1", domains: ["elder", "parent", "child"], scheduler: "elder", preemptive: true,
  create: [{ by: "elder", slot: "parent" }, { by: "parent", slot: "child" }],
  share: [{ name: "box", from: "child", to: "elder", access: "r" }],
  gates: [{ name: "serve", from: [from], to: "child" }],
  bounds: { pages: 1, vcpus: 1, machineDepth: 1 },
  boot: {
    frames: [{ name: "elder-root", owner: "elder" }, { name: "parent-root", owner: "parent" }, { name: "child-root", owner: "child" }, { name: "box", owner: "child" }],
    domains: ["elder", "parent", "child"].map((name, i, all) => ({
      name, phase: "sealed", ...(i === 0 ? {} : { parent: all[i - 1] }), tables: [{ level: 2, index: 0, frame: `${name}-root` }], maps: [],
    })),
    grants: [], running: ["elder"],
  },
});

export const familyPolicy = (from: "elder" | "parent" = "parent"): Policy => {
  const decoded = Policy.decode(written(from));
  if (!isRight(decoded)) throw new Error("the family does not decode");
  return decoded.right;
};

export const family = (from: "elder" | "parent" = "parent"): System => systemsOf(familyPolicy(from))[0];
