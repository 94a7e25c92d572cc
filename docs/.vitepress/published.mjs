// Which Markdown files of the repository are published, and where each is on the site.
import { globSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

const PUBLISHED = [
  "*.md",
  "docs/**/*.md",
  "bench/README.md",
  "examples/*/*.md",
  "packages/*/{README,UNVERIFIED,SKILL}.md",
  "packages/*/src/**/*.md",
  "packages/*/skills/**/*.md",
];

const isInstalled = (path) => /(^|\/)(node_modules|dist|\.vitepress)(\/|$)/.test(path);

/** Paths from the root of the repository, sorted. */
export const publishedPages = (root = ROOT) =>
  globSync(PUBLISHED, { cwd: root, exclude: isInstalled })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !isInstalled(path))
    .sort();

/** `docs/decisions/README.md` is `decisions/index.md` on the site; the README of the repository is `readme.md`. */
export const sitePathOf = (path) =>
  path === "README.md"
    ? "readme.md"
    : path
        .replace(/^docs\//, "")
        .replace(/(^|\/)README\.md$/, "$1index.md")
        .replace(/[^/]+$/, (name) => name.toLowerCase());
