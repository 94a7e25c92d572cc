import type { DriverOptionsParser } from "@tautan/core/config";
import { optionsParser, secret } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import type { MemoryOptions } from "./options.ts";

export const parseMemoryOptions: DriverOptionsParser<MemoryOptions> = optionsParser((environment) =>
  z.strictObject({
    webhookSecret: secret(environment).optional(),
    paymentExpiryMs: z.number().optional(),
  }),
);
