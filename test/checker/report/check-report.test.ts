import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, it } from "vitest";
import { schemas } from "../../../cli/schemas.ts";
import { refmon, root } from "../../cli/refmon.ts";

const leaky = ["check", "policies/examples/leaky.json", "--no-timing", "--no-traces"];
const library = ["check", "policies/untrusted-library.json", "--no-timing", "--depth", "2", "--budget", "20kstates"];
let leakyJson = "", libraryJson = "";

beforeAll(() => {
  leakyJson = refmon([...leaky, "--depth", "2", "--reporter", "json"]).stdout;
  libraryJson = refmon([...library, "--reporter", "json"]).stdout;
}, 120_000);

describe.each([...schemas.keys()])("schema %s", (name) => {
  it("is shipped as it is printed", () => {
    expect(readFileSync(join(root, `schemas/${name}.schema.json`), "utf8")).toBe(refmon(["schema", name]).stdout);
  });
  it("is a JSON Schema", () => expect(new Ajv2020({ strict: true, strictRequired: false }).compile(schemas.get(name)?.() ?? false)).toBeTypeOf("function"));
});

describe("validated", () => {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  const judge = (name: string, text: string): unknown => {
    const validate = ajv.compile(schemas.get(name)?.() ?? false);
    return validate(JSON.parse(text)) ? [] : validate.errors;
  };
  it("a report with a counterexample", () => expect(judge("check", leakyJson)).toEqual([]));
  it("a report of a run that ran out of budget", () => expect(judge("check", libraryJson)).toEqual([]));
  it.each(["untrusted-library", "examples/leaky"])("the policy %s", (name) => {
    expect(judge("policy", readFileSync(join(root, `policies/${name}.json`), "utf8"))).toEqual([]);
  });
  it("and a policy with a misspelt key is not", () => {
    expect(judge("policy", readFileSync(join(root, "policies/untrusted-library.json"), "utf8").replace("geometry", "geometri"))).not.toEqual([]);
  });
});

/** What changes whenever a source does. */
const timeless = (text: string): string => text.replace(/(spec|TCB) [0-9a-f]{16}/g, "$1 ----------------").replace(/(\.ts):\d+/g, "$1:--");

it("reads like this for a policy that claims too much", () => {
  expect(timeless(refmon(leaky).stdout)).toMatchInlineSnapshot(`
    "leaky   policies/examples/leaky.json   refmon 0.1.0
      2 domains, 6 frames, 2 pages, 2 vCPUs, geometry 2x1, hyperenclave, monitor to depth 4

      property                                specification                     monitor on the machine
      P1        walk-isolation                holds, to depth 4 (frontier 734)  not searched
      P2        effective-isolation           -                                 not searched
      P3        table-and-monitor-protection  holds, to depth 4 (frontier 734)  not searched
      P4        table-well-formedness         holds, to depth 4 (frontier 734)  not searched
      P5        monitor-half                  -                                 not searched
      P6        legality                      holds, to depth 4 (frontier 734)  not searched
      P7        write-xor-execute             holds, to depth 4 (frontier 734)  not searched
      P8        counts                        -                                 not searched
      P9        conservation                  holds, to depth 4 (frontier 734)  not searched
      P10       scrub-before-reuse            holds, to depth 4 (frontier 734)  not searched
      P11       revocation-complete           -                                 not searched
      P12       table-reuse                   -                                 not searched
      P13       update-discipline             -                                 not searched
      P17       interrupts                    holds, to depth 4 (frontier 734)  not searched
      P18       gates                         -                                 not searched
      P19       context                       -                                 not searched
      P20       exact-denial                  -                                 not searched
      P22       no-amplification              holds, to depth 4 (frontier 734)  -
      P25       teardown                      holds, to depth 4 (frontier 734)  not searched
      P26       progress                      inconclusive, to depth 4          -
      claim     library-learns-no-secret      violated                          not searched
      P21       opaque-denial                 -                                 not searched
      P23       local-respect                 -                                 not searched
      P24       step-consistency              -                                 not searched
      R1        commuting                     -                                 not searched

    violated  C:library-learns-no-secret   CE-0a33a2   4 steps, shortest   on the specification, and on the monitor by replay
      What app keeps secret never reaches lib.
      After load page 1 -> secret by lib on vCPU 1, C:library-learns-no-secret fails for home lib, vcpu v1.
      property spec/claims.ts:--      TCB monitor/calls/map.ts:--
      policy policies/examples/leaky.json:11  the claim library-learns-no-secret
      policy policies/examples/leaky.json:10  a share rule lets app grant r to lib

      #  step                             by   verdict  changed
      1  grant(secret, lib, r) (vCPU 0)   app  ok       grant[secret][lib] none -> offered r
      2  accept(secret) (vCPU 1)          lib  ok       grant[secret][lib] offered r -> accepted r
      3  map(lib, 1, secret, r) (vCPU 1)  lib  ok       lib-leaf[1] 0 -> 0x8000000000024065
                                                        TLB[1] + (lib, page 1 -> secret r)
                                                        space[lib][1] none -> secret r
      4  load page 1 -> secret (vCPU 1)   lib  hit      knows[lib][v1] {} -> {app}   <-

      entry 1 of lib-leaf (level 1), step 3
        before  00000000_00000000_00000000_00000000 00000000_00000000_00000000_00000000           0  not present
        after   10000000_00000000_00000000_00000000 00000000_00000010_01000000_01100101  0x8000000000024065  P US A D NX -> secret
                ^                                                  ^   ^        ^^  ^ ^

      formula, with home = lib, vcpu = v1
        given  all of  true
                 phase[lib] = sealed  true: sealed = sealed
                 phase[home] = sealed  true: sealed = sealed
                 threadIn(home, vcpu) = lib  true: lib = lib
                 exists frame1: Frame  true, with frame1 = app-root
                   owner[frame1] = some(app)  true: app = app
        then   not  false
                 domain(app) in knows[home][vcpu]  true: app in {app}  <-

      coverage   specification  13 of 16 calls succeeded, 4 of 4 moves happened (load 632, store 374, fetch 118, interrupt 748), 52 of 89 guards failed first
                 ruled out by the policy: call, return, share_host, unshare_host, dev_assign, dma_map, dma_unmap, dev_release
      note[NOT_SEARCHED] a violation ended the run, after 1 of 4 searches; not searched: of the monitor, of the monitor with a secret of app, of the monitor with a secret of lib
        To mend it: search everything with --all-violations.

      search         states  transitions  levels  end           storage  state     digest
      specification   1,108        7,298       4  frontier 734  exact    complete  25641e61da156175
      policy aaf71c4a4d560782   spec ----------------   TCB ----------------
      again: refmon check policies/examples/leaky.json

    violated: C:library-learns-no-secret; 11 others of 25 properties not, as far as was searched; 13 of 25 properties not searched
    "
  `);
}, 180_000);

it("reads like this for a policy that runs out of budget", () => {
  expect(timeless(refmon(library).stdout)).toMatchInlineSnapshot(`
    "untrusted-library   policies/untrusted-library.json   refmon 0.1.0
      2 domains, 6 frames, 2 pages, 2 vCPUs, geometry 2x1, hyperenclave, monitor to depth 2

      property                                    specification             monitor on the machine
      P1        walk-isolation                    inconclusive, to depth 9  holds, to depth 2 (frontier 90)
      P2        effective-isolation               -                         holds, to depth 2 (frontier 90)
      P3        table-and-monitor-protection      inconclusive, to depth 9  holds, to depth 2 (frontier 90)
      P4        table-well-formedness             inconclusive, to depth 9  holds, to depth 2 (frontier 90)
      P5        monitor-half                      -                         holds, to depth 2 (frontier 90)
      P6        legality                          inconclusive, to depth 9  holds, to depth 2 (frontier 90)
      P7        write-xor-execute                 inconclusive, to depth 9  holds, to depth 2 (frontier 90)
      P8        counts                            -                         holds, to depth 2 (frontier 90)
      P9        conservation                      inconclusive, to depth 9  holds, to depth 2 (frontier 90)
      P10       scrub-before-reuse                inconclusive, to depth 9  holds, to depth 2 (frontier 90)
      P11       revocation-complete               -                         holds, to depth 2 (frontier 90)
      P12       table-reuse                       -                         holds, to depth 2 (frontier 90)
      P13       update-discipline                 -                         holds, to depth 2 (frontier 90)
      P17       interrupts                        inconclusive, to depth 9  holds, to depth 2 (frontier 90)
      P18       gates                             -                         holds, to depth 2 (frontier 90)
      P19       context                           -                         holds, to depth 2 (frontier 90)
      P20       exact-denial                      -                         holds, to depth 2 (frontier 90)
      P22       no-amplification                  inconclusive, to depth 9  -
      P25       teardown                          inconclusive, to depth 9  vacuous, to depth 2
      P26       progress                          inconclusive, to depth 9  -
      claim     library-reads-only-the-buffer     inconclusive, to depth 9  holds, to depth 2 (frontier 90)
                does not count what the share rule buffer allows (except)
      claim     library-never-writes-application  inconclusive, to depth 9  holds, to depth 2 (frontier 90)
      P21       opaque-denial                     -                         holds, to depth 1 (frontier 14)
      P23       local-respect                     -                         holds, to depth 1 (frontier 14)
      P24       step-consistency                  -                         holds, to depth 1 (frontier 14)
      R1        commuting                         -                         holds, to depth 2 (frontier 90)

      coverage   specification  16 of 16 calls succeeded, 4 of 4 moves happened (load 37,490, store 7,301, fetch 6,222, interrupt 35,672), 59 of 111 guards failed first
                 monitor        11 of 16 calls succeeded, 4 of 4 moves happened (load 42, store 24, fetch 2, interrupt 30), 71 of 111 guards failed first
                 ruled out by the policy: call, return, share_host, unshare_host, dev_assign, dma_map, dma_unmap, dev_release
                 not on the monitor, to depth 2: create, seal, release, donate, table_add

      search         states  transitions  levels  end             storage  state     digest
      specification  24,428      353,207       9  frontier 6,592  exact    budget    373622b4f7929d27                 untrusted-library
      monitor           105        1,344       2  frontier 90     exact    complete  1e0e1ef65a56d125                 untrusted-library
      monitor            15           95       1  frontier 14     exact    complete  77986a4505daba7a  untrusted-library, secret of app
      monitor            15           95       1  frontier 14     exact    complete  48bce192b742bc08  untrusted-library, secret of lib
      policy 0058f36b8e305731   spec ----------------   TCB ----------------
      again: refmon check policies/untrusted-library.json --depth 2 --budget 20kstates

    inconclusive, out of budget: 13 of 26 properties undecided
    "
  `);
}, 180_000);

it("is the same, byte for byte, for the same run", () => {
  expect(refmon([...leaky, "--depth", "2", "--reporter", "json"]).stdout).toBe(leakyJson);
  expect(leakyJson).not.toMatch(/"seconds"|20\d\d-\d\d-\d\d/);
}, 180_000);

it("has an entry for every selected property, and none besides", () => {
  const { stdout } = refmon([...library, "--property", "p11", "--property", "P1", "--reporter", "json"]);
  const report = JSON.parse(stdout) as { readonly properties: readonly { readonly id: string }[] };
  expect(report.properties.map(({ id }) => id)).toEqual(["P1", "P11"]);
}, 180_000);
