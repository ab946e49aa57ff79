// Rebuilds the bundle when a source is newer than it. Looks at time stamps only, so that it costs milliseconds when nothing changed.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { bundle, sources } from "./paths.mjs";

/**
 * @param {string} path a file or a folder, which need not exist
 * @returns {number} the newest modification time below the path in milliseconds; a folder's own time counts, because deletions show only there
 */
function newestChange(path) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), status.mtimeMs);
}

const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (sources.some((source) => newestChange(source) > built)) await import("./prepare.mjs");
