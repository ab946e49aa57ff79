/** Multi-level labels, searched: what goes down is found, what goes up or through a trusted domain is not. */
import { readFileSync } from "node:fs";
import { isRight } from "fp-ts/lib/Either.js";
import { describe, expect, it } from "vitest";
import { unlimited } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import { levelsId } from "../../spec/levels.ts";
import { Policy } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";

const policy = (name: string, change: Partial<Policy>): Policy => {
  const decoded = Policy.decode({ ...JSON.parse(readFileSync(`test/peers/policies/${name}.json`, "utf8")) as object, ...change });
  if (!isRight(decoded)) throw new Error("the policy does not decode");
  return decoded.right;
};

/** The sentences that are violated, up to their colon, and whether every state was seen; and those whose antecedent is never reached. */
const judged = async (one: Policy, depth = Infinity) => {
  const systems = systemsOf(one), system = systems.find(({ properties }) => properties.some(({ id }) => id === levelsId));
  if (system === undefined) return null;
  const { closed, violations, coverage } = await search(system, { ...unlimited, name: system.name, depth, properties: [levelsId], allViolations: true });
  const first = (clause: number): string => (system.properties[clause]?.sentence ?? "").split(/[:,]/u)[0] ?? "";
  return {
    own: system !== systems[0], closed, violated: violations.map(({ clause }) => first(clause)),
    unreached: coverage.properties.filter(({ id, antecedent }) => id === levelsId && antecedent === 0).map(({ clause }) => first(clause)),
  };
};
const share = (from: string, to: string, access: "r" | "rw"): NonNullable<Policy["share"]> => [{ name: "buffer", from, to, access }];
const boot = policy("shared", {}).boot;

const tablesOf = (name: string) => [{ level: 2, index: 0, frame: `${name}-root` }, { level: 1, index: 0, frame: `${name}-leaf` }];
const middle: Partial<Policy> = {
  domains: ["app", "high", "low"], share: share("app", "low", "r"), gates: [{ name: "service", from: ["high"], to: "app" }],
  bounds: { pages: 1, vcpus: 1, machineDepth: 1, stack: 1 },
  boot: {
    frames: [...["app-root", "app-leaf", "high-root", "low-root", "low-leaf"].map((name) => ({ name, owner: name.slice(0, name.indexOf("-")) })), { name: "buffer", owner: "app" }],
    domains: [
      { name: "app", phase: "sealed", tables: tablesOf("app"), maps: [{ page: 0, frame: "buffer", access: "rw" }] },
      { name: "high", phase: "sealed", parent: "app", tables: tablesOf("high").slice(0, 1), maps: [] },
      { name: "low", phase: "sealed", parent: "app", tables: tablesOf("low"), maps: [{ page: 0, frame: "buffer", access: "r" }] },
    ],
    grants: [{ frame: "buffer", to: "low", access: "r", status: "accepted" }],
    running: ["high"],
  },
};

describe("levels", () => {
  it("are no property of a policy without them", async () => { expect(await judged(policy("shared", {}))).toBeNull(); });
  it("are broken where a high domain shares with a low one", async () => {
    expect(await judged(policy("shared", { levels: { of: { app: 1, lib: 0 } } }))).toMatchObject({ own: false, violated: ["No read up"] });
  });
  it("are broken where a high domain writes into a low one's frame", async () => {
    const { frames } = boot, low = policy("shared", { levels: { of: { app: 0, lib: 1 } }, boot: { ...boot, frames: frames.map(({ name, owner }) => ({ name, owner })) } });
    expect((await judged(low))?.violated).toEqual(expect.arrayContaining(["No read up", "No write down"]));
  });
  it("are kept where secrets go up", async () => {
    const up = policy("shared", {
      share: share("app", "lib", "r"), levels: { of: { app: 0, lib: 1 } },
      boot: { ...boot, grants: boot.grants.map((one) => ({ ...one, access: "r" })), domains: boot.domains.map((one) => ({ ...one, maps: one.maps.map((mapping) => ({ ...mapping, access: "r" })) })) },
    });
    expect(await judged(up)).toEqual({ own: false, closed: true, violated: [], unreached: [] });
  });
  // A high domain calls a gate of the middle one, which writes into what a low one reads.
  it.each<[string, NonNullable<Policy["levels"]>, boolean, readonly string[]]>([
    ["are broken across a domain that is not trusted", { of: { app: 0, high: 1, low: 0 } }, false, ["No read up", "No write down"]],
    ["are broken across a domain of the same level", { of: { app: 1, high: 1, low: 0 } }, false, ["No read up"]],
    ["are kept where a trusted domain declassifies, on a system of their own", { of: { app: 0, high: 1, low: 0 }, trusted: ["app"] }, true, []],
  ])("%s", async (_, levels, own, violated) => {
    expect(await judged(policy("shared", { ...middle, levels }), 7)).toMatchObject({ own, violated });
  });
  it("reach devices, the host and frames that change hands", async () => {
    const down = await judged(policy("whole", { levels: { of: { app: 1, lib: 0 } } }));
    expect(down?.violated).toEqual(expect.arrayContaining(["No read up", "No write down", "No device learns secrets from above its owner."]));
    const trusted = await judged(policy("whole", { levels: { of: { app: 1, lib: 0 }, trusted: ["app"] } }));
    expect(trusted).toMatchObject({ own: true, closed: true, violated: [] });
  });
});
