// Hashes and line numbers of the specification, the monitor and the hardware, for the bundle to carry. The reading is the program's own, bundled for this.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./paths.mjs";

const folder = await mkdtemp(join(tmpdir(), "refmon-places-"));
const outfile = join(folder, "sources.mjs");

/** The places; `undefined` where the project has no such sources, and then the program looks for them itself. */
export const places = await build({ absWorkingDir: root, entryPoints: ["cli/sources.ts"], outfile, bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "silent" })
  .then(() => import(pathToFileURL(outfile).href))
  .then(({ placesBelow }) => placesBelow(root))
  .catch(() => undefined)
  .finally(() => rm(folder, { recursive: true }));
