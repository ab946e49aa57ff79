/** A file as it was at a commit, by asking git. */
import { spawnSync } from "node:child_process";
import { basename, dirname } from "node:path";
import { optionError } from "./usage-error.ts";

interface Answer { readonly status: number | null; readonly output: Uint8Array; readonly missing: boolean }

const ask = (folder: string, ...words: readonly string[]): Answer => {
  const { status, stdout, error } = spawnSync("git", [...words], { cwd: folder, stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 26 });
  return { status, output: stdout ?? new Uint8Array(), missing: (error as NodeJS.ErrnoException | undefined)?.code === "ENOENT" };
};

const option = "--base";

/**
 * The bytes of a file at a reference, `null` if there are more than `limit`.
 * @throws UsageError where there is no git, no repository, no such reference, or no such file at it.
 */
export const fileAt = (reference: string, path: string, limit: number): Uint8Array | null => {
  const folder = dirname(path), object = `${reference}:./${basename(path)}`, found = `git:${reference}`;
  // What begins with a dash would be an option to git.
  if (reference === "" || reference.startsWith("-")) throw optionError(option, "this names no commit", { expected: "git:REF, for example git:main", found });
  const inside = ask(folder, "rev-parse", "--show-toplevel");
  if (inside.missing) throw optionError(option, "there is no git on this machine, or no folder of the policy", { found, fix: "install git, or name two files" });
  if (inside.status !== 0) throw optionError(option, `${path} is in no git repository`, { found, fix: "name two files" });
  if (ask(folder, "rev-parse", "--verify", "--quiet", `${reference}^{commit}`).status !== 0) {
    throw optionError(option, "git knows no such commit", { expected: "a branch, a tag or a commit", found, fix: "a shallow clone lacks commits: fetch it first" });
  }
  const size = ask(folder, "cat-file", "-s", object);
  if (size.status !== 0) throw optionError(option, `there was no ${path} at ${reference}`, { found, fix: "a policy that is new has nothing to be compared with" });
  if (Number(new TextDecoder().decode(size.output)) > limit) return null;
  return ask(folder, "show", object).output;
};
