import { afterAll, type TestAPI, test } from "vitest";
import { createSandbox } from "./create-sandbox.ts";
import type { DefaultProvider, Provider, Sandbox, SandboxOptions } from "./public-types.ts";

/** The fixtures of a test by {@link testWithSandbox}. */
export interface SandboxFixture<Started extends Provider> {
  /** As if just started, on the same ports in all tests, and reset after each. Not for tests that run at the same time. */
  readonly sandbox: Sandbox<Started>;
}

/**
 * A `test` of Vitest with a sandbox: `const test = testWithSandbox({ seed: 1 })`, and then
 * `test("…", async ({ sandbox }) => { … })`. Call it at the top of a file or in a `describe`, at whose end it is closed.
 */
export const testWithSandbox = <const Started extends Provider = DefaultProvider>(
  options: SandboxOptions<Started> = {},
): TestAPI<SandboxFixture<Started>> => {
  let starting: Promise<Sandbox<Started>> | undefined;
  afterAll(async () => {
    const sandbox = await starting;
    await sandbox?.close();
  });
  return test.extend<SandboxFixture<Started>>({
    // Vitest reads from the pattern what a fixture needs.
    sandbox: async ({ task: _ }, use) => {
      starting ??= createSandbox(options);
      const sandbox = await starting;
      await use(sandbox);
      await sandbox.reset();
    },
  });
};
