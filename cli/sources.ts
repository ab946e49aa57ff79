/** Hashes and line numbers of the sources that run: put into the bundle when it is built, read from the files where there is no bundle. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { placesIn, type Places, type SourceFile } from "../checker/report/places.ts";
import { fileURLToPath } from "node:url";
import { sha256 } from "./files.ts";

/** `Places` as JSON, defined by the bundler, so that a bundle never speaks of sources that have changed since. */
declare const REFMON_PLACES: string | undefined;

const rooms = ["spec", "monitor", "image", "hw"] as const;

const filesBelow = (root: string, folder: string): readonly SourceFile[] => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(root, folder, name))
  .map((path) => ({ path: relative(root, path).split(sep).join("/"), text: readFileSync(path, "utf8") }));

/** Beside the running program, or above it. */
const projectRoot = (from: string): string | null => {
  if (rooms.every((room) => existsSync(join(from, room)))) return from;
  return dirname(from) === from ? null : projectRoot(dirname(from));
};

const unknownSources: Places = { sha256: { spec: "unknown", tcb: "unknown", image: "unknown", hardware: "unknown" }, properties: {}, clauses: {} };

/** Of the sources below the root of a project. */
export const placesBelow = (root: string): Places => placesIn(rooms.flatMap((room) => filesBelow(root, room)), sha256);

export const sourcePlaces = (): Places => {
  if (typeof REFMON_PLACES !== "undefined") return JSON.parse(REFMON_PLACES) as Places;
  const root = projectRoot(dirname(fileURLToPath(import.meta.url)));
  return root === null ? unknownSources : placesBelow(root);
};
