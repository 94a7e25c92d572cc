// The links of Markdown files: where each leads, and whether there is such a file and heading.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import GithubSlugger, { slug } from "github-slugger";

/** The anchor of a heading, as GitHub makes it and as the site does. */
export const slugOf = (text) => slug(text);

const FENCE = /^([ \t]*)(`{3,}|~{3,})[^\n]*\n.*?^\1\2[ \t]*$/gms;
const CODE_SPAN = /(`+)(?!`).+?(?<!`)\1(?!`)/g;
const blank = (text) => text.replace(/[^\n]/g, " ");
const withoutFences = (text) => text.replace(FENCE, blank).replace(/<!--.*?-->/gs, blank);

/** The text without code and comments, with every place kept. */
const withoutCode = (text) => withoutFences(text).replace(CODE_SPAN, blank);

const HEADING = /^#{1,6} +(.+?)(?: +#+)?$/gm;
const textOfHeading = (line) =>
  line
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/`/g, "")
    .replace(/\*\*?([^*]+)\*\*?/g, "$1");

/** The anchors that a page has: those of its headings, and those written as HTML. */
export const anchorsOf = (text) => {
  const slugger = new GithubSlugger();
  const prose = withoutFences(text);
  const headings = [...prose.matchAll(HEADING)].map(([, line]) => slugger.slug(textOfHeading(line)));
  const written = [...prose.matchAll(/<[a-z]+[^>]*\b(?:id|name)="([^"]+)"/g)].map(([, id]) => id);
  return new Set([...headings, ...written]);
};

/** What is behind `](` and in `src="…"`, `href="…"` and `[name]: …`. */
const TARGET = /(?<=\]\()[^)\s]+(?=(?:\s+"[^"]*")?\))|(?<=\b(?:src|href)=")[^"]+(?=")|(?<=^\[[^\]]+\]: +)\S+/gm;

/** Every link outside of code, as `{ target, index }`. */
export const linksIn = (text) =>
  [...withoutCode(text).matchAll(TARGET)].map(({ 0: target, index }) => ({ target, index }));

/** The text with every link's target changed, code left as it is. */
export const withLinks = (text, change) => {
  let result = "";
  let end = 0;
  for (const { target, index } of linksIn(text)) {
    result += text.slice(end, index) + change(target);
    end = index + target.length;
  }
  return result + text.slice(end);
};

export const isRelative = (target) => !/^([a-z][a-z+.-]*:|\/\/)/i.test(target);

/** Where a relative link of a page leads, as `{ path, anchor }` from the root of the repository. */
export const targetOf = (page, target) => {
  const [, path, anchor] = /^([^#]*)(?:#(.*))?$/.exec(target);
  const plain = decodeURI(path);
  return { path: plain === "" ? page : posix.join(posix.dirname(page), plain), anchor };
};

/** The page that a link to a folder shows: its README. */
export const pageAt = (root, path) => {
  if (!existsSync(join(root, path)) || !statSync(join(root, path)).isDirectory()) return path;
  const readme = posix.join(path, "README.md");
  return existsSync(join(root, readme)) ? readme : path;
};

/** What is wrong with the links of these pages, as `docs/api.md:12: …`. */
export const deadLinks = (root, pages) => {
  const anchors = new Map();
  const anchorsAt = (path) => {
    if (!anchors.has(path)) anchors.set(path, anchorsOf(readFileSync(join(root, path), "utf8")));
    return anchors.get(path);
  };
  const problemWith = (page, target) => {
    if (!isRelative(target)) return undefined;
    if (target.startsWith("/")) return "expected a path from this file, got one from the root";
    const { path, anchor } = targetOf(page, target);
    if (path.startsWith("..")) return "expected a file of this repository, got one outside of it";
    if (!existsSync(join(root, path))) return "there is no such file";
    const at = pageAt(root, path);
    if (!anchor || !at.endsWith(".md")) return undefined;
    return anchorsAt(at).has(anchor) ? undefined : `${at} has no heading #${anchor}`;
  };
  return pages.flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    return linksIn(text).flatMap(({ target, index }) => {
      const problem = problemWith(page, target);
      return problem ? [`${page}:${text.slice(0, index).split("\n").length}: ${target}: ${problem}`] : [];
    });
  });
};
