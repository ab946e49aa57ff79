// Bundles cli/main.ts and all that it imports into one executable file, so that starting costs one read and no module resolution.
import { chmod } from "node:fs/promises";
import { build } from "esbuild";
import { bundle, entry, root } from "./paths.mjs";
import { places } from "./places.mjs";

// Bundled CommonJS dependencies call `require` for Node's own modules; an ES module has none by itself.
const banner = [
  "#!/usr/bin/env node",
  'import { createRequire as refmonCreateRequire } from "node:module";',
  "const require = refmonCreateRequire(import.meta.url);",
].join("\n");

await build({
  absWorkingDir: root,
  entryPoints: [entry],
  outfile: bundle,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  mainFields: ["module", "main"],
  // Large, and needed only by the commands that read the TCB's source: they import it when they run.
  external: ["typescript"],
  banner: { js: banner },
  // What the bundle says of its own sources must be true of what was bundled, not of what lies beside it later.
  define: places === undefined ? {} : { REFMON_PLACES: JSON.stringify(JSON.stringify(places)) },
  sourcemap: "linked",
  logLevel: "warning",
});
await chmod(bundle, 0o755);
