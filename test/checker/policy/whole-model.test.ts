/** Policies of the whole model: gates, devices, the host, adversaries, levels. */
import { describe, expect, it } from "vitest";
import { readPolicy } from "../../../checker/policy/read.ts";
import { editedWhole, messages, whole } from "./edited.ts";

describe("a policy of the whole model", () => {
  it("reads", () => expect(messages(whole)).toBe("ok"));
  it("keeps its bounds where others come from the command line", () => {
    const read = readPolicy(whole, { vcpus: 2 });
    expect(read.ok && read.policy.bounds).toEqual({ pages: 1, vcpus: 2, machineDepth: 1, ioPages: 2, stack: 2 });
  });
});

describe("names", () => {
  it("of gates are unique", () => expect(messages(editedWhole([`"send"`, `"service"`]))).toMatchInlineSnapshot(`
    "error[DUPLICATE_NAME] policy.json:9#/gates/1/name: \`service\` is there twice, and names of gates are unique
      found     first at /gates/0/name
      fix       rename or remove one of the two"
  `));
  it("of devices are unique", () => expect(messages(editedWhole([`"card"`, `"disk"`]))).toMatchInlineSnapshot(`
    "error[DUPLICATE_NAME] policy.json:10#/devices/1/name: \`disk\` is there twice, and names of devices are unique
      found     first at /devices/0/name
      fix       rename or remove one of the two"
  `));
  it("of callers are known", () => expect(messages(editedWhole([`"service", "from": ["lib"]`, `"service", "from": ["libs"]`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_NAME] policy.json:9#/gates/0/from/0: no domain is called \`libs\`
      expected  one of \`app\`, \`lib\`, \`net\`
      found     \`libs\`
      fix       did you mean \`lib\`?"
  `));
  it("of callers stand once", () => expect(messages(editedWhole([`"service", "from": ["lib"]`, `"service", "from": ["lib", "lib"]`]))).toMatchInlineSnapshot(`
    "error[DUPLICATE_NAME] policy.json:9#/gates/0/from/1: \`lib\` is there twice, and a gate lists a caller once
      found     first at /gates/0/from/0
      fix       rename or remove one of the two"
  `));
  it("of callees are known", () => expect(messages(editedWhole([`"to": "net" }`, `"to": "nett" }`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_NAME] policy.json:9#/gates/1/to: no domain is called \`nett\`
      expected  one of \`app\`, \`lib\`, \`net\`
      found     \`nett\`
      fix       did you mean \`net\`?"
  `));
  it("of drivers are known", () => expect(messages(editedWhole([`"drivers": ["net"]`, `"drivers": ["card"]`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_NAME] policy.json:10#/devices/1/drivers/0: no domain is called \`card\`
      expected  one of \`app\`, \`lib\`, \`net\`
      found     \`card\`"
  `));
  it("of those who talk to the host are known", () => expect(messages(editedWhole([`"sharedBy": ["net"]`, `"sharedBy": ["ne"]`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_NAME] policy.json:11#/host/sharedBy/0: no domain is called \`ne\`
      expected  one of \`app\`, \`lib\`, \`net\`
      found     \`ne\`
      fix       did you mean \`net\`?"
  `));
  it("of booted devices are known", () => expect(messages(editedWhole([`{ "name": "disk", "owner"`, `{ "name": "disc", "owner"`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_NAME] policy.json:41#/boot/devices/0/name: no device is called \`disc\`
      expected  one of \`disk\`, \`card\`
      found     \`disc\`
      fix       did you mean \`disk\`?"
  `));
  it("of booted devices stand once", () => expect(messages(editedWhole([`"devices": [{ "name": "disk", "owner"`, `"devices": [{ "name": "disk", "owner": "lib", "maps": [] }, { "name": "disk", "owner"`]))).toMatchInlineSnapshot(`
    "error[DUPLICATE_NAME] policy.json:41#/boot/devices/1/name: \`disk\` is there twice, and a device stands once in the boot image
      found     first at /boot/devices/0/name
      fix       rename or remove one of the two"
  `));
  it("of owners of devices are known", () => expect(messages(editedWhole([`"disk", "owner": "lib"`, `"disk", "owner": "library"`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_NAME] policy.json:41#/boot/devices/0/owner: no domain is called \`library\`
      expected  one of \`app\`, \`lib\`, \`net\`
      found     \`library\`"
  `));
  it("of frames for DMA are known", () => expect(messages(editedWhole([`"frame": "log", "access"`, `"frame": "lock", "access"`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_NAME] policy.json:41#/boot/devices/0/maps/1/frame: no frame is called \`lock\`
      expected  one of \`app-root\`, \`lib-root\`, \`lib-leaf\`, \`net-root\`, \`net-leaf\`, \`packet\`, \`buffer\`, \`log\`
      found     \`lock\`"
  `));
  it("of domains with a level are known", () => expect(messages(editedWhole([`"net": 0`, `"net": 0, "new": 1`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_NAME] policy.json:14#/levels/of/new: no domain is called \`new\`
      expected  one of \`app\`, \`lib\`, \`net\`
      found     \`new\`
      fix       did you mean \`net\`?"
  `));
  it("of trusted domains are known", () => expect(messages(editedWhole([`"trusted": ["app", "net"]`, `"trusted": ["app", "nett"]`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_NAME] policy.json:14#/levels/trusted/1: no domain is called \`nett\`
      expected  one of \`app\`, \`lib\`, \`net\`
      found     \`nett\`
      fix       did you mean \`net\`?"
  `));
});

describe("bounds", () => {
  it("of IO pages", () => expect(messages(editedWhole([`{ "page": 1, "frame": "log"`, `{ "page": 2, "frame": "log"`]))).toMatchInlineSnapshot(`
    "error[OUT_OF_BOUNDS] policy.json:41#/boot/devices/0/maps/1/page: the IO page is beyond those that are explored
      expected  0 to 1 as /bounds/ioPages says
      found     2"
  `));
  it("of IO pages, each mapped once", () => expect(messages(editedWhole([`{ "page": 1, "frame": "log"`, `{ "page": 0, "frame": "log"`]))).toMatchInlineSnapshot(`
    "error[DUPLICATE_NAME] policy.json:41#/boot/devices/0/maps/1: \`page 0\` is there twice, and an IO page is mapped once
      found     first at /boot/devices/0/maps/0
      fix       rename or remove one of the two"
  `));
  it("of stacks", () => expect(messages(editedWhole([`"stack": 2`, `"stack": 5`]))).toMatchInlineSnapshot(`
    "error[OUT_OF_BOUNDS] policy.json:15#/bounds/stack: \`stack\` is out of bounds
      expected  an integer from 1 to 4
      found     5
      fix       use 4"
  `));
  it("of moves of the host", () => expect(messages(editedWhole([`"hostMoves": 1`, `"hostMoves": 5`]))).toMatchInlineSnapshot(`
    "error[OUT_OF_BOUNDS] policy.json:13#/adversary/hostMoves: \`hostMoves\` is out of bounds
      expected  an integer from 0 to 4
      found     5
      fix       use 4"
  `));
  it("of levels", () => expect(messages(editedWhole([`"lib": 2`, `"lib": 16`]))).toMatchInlineSnapshot(`
    "error[OUT_OF_BOUNDS] policy.json:14#/levels/of/lib: \`lib\` is out of bounds
      expected  an integer from 0 to 15
      found     16
      fix       use 15"
  `));
  it("a switch is on or off", () => expect(messages(editedWhole([`"preemptive": true`, `"preemptive": 1`]))).toMatchInlineSnapshot(`
    "error[WRONG_TYPE] policy.json:12#/preemptive: \`preemptive\` has the wrong type
      expected  true or false
      found     1"
  `));
  it("an adversary has no other switches", () => expect(messages(editedWhole([`"remap": false`, `"remaps": false`]))).toMatchInlineSnapshot(`
    "error[UNKNOWN_KEY] policy.json:13#/adversary/remaps: \`remaps\` is no key of a adversary
      fix       did you mean \`remap\`?"
  `));
});

describe("rules that can mean nothing", () => {
  it("a domain that calls itself", () => expect(messages(editedWhole([`"from": ["lib"], "to": "net"`, `"from": ["net"], "to": "net"`]))).toMatchInlineSnapshot(`
    "error[MEANINGLESS_RULE] policy.json:9#/gates/1/from/0: \`net\` would call itself through the gate \`send\`
      fix       remove it from the list, or lead the gate elsewhere"
  `));
  it("a page table that the host sees", () => expect(messages(editedWhole([`{ "name": "net-leaf", "owner": "net" }`, `{ "name": "net-leaf", "owner": "net", "shared": true }`]))).toMatchInlineSnapshot(`
    "error[MEANINGLESS_RULE] policy.json:22#/boot/frames/4/shared: \`net-leaf\` is a page table of \`net\`, which the host must not see
      fix       share another frame"
  `));
  it("powers that the host does not have", () => expect(messages(editedWhole([`"sev-snp"`, `"hyperenclave"`]))).toMatchInlineSnapshot(`
    "error[MEANINGLESS_RULE] policy.json:13#/adversary/remap: the host does not have this power on \`hyperenclave\`
      fix       remove the switch, or set \`platform\` to \`sev-snp\`
    error[MEANINGLESS_RULE] policy.json:13#/adversary/hostMoves: the host does not have this power on \`hyperenclave\`
      fix       remove the switch, or set \`platform\` to \`sev-snp\`"
  `));
  it("a stack without gates, IO pages without devices", () => expect(messages(editedWhole([`"gates": [{ "name": "service", "from": ["lib"], "to": "app" }, { "name": "send", "from": ["lib"], "to": "net" }],`, ``], [`"devices": [{ "name": "disk", "drivers": ["lib"] }, { "name": "card", "drivers": ["net"] }],`, ``], [`"devices": [{ "name": "disk", "owner": "lib", "maps": [{ "page": 0, "frame": "buffer", "access": "r" }, { "page": 1, "frame": "log", "access": "rw" }] }],`, ``]))).toMatchInlineSnapshot(`
    "error[MEANINGLESS_RULE] policy.json:15#/bounds/stack: nothing is ever called: there are no gates
      fix       remove the bound, or add a gate
    error[MEANINGLESS_RULE] policy.json:15#/bounds/ioPages: no IO page is ever mapped: there are no devices
      fix       remove the bound, or add a device"
  `));
});

describe("levels", () => {
  it("are there for every domain", () => expect(messages(editedWhole([`, "net": 0`, ``]))).toMatchInlineSnapshot(`
    "error[MISSING_KEY] policy.json:14#/levels/of: \`net\` has no level
      expected  a level for every domain
      fix       add \`net\`"
  `));
  it("are kept by shares", () => expect(messages(editedWhole([`"from": "app", "to": "lib", "access": "r"`, `"from": "lib", "to": "net", "access": "r"`], [`, "trusted": ["app", "net"]`, ``]))).toMatchInlineSnapshot(`
    "error[LEVELS_BROKEN] policy.json:8#/share/0: secrets of \`lib\` would go down to \`net\`, through frames that are shared
      fix       remove the rule, change a level, or trust \`lib\` to declassify
    error[LEVELS_BROKEN] policy.json:9#/gates/0/from/0: secrets of \`lib\` would go down to \`app\`, by arguments or results of the gate \`service\`
      fix       remove the rule, change a level, or trust \`lib\` to declassify
    error[LEVELS_BROKEN] policy.json:9#/gates/1/from/0: secrets of \`lib\` would go down to \`net\`, by arguments or results of the gate \`send\`
      fix       remove the rule, change a level, or trust \`lib\` to declassify"
  `));
  it("are kept by shares that can be written", () => expect(messages(editedWhole([`"buffer", "from": "app", "to": "lib", "access": "r"`, `"buffer", "from": "app", "to": "lib", "access": "rw"`], [`["app", "net"] }`, `["net"] }`], [`"name": "service", "from": ["lib"], "to": "app"`, `"name": "service", "from": ["net"], "to": "app"`]))).toMatchInlineSnapshot(`
    "error[LEVELS_BROKEN] policy.json:8#/share/0: secrets of \`lib\` would go down to \`app\`, through frames that are shared
      fix       remove the rule, change a level, or trust \`lib\` to declassify"
  `));
  it("are kept by gates, both ways", () => expect(messages(editedWhole([`["app", "net"] }`, `["net"] }`]))).toMatchInlineSnapshot(`
    "error[LEVELS_BROKEN] policy.json:9#/gates/0/from/0: secrets of \`lib\` would go down to \`app\`, by arguments or results of the gate \`service\`
      fix       remove the rule, change a level, or trust \`lib\` to declassify"
  `));
  it("are kept by create rules", () => expect(messages(editedWhole([`"share":`, `"create": [{ "by": "lib", "slot": "net" }], "share":`], [`["app", "net"] }`, `["app"] }`], [`, { "name": "send", "from": ["lib"], "to": "net" }`, ``]))).toMatchInlineSnapshot(`
    "error[LEVELS_BROKEN] policy.json:8#/create/0: secrets of \`lib\` would go down to \`net\`, which it creates
      fix       remove the rule, change a level, or trust \`lib\` to declassify"
  `));
  it("are kept by devices", () => expect(messages(editedWhole([`"drivers": ["net"]`, `"drivers": ["net", "lib"]`], [`["app", "net"] }`, `["app"] }`], [`, { "name": "send", "from": ["lib"], "to": "net" }`, ``]))).toMatchInlineSnapshot(`
    "error[LEVELS_BROKEN] policy.json:10#/devices/1/drivers/0: secrets of \`lib\` would go down to \`net\`, through the device \`card\` that both may drive
      fix       remove the rule, change a level, or trust \`lib\` to declassify"
  `));
  it("are kept towards the host", () => expect(messages(editedWhole([`"sharedBy": ["net"]`, `"sharedBy": ["net", "lib"]`]))).toMatchInlineSnapshot(`
    "error[LEVELS_BROKEN] policy.json:11#/host/sharedBy/1: secrets of \`lib\` would go down to the host, which is as low as the lowest domain
      fix       remove the rule, change a level, or trust \`lib\` to declassify"
  `));
  it("may go down through whom the policy trusts", () => expect(messages(editedWhole([`"lib": 2`, `"lib": 9`]))).toMatchInlineSnapshot(`"ok"`));
  it("share their name with no claim", () => expect(messages(editedWhole([`"levels": {`, `"claims": [{ "name": "levels", "never": "read", "subject": "net", "object": "lib" }], "levels": {`]))).toMatchInlineSnapshot(`
    "error[DUPLICATE_NAME] policy.json:14#/claims/0/name: \`levels\` is how reports call the property of /levels
      fix       rename the claim"
  `));
});

describe("the boot image is well formed", () => {
  it("scheduler-calls-no-gate", () => expect(messages(editedWhole([`"name": "send", "from": ["lib"]`, `"name": "send", "from": ["app"]`]))).toMatchInlineSnapshot(`
    "error[NOT_WELL_FORMED] policy.json:9#/gates/1/from: the policy is not well formed (scheduler-calls-no-gate)
      expected  The scheduler calls no gate: a callee that never returns would keep it.
      found     ["app"]
      fix       leave \`app\` out of \`from\`, or name another scheduler"
  `));
  it("devices-driven", () => expect(messages(editedWhole([`"drivers": ["lib"]`, `"drivers": ["net"]`]))).toMatchInlineSnapshot(`
    "error[NOT_WELL_FORMED] policy.json:41#/boot/devices/0/owner: the boot image is not well formed (devices-driven)
      expected  A device belongs to a sealed domain that is one of its drivers.
      found     "lib""
  `));
  it("devices-driven, by a domain that is sealed", () => expect(messages(editedWhole([`"name": "lib", "phase": "sealed"`, `"name": "lib", "phase": "building"`]))).toMatchInlineSnapshot(`
    "error[NOT_WELL_FORMED] policy.json:40#/boot/grants/0: the boot image is not well formed (grants-sealed)
      expected  Grants are between sealed domains.
      found     {"frame":"buffer","to":"lib","access":"r","status":"accepted"}
    error[NOT_WELL_FORMED] policy.json:32#/boot/domains/1/maps/0: the boot image is not well formed (building-maps-own)
      expected  A domain that is being built maps only its own frames.
      found     {"page":0,"frame":"buffer","access":"r"}
    error[NOT_WELL_FORMED] policy.json:41#/boot/devices/0/owner: the boot image is not well formed (devices-driven)
      expected  A device belongs to a sealed domain that is one of its drivers.
      found     "lib""
  `));
  it("io-data", () => expect(messages(editedWhole([`"frame": "log", "access"`, `"frame": "lib-leaf", "access"`]))).toMatchInlineSnapshot(`
    "error[NOT_WELL_FORMED] policy.json:41#/boot/devices/0/maps/1: the boot image is not well formed (io-data)
      expected  A device reads and writes data and shared frames, and executes nothing.
      found     {"page":1,"frame":"lib-leaf","access":"rw"}"
  `));
  it("io-data, nothing executable", () => expect(messages(editedWhole([`"frame": "log", "access": "rw"`, `"frame": "log", "access": "rx"`]))).toMatchInlineSnapshot(`
    "error[NOT_WELL_FORMED] policy.json:41#/boot/devices/0/maps/1: the boot image is not well formed (io-data)
      expected  A device reads and writes data and shared frames, and executes nothing.
      found     {"page":1,"frame":"log","access":"rx"}"
  `));
  it("io-authorised", () => expect(messages(editedWhole([`{ "page": 0, "frame": "buffer", "access": "r" }, { "page": 1`, `{ "page": 0, "frame": "buffer", "access": "rw" }, { "page": 1`]))).toMatchInlineSnapshot(`
    "error[NOT_WELL_FORMED] policy.json:41#/boot/devices/0/maps/0: the boot image is not well formed (io-authorised)
      expected  A device reaches what its owner owns, or was granted and has accepted, with at most the access of the grant.
      found     {"page":0,"frame":"buffer","access":"rw"}"
  `));
  it("io-write-xor-execute", () => expect(messages(editedWhole([`"maps": [{ "page": 0, "frame": "buffer", "access": "r" }]
`, `"maps": [{ "page": 0, "frame": "log", "access": "rx" }]
`]))).toMatchInlineSnapshot(`
  "error[NOT_WELL_FORMED] policy.json:41#/boot/devices/0/maps/1: the boot image is not well formed (io-write-xor-execute)
    expected  No frame is writable by a device and executable by the device's owner, or by a grant of the owner's.
    found     {"page":1,"frame":"log","access":"rw"}"
`));
  it("shared-within-policy", () => expect(messages(editedWhole([`"sharedBy": ["net"]`, `"sharedBy": ["app"]`]))).toMatchInlineSnapshot(`
    "error[NOT_WELL_FORMED] policy.json:23#/boot/frames/5/shared: the boot image is not well formed (shared-within-policy)
      expected  A frame is shared with the host by a domain that the policy lets talk to it.
      found     true"
  `));
  it("mappings-data, what the host writes is not executable", () => expect(messages(editedWhole([`"frame": "packet", "access": "rw"`, `"frame": "packet", "access": "rx"`]))).toMatchInlineSnapshot(`
    "error[NOT_WELL_FORMED] policy.json:37#/boot/domains/2/maps/0: the boot image is not well formed (mappings-data)
      expected  Data and shared frames are mapped, not tables, and what the host writes is not executable.
      found     {"page":0,"frame":"packet","access":"rx"}"
  `));
  it("grants-data, what the host sees is granted to nobody", () => expect(messages(editedWhole([`{ "name": "buffer", "owner": "app" }`, `{ "name": "buffer", "owner": "app", "shared": true }`], [`"sharedBy": ["net"]`, `"sharedBy": ["net", "app"]`]))).toMatchInlineSnapshot(`
    "error[NOT_WELL_FORMED] policy.json:40#/boot/grants/0: the boot image is not well formed (grants-data)
      expected  Data frames are granted, not tables.
      found     {"frame":"buffer","to":"lib","access":"r","status":"accepted"}"
  `));
});
