/** Seeded bugs as text: replacements in sources, and what must be found. */
import { readFileSync } from "node:fs";

/** A replacement in one source. */
export interface Edit {
  /** The patched source, from the project's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Patch {
  /** What the bug is, in a sentence. */
  readonly bug: string;
  /** The policy on which it is found: a file of `policies/`, without its ending. */
  readonly policy: string;
  /** How far the monitor is searched: as many steps as the finding takes, unless told. */
  readonly depth: number;
  /** The adversary's switch without which nothing is found; or `vital`. */
  readonly needs: string | null;
  /** The property that is there for this bug, and after how many steps it is found. */
  readonly property: string;
  readonly steps: number;
  /** What is reported before it, and why that is right. */
  readonly first: { readonly property: string; readonly because: string } | null;
  /** One, or more where the same slip is in monitor and specification. */
  readonly edits: readonly Edit[];
}

/** That a patch needs what the host does to the memory of page tables and of the monitor. */
export const vital = "vital";

const head = new RegExp([
  "^(?<bug>.+)", "policy (?<policy>\\S+)", "(?:depth (?<depth>\\d+)\n)?(?:needs (?<needs>\\S+)\n)?violates (?<property>\\S+) after (?<steps>\\d+)",
  "(?:first (?<first>\\S+) because (?<because>.+)\n)?(?<edits>file [^]+)$",
].join("\n"));
const edit = /file (?<file>\S+)\nfind\n(?<find>[^]+?)\nreplace\n(?<replace>[^]*?)\n?end\n/y;

const editsIn = (text: string): readonly Edit[] | null => {
  const edits: Edit[] = [];
  edit.lastIndex = 0;
  while (edit.lastIndex < text.length) {
    const found = edit.exec(text)?.groups;
    if (found === undefined) return null;
    const { file = "", find = "", replace = "" } = found;
    edits.push({ file, find, replace });
  }
  return edits;
};

/** @throws Error if the text is not a patch. */
export const readPatch = (path: string): Patch => {
  const found = head.exec(readFileSync(path, "utf8"))?.groups, edits = found === undefined ? null : editsIn(found["edits"] ?? "");
  if (found === undefined || edits === null) throw new Error(`${path} is no patch`);
  const { bug = "", policy = "", depth, needs, property = "", steps = "", first, because = "" } = found;
  return {
    bug, policy, depth: Number(depth ?? steps), needs: needs ?? null, property, steps: Number(steps),
    first: first === undefined ? null : { property: first, because }, edits,
  };
};

/** @throws Error unless the text to be replaced stands in the source exactly once: a patch that no longer applies tests nothing. */
export const applyEdit = (source: string, { find, replace, file }: Edit): string => {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`the patch of ${file} does not apply: its text stands there ${parts.length - 1} times`);
  return parts.join(replace);
};
