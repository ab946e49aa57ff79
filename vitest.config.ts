import { defineConfig } from "vitest/config";

export const config = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/lint/fixtures/**"],
    environment: "node",
    globalSetup: ["test/bundle.setup.ts"],
    // Two cores: one process per core, each file isolated, files in parallel.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});

export { config as default };
