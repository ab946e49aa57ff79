/** Reading what a user names, with limits that are checked before the reading, and writing so that no half of a file is ever seen. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, openSync, closeSync, fstatSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Problem } from "../checker/policy/problem.ts";

export type TextResult = { readonly ok: true; readonly text: string; readonly sha256: string } | { readonly ok: false; readonly problem: Problem };

/** Bytes of a trace. */
export const largestTrace = 16 * 1024 * 1024;

const problem = (code: "UNREADABLE" | "TOO_LARGE" | "NOT_JSON", sentence: string, more: Partial<Problem> = {}): TextResult => ({ ok: false, problem: { code, pointer: "", sentence, ...more } });

const reasons: { readonly [errno: string]: string } = {
  ENOENT: "there is no such file", EACCES: "the file may not be read", EISDIR: "this is a directory", ENOTDIR: "a part of the path is no directory", ELOOP: "the path is a circle of links",
};

/** Why the system refused a file, in words. */
export const reasonOf = (thrown: unknown): string => {
  const code = typeof thrown === "object" && thrown !== null && "code" in thrown ? String(thrown.code) : "";
  return reasons[code] ?? `the file cannot be opened (${code === "" ? String(thrown) : code})`;
};

export const sha256 = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(bytes % (1024 * 1024) === 0 ? 0 : 1)} MiB`;

/** The text of a file of at most `limit` bytes. A pipe or a device is read up to the limit and no further. */
export const readText = (path: string, limit: number): TextResult => {
  try {
    const file = path === "-" ? 0 : openSync(path, "r");
    try {
      const status = fstatSync(file);
      if (status.isDirectory()) return problem("UNREADABLE", "this is a directory", { fix: "name a file" });
      const tooLarge = (found: string): TextResult => problem("TOO_LARGE", "the file is too large", { expected: `at most ${megabytes(limit)}`, found });
      if (status.isFile() && status.size > limit) return tooLarge(megabytes(status.size));
      // A file says how long it is, a pipe does not; either may be longer by the time that it is read.
      let bytes = new Uint8Array(Math.min(limit, Math.max(status.size, 4096)) + 1), length = 0;
      for (let read = -1; read !== 0 && length <= limit; length += read) {
        if (length === bytes.length) {
          const grown = new Uint8Array(Math.min(limit + 1, 2 * bytes.length));
          grown.set(bytes);
          bytes = grown;
        }
        read = readSync(file, bytes, length, bytes.length - length, null);
      }
      if (length > limit) return tooLarge("more than that");
      const content = bytes.subarray(0, length);
      return { ok: true, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content), sha256: sha256(content) };
    } finally {
      if (file !== 0) closeSync(file);
    }
  } catch (thrown) {
    return thrown instanceof TypeError ? problem("NOT_JSON", "the file is not UTF-8 text") : problem("UNREADABLE", reasonOf(thrown));
  }
};

/**
 * Writes a whole file or none: under a temporary name first, then renamed.
 * @returns why it could not be written, or `null`.
 */
export const writeWhole = (path: string, text: string): string | null => {
  const temporary = `${path}.${process.pid}.part`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, path);
    return null;
  } catch (thrown) {
    // Where a folder on the way is a file, there is nothing to remove, and trying to would be an error of its own.
    if (existsSync(temporary)) rmSync(temporary);
    return reasonOf(thrown).replace("read", "written").replace("opened", "written");
  }
};
