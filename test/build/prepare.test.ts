import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const repository = join(import.meta.dirname, "..", "..");
let project = "";
let bundle = "";

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "prepare-"));
  bundle = join(project, "dist", "refmon.js");
  cpSync(join(repository, "build"), join(project, "build"), { recursive: true });
  mkdirSync(join(project, "cli"));
  writeFileSync(join(project, "package.json"), `{ "type": "module" }`);
  writeFileSync(join(project, "cli", "main.ts"), `import { basename } from "node:path";\nconst name: string = "/bin/refmon";\nconsole.log(basename(name));\n`);
});
afterEach(() => rmSync(project, { recursive: true }));

const installBundler = (): void => symlinkSync(join(repository, "node_modules"), join(project, "node_modules"));
const run = (script: string): { readonly status: number | null; readonly stderr: string } =>
  spawnSync(process.execPath, [join(project, "build", script)], { cwd: tmpdir(), encoding: "utf8" });

describe("prepare", () => {
  it("makes one executable file that runs by itself", () => {
    installBundler();
    expect(run("prepare.mjs")).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(bundle, "utf8").split("\n", 1)).toEqual(["#!/usr/bin/env node"]);
    expect(statSync(bundle).mode & 0o777).toBe(0o755);
    expect(spawnSync(bundle, { encoding: "utf8" })).toMatchObject({ status: 0, stdout: "refmon\n", stderr: "" });
  });

  it("keeps an existing bundle where there is no bundler", () => {
    mkdirSync(join(project, "dist"));
    writeFileSync(bundle, "kept");
    expect(run("prepare.mjs")).toMatchObject({ status: 0, stderr: "esbuild is not installed; keeping the existing dist/refmon.js\n" });
    expect(readFileSync(bundle, "utf8")).toBe("kept");
  });

  it("fails where there is neither a bundler nor a bundle", () => {
    expect(run("prepare.mjs")).toMatchObject({ status: 1, stderr: expect.stringContaining("npm ci") });
    expect(existsSync(bundle)).toBe(false);
  });

  it("fails on a source that does not bundle", () => {
    installBundler();
    writeFileSync(join(project, "cli", "main.ts"), `import "./missing.ts";\n`);
    expect(run("prepare.mjs")).toMatchObject({ status: 1, stderr: expect.stringContaining("./missing.ts") });
  });
});

describe("if-stale", () => {
  it("leaves a bundle that is newer than every source, and rebuilds an older one", () => {
    installBundler();
    mkdirSync(join(project, "dist"));
    writeFileSync(bundle, "old");
    const seconds = Date.now() / 1000;

    utimesSync(bundle, seconds + 60, seconds + 60);
    expect(run("if-stale.mjs")).toMatchObject({ status: 0 });
    expect(readFileSync(bundle, "utf8")).toBe("old");

    utimesSync(bundle, seconds - 60, seconds - 60);
    expect(run("if-stale.mjs")).toMatchObject({ status: 0 });
    expect(readFileSync(bundle, "utf8")).not.toBe("old");
  });
});
