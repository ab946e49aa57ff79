/** How much there is to read of a room. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** Returns how many lines of the source are neither blank nor comment. */
export const codeLines = (text: string): number =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length;

/** Returns the TypeScript sources of a folder, by their paths from the root of the project, sorted; without those below `except`. */
export const sourcesOf = (folder: string, except: string | null = null): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name}`)
    .filter((path) => path.endsWith(".ts") && (except === null || !path.startsWith(`${except}/`)))
    .sort();

/** Returns the source at a path from the root of the project. */
export const sourceAt = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Returns the lines of code of all these sources. */
export const totalOf = (paths: readonly string[]): number => paths.reduce((sum, path) => sum + codeLines(sourceAt(path)), 0);

/** Returns the lines of the lists of imports and exports in the source, which name what is defined and counted elsewhere. */
export const listed = (text: string): number =>
  [...text.matchAll(/^(?:import|export)\s[^;]*?from "[^"]+";$/gms)].reduce((sum, [statement]) => sum + codeLines(statement), 0);
