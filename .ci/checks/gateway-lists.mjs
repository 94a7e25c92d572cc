// The lists of gateways that must be in code: for types, for a program that loads no driver, for a bundle. They follow from the folders of
// drivers and simulators, and are never edited.
// Usage, with the sources: node --conditions=@tautan/source .ci/checks/gateway-lists.mjs [--update]
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { outdatedFiles, runAsProgram } from "../generate/written-files.mjs";

const HEAD = "// Written by `npm run docs` from the folders of drivers and simulators: do not edit.";

const importFrom = (root, path) => import(pathToFileURL(join(root, path)).href);
const variableOf = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const quoted = (name) => JSON.stringify(name);

/** The names of the sandbox's providers: each is a folder with a definition. */
export const simulatorNames = (root) =>
  globSync("packages/sandbox/src/*/definition.ts", { cwd: root })
    .map((path) => basename(dirname(path)))
    .sort();

const manifestOf = (root, name) => {
  const path = `packages/driver-${name}/package.json`;
  return existsSync(join(root, path)) ? JSON.parse(readFileSync(join(root, path), "utf8")) : undefined;
};

/** A gateway is called what its page is called. */
export const titleOf = (root, name) => {
  const page = `docs/gateways/${name}.md`;
  const path = join(root, page);
  const [, title] = (existsSync(path) && /^# (.+)$/m.exec(readFileSync(path, "utf8"))) || [];
  if (title === undefined) throw new Error(`${page}: expected a heading with the name of the gateway, found none`);
  return title;
};

/** How a program connects a driver to the sandbox, from `tautan.sandbox` of its package.json; `undefined` if there is no driver. */
export const connectionOf = (root, name) => {
  const { tautan } = manifestOf(root, name) ?? {};
  if (tautan?.sandbox === undefined) return undefined;
  const { basePath = "", keys = {} } = tautan.sandbox;
  return { name, title: titleOf(root, name), basePath, keys };
};

const providersSource = (names) => {
  const imports = names.map((name) => `import type { ${variableOf(name)} } from "./${name}/definition.ts";`);
  const loaders = names.map(
    (name) => `  ${quoted(name)}: async () => (await import("./${name}/definition.ts")).${variableOf(name)},`,
  );
  return `${HEAD}
${imports.join("\n")}

/** A provider that the sandbox simulates. */
export type Definition = ${names.map((name) => `typeof ${variableOf(name)}`).join(" | ")};

/** Loads the simulator of a provider. */
export const LOADERS: { readonly [Known in Definition as Known["name"]]: () => Promise<Known> } = {
${loaders.join("\n")}
};
`;
};

const keySource = ({ credential, variable, isList }) =>
  `{ credential: ${quoted(credential)}, variable: ${quoted(variable)}${isList ? ", isList: true" : ""} }`;

const simulatedSource = (connections) => `${HEAD}

/** The gateways of the sandbox, in the order of their ports. */
export const SIMULATED_GATEWAYS = {
${connections
  .map(
    ({ name, basePath, keys }) => `  ${quoted(name)}: {
    basePath: ${quoted(basePath)},
    keys: { ${Object.entries(keys)
      .map(([option, key]) => `${option}: ${keySource(key)}`)
      .join(", ")} },
  },`,
  )
  .join("\n")}
} as const;
`;

const partsSource = (connections) => `${HEAD}

/** The gateways of a project, in alphabetical order. */
export const GATEWAYS = [${connections.map(({ name }) => quoted(name)).join(", ")}] as const;

/** The gateways, in the terms of their configuration. */
export const GATEWAY_FACTS = {
${connections
  .map(
    ({ name, title, basePath, keys, needsCustomer }) => `  ${quoted(name)}: {
    title: ${quoted(title)},
    basePath: ${quoted(basePath)},
    needsCustomer: ${needsCustomer},
    secrets: [${Object.entries(keys)
      .filter(([, key]) => !key.isOptional)
      .map(([option, key]) => `{ option: ${quoted(option)}, ${keySource(key).slice(2)}`)
      .join(", ")}],
  },`,
  )
  .join("\n")}
} as const;
`;

/** The configuration of a gateway with the public keys of the sandbox, and the environment with these keys. */
export const sandboxEntryOf = ({ name, keys }, credentials) => {
  const env = {};
  const options = {};
  for (const [option, { credential, variable, isList }] of Object.entries(keys)) {
    if (credentials[credential] === undefined) {
      throw new Error(
        `packages/driver-${name}/package.json: tautan.sandbox.keys.${option}.credential: expected one of ${Object.keys(credentials).join(", ")}, got ${credential}`,
      );
    }
    env[variable] = credentials[credential];
    options[option] = isList ? [{ env: variable }] : { env: variable };
  }
  return { entry: { driver: name, environment: "sandbox", ...options }, env };
};

/** The capabilities of a driver, created as a program does that follows its package.json. */
const capabilitiesOf = async (root, connection) => {
  const { name } = connection;
  const module = await importFrom(root, `packages/driver-${name}/src/index.ts`);
  const drivers = Object.values(module).filter((each) => typeof each === "object" && each?.name === name);
  const definition = await importFrom(root, `packages/sandbox/src/${name}/definition.ts`);
  const { entry, env } = sandboxEntryOf(connection, definition[variableOf(name)].credentials);
  const { createPaymentLinksFromConfig } = await importFrom(root, "packages/core/src/config.ts");
  const loaded = await createPaymentLinksFromConfig({ default: name, gateways: { [name]: entry } }, { drivers, env });
  if (loaded.isErr()) {
    throw new Error(
      `packages/driver-${name}/package.json: tautan.sandbox does not fit the driver: ${loaded.error.message}`,
    );
  }
  return loaded.value.gateway(name).capabilities;
};

const PROVIDERS = "packages/sandbox/src/providers.ts";
const SIMULATED = "packages/cli/src/commands/dev/simulated-gateways.ts";
const OFFERED = "packages/create-tautan/src/gateways.ts";

/** Where the lists are. */
export const LIST_PATHS = [PROVIDERS, SIMULATED, OFFERED];

/** The lists, by path. */
export const gatewayLists = async (root) => {
  const names = simulatorNames(root);
  if (names.length === 0) throw new Error(`expected packages/sandbox/src/*/definition.ts in ${root}, found none`);
  const connections = names.map((name) => connectionOf(root, name)).filter((each) => each !== undefined);
  const offered = [];
  for (const connection of connections) {
    const { operations, customer } = await capabilitiesOf(root, connection);
    // A project is for taking payments: a driver that is being written has no place in it.
    if (operations.create === true) offered.push({ ...connection, needsCustomer: customer.required?.length > 0 });
  }
  return new Map([
    [PROVIDERS, providersSource(names)],
    [SIMULATED, simulatedSource(connections)],
    [OFFERED, partsSource(offered)],
  ]);
};

/** Writes the lists that are not as they should be, or returns their paths. */
const outdatedLists = async (root, options) => outdatedFiles(root, await gatewayLists(root), options);

await runAsProgram(
  import.meta.url,
  outdatedLists,
  "does not match the folders of drivers and simulators. Run: npm run docs",
);
