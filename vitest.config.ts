import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

// Tests run from the sources, so that no build can be stale.
const conditions = ["@tautan/source", "module", "node", "default"];

const tests = ["packages/*/test/**/*.test.ts", "examples/**/*.test.ts", ".ci/**/*.test.ts"];

/** Files that replace modules, or load them anew, get a process of their own. All others share one: each process costs 0.4 s. */
const own = globSync(tests, { cwd: import.meta.dirname, exclude: (name) => name === "node_modules" }).filter((file) =>
  /\bvi\.(?:mock|doMock|resetModules)\(/.test(readFileSync(resolve(import.meta.dirname, file), "utf8")),
);

const unit = (name: string, isolate: boolean, files: { include: readonly string[]; exclude: readonly string[] }) => ({
  extends: true as const,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name,
    isolate,
    include: [...files.include],
    exclude: ["**/node_modules/**", ...files.exclude],
    // Starts nothing until a test asks for it.
    globalSetup: globSync(resolve(import.meta.dirname, "packages/*/test/support/postgres-server.ts")),
  },
});

export default defineConfig({
  test: {
    // How long a test takes decides nothing: a busy machine must not fail one.
    testTimeout: 60_000,
    // By default, one core stays idle.
    maxWorkers: "100%",
    hookTimeout: 60_000,
    // Processes that tests start keep their sources compiled, without types: each starts in half of the time.
    env: { NODE_COMPILE_CACHE: resolve(import.meta.dirname, "node_modules/.cache/compiled") },
    setupFiles: [resolve(import.meta.dirname, ".ci/test/short-titles.ts")],
    coverage: { provider: "v8", include: ["packages/*/src/**"] },
    projects: [
      unit("unit", false, { include: tests, exclude: own }),
      unit("unit-alone", true, { include: own, exclude: [] }),
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
