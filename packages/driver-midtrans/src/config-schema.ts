import type { DriverOptionsParser } from "@tautan/core/config";
import { optionsParser, secret } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import type { MidtransOptions } from "./options.ts";

export const parseMidtransOptions: DriverOptionsParser<MidtransOptions> = optionsParser((environment) =>
  z.strictObject({
    environment: z.enum(["sandbox", "production"]),
    serverKey: secret(environment),
    baseUrl: z.string().optional(),
    longReferences: z.boolean("expected true or false").optional(),
    maxRequestsPerSecond: z.number("expected a number").optional(),
    maxConnections: z.number("expected a number").optional(),
  }),
);
