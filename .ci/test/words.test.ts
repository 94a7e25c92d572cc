import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { replacedWords } from "../checks/words.mjs";

/** The replaced words in a tree of these files, as `file:line: "word"`. */
const wordsIn = (files: Readonly<Record<string, string>>): readonly string[] => {
  const root = mkdtempSync(join(tmpdir(), "tautan-words-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return replacedWords(root).hits.map((hit) => hit.replace(/: use .*/, ""));
};

test("no text of this repository has a replaced word", () => {
  const { files, hits } = replacedWords(resolve(import.meta.dirname, "../.."));
  expect(hits).toEqual([]);
  expect(files).toBeGreaterThan(300);
});

test("words are found in Markdown, comments, texts and templates, with their lines and replacements", () => {
  const files = {
    "docs/api.md": "# API\n\nA read tells the amount.\n",
    ".changeset/one.md": "The payer chooses for himself.\n",
    "packages/core/README.md": "Read by itself.\n",
    "packages/driver-acme/src/a.ts": '// As wished.\nconst a = 1;\nexport const b = "it says so";\n',
    "packages/driver-acme/src/b.ts": `/**\n * Only a stranger\n * told.\n */\nexport const c = (d: string) => \`the id \${d} stands here\`;\n`,
    ".ci/new-driver/template/src/c.ts.tmpl": "// The house.\n",
  };
  expect(wordsIn(files)).toEqual([
    '.changeset/one.md:1: "himself"',
    '.ci/new-driver/template/src/c.ts.tmpl:1: "house"',
    'docs/api.md:3: "tells"',
    'packages/core/README.md:1: "by itself"',
    'packages/driver-acme/src/a.ts:1: "wished"',
    'packages/driver-acme/src/a.ts:3: "says"',
    'packages/driver-acme/src/b.ts:2: "stranger"',
    'packages/driver-acme/src/b.ts:3: "told"',
    'packages/driver-acme/src/b.ts:5: "stands"',
  ]);
});

test("code is no prose: identifiers, code in Markdown and in comments, addresses, generated parts", () => {
  const files = {
    "docs/api.md":
      "`tells` and [a page](https://example.test/told/him)\n\n```ts\n// says\n```\n\n<!-- generated: x -->\nsaid\n<!-- end -->\n",
    "packages/driver-acme/src/a.ts": "// `told` at https://example.test/says\nexport const told = { says: 1 };\n",
    "packages/driver-acme/test/a.test.ts": "// A test may say anything.\n",
  };
  expect(wordsIn(files)).toEqual([]);
});

test("plain English with the same letters passes", () => {
  expect(
    wordsIn({
      "docs/a.md":
        "There is no link. It is no longer open. Understand the standard. The clock stands still. It tries again.\n\n## What it does\n\nWhat now?\n",
      "UNVERIFIED.md": "| midtrans-wished-number-length | none |\n",
    }),
  ).toEqual([]);
});

test.each([
  ["it is no link", "is no l"],
  ["if one try fails", "one try"],
  ["a hint at a link", "hint at a link"],
  ["what became of it", "became of"],
  ["What comes again is ignored.", "What comes"],
  ["where nothing is there", "where nothing"],
  ["`history.evidence`", "history.evidence"],
  ["`tryId`", "tryId"],
  ['`kind: "hint"`', 'kind: "hint"'],
])("%s is found", (text, word) => {
  expect(wordsIn({ "docs/a.md": `${text}\n` })).toEqual([`docs/a.md:1: "${word}"`]);
});

test("a tree without texts is an error, not a success", () => {
  expect(() => wordsIn({ "a.txt": "says" })).toThrow("no file was found");
});
