// Asks the search of the built site for every term, as its search box does.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import MiniSearch from "minisearch";
import { tokenize } from "../tokenize.mjs";
import { searchTerms } from "./terms.mjs";

/** As many as the box shows without scrolling. */
const SHOWN = 10;

const indexIn = async (dist) => {
  const [path] = globSync("assets/chunks/@localSearchIndexroot.*.js", { cwd: dist });
  if (path === undefined) throw new Error(`${dist} has no search index: run npm run docs:build first`);
  const { default: json } = await import(pathToFileURL(join(dist, path)).href);
  return MiniSearch.loadJSON(json, { fields: ["title", "titles", "text"], storeFields: ["title", "titles"], tokenize });
};

/** The words of the page that a result leads to. */
const textOf = (dist, id) => {
  const [, path] = /^\/?(.*?)(?:#|$)/.exec(id);
  const file = path === "" || path.endsWith("/") ? `${path}index.html` : `${path.replace(/\.html$/, "")}.html`;
  return readFileSync(join(dist, file), "utf8")
    .replace(/<[^>]+>/g, "")
    .replaceAll("&quot;", '"');
};

/** @returns what is not found, and the number of terms */
export const checkSearch = async (dist) => {
  const index = await indexIn(dist);
  const texts = new Map();
  const has = (id, term) => {
    if (!texts.has(id)) texts.set(id, textOf(dist, id));
    return texts.get(id).includes(term);
  };
  const find = (term) =>
    index
      .search(term, { fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 } })
      .slice(0, SHOWN)
      .some(({ id }) => has(id, term));
  const kinds = Object.entries(await searchTerms());
  const empty = kinds.filter(([, terms]) => terms.length === 0).map(([kind]) => `${kind}: expected some, found none`);
  const missing = kinds.flatMap(([kind, terms]) =>
    [...new Set(terms)].filter((term) => !find(term)).map((term) => `${kind}: "${term}" is not found`),
  );
  // A search that finds everything would prove nothing.
  const always = find("tidak_ada_kata_ini") ? ['"tidak_ada_kata_ini" is found, although no page has it'] : [];
  return { problems: [...empty, ...always, ...missing], count: kinds.flatMap(([, terms]) => terms).length };
};
