import { join } from "node:path";
// The set-up that comes before all tests is imported by this process.
import "./build/strip-types.mjs";
import { defineConfig } from "vitest/config";

export const config = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/lint/fixtures/**"],
    environment: "node",
    globalSetup: ["test/bundle.setup.ts"],
    // Two cores: one process per core, files in parallel. The files of one process share what they import, and the compiler's work on it: no module keeps what a test could see.
    pool: "forks",
    maxWorkers: 2,
    isolate: false,
    // Node's own modules: a call from one to another costs nothing, where the runner's go through an object each time, and a search twice as long.
    execArgv: ["--enable-source-maps", "--import", join(import.meta.dirname, "build", "strip-types.mjs")],
    experimental: { viteModuleRunner: false, nodeLoader: false },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});

export { config as default };
