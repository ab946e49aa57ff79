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

it("has rows for every command: of how it ends well, and of how it refuses", () => {
  const rows = sections.flatMap(({ found }) => found.map(([, command = "", code = ""]) => `${command.split(" ")[1] ?? ""} ${code}`));
  const commands = [...refmon(["--help"]).stdout.matchAll(/^ {2}(\w+) [\[<]/gm)].map(([, name = ""]) => name);
  expect(commands.length).toBeGreaterThan(8);
  expect(commands.flatMap((name) => [`${name} 0`, `${name} 2`]).filter((wanted) => !rows.includes(wanted))).toEqual([]);
});
