/** Seeded bugs as text: a replacement in one source file, and what must be found. */
import { readFileSync } from "node:fs";

export interface Patch {
  /** What the bug is, in a sentence. */
  readonly bug: string;
  /** The patched source, from the project's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The property that finds it, after how many steps. */
  readonly property: string;
  readonly depth: number;
}

const form = /^(?<bug>.+)\nfile (?<file>\S+)\nviolates (?<property>\S+) after (?<depth>\d+)\nfind\n(?<find>[^]+?)\nreplace\n(?<replace>[^]*?)\n?end\n$/;

/** @throws Error if the text is not a patch. */
export const readPatch = (path: string): Patch => {
  const found = form.exec(readFileSync(path, "utf8"))?.groups;
  if (found === undefined) throw new Error(`${path} is no patch`);
  const { bug = "", file = "", find = "", replace = "", property = "", depth = "" } = found;
  return { bug, file, find, replace, property, depth: Number(depth) };
};

/** @throws Error unless the text to be replaced stands in the source exactly once: a patch that no longer applies tests nothing. */
export const applyPatch = (source: string, { find, replace, file }: Patch): string => {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`the patch of ${file} does not apply: its text stands there ${parts.length - 1} times`);
  return parts.join(replace);
};
