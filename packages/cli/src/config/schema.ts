// The parts of the configuration that belong to this package; core checks the others. Loads zod: import it lazily.
import * as z from "zod";

/** Names the fields that are not known, and no value. */
const describeUnknown = (issue: z.core.$ZodRawIssue): string =>
  issue.code === "unrecognized_keys"
    ? `there is no such setting: ${issue.keys.map((each) => JSON.stringify(each.slice(0, 40))).join(", ")}`
    : "expected an object";

const ENVIRONMENT_VARIABLE = z.strictObject(
  { env: z.string().min(1) },
  'expected the name of an environment variable: { "env": "NAME" }',
);

/** The ledger's part. */
const LEDGER = z
  .strictObject(
    {
      database: z
        .union([z.string().min(1), ENVIRONMENT_VARIABLE], 'expected a file, a URL of PostgreSQL or { "env": "NAME" }')
        .meta({
          description:
            "The file of a SQLite database, or a URL of PostgreSQL. A URL with a password belongs into the environment.",
        }),
      schema: z
        .string("expected the name of a schema")
        .meta({ description: "The schema of the tables in PostgreSQL. Default: the first of the search path." })
        .optional(),
    },
    { error: describeUnknown },
  )
  .meta({ description: "The ledger: links and payments in your own database." });

/** The webhooks' part. */
const WEBHOOKS = z
  .strictObject(
    {
      publicUrl: z
        .string("expected a URL")
        .regex(/^https?:\/\/[^\s?#@]+$/, "expected a URL without a query, such as https://shop.example")
        .meta({
          description:
            "The public URL of the server, or the whole URL of the webhooks with {gateway} in place of the gateway's key.",
        })
        .optional(),
      path: z
        .string("expected a path")
        .regex(/^\/[^\s?#]*\{gateway\}[^\s?#]*$/, "expected a path with {gateway}, such as /webhooks/{gateway}")
        .meta({ description: "The path of the webhooks on the server. Default: /webhooks/{gateway}." })
        .optional(),
    },
    { error: describeUnknown },
  )
  .meta({ description: "Where the webhooks of the gateways arrive." });

/** The part of `tautan dev`. */
const DEV = z
  .strictObject(
    {
      webhookUrl: z
        .string("expected a URL such as http://localhost:3000/webhooks/{gateway}")
        .meta({
          description:
            "Where the sandbox sends webhooks. {gateway} is the key of a gateway; a URL without a path gets webhooks.path. Default: http://localhost:3000, or the port in PORT.",
        })
        .optional(),
      port: z
        .int("expected a port")
        .min(0, "expected a port")
        .max(65_500, "expected a port up to 65500")
        .meta({
          description: "The port of the inspector; the gateways have the next ones. 0: free ports. Default: 7700.",
        })
        .optional(),
      stateFile: z
        .string("expected the path of a file")
        .min(1, "expected the path of a file")
        .meta({ description: "A file that keeps links and payments between runs. Default: none." })
        .optional(),
    },
    { error: describeUnknown },
  )
  .meta({ description: "The defaults of tautan dev." });

/** The form of the parts of this package. All else is core's. */
export const OWN_PARTS = z.object({
  ledger: LEDGER.optional(),
  webhooks: WEBHOOKS.optional(),
  dev: DEV.optional(),
});

/**
 * The JSON Schema of a whole configuration: that of core with the parts of this package. `tautan/config.schema.json` is written
 * from it.
 */
export const wholeJsonSchema = (core: {
  readonly [keyword: string]: unknown;
}): { readonly [keyword: string]: unknown } => {
  const { $schema: _, ...own } = z.toJSONSchema(OWN_PARTS, { io: "input", target: "draft-7" });
  return {
    ...core,
    title: "Configuration of Tautan",
    properties: { ...(core["properties"] as object), ...own.properties },
  };
};
