// Builds the site and checks it: its search finds every kind, event, option and command, and a browser shows its pages without a fault.
// Usage: node --conditions=@tautan/source docs/.vitepress/check/main.mjs [--built] [--pictures folder]
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkForAgents } from "./agents.mjs";
import { checkInBrowser } from "./browser.mjs";
import { checkSearch } from "./search.mjs";

const { values } = parseArgs({ options: { pictures: { type: "string" }, built: { type: "boolean", default: false } } });
const dist = join(import.meta.dirname, "../dist");

if (!values.built) execFileSync(process.execPath, [join(import.meta.dirname, "../build.mjs")], { stdio: "inherit" });

const search = await checkSearch(dist);
console.log(`${search.count} terms were searched`);
const browser = await checkInBrowser(dist, values.pictures);
if (browser.missing) console.warn(`NOT RUN in a browser: a Chromium is needed, but ${browser.missing}`);
else console.log(`${browser.count} pages were opened in a browser`);

const problems = [...search.problems, ...browser.problems, ...checkForAgents(dist)];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
