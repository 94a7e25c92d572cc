import type { DriverOptionsParser } from "@tautan/core/config";
import { optionsParser, plainOrNamed, secret } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import type { XenditOptions } from "./options.ts";

export const parseXenditOptions: DriverOptionsParser<XenditOptions> = optionsParser((environment) =>
  z.strictObject({
    environment: z.enum(["sandbox", "production"]),
    secretKey: secret(environment),
    webhookTokens: z.array(secret(environment)).min(1),
    product: z.enum(["invoice", "session"]).optional(),
    country: z.string().optional(),
    forUserId: plainOrNamed(environment).optional(),
    businessId: plainOrNamed(environment).optional(),
    readsRefunds: z.boolean("expected true or false").optional(),
    baseUrl: z.string().optional(),
    maxRequestsPerSecond: z.number("expected a number").optional(),
    maxConnections: z.number("expected a number").optional(),
  }),
);
