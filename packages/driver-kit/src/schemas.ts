// Parts of zod schemas that drivers share. A separate entry point, because zod is only loaded to read a reply, a webhook
// or a configuration.

import type { Instant } from "@tautan/core";
import type { DriverOptionsParser, Environment, JsonSchema } from "@tautan/core/config";
import { err, ok } from "neverthrow";
import * as z from "zod";
import {
  absentAsUndefined,
  readDecimal,
  readEpochSeconds,
  readIdText,
  readWebAddress,
  readWholeNumber,
} from "./read-values.ts";
import { REFUSED, type Refused } from "./reader.ts";

/**
 * A schema from a plain function, for values that zod has no schema for. A generated reader calls the same function, which
 * `wire-values.ts` of the driver or the kit exports.
 */
export const plain = <T>(read: (value: unknown) => T | Refused, expected: string): z.ZodType<T> => {
  const transform = (value: unknown, context: z.RefinementCtx): T => {
    const found = read(value);
    if (found !== REFUSED) return found;
    context.addIssue(`expected ${expected}`);
    return z.NEVER;
  };
  return z.unknown().optional().transform(Object.assign(transform, { read }));
};

/** An amount as a number or as text, in any spelling; returns the canonical decimal. */
export const decimal: z.ZodType<string> = plain(readDecimal, "a decimal number");

/** An id that a provider writes as a number or as text; returns text. */
export const idText: z.ZodType<string> = plain(readIdText, "a text or a whole number");

/** A whole number, as a number or as text. */
export const wholeNumber: z.ZodType<number> = plain(readWholeNumber, "a whole number");

/** An http or https address, without the white space that a URL parser ignores. */
export const webAddress: z.ZodType<string> = plain(readWebAddress, "an http or https address");

/** A time in whole seconds since 1970, up to the year 9999, as a number or in digits. A time in milliseconds is refused. */
export const epochSeconds: z.ZodType<Instant> = plain(
  readEpochSeconds,
  "whole seconds since 1970, up to the year 9999",
);

/** A field that may be absent or `null`. A value of another form makes the reply unreadable. */
export const maybe = <T>(schema: z.ZodType<T>): z.ZodType<T | undefined> =>
  schema.nullish().transform(absentAsUndefined);

/**
 * A field that may be absent, `null` or of another form than documented. It never makes a reply unreadable: a value that
 * does not fit counts as absent.
 */
export const lenient = <T>(schema: z.ZodType<T>): z.ZodType<T | undefined> => maybe(schema).catch(undefined);

/**
 * A secret of a configuration: `{ "env": "NAME" }`, read from the environment. A secret that is written out is refused, and
 * never shown.
 */
export const secret = (environment: Environment): z.ZodType<string> =>
  z
    .unknown()
    .meta(NAMED)
    .transform((value, context) => {
      const name: unknown = (value as { readonly env?: unknown } | null | undefined)?.env;
      if (typeof name !== "string" || Object.keys(value as object).length !== 1) {
        context.addIssue(
          'expected the name of an environment variable, { "env": "NAME" }; secrets are not written here',
        );
        return z.NEVER;
      }
      const found = environment[name];
      if (found !== undefined && found !== "") return found;
      // The value may be the secret itself in place of its name.
      context.addIssue(
        /^[A-Z_][A-Z0-9_]*$/.test(name)
          ? `the environment variable ${name} is not set`
          : "the environment variable named here is not set; names have the form GATEWAY_SERVER_KEY",
      );
      return z.NEVER;
    });

/** The form of a secret as JSON Schema. */
const NAMED = {
  description: "The name of the environment variable that holds it. Secrets are not written here.",
  type: "object",
  properties: { env: { type: "string", minLength: 1 } },
  required: ["env"],
  additionalProperties: false,
} as const;

/** An id is not a secret: it may be given directly, or by the name of a variable. */
export const plainOrNamed = (environment: Environment): z.ZodType<string> => {
  const named = secret(environment);
  return z
    .unknown()
    .meta({ anyOf: [{ type: "string", pattern: "\\S" }, NAMED] })
    .transform((value, context) => {
      if (typeof value === "string" && value.trim() !== "") return value;
      const parsed = named.safeParse(value);
      if (parsed.success) return parsed.data;
      // An object was meant as a name, so its own problem is more useful.
      context.addIssue(
        typeof value === "object" && value !== null
          ? parsed.error.issues.map((each) => each.message).join("; ")
          : 'expected a text, or the name of an environment variable, { "env": "NAME" }',
      );
      return z.NEVER;
    });
};

/**
 * Creates the parser of a driver's entry in a configuration from a schema that gets the environment. Its JSON Schema is for
 * the entry as it is written.
 */
export const optionsParser = <Options>(
  schemaFor: (environment: Environment) => z.ZodType<Options>,
): DriverOptionsParser<Options> => {
  const parse = (entry: unknown, environment: Environment) => {
    const parsed = schemaFor(environment).safeParse(entry);
    if (parsed.success) return ok(parsed.data);
    return err(parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join("."), message })));
  };
  const jsonSchema = (): JsonSchema =>
    z.toJSONSchema(schemaFor({}), { io: "input", target: "draft-7", unrepresentable: "any" });
  return Object.assign(parse, { jsonSchema });
};
