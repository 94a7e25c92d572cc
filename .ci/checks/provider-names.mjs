// Checks that a provider's name occurs in its folder of the sandbox and in the one list only, comments included.
// Usage: node .ci/checks/provider-names.mjs
import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";

const LIST = "providers.ts";

/** The places of a name that is elsewhere, as `file:line: name`. Throws if there is no provider: an empty check would be green. */
export const providerNameLeaks = (sources) => {
  const files = globSync("**/*.ts", { cwd: sources }).map((path) => path.split(sep).join("/"));
  const names = files.flatMap((path) => /^([^/]+)\/definition\.ts$/.exec(path)?.[1] ?? []).toSorted();
  if (names.length === 0) throw new Error(`no provider was found in ${sources}`);
  const leaksIn = (path) => {
    const foreign = names.filter((name) => !path.startsWith(`${name}/`));
    return readFileSync(join(sources, path), "utf8")
      .split("\n")
      .flatMap((line, index) =>
        foreign.filter((name) => line.toLowerCase().includes(name)).map((name) => `${path}:${index + 1}: ${name}`),
      );
  };
  return {
    names,
    leaks: files
      .filter((path) => path !== LIST)
      .toSorted()
      .flatMap(leaksIn),
  };
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { names, leaks } = providerNameLeaks("packages/sandbox/src");
  for (const leak of leaks) console.error(leak);
  console.log(`${names.length} providers, ${leaks.length} names outside their folders`);
  process.exitCode = leaks.length === 0 ? 0 : 1;
}
