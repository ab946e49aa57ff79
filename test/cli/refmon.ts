/** Runs the bundle as its own process, from the root of the project, and never through npm. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export const root = join(import.meta.dirname, "..", "..");
export const bundle = join(root, "dist", "refmon.js");

/** What a finished run left. */
export interface Ended { readonly status: number | null; readonly stdout: string; readonly stderr: string }

export const refmon = (args: readonly string[], options: { readonly cwd?: string; readonly input?: string; readonly env?: { readonly [name: string]: string } } = {}): Ended => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], {
    cwd: options.cwd ?? root, encoding: "utf8", env: { PATH: process.env["PATH"], ...options.env }, ...(options.input === undefined ? {} : { input: options.input }), maxBuffer: 1 << 26,
  });
  return { status, stdout, stderr };
};

/** A folder of its own for what a test writes; it goes when the test is over. */
export const testFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "refmon-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};

/** The same where there is no test: the folder goes when `use` returns. */
export const withFolder = <R>(use: (folder: string) => R): R => {
  const folder = mkdtempSync(join(tmpdir(), "refmon-test-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
