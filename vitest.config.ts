import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

// Tests run from the sources, so that no build can be stale.
const conditions = ["@tautan/source", "module", "node", "default"];

const tests = ["packages/*/test/**/*.test.ts", "examples/**/*.test.ts", ".ci/**/*.test.ts"];

/**
 * Files of these packages share a process for each core, which saves 0.4 s for each. `clean-process.ts` ends what one has faked, and fails
 * the file that leaves a fake behind. Those that replace modules have a process of their own.
 */
const shared = globSync("packages/{conformance,core,driver-*,ledger,mcp,sandbox,webhooks}/test/**/*.test.ts", {
  cwd: import.meta.dirname,
}).filter(
  (file) => !/\bvi\.(?:mock|doMock|resetModules)\(/.test(readFileSync(resolve(import.meta.dirname, file), "utf8")),
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
    setupFiles: ["short-titles.ts", ...(isolate ? [] : ["clean-process.ts"])].map((file) =>
      resolve(import.meta.dirname, ".ci/test", file),
    ),
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
    coverage: { provider: "v8", include: ["packages/*/src/**"] },
    projects: [
      unit("unit", true, { include: tests, exclude: shared }),
      unit("unit-shared", false, { include: shared, exclude: [] }),
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
