// Checks who imports whom. Usage: node .ci/checks/imports.mjs
import { globSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { cruise } from "dependency-cruiser";
import { forbidden } from "./import-rules.mjs";

/** The violations in a tree, as `rule: from → to`. Throws if nothing was checked: an empty check would be green. */
export const importViolations = async (baseDir) => {
  const { output } = await cruise(
    ["packages", ...globSync("examples", { cwd: baseDir })],
    {
      baseDir,
      ruleSet: { forbidden },
      validate: true,
      // Only our own: a library may keep its code in a folder of that name.
      exclude: { path: "^(packages|examples)/[^/]+/dist/" },
      doNotFollow: { path: "node_modules" },
      tsPreCompilationDeps: true,
      moduleSystems: ["es6"],
    },
    {
      conditionNames: ["@tautan/source", "import", "node", "types", "default"],
      exportsFields: ["exports"],
      extensions: [".ts", ".mts", ".js", ".mjs", ".d.ts"],
    },
  );
  const sources = output.modules.filter((module) => /^packages\/[^/]+\/src\//.test(module.source));
  if (sources.length === 0) throw new Error("no source was looked at: is TypeScript 6 there for dependency-cruiser?");
  return {
    modules: sources.length,
    violations: output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  };
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { modules, violations } = await importViolations(process.cwd());
  for (const violation of violations) console.error(violation);
  console.log(`${modules} modules, ${violations.length} forbidden imports`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
