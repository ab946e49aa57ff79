/** The empty machine of a policy: MODEL.md section 9. Only the root domain exists, with its tables and nothing mapped, and it owns every frame. */
import type { Policy } from "./policy.ts";

/** The same rules and bounds, from a boot image in which nothing has been built. */
export const emptied = (policy: Policy): Policy => {
  const [root = ""] = policy.domains, domain = policy.boot.domains.find(({ name }) => name === root);
  return {
    ...policy,
    name: `${policy.name.slice(0, 26)}-empty`,
    // Domains that are not there yet cannot be what a rule needs to exist at boot; claims speak of them when they come.
    boot: {
      frames: policy.boot.frames.map(({ name }) => ({ name, owner: root })),
      domains: domain === undefined ? [] : [{ ...domain, maps: [] }],
      grants: [],
      running: policy.boot.running.map(() => root),
    },
  };
};
