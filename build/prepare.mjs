// Runs after `npm ci`. Without the development dependencies there is no bundler, and then an existing bundle is good enough.
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { bundle, root } from "./paths.mjs";

const bundlerIsInstalled = await import("esbuild").then(
  () => true,
  () => false,
);

if (bundlerIsInstalled) {
  await import("./bundle.mjs");
} else if (existsSync(bundle)) {
  console.error(`esbuild is not installed; keeping the existing ${relative(root, bundle)}`);
} else {
  console.error(`esbuild is not installed and ${relative(root, bundle)} does not exist; run npm ci with development dependencies`);
  process.exitCode = 1;
}
