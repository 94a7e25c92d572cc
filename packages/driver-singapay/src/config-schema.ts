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
    webhookSecrets: z.array(secret(environment)).optional(),
    baseUrl: z.string().optional(),
  }),
);

/** An id is no secret: it may be written out, or named like one. */
const plainOrNamed = (environment: Environment): z.ZodType<string> => {
  const named = secret(environment);
  return z.unknown().transform((value, context) => {
    if (typeof value === "string") return value;
    const parsed = named.safeParse(value);
    if (parsed.success) return parsed.data;
    context.addIssue('expected a text, or the name of an environment variable that is set, { "env": "NAME" }');
    return z.NEVER;
  });
};
