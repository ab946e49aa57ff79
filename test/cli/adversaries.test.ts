/** `refmon check --adversaries each`: what becomes of properties under which adversaries. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isRight } from "fp-ts/lib/Either.js";
import { describe, expect, it } from "vitest";
import { breaksOf } from "../../checker/report/adversaries-build.ts";
import { AdversariesReport } from "../../checker/report/adversaries-model.ts";
import { bundlePatched } from "../regress/bundle.ts";
import { readPatch } from "../regress/patch.ts";
import { refmon, root, testFolder } from "./refmon.ts";

const policy = "test/cli/inputs/three-ways-out.json";
const flags = ["check", policy, "--adversaries", "each", "--no-timing", "--property", "P11", "--property", "P17", "--property", "C:host-learns-nothing", "--property", "C:disk-learns-nothing", "--property", "C:disk-writes-nothing"];

const reportIn = (text: string): AdversariesReport => {
  const decoded = AdversariesReport.decode(JSON.parse(text));
  if (!isRight(decoded)) throw new Error("the report is none");
  return decoded.right;
};

it("tells who breaks which claim, to a reader, to programs and in comments", { timeout: 120_000 }, () => {
  const folder = testFolder(), json = join(folder, "r.json"), markdown = join(folder, "r.md"), traces = join(folder, "traces");
  const { status, stdout } = refmon([...flags, "--traces", traces, "--reporter", "human", "--reporter", `json=${json}`, "--reporter", `markdown=${markdown}`]);
  expect(stdout.replaceAll(folder, "FOLDER")).toMatchInlineSnapshot(`
    "three-ways-out   test/cli/inputs/three-ways-out.json   refmon 0.1.0
      1 domain, 3 frames, 1 page, 1 vCPU, geometry 2x1, hyperenclave, monitor to depth 3
      A column names who is on besides the domains, which make every call and access in all of them.

      property                       all           none          interrupts    host          dma           broken by
      P11       revocation-complete  holds         holds         holds         holds         holds
      P17       interrupts           holds         -             holds         -             -
      claim     host-learns-nothing  violated (5)  holds         holds         violated (5)  holds         host
      claim     disk-learns-nothing  violated (3)  holds         holds         holds         violated (3)  dma
      claim     disk-writes-nothing  violated (2)  violated (2)  violated (2)  violated (2)  violated (2)  domains alone

      searched with  specification           monitor                transitions
      all            213,580 states, closed  41 states, to depth 3  2,151,396
      none           184 states, closed      37 states, to depth 3  1,376
      interrupts     184 states, closed      37 states, to depth 3  1,577
      host           2,376 states, closed    38 states, to depth 3  19,722
      dma            3,122 states, closed    40 states, to depth 3  23,217
      no column for remap, rmp, injection: the host has this power on sev-snp alone

      CE-cb4aef  C:disk-writes-nothing  2 steps  with all, none, interrupts, host, dma  refmon replay FOLDER/traces/CE-cb4aef.json
      CE-19c7a6  C:host-learns-nothing  5 steps  with all, host                         refmon replay FOLDER/traces/CE-19c7a6.json
      CE-a8ff9e  C:disk-learns-nothing  3 steps  with all, dma                          refmon replay FOLDER/traces/CE-a8ff9e.json
      again: refmon check test/cli/inputs/three-ways-out.json --adversaries each --property P11 --property P17 --property C:host-learns-nothing --property C:disk-learns-nothing --property C:disk-writes-nothing

    violated: C:host-learns-nothing by host; C:disk-learns-nothing by dma; C:disk-writes-nothing by domains alone
    "
  `);
  expect(status).toBe(1);
  expect(readFileSync(markdown, "utf8")).toMatchInlineSnapshot(`
    "<!-- refmon adversaries -->
    ## refmon check --adversaries each

    ### three-ways-out: violated: C:host-learns-nothing by host; C:disk-learns-nothing by dma; C:disk-writes-nothing by domains alone

    | property | all | none | interrupts | host | dma | broken by |
    |---|---|---|---|---|---|---|
    | C:host-learns-nothing | **violated (5)** | holds | holds | **violated (5)** | holds | host |
    | C:disk-learns-nothing | **violated (3)** | holds | holds | holds | **violated (3)** | dma |
    | C:disk-writes-nothing | **violated (2)** | **violated (2)** | **violated (2)** | **violated (2)** | **violated (2)** | domains alone |

    - CE-cb4aef: C:disk-writes-nothing, 2 steps, with all, none, interrupts, host, dma. After dma\\_map(disk, 0, secret, rw) by app on vCPU 0 returned OK, C:disk-writes-nothing fails for frame secret.
    - CE-19c7a6: C:host-learns-nothing, 5 steps, with all, host. After host read -&gt; secret by host, C:host-learns-nothing fails.
    - CE-a8ff9e: C:disk-learns-nothing, 3 steps, with all, dma. After dma read page 0 -&gt; secret by disk, C:disk-learns-nothing fails.
    - no column for remap, rmp, injection: the host has this power on sev-snp alone

    <details>
    <summary>all 5 properties of test/cli/inputs/three-ways-out.json</summary>

    | property | all | none | interrupts | host | dma | broken by |
    |---|---|---|---|---|---|---|
    | P11 revocation-complete | holds | holds | holds | holds | holds |  |
    | P17 interrupts | holds | - | holds | - | - |  |
    | C:host-learns-nothing | **violated (5)** | holds | holds | **violated (5)** | holds | host |
    | C:disk-learns-nothing | **violated (3)** | holds | holds | holds | **violated (3)** | dma |
    | C:disk-writes-nothing | **violated (2)** | **violated (2)** | **violated (2)** | **violated (2)** | **violated (2)** | domains alone |

    \`\`\`text
    refmon check test/cli/inputs/three-ways-out.json --adversaries each --property P11 --property P17 --property C:host-learns-nothing --property C:disk-learns-nothing --property C:disk-writes-nothing
    \`\`\`

    </details>
    "
  `);
  const { properties, counterexamples, idle, assumedAway } = reportIn(readFileSync(json, "utf8"));
  expect(properties.map(({ id, broken }) => [id, broken])).toEqual([
    ["P11", { how: "nobody", by: [] }], ["P17", { how: "nobody", by: [] }],
    ["C:host-learns-nothing", { how: "alone", by: ["host"] }], ["C:disk-learns-nothing", { how: "alone", by: ["dma"] }], ["C:disk-writes-nothing", { how: "domains", by: [] }],
  ]);
  expect([idle.map(({ adversary }) => adversary), assumedAway]).toEqual([["remap", "rmp", "injection"], []]);
  // The trace of the claim that takes the host carries a policy in which nothing else is on.
  const shown = counterexamples.find(({ property }) => property === "C:host-learns-nothing");
  expect(JSON.parse(readFileSync(shown?.trace ?? "", "utf8"))).toMatchObject({ policy: { adversary: { interrupts: false, host: true, dma: false } } });
  expect(refmon(["replay", shown?.trace ?? "", "--expect", "violation"]).status).toBe(0);
});

it("says of a bug which adversary it takes, and that the policy assumes it away", { timeout: 240_000 }, async () => {
  const program = join(testFolder(), "refmon.mjs"), patch = readPatch(join(root, "test/regress/patches/p14-rmpupdate-keeps-validated.txt"));
  await bundlePatched("cli/main.ts", patch.edits, program);
  const { devices: _devices, host: _host, claims: _claims, ...small } = JSON.parse(readFileSync(join(root, policy), "utf8")) as { readonly [key: string]: unknown };
  const text = JSON.stringify({ ...small, platform: "sev-snp", adversary: { rmp: false } });
  const { status, stdout } = spawnSync(process.execPath, [program, "check", "-", "--adversaries", "each", "--depth", "1", "--property", "P14", "--no-traces", "--no-timing", "--reporter", "json"], { cwd: root, encoding: "utf8", input: text, maxBuffer: 1 << 26 });
  const { properties: [p14], assumedAway } = reportIn(stdout);
  expect([status, p14?.broken, assumedAway]).toEqual([1, { how: "alone", by: ["rmp"] }, ["rmp"]]);
  expect(p14?.cells.map(({ scenario, verdict }) => [scenario, verdict])).toContainEqual(["remap", expect.stringMatching(/^holds/)]);
});

describe("who is needed", () => {
  const armed = ["interrupts", "host", "dma"] as const;
  const seen = (broken: (on: readonly string[]) => boolean): Parameters<typeof breaksOf>[1] =>
    [[...armed], [], ...armed.map((one) => [one]), ...armed.map((one) => armed.filter((other) => other !== one))].map((on) => ({ on, verdict: broken(on) ? "violated" : "holds-bounded" }));
  it.each([
    ["two together", (on: readonly string[]) => on.includes("host") && on.includes("dma"), { how: "together", by: ["host", "dma"] }],
    ["any two", (on: readonly string[]) => on.length > 1, { how: "together", by: [] }],
    ["either", (on: readonly string[]) => on.includes("host") || on.includes("dma"), { how: "alone", by: ["host", "dma"] }],
    ["nobody besides the domains", () => true, { how: "domains", by: [] }],
    ["who is not there", () => false, { how: "nobody", by: [] }],
  ])("%s", (_, broken, expected) => {
    expect(breaksOf(armed, seen(broken))).toEqual(expected);
  });
  it("is open where a search was cut", () => {
    expect(breaksOf(armed, [{ on: armed, verdict: "violated" }, { on: [], verdict: "inconclusive" }])).toEqual({ how: "undecided", by: [] });
  });
});

it.each([
  [["--reporter", "sarif"], "no reporter is called `sarif`"], [["--changed"], "does not go with --changed"], [["--checkpoint", "kept"], "does not go with --checkpoint"], [["--adversaries", "some"], "expected  \"policy\" or \"each\""],
])("refuses %j", (more, words) => {
  const { status, stderr } = refmon(["check", policy, "--adversaries", "each", ...more]);
  expect(status).toBe(2);
  expect(stderr).toContain(words);
});
