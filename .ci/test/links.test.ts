// Links of the published Markdown lead to files and headings that exist, on GitHub and on the site.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { anchorsOf, deadLinks, linksIn, withLinks } from "../../docs/.vitepress/links.mjs";
import { publishedPages, ROOT, sitePathOf } from "../../docs/.vitepress/published.mjs";

const root = mkdtempSync(join(tmpdir(), "tautan-links-"));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (files: Record<string, string>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
};

test("no published page has a dead link", () => {
  expect(publishedPages().length).toBeGreaterThan(50);
  expect(deadLinks(ROOT, publishedPages())).toEqual([]);
});

test("a link to a file or a heading that does not exist is reported with its place", () => {
  write({
    "README.md":
      '# Shop\n\n[a](docs/gone.md) [b](docs/api.md#two) [c](#shop) [d](https://example.test)\n<img src="no.png">\n',
    "docs/api.md":
      "# API\n\n## One `two`\n\n[up](../README.md#nothing), [here](#one-two), [folder](../docs), [out](../../x.md)\n",
  });
  expect(deadLinks(root, publishedPages(root))).toEqual([
    "README.md:3: docs/gone.md: there is no such file",
    "README.md:3: docs/api.md#two: docs/api.md has no heading #two",
    "README.md:4: no.png: there is no such file",
    "docs/api.md:5: ../README.md#nothing: README.md has no heading #nothing",
    "docs/api.md:5: ../../x.md: expected a file of this repository, got one outside of it",
  ]);
});

test("links in code and comments are none", () => {
  const text = "`[a](b)` [c](d)\n<!-- [e](f) -->\n```ts\nconst g = [h](i);\n```\n[j]: k\n";
  expect(linksIn(text).map(({ target }: { target: string }) => target)).toEqual(["d", "k"]);
  expect(withLinks(text, () => "X")).toBe(text.replace("(d)", "(X)").replace(": k", ": X"));
});

test("two headings of the same text have two anchors", () => {
  expect([...anchorsOf("# A b\n\n## A b\n\n```sh\n# no heading\n```\n\n## `c` and [d](e)!\n")]).toEqual([
    "a-b",
    "a-b-1",
    "c-and-d",
  ]);
});

test("where a page is on the site", () => {
  expect(["README.md", "docs/README.md", "docs/api.md", "packages/core/UNVERIFIED.md"].map(sitePathOf)).toEqual([
    "readme.md",
    "index.md",
    "api.md",
    "packages/core/unverified.md",
  ]);
});
