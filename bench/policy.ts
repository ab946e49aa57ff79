/** Policies of any size, for what is measured: one application that owns every data frame, and libraries that it shares frames with. */
import { Policy } from "../spec/policy.ts";

/** What grows: domains, data frames, pages of each domain, vCPUs. */
export interface Size { readonly domains: number; readonly frames: number; readonly pages: number; readonly vcpus: number }

const named = (names: readonly string[], count: number): readonly string[] => {
  if (count > names.length) throw new RangeError(`there are names for ${names.length}, and not for ${count}`);
  return names.slice(0, count);
};

/**
 * A policy of that size, in geometry 2x2: every domain is sealed and has a root and one leaf of tables, nothing is mapped and nothing granted.
 * @throws RangeError if the size is outside what a policy may have.
 */
export const policyOf = (name: string, { domains, frames, pages, vcpus }: Size, machineDepth: number): Policy => {
  const all = named(["app", "lib", "net", "log"], domains), [root = "app", ...others] = all;
  const decoded = Policy.decode({
    refmon: 1, name, about: "For measurements.", platform: "hyperenclave", geometry: "2x2", domains: all, scheduler: root,
    share: others.map((to) => ({ from: root, to, access: "rw" })),
    bounds: { pages, vcpus, machineDepth },
    boot: {
      frames: [
        ...all.flatMap((owner) => ["root", "leaf"].map((table) => ({ name: `${owner}-${table}`, owner }))),
        ...named(["one", "two", "three", "four", "five", "six"], frames).map((frame) => ({ name: frame, owner: root })),
      ],
      domains: all.map((domain, i) => ({
        name: domain, phase: "sealed", ...(i === 0 ? {} : { parent: root }), maps: [],
        tables: [{ level: 2, index: 0, frame: `${domain}-root` }, { level: 1, index: 0, frame: `${domain}-leaf` }],
      })),
      grants: [],
      running: Array.from({ length: vcpus }, (_, vcpu) => all[vcpu % domains]),
    },
  });
  if (decoded._tag === "Left") throw new RangeError(`no policy has the size ${JSON.stringify({ domains, frames, pages, vcpus })}`);
  return decoded.right;
};
