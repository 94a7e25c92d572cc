// Checks the JSON blocks of pages: each is parsed, and one with gateways is validated as a configuration.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "./published.mjs";

const requireOfMerchant = createRequire(join(ROOT, "examples/merchant/package.json"));

/** @returns the problems, with their places in front */
export const configProblems = async (blocks) => {
  const { default: Ajv } = await import(requireOfMerchant.resolve("ajv"));
  const schema = JSON.parse(readFileSync(join(ROOT, "packages/cli/config.schema.json"), "utf8"));
  const validate = new (Ajv.default ?? Ajv)({ strict: false, validateFormats: false }).compile(schema);
  return blocks.flatMap(({ page, line, code }) => {
    try {
      const value = JSON.parse(code);
      if (typeof value !== "object" || value === null || !("gateways" in value) || validate(value)) return [];
      return validate.errors.map(({ instancePath, message }) => `${page}:${line}: ${instancePath} ${message}`);
    } catch (error) {
      return [`${page}:${line}: ${error.message}`];
    }
  });
};
