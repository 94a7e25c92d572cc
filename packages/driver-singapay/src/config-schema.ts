import type { DriverOptionsParser, Environment } from "@tautan/core/config";
import { optionsParser, secret } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import type { SingapayOptions } from "./options.ts";

export const parseSingapayOptions: DriverOptionsParser<SingapayOptions> = optionsParser((environment) =>
  z.strictObject({
    environment: z.enum(["sandbox", "production"]),
    clientId: plainOrNamed(environment),
    clientSecret: secret(environment),
    apiKey: secret(environment),
    accountId: plainOrNamed(environment),
    accountNumber: plainOrNamed(environment).optional(),
    webhookSecrets: z.array(secret(environment), LIST_OF_SECRETS).min(1, LIST_OF_SECRETS).optional(),
    webhookMaxAgeMs: z.number("expected a number of milliseconds").optional(),
    apiVersion: z.union([z.literal(1), z.literal(2)], "expected 1 or 2, as a number").optional(),
    baseUrl: z.string().optional(),
    maxRequestsPerSecond: z.number("expected a number").optional(),
    maxConnections: z.number("expected a number").optional(),
  }),
);

const LIST_OF_SECRETS = 'expected a list, [{ "env": "NAME" }]; leave it out to use the client secret';

/** An id is no secret: it may be written out, or named like one. */
const plainOrNamed = (environment: Environment): z.ZodType<string> => {
  const named = secret(environment);
  return z.unknown().transform((value, context) => {
    if (typeof value === "string" && value.trim() !== "") return value;
    const parsed = named.safeParse(value);
    if (parsed.success) return parsed.data;
    // A name was meant where there is an object: what is wrong with it says more.
    context.addIssue(
      typeof value === "object" && value !== null
        ? parsed.error.issues.map((each) => each.message).join("; ")
        : 'expected a text, or the name of an environment variable, { "env": "NAME" }',
    );
    return z.NEVER;
  });
};
