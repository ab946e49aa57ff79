/** What the codec of a policy cannot see in one value alone: names that must exist, be unique, and fit the geometry. */
import { geometry, prefixes } from "../../spec/bounds.ts";
import { hostName, type Policy } from "../../spec/policy.ts";
import { nearest } from "./nearest.ts";
import { pointerTo, type Problem } from "./problem.ts";

type Path = readonly (string | number)[];
interface Named { readonly name: string; readonly path: Path }

const duplicates = (rule: string, names: readonly Named[]): readonly Problem[] => names.flatMap(({ name, path }, index) => {
  const first = names.findIndex((other) => other.name === name);
  const before = names[first];
  return first === index || before === undefined ? [] : [{
    code: "DUPLICATE_NAME" as const, pointer: pointerTo(path), sentence: `\`${name}\` is there twice, and ${rule}`, found: `first at ${pointerTo(before.path)}`, fix: "rename or remove one of the two",
  }];
});

const meant = (name: string | undefined): { readonly fix?: string } => (name === undefined ? {} : { fix: `did you mean \`${name}\`?` });

const unknown = (what: string, known: readonly string[], used: readonly Named[]): readonly Problem[] => used.filter(({ name }) => !known.includes(name)).map(({ name, path }) => ({
  code: "UNKNOWN_NAME", pointer: pointerTo(path), sentence: `no ${what} is called \`${name}\``,
  expected: known.length === 0 ? `the name of a ${what}, and there is none` : `one of ${known.map((one) => `\`${one}\``).join(", ")}`,
  found: `\`${name}\``, ...meant(nearest(name, known)),
}));

const outOfBounds = (path: Path, sentence: string, found: number, most: number, why: string): readonly Problem[] => (found <= most ? [] : [{
  code: "OUT_OF_BOUNDS", pointer: pointerTo(path), sentence, expected: most === 0 ? `0 ${why}` : `0 to ${most} ${why}`, found: String(found),
}]);

const listed = (names: readonly string[], ...path: Path): readonly Named[] => names.map((name, i) => ({ name, path: [...path, i] }));

/** Every place that names a domain, with the name. */
const domainsUsed = (policy: Policy): readonly Named[] => [
  { name: policy.scheduler, path: ["scheduler"] },
  ...(policy.create ?? []).flatMap(({ by, slot }, i) => [{ name: by, path: ["create", i, "by"] }, { name: slot, path: ["create", i, "slot"] }]),
  ...(policy.share ?? []).flatMap(({ from, to }, i) => [{ name: from, path: ["share", i, "from"] }, { name: to, path: ["share", i, "to"] }]),
  ...policy.boot.frames.flatMap(({ owner, holds }, i) => [
    { name: owner, path: ["boot", "frames", i, "owner"] },
    ...(holds ?? []).map((name, j) => ({ name, path: ["boot", "frames", i, "holds", j] })),
  ]),
  ...policy.boot.domains.flatMap(({ name, parent }, i) => [
    { name, path: ["boot", "domains", i, "name"] },
    ...(parent === undefined ? [] : [{ name: parent, path: ["boot", "domains", i, "parent"] }]),
  ]),
  ...policy.boot.grants.map(({ to }, i) => ({ name: to, path: ["boot", "grants", i, "to"] })),
  ...policy.boot.running.map((name, i) => ({ name, path: ["boot", "running", i] })),
  ...(policy.gates ?? []).flatMap(({ from, to }, i) => [...listed(from, "gates", i, "from"), { name: to, path: ["gates", i, "to"] }]),
  ...(policy.devices ?? []).flatMap(({ drivers }, i) => listed(drivers, "devices", i, "drivers")),
  ...listed(policy.host?.sharedBy ?? [], "host", "sharedBy"),
  ...(policy.boot.devices ?? []).map(({ owner }, i) => ({ name: owner, path: ["boot", "devices", i, "owner"] })),
  ...Object.keys(policy.levels?.of ?? {}).map((name) => ({ name, path: ["levels", "of", name] })),
  ...listed(policy.levels?.trusted ?? [], "levels", "trusted"),
];

/** Whom claims are about. */
const claimedAbout = ({ claims = [] }: Policy): readonly Named[] =>
  claims.flatMap(({ subject, object }, i) => [{ name: subject, path: ["claims", i, "subject"] }, { name: object, path: ["claims", i, "object"] }]);

const framesUsed = (policy: Policy): readonly Named[] => [
  ...policy.boot.domains.flatMap(({ tables, maps, large = [] }, i) => [
    ...large.map(({ frame }, j) => ({ name: frame, path: ["boot", "domains", i, "large", j, "frame"] })),
    ...tables.map(({ frame }, j) => ({ name: frame, path: ["boot", "domains", i, "tables", j, "frame"] })),
    ...maps.map(({ frame }, j) => ({ name: frame, path: ["boot", "domains", i, "maps", j, "frame"] })),
  ]),
  ...policy.boot.grants.map(({ frame }, i) => ({ name: frame, path: ["boot", "grants", i, "frame"] })),
  ...(policy.boot.devices ?? []).flatMap(({ maps }, i) => maps.map(({ frame }, j) => ({ name: frame, path: ["boot", "devices", i, "maps", j, "frame"] }))),
];

const named = <T extends { readonly name?: string | undefined }>(all: readonly T[], ...path: Path): readonly Named[] =>
  all.flatMap(({ name }, i) => (name === undefined ? [] : [{ name, path: [...path, i, "name"] }]));

/** A claim could mean one as well as the other. */
const ambiguous = (policy: Policy): readonly Problem[] => {
  // Of one kind it is said already that names are unique.
  const once = (all: readonly Named[]): readonly Named[] => all.filter(({ name }, i) => all.findIndex((one) => one.name === name) === i);
  const devices = once(named(policy.devices ?? [], "devices")), host: Named = { name: hostName, path: ["host"] }, used = policy.claims ?? [];
  const principals = [host, ...once(listed(policy.domains, "domains")), ...devices];
  const passages = [host, ...once(named(policy.share ?? [], "share")), ...once(named(policy.gates ?? [], "gates")), ...devices];
  const twice = (all: readonly Named[], names: readonly string[]): readonly Problem[] => duplicates("a claim names it", all.filter(({ name }) => names.includes(name)));
  return [...twice(principals, used.flatMap(({ subject, object }) => [subject, object])), ...twice(passages, used.flatMap(({ except = [] }) => except))];
};

/** What has a name has it alone, and what has a place has it alone. */
export const duplicateProblems = (policy: Policy): readonly Problem[] => [
  ...duplicates("names of domains are unique", policy.domains.map((name, i) => ({ name, path: ["domains", i] }))),
  ...ambiguous(policy),
  ...duplicates("names of frames are unique", named(policy.boot.frames, "boot", "frames")),
  ...duplicates("names of claims are unique", named(policy.claims ?? [], "claims")),
  ...duplicates("names of share rules are unique", named(policy.share ?? [], "share")),
  ...duplicates("a slot has one creator", (policy.create ?? []).map(({ slot }, i) => ({ name: slot, path: ["create", i, "slot"] }))),
  ...duplicates("a domain stands once in the boot image", named(policy.boot.domains, "boot", "domains")),
  ...policy.boot.domains.flatMap(({ tables, maps }, i) => [
    ...duplicates("a domain has one table in a place", tables.map(({ level, index }, j) => ({ name: `level ${level}, index ${index}`, path: ["boot", "domains", i, "tables", j] }))),
    ...duplicates("a page is mapped once", maps.map(({ page }, j) => ({ name: `page ${page}`, path: ["boot", "domains", i, "maps", j] }))),
  ]),
  ...duplicates("names of gates are unique", named(policy.gates ?? [], "gates")),
  ...(policy.gates ?? []).flatMap(({ from }, i) => duplicates("a gate lists a caller once", listed(from, "gates", i, "from"))),
  ...duplicates("names of devices are unique", named(policy.devices ?? [], "devices")),
  ...(policy.devices ?? []).flatMap(({ drivers }, i) => duplicates("a device lists a driver once", listed(drivers, "devices", i, "drivers"))),
  ...duplicates("a domain is listed once", listed(policy.host?.sharedBy ?? [], "host", "sharedBy")),
  ...duplicates("a domain is listed once", listed(policy.levels?.trusted ?? [], "levels", "trusted")),
  ...duplicates("a device stands once in the boot image", named(policy.boot.devices ?? [], "boot", "devices")),
  ...(policy.boot.devices ?? []).flatMap(({ maps }, i) =>
    duplicates("an IO page is mapped once", maps.map(({ page }, j) => ({ name: `page ${page}`, path: ["boot", "devices", i, "maps", j] })))),
  ...duplicates("a frame is granted once to a domain", policy.boot.grants.map(({ frame, to }, i) => ({ name: `${frame} to ${to}`, path: ["boot", "grants", i] }))),
];

const devicesOf = ({ devices = [] }: Policy): readonly string[] => devices.map(({ name }) => name);

/** What a claim may except, by name. */
const passagesOf = (policy: Policy): readonly string[] => [
  ...named(policy.share ?? [], "share").map(({ name }) => name), ...(policy.gates ?? []).map(({ name }) => name), ...devicesOf(policy),
  ...((policy.host?.sharedBy ?? []).length > 0 ? [hostName] : []),
];

/** What is named is there. */
export const nameProblems = (policy: Policy): readonly Problem[] => [
  ...unknown("domain", policy.domains, domainsUsed(policy)),
  ...unknown("frame", policy.boot.frames.map(({ name }) => name), framesUsed(policy)),
  ...unknown("device", named(policy.devices ?? [], "devices").map(({ name }) => name), named(policy.boot.devices ?? [], "boot", "devices")),
  ...unknown("domain or device", [...policy.domains, ...devicesOf(policy), hostName], claimedAbout(policy)),
  ...unknown("share rule, gate or device", passagesOf(policy),
    (policy.claims ?? []).flatMap(({ except }, i) => (except ?? []).map((name, j) => ({ name, path: ["claims", i, "except", j] })))),
];

/** Sizes fit the geometry and each other. */
export const sizeProblems = (policy: Policy): readonly Problem[] => {
  const shape = geometry(policy);
  const { pages, vcpus, ioPages = 1 } = policy.bounds;
  // The upper half of every root is the monitor's.
  const userPages = 2 ** (shape.levels * shape.indexBits - 1);
  const here = `in geometry ${policy.geometry}`;
  const running = policy.boot.running.length;
  return [
    ...(pages <= userPages ? [] : [{
      code: "OUT_OF_BOUNDS" as const, pointer: "/bounds/pages", sentence: `a domain does not have ${pages} pages`, expected: `1 to ${userPages} ${here}`, found: String(pages),
      fix: `use ${userPages}, or a larger geometry`,
    }]),
    ...(running === vcpus ? [] : [{
      code: "OUT_OF_BOUNDS" as const, pointer: "/boot/running", sentence: `each of the ${vcpus} vCPUs runs one domain`,
      expected: `${vcpus} name${vcpus === 1 ? "" : "s"}, as /bounds/vcpus says`, found: String(running), fix: running < vcpus ? "name what the others run" : `set /bounds/vcpus to ${running}`,
    }]),
    ...(policy.boot.devices ?? []).flatMap(({ maps }, i) => maps.flatMap(({ page }, j) =>
      outOfBounds(["boot", "devices", i, "maps", j, "page"], "the IO page is beyond those that are explored", page, ioPages - 1, "as /bounds/ioPages says"))),
    ...policy.boot.domains.flatMap(({ tables, maps }, i) => [
      ...tables.flatMap(({ level, index }, j): readonly Problem[] => {
        const path = ["boot", "domains", i, "tables", j] as const;
        if (level > shape.levels) {
          return [{ code: "OUT_OF_BOUNDS", pointer: pointerTo([...path, "level"]), sentence: "there is no table of that level", expected: `1 (leaf) to ${shape.levels} (root) ${here}`, found: String(level) }];
        }
        return outOfBounds([...path, "index"], `there is no such table of level ${level}`, index, prefixes(shape, level) - 1, here);
      }),
      ...maps.flatMap(({ page }, j) => outOfBounds(["boot", "domains", i, "maps", j, "page"], "the page is beyond those that are explored", page, pages - 1, "as /bounds/pages says")),
    ]),
  ];
};
