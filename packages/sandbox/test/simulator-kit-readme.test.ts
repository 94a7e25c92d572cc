// The README of the kit shows code of ./acme, which is type-checked and runs.
import { readFileSync } from "node:fs";
import * as kit from "@tautan/sandbox/simulator-kit";
import { expect, test } from "vitest";

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = textOf("../src/simulator-kit/README.md");

const withoutIndents = (code: string): string => code.replace(/^ +/gm, "");

test("every example is in a file of acme", () => {
  const examples = [...readme.matchAll(/^```ts\n\/\/ test\/(acme\/[\w-]+\.ts)\n(.*?)^```$/gms)];
  expect(examples.length).toBe(readme.match(/^```ts$/gm)?.length);
  expect(examples.length).toBeGreaterThan(5);
  for (const [, path = "", code = ""] of examples) {
    expect(withoutIndents(textOf(`./${path}`))).toContain(withoutIndents(code));
  }
});

test("every part in the contents is one of the kit, in the file beside it", () => {
  const [, contents = ""] = /^## Contents\n(.*)/ms.exec(readme) ?? [];
  const rows = [...contents.matchAll(/^\| (`\w.*?) \| `([\w-]+\.ts)` \|$/gm)];
  expect(rows.length).toBeGreaterThan(8);
  for (const [, parts = "", file = ""] of rows) {
    for (const [, name = ""] of parts.matchAll(/`(\w+)`/g)) {
      expect(Object.keys(kit)).toContain(name);
      expect(textOf(`../src/simulator-kit/${file}`)).toContain(`export const ${name}`);
    }
  }
});
