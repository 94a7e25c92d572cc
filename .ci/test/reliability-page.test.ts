// docs/reliability.md: each part is written by a command that is there.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { PARTS, type PartName, withPart } from "../figures/reliability-page.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(ROOT, "docs/reliability.md"), "utf8");
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };

test.each(Object.keys(PARTS) as PartName[])("%s has its place, its date and a command of package.json", (part) => {
  const written = withPart(page, part, "**other figures**");
  expect(written).toContain("**other figures**");
  const [script] = PARTS[part];
  expect(scripts[script]).toBeDefined();
  const begin = page.indexOf(`<!-- ${part}: written by `);
  const text = page.slice(begin, page.indexOf("<!-- end -->", begin));
  expect(text).toMatch(/\d{4}-\d\d-\d\d, [\d,]+ s on \d+ cores \(.+\), \w+ \w+, Node [\d.]+/);
  expect(text).toContain("| ---: |");
});

test("one part is replaced, and the others keep the figures of their own runs", () => {
  const written = withPart(page, "kills", "**other figures**");
  const without = (text: string): string => text.replace(/<!-- kills:[^]*?<!-- end -->/, "");
  expect(without(written)).toBe(without(page));
});

test("a page without the part is refused", () => {
  expect(() => withPart("# Reliability", "kills", "")).toThrow("expected <!-- kills: written by npm run chaos");
});
