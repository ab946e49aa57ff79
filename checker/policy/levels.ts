/**
 * Whether the rules of a policy keep to its levels. Every rule lets secrets go between two principals, and all but devices have a level: a way from a higher to a lower
 * domain that no trusted domain interrupts must have one rule, or one device, over which it goes down. So it is enough to look at each by itself.
 */
import { levelsId, standsAbove, standsAboveHost } from "../../spec/levels.ts";
import type { Policy } from "../../spec/policy.ts";
import { pointerTo, type Problem } from "./problem.ts";

type Path = readonly (string | number)[];

const broken = (path: Path, high: string, low: string, how: string): Problem => ({
  code: "LEVELS_BROKEN", pointer: pointerTo(path), sentence: `secrets of \`${high}\` would go down to ${low}, ${how}`,
  fix: `remove the rule, change a level, or trust \`${high}\` to declassify`,
});

/** A rule that lets secrets go from the first domain to the second, and back if both ways. */
const passage = (policy: Policy, path: Path, from: string, to: string, bothWays: boolean, how: string): readonly Problem[] => {
  if (standsAbove(policy, from, to)) return [broken(path, from, `\`${to}\``, how)];
  return bothWays && standsAbove(policy, to, from) ? [broken(path, to, `\`${from}\``, how)] : [];
};

const missing = ({ domains, levels }: Policy): readonly Problem[] => domains.filter((domain) => !Object.hasOwn(levels?.of ?? {}, domain)).map((domain) => ({
  code: "MISSING_KEY", pointer: "/levels/of", sentence: `\`${domain}\` has no level`, expected: "a level for every domain", fix: `add \`${domain}\``,
}));

const drivers = (policy: Policy): readonly Problem[] => (policy.devices ?? []).flatMap(({ name, drivers: all }, i) => all.flatMap((low, j) => {
  const high = all.find((one) => standsAbove(policy, one, low));
  return high === undefined ? [] : [broken(["devices", i, "drivers", j], high, `\`${low}\``, `through the device \`${name}\` that both may drive`)];
}));

/** What contradicts the levels; nothing where the policy has none. Names must have been checked. */
export const levelProblems = (policy: Policy): readonly Problem[] => {
  if (policy.levels === undefined) return [];
  const absent = missing(policy), claim = (policy.claims ?? []).findIndex(({ name }) => `C:${name}` === levelsId);
  if (absent.length > 0) return absent;
  return [
    ...(claim < 0 ? [] : [{
      code: "DUPLICATE_NAME" as const, pointer: `/claims/${claim}/name`, sentence: "`levels` is how reports call the property of /levels", fix: "rename the claim",
    }]),
    ...(policy.share ?? []).flatMap(({ from, to, access }, i) => passage(policy, ["share", i], from, to, access.includes("w"), "through frames that are shared")),
    ...(policy.create ?? []).flatMap(({ by, slot }, i) => passage(policy, ["create", i], by, slot, false, "which it creates")),
    ...(policy.gates ?? []).flatMap(({ name, from, to }, i) =>
      from.flatMap((caller, j) => passage(policy, ["gates", i, "from", j], caller, to, true, `by arguments or results of the gate \`${name}\``))),
    ...drivers(policy),
    ...(policy.host?.sharedBy ?? []).flatMap((domain, i) =>
      (standsAboveHost(policy, domain) ? [broken(["host", "sharedBy", i], domain, "the host", "which is as low as the lowest domain")] : [])),
  ];
};
