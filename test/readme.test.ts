/** The READMEs show what the program prints: every console block is run, in order, from one folder for each. `…` stands for lines that are left out. */
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { refmon, root, withFolder } from "./cli/refmon.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** The console blocks of a text, and the files that it has its reader write (```json NAME). */
const shownIn = (text: string) => ({
  blocks: [...text.matchAll(/^```console\n\$ refmon (.*)\n([^]*?)^```$/gm)].map(([, command = "", shown = ""]) => ({ command, shown })),
  files: [...text.matchAll(/^```json (\S+)\n([^]*?)^```$/gm)].map(([, name = "", content = ""]) => ({ name, content })),
});

/** Every run of lines between two `…`, in order. */
const inOrder = (shown: string, printed: string): readonly string[] => {
  let from = 0;
  return shown.split(/^…\n/m).filter((part) => part !== "").flatMap((part) => {
    const at = printed.indexOf(part, from);
    from = at < 0 ? from : at + part.length;
    return at < 0 ? [part] : [];
  });
};

it.each(["README.md", "policies/README.md"])("%s has console blocks that print what they show", { timeout: 120_000 }, (path) => withFolder((folder) => {
  symlinkSync(join(root, "policies"), join(folder, "policies"));
  const { blocks, files } = shownIn(read(path));
  for (const { name, content } of files) writeFileSync(join(folder, name), content);
  expect(blocks.length).toBeGreaterThan(2);
  for (const { command, shown } of blocks) {
    const { stdout, stderr } = refmon(command.split(" "), { cwd: folder });
    const printed = stdout + stderr;
    if (!shown.includes("…")) expect(printed).toBe(shown);
    expect(inOrder(shown, printed), printed).toEqual([]);
  }
}));

it("begins with the two commands and ends with what is not proved", () => {
  const text = read("README.md");
  expect(text.split("\n").slice(0, 12).join("\n")).toMatch(/npm ci && npm start[^]*npm ci && npm test/);
  expect(text.trimEnd().split("\n## ").at(-1)).toMatch(/^What is not proved\n/);
});
