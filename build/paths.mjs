// Where the bundle comes from and where it goes, as absolute paths.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The only entry point: everything that the command line can reach is bundled from here. */
export const entry = join(root, "cli", "main.ts");
export const bundle = join(root, "dist", "refmon.js");

/** A change under any of these makes the bundle stale. */
export const sources = ["build", "checker", "cli", "hw", "image", "monitor", "spec", "package.json", "package-lock.json"].map((name) => join(root, name));
