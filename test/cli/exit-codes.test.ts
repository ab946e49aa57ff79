import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refmon } from "./refmon.ts";

const row = /^\| `(refmon[^|]*)` \| (\d+) \| (`+)(.*)\3 \|$/;

const sections = readFileSync(join(import.meta.dirname, "exit-codes.md"), "utf8").split(/^## /m).slice(1).map((section) => {
  const [title = "", ...lines] = section.split("\n");
  return { title, found: lines.flatMap((line) => [row.exec(line)].filter((one) => one !== null)), lines };
});

describe.each(sections)("$title", ({ found, lines }) => {
  it("has a row for every line of its table", () => {
    expect(found.length).toBe(lines.filter((line) => line.startsWith("| `")).length);
  });
  it.each(found.map(([, command = "", code = "", , words = ""]) => ({ command, code: Number(code), words })))("$command exits $code", ({ command, code, words }) => {
    const { status, stdout, stderr } = refmon(command.split(" ").slice(1));
    expect(stdout + stderr).toContain(words);
    expect(status).toBe(code);
  });
});
