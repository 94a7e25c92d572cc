import type { DriverOptionsParser } from "@tautan/core/config";
import { optionsParser, secret } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import type { StripeOptions } from "./options.ts";

export const parseStripeOptions: DriverOptionsParser<StripeOptions> = optionsParser((environment) =>
  z.strictObject({
    environment: z.enum(["sandbox", "production"]),
    secretKey: secret(environment),
    webhookSecrets: z.array(secret(environment), LIST_OF_SECRETS).min(1, LIST_OF_SECRETS).optional(),
    webhookMaxAgeMs: z.number("expected a number of milliseconds").optional(),
    baseUrl: z.string().optional(),
    maxRequestsPerSecond: z.number("expected a number").optional(),
    maxConnections: z.number("expected a number").optional(),
  }),
);

const LIST_OF_SECRETS = 'expected a list, [{ "env": "NAME" }]; leave it out to accept no webhook';
