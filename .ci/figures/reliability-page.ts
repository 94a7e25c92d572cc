// Writes the figures of a run into docs/reliability.md: each part between two comments, with the date of its own run.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

const PAGE = new URL("../../docs/reliability.md", import.meta.url);
const END = "<!-- end -->";

/** The parts of the page, and the commands that write them. */
export const PARTS = {
  chaos: ["chaos", "--write"],
  kills: ["chaos", "--kills", "20000", "--write"],
  limits: ["chaos", "--limits", "20", "--write"],
  stripe: ["chaos:stripe", "--runs", "400", "--write"],
  attacks: ["attack", "--write"],
  mcp: ["chaos:mcp", "--runs", "10000", "--write"],
} as const;

export type PartName = keyof typeof PARTS;

const beginOf = (part: PartName): string => {
  const [script, ...words] = PARTS[part];
  return `<!-- ${part}: written by npm run ${script} -- ${words.join(" ")} -->`;
};

/** A whole number, such as `1,000,000`. */
export const wholeNumber = (value: number): string => value.toLocaleString("en");

/** A table in Markdown. The first column is text, the others are numbers. */
export const tableOf = (titles: readonly string[], rows: readonly (readonly (number | string)[])[]): string =>
  [
    `| ${titles.join(" | ")} |`,
    `| --- ${"| ---: ".repeat(titles.length - 1)}|`,
    ...rows.map(
      (cells) => `| ${cells.map((cell) => (typeof cell === "number" ? wholeNumber(cell) : cell)).join(" | ")} |`,
    ),
  ].join("\n");

/** The day, the machine and the versions of a run. */
export const circumstances = (seconds: number): string => {
  const { node, sqlite = "unknown" } = process.versions;
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${process.platform} ${process.arch}`;
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, ${wholeNumber(Math.round(seconds))} s on ${machine}, Node ${node}, node:sqlite ${sqlite}`;
};

/** The page with another text of a part. Throws if the page has no such part. */
export const withPart = (page: string, part: PartName, text: string): string => {
  const begin = beginOf(part);
  const from = page.indexOf(begin);
  const to = page.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`expected ${begin} and ${END} in docs/reliability.md`);
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`;
};

/** Replaces a part of the page; the others stay. */
export const writePart = (part: PartName, text: string): void => {
  writeFileSync(PAGE, withPart(readFileSync(PAGE, "utf8"), part, text));
};
