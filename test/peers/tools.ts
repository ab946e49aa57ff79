/** Runs the other checkers' programs. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a peer says of an exported system. */
export interface Verdict {
  readonly states: number;
  /** Enabled, allowed instances, self-loops included; the step that makes the initial state is none. */
  readonly transitions: number;
  /** Everything reachable was visited. */
  readonly complete: boolean;
  /** The property that failed, as the peer calls it. */
  readonly violated: string | null;
  readonly milliseconds: number;
}

export class PeerError extends Error {
  override readonly name = "PeerError";
}

/** What is not installed, of what a comparison needs. */
export const missing = (): readonly string[] => ["rumur", "spin", "gcc"].filter((program) => spawnSync(program, ["--version"]).error !== undefined);

/** The output of a program in a folder; `failing` says whether it may exit with something else than 0. */
export const run = (folder: string, program: string, arguments_: readonly string[], failing = false): string => {
  const { status, stdout, stderr, error } = spawnSync(program, arguments_, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
  if (error !== undefined || (status !== 0 && !failing)) {
    throw new PeerError(`${program} ${arguments_.join(" ")}: exit ${String(status)} ${error?.message ?? ""}\n${(stderr + stdout).slice(0, 2000)}`);
  }
  return stdout + stderr;
};

/** Runs `use` in a folder of its own that holds one file. */
export const within = <R>(file: string, text: string, use: (folder: string) => R): R => {
  const folder = mkdtempSync(join(tmpdir(), "refmon-peers-"));
  try {
    writeFileSync(join(folder, file), text);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The number in a piece of output. */
export const figure = (output: string, pattern: RegExp): number => {
  const found = pattern.exec(output)?.[1];
  if (found === undefined) throw new PeerError(`no ${String(pattern)} in\n${output.slice(-2000)}`);
  return Number(found);
};
