// The contents of the kit's README. Its code is compared with ./acme by .ci/test/code-blocks.test.ts.
import { readFileSync } from "node:fs";
import * as kit from "@tautan/sandbox/simulator-kit";
import { expect, test } from "vitest";

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = textOf("../src/simulator-kit/README.md");

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
