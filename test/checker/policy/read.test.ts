import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPolicy } from "../../../checker/policy/read.ts";
import { edited, messages, shipped } from "./edited.ts";

describe("a policy that reads", () => {
  it("is the shipped one", () => expect(messages(shipped)).toBe("ok"));
  it("knows the line of every part", () => {
    const read = readPolicy(shipped, {});
    expect(read.ok && [read.lineOf("/claims/1"), read.lineOf("/boot/domains/0/maps/1/access"), read.lineOf("/nothing")]).toEqual([13, 35, undefined]);
  });
  it("takes bounds from the command line", () => {
    const read = readPolicy(shipped, { vcpus: 3, machineDepth: 7 });
    expect(read.ok && [read.policy.bounds, read.policy.boot.running]).toEqual([{ pages: 2, vcpus: 3, machineDepth: 7 }, ["app", "lib", "app"]]);
  });
  it("may begin with a byte order mark", () => expect(messages(`\ufeff${shipped}`)).toBe("ok"));
});

describe("syntax", () => {
  it("is told with line and column", () => expect(messages(shipped.slice(0, 300))).toMatchInlineSnapshot(`"error[NOT_JSON] policy.json:8:16: the text that begins here is not closed, or holds a control character or an unknown escape"`));
  it("has no comments", () => expect(messages(edited([`"pages": 2,`, `"pages": 2, // few`]))).toMatch(/ {2}fix {7}remove the comment: JSON has none$/));
  it("says what stands where something else should", () => expect(messages(edited([`"pages": 2,`, `"pages": 2,,`]))).toMatchInlineSnapshot(`"error[NOT_JSON] policy.json:15:26: a key in double quotes should stand here, and \`,\` does"`));
  it("finds a comma too many", () => expect(messages(edited([`"r" }],\n  "claims"`, `"r" },],\n  "claims"`]))).toMatchInlineSnapshot(`
    "error[NOT_JSON] policy.json:10:76: a \`,\` stands before \`]\`
      fix       remove the comma"
  `));
  it("finds a key that is there twice", () => expect(messages(edited([`"geometry"`, `"name"`]))).toMatchInlineSnapshot(`
    "error[DUPLICATE_KEY] policy.json:6:3#/name: the key \`name\` is there twice
      fix       remove one of the two"
  `));
  it("does not follow nesting down", () => expect(messages("[".repeat(100_000))).toMatchInlineSnapshot(`"error[NOT_JSON] policy.json:1:66: values are nested more than 64 deep"`));
  it("wants something", () => expect(messages("")).toMatchInlineSnapshot(`"error[NOT_JSON] policy.json:1:1: a value should stand here, and the end of the file does"`));
});

describe("types", () => {
  it("of the whole", () => expect(messages("[]")).toMatchInlineSnapshot(`
    "error[WRONG_TYPE] policy.json:1: the file has the wrong type
      expected  an object (policy)
      found     a list of 0"
  `));
  it("of a part", () => expect(messages(edited([`"pages": 2`, `"pages": "two"`]))).toMatchInlineSnapshot(`
    "error[WRONG_TYPE] policy.json:15#/bounds/pages: \`pages\` has the wrong type
      expected  an integer from 1 to 8
      found     "two""
  `));
  it("of a choice", () => expect(messages(edited([`"access": "rw" }`, `"access": "wr" }`]))).toMatchInlineSnapshot(`
    "error[WRONG_TYPE] policy.json:34#/boot/domains/0/maps/0/access: \`access\` has a value that it cannot have
      expected  "r", "rw" or "rx"
      found     "wr"
      fix       did you mean \`rw\`?"
  `));
  it("of a choice of which nothing was written right", () => expect(messages(edited([`"access": "rw" }`, `"access": "w" }`]))).toMatch(/ {2}fix {7}one of `r`, `rw`, `rx`$/));
  it("of a name", () => expect(messages(edited([`"name": "untrusted-library"`, `"name": "untrusted library"`]))).toMatchInlineSnapshot(`
    "error[WRONG_TYPE] policy.json:3#/name: \`name\` is not written as it must be
      expected  a name: a letter, then up to 31 letters, digits, \`_\`, \`.\` or \`-\`
      found     "untrusted library""
  `));
  it("misspelt keys are one mistake", () => expect(messages(edited([`"geometry"`, `"geometri"`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_KEY] policy.json:6#/geometri: \`geometri\` is no key of a policy
      fix       did you mean \`geometry\`?"
  `));
  it("unknown keys are not ignored", () => expect(messages(edited([`"frame": "buffer", "access": "r" }]`, `"frame": "buffer", "access": "r", "colour": "red" }]`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_KEY] policy.json:46#/boot/domains/1/maps/0/colour: \`colour\` is no key of a mapping
      fix       one of \`page\`, \`frame\`, \`access\`"
  `));
  it("missing keys", () => expect(messages(edited([`"scheduler": "app",`, ""]))).toMatchInlineSnapshot(`
    "error[MISSING_KEY] policy.json:1: the key \`scheduler\` is missing
      expected  a name: a letter, then up to 31 letters, digits, \`_\`, \`.\` or \`-\`"
  `));
});

describe("bounds", () => {
  it.each([["pages", 0], ["pages", 9], ["vcpus", 0], ["vcpus", 5], ["machineDepth", -1], ["machineDepth", 65], ["pages", 1.5]])("%s cannot be %d", (key, value) => {
    expect(messages(shipped.replace(new RegExp(`"${key}": [0-9]+`), `"${key}": ${value}`))).toMatch(/^error\[OUT_OF_BOUNDS\] policy\.json:15#\/bounds\//);
  });
  it("of pages follow from the geometry", () => expect(messages(shipped, { pages: 3 })).toMatchInlineSnapshot(`
    "error[OUT_OF_BOUNDS] policy.json:15#/bounds/pages: a domain does not have 3 pages
      expected  1 to 2 in geometry 2x1
      found     3
      fix       use 2, or a larger geometry"
  `));
  it("of geometry", () => expect(messages(edited([`"2x1"`, `"5x1"`]))).toMatchInlineSnapshot(`
    "error[WRONG_TYPE] policy.json:6#/geometry: \`geometry\` is not written as it must be
      expected  levels x index bits, from \`2x1\` to \`4x9\`
      found     "5x1""
  `));
  it("of domains", () => expect(messages(edited([`"domains": ["app", "lib"]`, `"domains": ["app", "lib", "a", "b", "c", "d", "e", "f", "g"]`]))).toMatchInlineSnapshot(`
    "error[OUT_OF_BOUNDS] policy.json:7#/domains: \`domains\` has 9 members
      expected  a list of 1 to 8 members
      found     a list of 9"
  `));
  it("each vCPU runs one domain", () => expect(messages(edited([`"running": ["app", "lib"]`, `"running": ["app"]`]))).toMatchInlineSnapshot(`
    "error[OUT_OF_BOUNDS] policy.json:50#/boot/running: each of the 2 vCPUs runs one domain
      expected  2 names, as /bounds/vcpus says
      found     1
      fix       name what the others run"
  `));
  it("of tables", () => expect(messages(edited([`{ "level": 1, "index": 0, "frame": "app-leaf" }`, `{ "level": 3, "index": 0, "frame": "app-leaf" }`]))).toMatchInlineSnapshot(`
    "error[OUT_OF_BOUNDS] policy.json:31#/boot/domains/0/tables/1/level: there is no table of that level
      expected  1 (leaf) to 2 (root) in geometry 2x1
      found     3"
  `));
  it("of mapped pages", () => expect(messages(edited([`"page": 1`, `"page": 2`]))).toMatchInlineSnapshot(`
    "error[OUT_OF_BOUNDS] policy.json:35#/boot/domains/0/maps/1/page: the page is beyond those that are explored
      expected  0 to 1 as /bounds/pages says
      found     2"
  `));
});

describe("names", () => {
  it("of domains are unique", () => expect(messages(edited([`["app", "lib"]`, `["app", "app"]`]))).toMatchInlineSnapshot(`
    "error[DUPLICATE_NAME] policy.json:7#/domains/1: \`app\` is there twice, and names of domains are unique
      found     first at /domains/0
      fix       rename or remove one of the two"
  `));
  it("of frames are unique", () => expect(messages(edited([`"name": "buffer", "owner"`, `"name": "secret", "owner"`]))).toMatchInlineSnapshot(`
    "error[DUPLICATE_NAME] policy.json:23#/boot/frames/5/name: \`secret\` is there twice, and names of frames are unique
      found     first at /boot/frames/4/name
      fix       rename or remove one of the two"
  `));
  it("of claims are unique", () => expect(messages(edited([`library-never-writes-application`, `library-reads-only-the-buffer`]))).toMatchInlineSnapshot(`
    "error[DUPLICATE_NAME] policy.json:13#/claims/1/name: \`library-reads-only-the-buffer\` is there twice, and names of claims are unique
      found     first at /claims/0/name
      fix       rename or remove one of the two"
  `));
  it("of domains in rules are known", () => expect(messages(edited([`"to": "lib", "access": "r" }],`, `"to": "libb", "access": "r" }],`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_NAME] policy.json:10#/share/0/to: no domain is called \`libb\`
      expected  one of \`app\`, \`lib\`
      found     \`libb\`
      fix       did you mean \`lib\`?"
  `));
  it("of exceptions are known", () => expect(messages(edited([`"except": ["buffer"]`, `"except": ["secret"]`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_NAME] policy.json:12#/claims/0/except/0: no share rule, gate or device is called \`secret\`
      expected  one of \`buffer\`
      found     \`secret\`"
  `));
});

describe("the boot image is well formed", () => {
  it.each<[condition: string, find: string, replace: string]>([
    ["tables-owned", `"name": "app-root", "owner": "app"`, `"name": "app-root", "owner": "lib"`],
    ["root-sealed", `"phase": "sealed",\n        "tables": [\n          { "level": 2, "index": 0, "frame": "app-root" }`, `"phase": "building",\n        "tables": [\n          { "level": 2, "index": 0, "frame": "app-root" }`],
    ["has-root-table", `{ "level": 2, "index": 0, "frame": "lib-root" },`, ""],
    ["tables-linked-once", `{ "level": 1, "index": 0, "frame": "app-leaf" }`, `{ "level": 1, "index": 0, "frame": "app-root" }`],
    ["mappings-authorised", `"status": "accepted"`, `"status": "offered"`],
    ["grants-owned", `{ "frame": "buffer", "to": "lib"`, `{ "frame": "buffer", "to": "app"`],
    ["labels-owners", `"name": "buffer", "owner": "app"`, `"name": "buffer", "owner": "app", "holds": ["lib"]`],
    ["write-xor-execute", `{ "page": 1, "frame": "buffer", "access": "rw" }`, `{ "page": 1, "frame": "secret", "access": "rx" }`],
  ])("%s", (condition, find, replace) => {
    expect(messages(edited([find, replace]))).toMatch(new RegExp(`^error\\[NOT_WELL_FORMED\\] policy\\.json:\\d+#/boot/[^:]+: the boot image is not well formed \\(${condition}\\)$`, "m"));
  });
  it("says which rule would allow a grant", () => {
    expect(messages(edited([`"access": "r", "status"`, `"access": "rw", "status"`]))).toMatch(/\(grants-owned\)\n[^]*\n {2}fix {7}remove the grant, or let a share rule allow it: from `app` to `lib` with `rw`$/);
    expect(messages(edited([`{ "frame": "buffer", "to": "lib"`, `{ "frame": "buffer", "to": "app"`]))).not.toContain("share rule");
  });
  it("says who has no parent, and who could be it", () => {
    expect(messages(edited([`"parent": "app",`, ""]))).toMatch(/\(parents-tree\): lib has no parent\n[^]*\n {2}fix {7}add "parent": "app"$/);
    expect(messages(edited([`"parent": "app",`, `"parent": "lib",`]))).not.toContain("has no parent");
  });
  it("says where, what and why", () => expect(messages(edited([`"name": "app-root", "owner": "app"`, `"name": "app-root", "owner": "lib"`]))).toMatchInlineSnapshot(`
    "error[NOT_WELL_FORMED] policy.json:30#/boot/domains/0/tables/0: the boot image is not well formed (tables-owned)
      expected  A table is a frame of its domain.
      found     {"level":2,"index":0,"frame":"app-root"}"
  `));
});

it("never throws, whatever one byte of the file is", () => {
  fc.assert(fc.property(fc.nat(shipped.length - 1), fc.constantFrom(..."{}[]\",:0919-eE.\\ \n\u0000atx"), (at, put) => {
    const read = readPolicy(shipped.slice(0, at) + put + shipped.slice(at + 1), {});
    return read.ok || read.problems.length > 0;
  }), { numRuns: 500, seed: 20261122 });
});

describe("rules that can mean nothing", () => {
  it.each<[string, readonly [find: string, replace: string]]>([
    ["a create rule for root", [`"by": "app", "slot": "lib"`, `"by": "lib", "slot": "app"`]],
    ["a domain that creates itself", [`"by": "app", "slot": "lib"`, `"by": "lib", "slot": "lib"`]],
    ["a domain that shares with itself", [`"from": "app", "to": "lib"`, `"from": "lib", "to": "lib"`]],
    ["a claim about a domain and itself", [`"subject": "lib", "object": "app" }`, `"subject": "app", "object": "app" }`]],
    ["an exception in the other direction", [`"from": "app", "to": "lib"`, `"from": "lib", "to": "app"`]],
  ])("%s is refused", (_, edit) => { expect(messages(edited(edit))).toMatch(/^error\[MEANINGLESS_RULE\] policy\.json:\d+#\/(create|share|claims)\//u); });

  it("an exception that does not fit is told what would", () => {
    const other = `"share": [{ "name": "back", "from": "lib", "to": "app", "access": "r" }`;
    const wrong = (rules: string): string => messages(edited([`"share": [{ "name": "buffer", "from": "app", "to": "lib", "access": "r" }]`, rules], [`"except": ["buffer"]`, `"except": ["back"]`]));
    expect(wrong(`${other}, { "name": "buffer", "from": "app", "to": "lib", "access": "r" }]`)).toMatch(/fix {7}except `buffer`, which shares from `app` to `lib`$/);
    expect(wrong(`${other}, { "from": "app", "to": "lib", "access": "r" }]`)).toMatch(/fix {7}give a rule from `app` to `lib` a name, and except that$/);
    expect(wrong(`${other}]`)).toMatch(/fix {7}leave it out: no rule shares from `app` to `lib`$/);
  });

  it("a scheduler that never exists is refused", () => {
    expect(messages(edited([`"domains": ["app", "lib"]`, `"domains": ["app", "lib", "ghost"]`], [`"scheduler": "app"`, `"scheduler": "ghost"`]))).toMatchInlineSnapshot(`
      "error[MEANINGLESS_RULE] policy.json:8#/scheduler: \`ghost\` never exists: it is not in the boot image, and no rule creates it
        fix       boot it, or let someone create it"
    `);
  });
});
