import type { DriverOptionsParser } from "@tautan/core/config";
import { optionsParser, secret } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import type { XfersOptions } from "./options.ts";

export const parseXfersOptions: DriverOptionsParser<XfersOptions> = optionsParser((environment) =>
  z.strictObject({
    environment: z.enum(["sandbox", "production"]),
    apiKey: secret(environment),
    secretKey: secret(environment),
    signingSecrets: z.array(secret(environment)).min(1),
    acceptUnsignedCallbacks: z.boolean("expected true or false").optional(),
    baseUrl: z.string().optional(),
    maxRequestsPerSecond: z.number("expected a number").optional(),
    maxConnections: z.number("expected a number").optional(),
  }),
);
