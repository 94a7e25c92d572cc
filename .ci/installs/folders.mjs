// Empty folders into which a package manager installs archives, as a user's project.
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

const execFileOf = promisify(execFile);

/** Runs a command in a folder with a version of Node first on PATH. Rejects with everything that it wrote. */
export const runIn = async (folder, [command, ...parameters], { node = process.execPath, env = {} } = {}) => {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  // Settings of the npm that runs these checks are not a user's.
  const own = Object.entries(inherited).filter(
    ([name]) => !/^(npm|pnpm)_(config_(?!registry)|lifecycle|package)/i.test(name),
  );
  const PATH = `${dirname(node)}${delimiter}${process.env["PATH"]}`;
  try {
    const { stdout } = await execFileOf(command, parameters, {
      cwd: folder,
      env: { ...Object.fromEntries(own), PATH, ...env },
      maxBuffer: 2 ** 26,
    });
    return stdout;
  } catch (error) {
    const output = `${error.stdout ?? ""}${error.stderr ?? ""}`.trim() || error.message;
    throw new Error(`${[command, ...parameters].join(" ")}\n${output}`, { cause: error });
  }
};

const lines = (entries, indent = "  ") =>
  Object.entries(entries).map(([key, value]) => `${indent}"${key}": "${value}"`);

/**
 * The managers: what each needs in the folder so that the archives are used for the packages' dependencies on each other too, how it
 * installs, and how it runs Node. `tools` is a folder in which npm has installed the managers.
 */
export const managersIn = (tools, { pnpmVersion }) => {
  const at = (path) => join(tools, "node_modules", path);
  const inFolder = (version) => ({
    name: `npm ${version}`,
    fields: (archives) => ({ overrides: archives }),
    files: () => ({}),
    install: (node) => [
      node,
      at(`npm-${version}/bin/npm-cli.js`),
      "install",
      "--no-audit",
      "--no-fund",
      "--prefer-offline",
    ],
    run: (node) => [node],
    hasNodeModules: true,
  });
  return [
    inFolder(10),
    inFolder(12),
    {
      name: `pnpm ${pnpmVersion}`,
      fields: () => ({}),
      files: (archives) => ({ "pnpm-workspace.yaml": ["overrides:", ...lines(archives), ""].join("\n") }),
      install: () => [
        "npx",
        "--yes",
        "--prefer-offline",
        `--package=pnpm@${pnpmVersion}`,
        "--",
        "pnpm",
        "install",
        "--prefer-offline",
      ],
      run: (node) => [node],
      hasNodeModules: true,
    },
    {
      name: "yarn 1",
      fields: (archives) => ({ resolutions: archives }),
      files: () => ({}),
      install: (node) => [
        node,
        at("yarn/bin/yarn.js"),
        "install",
        "--no-progress",
        "--cache-folder",
        join(tools, "yarn-1-cache"),
      ],
      run: (node) => [node],
      hasNodeModules: true,
    },
    {
      // Its default, Plug'n'Play, refuses what a package imports and does not list.
      name: "yarn 4",
      fields: (archives) => ({ resolutions: archives }),
      files: () => ({ ".yarnrc.yml": "enableTelemetry: false\nenableImmutableInstalls: false\n", "yarn.lock": "" }),
      install: (node) => [node, at("@yarnpkg/cli-dist/bin/yarn.js"), "install"],
      run: (node) => [node, at("@yarnpkg/cli-dist/bin/yarn.js"), "node"],
      env: { YARN_GLOBAL_FOLDER: join(tools, "yarn-4") },
      hasNodeModules: false,
    },
  ];
};

/** Writes the project and installs it. `archives` are paths by name of package, `dependencies` ranges from the registry. */
export const installInto = async (folder, manager, { archives, dependencies, node }) => {
  mkdirSync(folder, { recursive: true });
  const asFiles = Object.fromEntries(Object.entries(archives).map(([name, path]) => [name, `file:${path}`]));
  const manifest = {
    name: "shop",
    private: true,
    type: "module",
    dependencies: { ...asFiles, ...dependencies },
    ...manager.fields(asFiles),
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  for (const [path, text] of Object.entries(manager.files(asFiles))) writeFileSync(join(folder, path), text);
  await runIn(folder, manager.install(node), { node, env: manager.env });
};
