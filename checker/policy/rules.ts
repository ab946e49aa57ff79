/** Rules that can mean nothing: each reads as if it did something, and would be taken for it. */
import type { Policy } from "../../spec/policy.ts";
import { pointerTo, type Problem } from "./problem.ts";

const problem = (path: readonly (string | number)[], sentence: string, fix: string): Problem => ({ code: "MEANINGLESS_RULE", pointer: pointerTo(path), sentence, fix });

const createProblems = ({ domains, create }: Policy): readonly Problem[] => (create ?? []).flatMap(({ by, slot }, i) => [
  ...(slot === domains[0] ? [problem(["create", i, "slot"], `\`${slot}\` is the root domain, which always exists and is never created`, "remove the rule, or name another slot")] : []),
  ...(by === slot ? [problem(["create", i, "by"], `\`${by}\` would create itself`, "name the domain that is to be its parent")] : []),
]);

const shareProblems = ({ share }: Policy): readonly Problem[] => (share ?? []).flatMap(({ from, to }, i) => (from === to
  ? [problem(["share", i, "to"], `\`${from}\` would share with itself`, "name another domain, or remove the rule")] : []));

/** A slot that is not booted and that nobody may create stays free for ever. */
const slotProblems = (policy: Policy): readonly Problem[] => {
  const canExist = (name: string): boolean => policy.boot.domains.some((one) => one.name === name) || (policy.create ?? []).some(({ slot }) => slot === name);
  return canExist(policy.scheduler) ? [] : [problem(["scheduler"], `\`${policy.scheduler}\` never exists: it is not in the boot image, and no rule creates it`, "boot it, or let someone create it")];
};

/** What a claim about reading or writing could except instead. */
const exceptable = (share: NonNullable<Policy["share"]>, object: string, receivers: readonly string[]): string => {
  const to = receivers.map((one) => `\`${one}\``).join(" or "), rules = share.filter((one) => one.from === object && receivers.includes(one.to));
  const names = rules.flatMap(({ name }) => (name === undefined ? [] : [`\`${name}\``]));
  if (rules.length === 0) return `leave it out: no rule shares from \`${object}\` to ${to}`;
  return names.length === 0 ? `give a rule from \`${object}\` to ${to} a name, and except that` : `except ${names.join(" or ")}, which share${names.length === 1 ? "s" : ""} from \`${object}\` to ${to}`;
};

const claimProblems = ({ domains, devices, claims, share }: Policy): readonly Problem[] => (claims ?? []).flatMap((claim, i) => [
  ...(claim.subject === claim.object ? [problem(["claims", i, "subject"], `the claim \`${claim.name}\` is about \`${claim.subject}\` and itself`, "name another subject or object")] : []),
  ...(claim.never === "flow" || domains.includes(claim.object) ? [] : [problem(
    ["claims", i, "object"], `\`${claim.object}\` owns no frames that \`${claim.subject}\` could ${claim.never}`, "name a domain, or claim that nothing flows from it",
  )]),
  // A flow claim excepts any passage on the way; the others except what the object shares with the subject, or with those who drive it.
  ...(claim.never === "flow" ? [] : (claim.except ?? []).flatMap((name, j) => {
    const rule = (share ?? []).find((one) => one.name === name), receivers = (devices ?? []).find((one) => one.name === claim.subject)?.drivers ?? [claim.subject];
    if (rule === undefined) return [problem(["claims", i, "except", j], `\`${name}\` is no share rule, and gives nobody a frame to ${claim.never}`, "except it from a claim about `flow`")];
    return rule.from === claim.object && receivers.includes(rule.to) ? [] : [problem(
      ["claims", i, "except", j],
      `\`${name}\` shares from \`${rule.from}\` to \`${rule.to}\`, and the claim is about what \`${claim.subject}\` does to frames of \`${claim.object}\``,
      exceptable(share ?? [], claim.object, receivers),
    )];
  })),
]);

const gateProblems = ({ gates, bounds }: Policy): readonly Problem[] => [
  ...(gates ?? []).flatMap(({ name, from, to }, i) => from.flatMap((caller, j) => (caller === to
    ? [problem(["gates", i, "from", j], `\`${caller}\` would call itself through the gate \`${name}\``, "remove it from the list, or lead the gate elsewhere")] : []))),
  ...(bounds.stack !== undefined && (gates ?? []).length === 0 ? [problem(["bounds", "stack"], "nothing is ever called: there are no gates", "remove the bound, or add a gate")] : []),
];

const deviceProblems = ({ devices, bounds }: Policy): readonly Problem[] => (bounds.ioPages !== undefined && (devices ?? []).length === 0
  ? [problem(["bounds", "ioPages"], "no IO page is ever mapped: there are no devices", "remove the bound, or add a device")] : []);

/** The frame table has one kind for a frame. */
const sharedTableProblems = ({ boot }: Policy): readonly Problem[] => boot.frames.flatMap(({ name, shared }, i) => {
  const domain = shared === true ? boot.domains.find(({ tables }) => tables.some(({ frame }) => frame === name)) : undefined;
  return domain === undefined ? [] : [problem(["boot", "frames", i, "shared"], `\`${name}\` is a page table of \`${domain.name}\`, which the host must not see`, "share another frame")];
});

const hostPowers = ["remap", "rmp", "injection", "hostMoves"] as const;
const adversaryProblems = ({ platform, adversary = {} }: Policy): readonly Problem[] => (platform === "sev-snp" ? [] : hostPowers.filter((power) => adversary[power] !== undefined).map((power) => problem(
  ["adversary", power], `the host does not have this power on \`${platform}\``, "remove the switch, or set `platform` to `sev-snp`",
)));

/** Names must have been checked. */
export const ruleProblems = (policy: Policy): readonly Problem[] =>
  [createProblems, shareProblems, slotProblems, claimProblems, gateProblems, deviceProblems, sharedTableProblems, adversaryProblems].flatMap((problems) => problems(policy));
