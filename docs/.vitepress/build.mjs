// Builds the site into .vitepress/dist, or serves it with `--dev`, where a change of a page is shown at once.
import { appendFileSync, watch } from "node:fs";
import { join } from "node:path";
import { build, createServer } from "vitepress";
import { writeApi } from "./api.mjs";
import { assemble, clearPages, PAGES } from "./assemble.mjs";
import { ROOT } from "./published.mjs";

const DOCS = join(ROOT, "docs");

clearPages();
const listOfModules = await writeApi();
const writePages = () => {
  const count = assemble();
  appendFileSync(join(PAGES, "reference/api/index.md"), `\n${listOfModules}`);
  return count;
};
console.log(`${writePages()} pages`);

if (process.argv.includes("--dev")) {
  const server = await createServer(DOCS);
  await server.listen();
  server.printUrls();
  for (const folder of ["docs", "packages", "examples"]) {
    watch(join(ROOT, folder), { recursive: true }, (_event, name) => {
      if (!name?.endsWith(".md") || /node_modules|\.vitepress/.test(name)) return;
      try {
        writePages();
      } catch (error) {
        console.error(error.message);
      }
    });
  }
} else {
  await build(DOCS);
}
