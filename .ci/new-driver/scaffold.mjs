// Writes the files of a new driver from the templates beside this file.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Script } from "node:vm";

const TEMPLATE = join(import.meta.dirname, "template");
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
/** A driver's name is also a gateway's key in most configurations, and those end at 32. */
const MAX_NAME_LENGTH = 32;

/** How a name is written in code: `acme-pay` is `AcmePay`, `acmePay` and `ACME_PAY`. */
const spellingsOf = (name) => {
  const variable = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  return {
    variable,
    pascal: variable.charAt(0).toUpperCase() + variable.slice(1),
    upper: name.toUpperCase().replaceAll("-", "_"),
  };
};

/** Throws `TypeError` for a name that no driver can have, or that one has. */
const checkName = (root, name) => {
  const got = JSON.stringify(name ?? "");
  if (typeof name !== "string" || !NAME.test(name) || name.length > MAX_NAME_LENGTH) {
    throw new TypeError(
      `expected the provider's name in up to ${MAX_NAME_LENGTH} small letters, digits and single hyphens, such as acme-pay; got ${got}`,
    );
  }
  if (!isVariable(spellingsOf(name).variable)) {
    throw new TypeError(`expected a name that can be exported; ${got} is a word of JavaScript. Try ${name}-pay`);
  }
  const taken = pathsOf(name).find((path) => existsSync(join(root, path)));
  if (taken) throw new TypeError(`${taken} is there already; choose another name, or delete what is there first`);
};

const isVariable = (word) => {
  try {
    return Boolean(new Script(`"use strict"; const ${word} = 1;`));
  } catch {
    return false;
  }
};

/** The folders of a driver: its package, and its simulator with its tests. */
export const foldersOf = (name) => [
  `packages/driver-${name}`,
  `packages/sandbox/src/${name}`,
  `packages/sandbox/test/${name}`,
];

/** The folders of a driver, and its files outside of them. */
export const pathsOf = (name) => [...foldersOf(name), `docs/gateways/${name}.md`, `.changeset/driver-${name}.md`];

/** Writes all files of a driver, and adds it to the build. Returns their paths. */
export const scaffold = (root, name) => {
  checkName(root, name);
  const { variable, pascal, upper } = spellingsOf(name);
  const key = variable === name ? name : JSON.stringify(name);
  const filled = (text) =>
    text
      .replaceAll("__name__", name)
      .replaceAll("__key__", key)
      .replaceAll("__server__", variable === name ? `sandbox.${name}` : `sandbox[${key}]`)
      .replaceAll("__variable__", variable)
      .replaceAll("__Name__", pascal)
      .replaceAll("__NAME__", upper);
  const templates = readdirSync(TEMPLATE, { recursive: true }).filter((each) => each.endsWith(".tmpl"));
  const written = templates.map((template) => {
    const path = filled(template).replace(/\.tmpl$/, "");
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), filled(readFileSync(join(TEMPLATE, template), "utf8")));
    return path;
  });
  const license = `packages/driver-${name}/LICENSE`;
  cpSync(join(root, "LICENSE"), join(root, license));
  addReference(join(root, "tsconfig.json"), name);
  return [...written, license, "tsconfig.json"].sort();
};

/** Takes a driver off the build. */
export const removeReference = (path, name) => {
  const lines = readFileSync(path, "utf8").split("\n");
  writeFileSync(path, lines.filter((line) => !line.includes(`{ "path": "packages/driver-${name}" }`)).join("\n"));
};

/** In alphabetical order among the drivers. */
const addReference = (path, name) => {
  const lines = readFileSync(path, "utf8").split("\n");
  const isDriver = (line) => line.includes('"packages/driver-');
  const at = lines.findIndex(isDriver);
  const added = [...lines.filter(isDriver), `    { "path": "packages/driver-${name}" },`].sort();
  const others = lines.filter((line) => !isDriver(line));
  writeFileSync(path, others.toSpliced(at, 0, ...added).join("\n"));
};
