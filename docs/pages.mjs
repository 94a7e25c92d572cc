// Shared code of the page generators: content goes between `<!-- generated: … -->` marks, and `--check` only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

/** A row of a Markdown table. */
export const row = (cells) => `| ${cells.join(" | ")} |`;

/** Replaces the text between a mark and its end. */
const fill = (text, mark, content) => {
  const [start, end] = [`<!-- generated: ${mark} -->`, "<!-- end -->"];
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`the mark ${start} … ${end} is missing`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
};

/** Writes `[page, mark, content]` into the pages; with `--check`, reports the outdated ones and sets the exit code. */
export const writePages = (pages) => {
  let stale = 0;
  for (const [page, mark, content] of pages) {
    const path = join(ROOT, page);
    const before = readFileSync(path, "utf8");
    const after = fill(before, mark, content);
    if (after === before) continue;
    if (process.argv.includes("--check")) {
      console.error(`${page} does not match the code. Run: npm run docs`);
      stale += 1;
    } else writeFileSync(path, after);
  }
  if (stale > 0) process.exitCode = 1;
};
