// npm run reliability -- [chaos kills limits stripe attacks mcp]: runs the named parts of docs/reliability.md, or all, one after the other,
// and writes their figures. Exit code 1 if one of them has broken a promise, 2 if there is no such part.
import { spawnSync } from "node:child_process";
import { PARTS } from "./reliability-page.ts";

const names = Object.keys(PARTS);
const named = process.argv.slice(2);
const unknown = named.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`expected some of ${names.join(", ")}, got ${unknown}`);
  process.exit(2);
}

const broken = (named.length > 0 ? named : names).filter((name) => {
  const [script, ...words] = PARTS[name];
  console.log(`\n${name}: npm run ${script} -- ${words.join(" ")}`);
  return spawnSync("npm", ["run", "--silent", script, "--", ...words], { stdio: "inherit" }).status !== 0;
});
if (broken.length > 0) console.error(`\nbroken: ${broken.join(", ")}`);
process.exitCode = broken.length > 0 ? 1 : 0;
