import { globSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

// Tests run from the sources, so that no build can be stale.
const conditions = ["@tautan/source", "module", "node", "default"];

export default defineConfig({
  test: {
    // How long a test takes decides nothing: a busy machine must not fail one.
    testTimeout: 60_000,
    // By default, one core stays idle.
    maxWorkers: "100%",
    hookTimeout: 60_000,
    setupFiles: [resolve(import.meta.dirname, ".ci/test/short-titles.ts")],
    coverage: { provider: "v8", include: ["packages/*/src/**"] },
    projects: [
      {
        extends: true,
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          name: "unit",
          include: ["packages/*/test/**/*.test.ts", "examples/**/*.test.ts", ".ci/**/*.test.ts"],
          // Starts nothing until a test asks for it.
          globalSetup: globSync(resolve(import.meta.dirname, "packages/*/test/support/postgres-server.ts")),
        },
      },
      {
        extends: true,
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ["packages/*/test/**/*.test-d.ts", "examples/**/*.test-d.ts"],
            tsconfig: "./tsconfig.test.json",
          },
        },
      },
    ],
  },
});
