import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { refmon, root, withFolder } from "./refmon.ts";

const leaky = join(root, "policies/examples/leaky.json");
const claim = "C:library-learns-no-secret";
let trace = "", id = "";

beforeAll(() => withFolder((folder) => {
  expect(refmon(["check", leaky, "--property", claim, "--depth", "0"], { cwd: folder }).status).toBe(1);
  const [file = ""] = readdirSync(join(folder, ".refmon"));
  id = file.replace(".json", "");
  trace = readFileSync(join(folder, ".refmon", file), "utf8");
}));

it("are told to be missing where they cannot be written, and cost the verdict nothing", () => withFolder((folder) => {
  writeFileSync(join(folder, "file"), "");
  const run = ["check", leaky, "--property", claim, "--depth", "0", "--no-timing"], { status, stdout, stderr } = refmon([...run, "--traces", "file"], { cwd: folder });
  expect(stderr).toMatch(/^refmon: the trace file.CE-\w+\.json cannot be written: .+; name another directory with --traces\n$/);
  expect([status, stdout]).toEqual([1, refmon([...run, "--no-traces"], { cwd: folder }).stdout]);
}));

describe("replay", () => {
  it("names the traces that there are where there is none of that id", () => withFolder((folder) => {
    expect(refmon(["replay", "CE-000000"], { cwd: folder }).stderr).toContain("there are no traces in .refmon");
    mkdirSync(join(folder, ".refmon"));
    writeFileSync(join(folder, ".refmon", `${id}.json`), trace);
    expect(refmon(["replay", "CE-000000"], { cwd: folder })).toMatchObject({ status: 2, stderr: expect.stringContaining(`one of ${id}, which are in .refmon`) });
  }));
  it("confirms the counterexample of a check", () => {
    const { status, stdout } = refmon(["replay", "-"], { input: trace });
    expect(stdout).toMatchInlineSnapshot(`
      "  1  grant(secret, lib, r) (vCPU 0)   app  OK
        2  accept(secret) (vCPU 1)          lib  OK
        3  map(lib, 1, secret, r) (vCPU 1)  lib  OK
        4  load page 1 -> secret (vCPU 1)   lib  hit
        oracle, generated code and monitor agree
      confirmed: C:library-learns-no-secret is violated after 4 steps
      "
    `);
    expect(status).toBe(1);
  });
  it.each([["violation", 0], ["ok", 1]])("with --expect %s exits %d", (expected, code) => {
    expect(refmon(["replay", "-", "--expect", expected], { input: trace }).status).toBe(code);
  });
  it("does not find the violation where the policy is mended", () => withFolder((folder) => {
    const mended = join(folder, "mended.json");
    writeFileSync(mended, readFileSync(leaky, "utf8").replace(/"share": \[.*\]/, `"share": []`));
    const { status, stdout } = refmon(["replay", "-", "--policy", mended], { input: trace });
    expect(stdout).toContain("grant(secret, lib, r) (vCPU 0)   app  DENIED by grant.who");
    expect(stdout).toContain(`not confirmed: ${claim} holds after 4 steps`);
    expect(status).toBe(0);
  }));
  it.each([[["replay"]], [["explain"]], [["explain", "--as-test"]]])("refuses a policy that has not what the steps name, and says what it has: %j", (words) => {
    const { status, stdout, stderr } = refmon([...words, "-", "--policy", "policies/redis-tls.json"], { input: trace });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error\[BAD_TRACE\] -#\/steps\/0\/by: the policy has no domain app\n {2}expected {2}what policies\/redis-tls\.json has: the domains keys, parser, worker, the frames keys-root, /);
    expect(stderr).toContain("  fix       name a policy in which the steps mean something, or leave out --policy\n");
  });
  it("runs under a policy with more domains", () => withFolder((folder) => {
    const path = join(folder, "more.json");
    writeFileSync(path, readFileSync(leaky, "utf8").replace('"domains": ["app", "lib"]', '"domains": ["app", "lib", "other"]'));
    expect(refmon(["replay", "-", "--policy", path], { input: trace })).toMatchObject({ status: 1, stdout: expect.stringContaining(`confirmed: ${claim} is violated after 4 steps`) });
  }));
  it.each<[what: string, edit: (text: string) => string, message: RegExp]>([
    ["is cut in half", (text) => text.slice(0, text.length / 2), /^error\[NOT_JSON\] -:\d+:\d+: .+\n$/],
    ["is empty", () => "", /^error\[NOT_JSON\] -:1:1: a value should stand here, and the end of the file does\n$/],
    ["is of another format", (text) => text.replace("refmon.trace/1", "refmon.trace/9"), /^error\[WRONG_TYPE\] -.*#\/schema: /],
    ["names a call that there is not", (text) => text.replace(`"accept"`, `"acept"`), /^error\[BAD_TRACE\] -#\/steps\/1: there is no call acept\n$/],
    ["expects a property that there is not", (text) => text.replace(claim, "C:other"), /^error\[BAD_TRACE\] -#\/expected\/property: /],
    ["has a policy that is none", (text) => text.replace(`"scheduler": "app"`, `"scheduler": "ap"`), /^error\[UNKNOWN_NAME\] -#\/policy\/scheduler: no domain is called `ap`/],
  ])("refuses a trace that %s", (_, edit, message) => {
    const { status, stdout, stderr } = refmon(["replay", "-"], { input: edit(trace) });
    expect(stderr).toMatch(message);
    expect([status, stdout]).toEqual([2, ""]);
  });
});

describe("explain", () => {
  it("shows one step down to the bits", () => {
    expect(refmon(["explain", "-", "--step", "3"], { input: trace }).stdout).toMatchInlineSnapshot(`
      "map(lib, 1, secret, r)   step 3 of 4, by lib on vCPU 1: ok

        space[lib][1]  none  ->  secret r
        TLB[1] + (lib, page 1 -> secret r)

        entry 1 of lib-leaf (level 1), step 3
          before  00000000_00000000_00000000_00000000 00000000_00000000_00000000_00000000           0  not present
          after   10000000_00000000_00000000_00000000 00000000_00000010_01000000_01100101  0x8000000000024065  P US A D NX -> secret
                  ^                                                  ^   ^        ^^  ^ ^
      "
    `);
  });
  it("refuses a step that the trace does not have", () => {
    expect(refmon(["explain", "-", "--step", "5"], { input: trace })).toMatchObject({ status: 2, stderr: expect.stringContaining("1 to 4") });
  });
  it("writes a test that fails on the policy, and passes once it is mended", () => withFolder((folder) => {
    for (const name of ["dist", "node_modules"]) symlinkSync(join(root, name), join(folder, name));
    mkdirSync(join(folder, "policies"));
    cpSync(leaky, join(folder, "policies/leaky.json"));
    writeFileSync(join(folder, "trace.json"), trace);
    writeFileSync(join(folder, "package.json"), `{ "type": "module" }`);
    const { stdout, status } = refmon(["explain", "trace.json", "--as-test", "--policy", "policies/leaky.json"], { cwd: folder });
    expect(status).toBe(0);
    expect(stdout.split("\n", 1)).toEqual([`// ${id}, written by: refmon explain ${id} --as-test --policy policies/leaky.json`]);
    writeFileSync(join(folder, "leak.test.ts"), stdout.replace(/"[^"]*refmon\.js"/, `"dist/refmon.js"`));
    const run = () => spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", folder], { cwd: folder, encoding: "utf8", env: { PATH: process.env["PATH"] } });
    const failing = run();
    expect(failing.stdout + failing.stderr).toContain(`confirmed: ${claim} is violated after 4 steps`);
    expect(failing.status).toBe(1);
    writeFileSync(join(folder, "policies/leaky.json"), readFileSync(leaky, "utf8").replace(/"share": \[.*\]/, `"share": []`));
    expect(run().status).toBe(0);
  }));
});
