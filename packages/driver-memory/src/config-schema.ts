import type { DriverOptionsParser } from "@tautan/core/config";
import { optionsParser, secret } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import type { MemoryOptions } from "./options.ts";
import type { MemoryTraits } from "./traits.ts";

const traits: z.ZodType<MemoryTraits> = z.strictObject({
  usage: z.enum(["one", "unlimited", "one_or_any"]).optional(),
  counted: z.boolean().optional(),
  expiry: z.literal("never").optional(),
  histories: z.literal("webhooks").optional(),
  notices: z.enum(["link", "history"]).optional(),
  trust: z.enum(["signed", "partly_signed", "token", "unsigned"]).optional(),
  createRecovery: z.enum(["lookup", "scan", "replay", "keyed", "none"]).optional(),
});

export const parseMemoryOptions: DriverOptionsParser<MemoryOptions> = optionsParser((environment) =>
  z.strictObject({
    webhookSecret: secret(environment).optional(),
    paymentExpiryMs: z.number().optional(),
    traits: traits.optional(),
  }),
);
