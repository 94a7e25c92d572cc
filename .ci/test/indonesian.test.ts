// An Indonesian page has the structure of its English page: a section, a code block, a list or a table that is added to one is missed in the other.
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { blocksIn, isGenerated } from "../../docs/.vitepress/blocks.mjs";

const DOCS = resolve(import.meta.dirname, "../../docs");
const PAGES = globSync("id/**/*.md", { cwd: DOCS }).sort();

interface Block {
  readonly info: string;
  readonly code: string;
  readonly how: string | undefined;
}

/** Tables that are written from code are only on the English page, which the Indonesian one links to. */
const withoutGenerated = (text: string): string => text.replace(/^<!-- generated: .*?^<!-- end -->$/gms, "");

const structureOf = (page: string, text: string): object => {
  const blocks: readonly Block[] = blocksIn(page, text);
  const prose = withoutGenerated(text).replace(/^```.*?^```$/gms, "");
  const parts = prose.split(/^(?=#+ )/m).filter((part) => part.trim() !== "");
  return {
    code: blocks.filter((block) => !isGenerated(block)).map(({ info, code }) => `${info}\n${code}`),
    sections: parts.map((part) => ({
      level: /^#+/.exec(part)?.[0].length,
      items: part.match(/^\d*[-.] /gm)?.length ?? 0,
      rows: part.match(/^\|/gm)?.length ?? 0,
    })),
  };
};

const structureAt = (page: string): object => structureOf(page, readFileSync(join(DOCS, page), "utf8"));

test("Start and the gateways of Indonesia are there", () => {
  expect(PAGES).toEqual(["id/gateways/midtrans.md", "id/gateways/singapay.md", "id/gateways/xfers.md", "id/start.md"]);
});

/** Links to the Indonesian pages of gateways, which the English page need not have. */
const OWN_ITEMS: Readonly<Record<string, number>> = { "id/start.md": 1 };

test.each(PAGES)("%s has the structure of its English page", (page) => {
  const text = readFileSync(join(DOCS, page), "utf8");
  const own = OWN_ITEMS[page] ?? 0;
  const lines = text.trimEnd().split("\n");
  expect(structureOf(page, own === 0 ? text : lines.slice(0, -own).join("\n"))).toEqual(
    structureAt(page.replace(/^id\//, "")),
  );
});

test("a page that lacks a section, an item, a row or a line of code differs", () => {
  const english = "# A\n\n- b\n- c\n\n| d |\n|---|\n| e |\n\n```sh\nnpm test\n```\n\n## F\n\nG.\n";
  const same = english.replace("G.", "Lain.");
  expect(structureOf("a.md", same)).toEqual(structureOf("a.md", english));
  for (const lost of ["## F\n\nG.\n", "- c\n", "| e |\n", "npm test\n"]) {
    expect(structureOf("a.md", english.replace(lost, ""))).not.toEqual(structureOf("a.md", english));
  }
});
