import type { DriverOptionsParser } from "@tautan/core/config";
import { optionsParser, secret } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import type { ContohOptions } from "./options.ts";

export const parseContohOptions: DriverOptionsParser<ContohOptions> = optionsParser((environment) =>
  z.strictObject({
    environment: z.enum(["sandbox", "production"]),
    secretKey: secret(environment),
    webhookSecrets: z.array(secret(environment)).min(1),
    webhookMaxAgeMs: z.number("expected a number of milliseconds").optional(),
    baseUrl: z.string().optional(),
    maxRequestsPerSecond: z.number("expected a number").optional(),
    maxConnections: z.number("expected a number").optional(),
  }),
);
