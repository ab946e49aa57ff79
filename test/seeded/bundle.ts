/** Bundles the sources, one of them patched, to a file of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { applyPatch, type Patch } from "./patch.ts";

const root = join(import.meta.dirname, "..", "..");

/** @throws Error if the patch does not apply, or its file is no part of the bundle. */
export const bundlePatched = async (entry: string, patch: Patch | null, outfile: string): Promise<void> => {
  let applied = patch === null;
  const patched = patch === null ? null : join(root, patch.file);
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    // Some dependencies are CommonJS.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    external: ["typescript"],
    plugins: [{
      name: "patch",
      setup: (builder) => {
        builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
          if (patch === null || path !== patched) return null;
          applied = true;
          return { contents: applyPatch(readFileSync(path, "utf8"), patch), loader: "ts" };
        });
      },
    }],
  });
  if (!applied) throw new Error(`${patch?.file ?? ""} is no part of the bundle`);
};
