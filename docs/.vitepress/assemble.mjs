// Writes the pages of the site into .vitepress/pages: every published Markdown file, with its links changed to those of the site.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { readAddress } from "../../.ci/release/address.mjs";
import { deadLinks, isRelative, pageAt, targetOf, withLinks } from "./links.mjs";
import { publishedPages, ROOT, sitePathOf } from "./published.mjs";

export const PAGES = join(import.meta.dirname, "pages");

const relativeFrom = (page, target) => {
  const path = posix.relative(posix.dirname(page), target);
  return path.startsWith(".") ? path : `./${path}`;
};

const IMAGE = /\.(png|svg|jpe?g|webp)$/;

/** The text of a page with the site's links, and the images that it shows. Links to sources lead to the repository, if it has an address. */
const onSite = (page, text, published, repository) => {
  const images = [];
  const own = sitePathOf(page);
  const change = (target) => {
    if (!isRelative(target) || target.startsWith("#")) return target;
    const { path, anchor } = targetOf(page, target);
    const at = pageAt(ROOT, path);
    const fragment = anchor ? `#${anchor}` : "";
    if (published.has(at)) return `${relativeFrom(own, sitePathOf(at))}${fragment}`;
    if (IMAGE.test(at)) {
      images.push([at, sitePathOf(at)]);
      return relativeFrom(own, sitePathOf(at));
    }
    return repository === "" ? "" : `${repository}/blob/main/${at}${fragment}`;
  };
  // A link that leads nowhere, because the repository has no address, is shown as its text.
  return { text: withLinks(text, change).replace(/\[((?:[^\][]|\[[^\]]*\])*)\]\(\)/g, "$1"), images };
};

/** @returns the number of pages. Throws if a link is dead. */
export const assemble = () => {
  const paths = publishedPages();
  const dead = deadLinks(ROOT, paths);
  if (dead.length > 0) throw new Error(`dead links:\n${dead.join("\n")}`);
  const published = new Set(paths);
  const { repository } = readAddress();
  const place = (path) => {
    const to = join(PAGES, path);
    mkdirSync(dirname(to), { recursive: true });
    return to;
  };
  for (const page of paths) {
    const { text, images } = onSite(page, readFileSync(join(ROOT, page), "utf8"), published, repository);
    writeFileSync(place(sitePathOf(page)), text);
    for (const [from, to] of images) if (!existsSync(join(PAGES, to))) copyFileSync(join(ROOT, from), place(to));
  }
  return paths.length;
};

/** Removes what an earlier build has left. */
export const clearPages = () => rmSync(PAGES, { recursive: true, force: true });
