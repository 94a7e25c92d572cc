import type { DriverOptionsParser } from "@tautan/core/config";
import { optionsParser, plainOrNamed, secret } from "@tautan/driver-kit/schemas";
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
