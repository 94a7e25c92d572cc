import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { providerNameLeaks } from "../checks/provider-names.mjs";

/** Sources of a sandbox with two providers, and these files. */
const sourcesWith = (files: Record<string, string>): string => {
  const sources = mkdtempSync(join(tmpdir(), "tautan-names-"));
  onTestFinished(() => {
    rmSync(sources, { recursive: true });
  });
  const definitions = { "acme/definition.ts": "// Acme\n", "umbrella/definition.ts": "", "providers.ts": "// acme\n" };
  for (const [path, text] of Object.entries({ ...definitions, ...files })) {
    mkdirSync(dirname(join(sources, path)), { recursive: true });
    writeFileSync(join(sources, path), text);
  }
  return sources;
};

test("no provider's name is outside its folder and the list of the sandbox", () => {
  const sources = resolve(import.meta.dirname, "../../packages/sandbox/src");
  const { names, leaks } = providerNameLeaks(sources);
  expect(leaks).toEqual([]);
  expect(names).toEqual(globSync("*/definition.ts", { cwd: sources }).map(dirname).sort());
  expect(names).toContain("midtrans");
});

test("a name in a shared file, in a comment and in another provider's folder is seen", () => {
  const sources = sourcesWith({
    "run.ts": "const all = 1;\nconst first = 'acme';\n",
    "http/server.ts": "// As at Umbrella.\n",
    "umbrella/links.ts": "// Unlike Acme and like umbrella.\n",
  });
  expect(providerNameLeaks(sources).leaks).toEqual([
    "http/server.ts:1: umbrella",
    "run.ts:2: acme",
    "umbrella/links.ts:1: acme",
  ]);
});

test("sources without a provider are an error, not a success", () => {
  const sources = mkdtempSync(join(tmpdir(), "tautan-names-"));
  onTestFinished(() => {
    rmSync(sources, { recursive: true });
  });
  expect(() => providerNameLeaks(sources)).toThrow("no provider was found");
});
