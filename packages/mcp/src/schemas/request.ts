import { type OmittableField, PAYMENT_METHOD_KINDS } from "@tautan/core";
import * as z from "zod";
import { GATEWAY, MONEY, REFERENCE, TIME } from "./shared.ts";

/** The fields that a gateway may lack. The type fails if core has another one. */
const OMITTABLE: Readonly<Record<OmittableField, OmittableField>> = {
  title: "title",
  items: "items",
  usage: "usage",
  startsAt: "startsAt",
  expiresAt: "expiresAt",
  methods: "methods",
  customer: "customer",
  collect: "collect",
  redirect: "redirect",
  metadata: "metadata",
  slug: "slug",
};

const DECIMAL = z.string().max(40);
const TITLE = z.string().max(500).describe("The title on the pay page.");
const USAGE = z
  .strictObject({ limit: z.union([z.int().min(1), z.literal("unlimited")]) })
  .describe("How many payments the link allows. Default 1.");
const EXPIRES_AT = TIME.describe(
  'When it stops accepting payers: ISO 8601 with its offset, or "never". Default: 24 hours after the start.',
);
const METHODS = z
  .array(z.strictObject({ kind: z.enum(PAYMENT_METHOD_KINDS), channel: z.string().max(64).optional() }))
  .max(60)
  .describe("The methods to offer. Default: all of the gateway.");
const COLLECT = z
  .strictObject({
    name: z.literal("required").optional(),
    email: z.literal("required").optional(),
    phone: z.literal("required").optional(),
  })
  .describe("What the payer must enter.");
const REDIRECT = z
  .strictObject({ url: z.string().max(2_000) })
  .describe("Where the browser goes afterwards. It proves no payment.");
const METADATA = z
  .record(z.string().max(100), z.string().max(1_000))
  .describe("Pairs that are returned with the link.");

/** The request of a link. Its limits only keep out what no gateway can take: core checks it. */
export const REQUEST = z.strictObject({
  reference: REFERENCE.describe(
    "The merchant's own unique id of what is paid, such as the number of the order or invoice: 1 to 36 of A-Z a-z 0-9 _ -. It is the only key: the same reference with the same request is the same link, however often you call. Never make one up, and never change it to get past an error.",
  ),
  amount: z
    .union([
      MONEY,
      z.strictObject({
        open: z.strictObject({
          currency: z.string().max(3),
          min: DECIMAL.optional(),
          max: DECIMAL.optional(),
          preset: DECIMAL.optional(),
        }),
      }),
    ])
    .describe("The amount of one payment, or { open } if the payer chooses it."),
  title: TITLE.optional(),
  items: z
    .array(
      z.strictObject({
        name: z.string().max(500),
        quantity: z.int(),
        unitPrice: MONEY,
        id: z.string().max(255).optional(),
      }),
    )
    .max(200)
    .optional()
    .describe("The purchased items. They must sum to the amount."),
  usage: USAGE.optional(),
  startsAt: TIME.optional(),
  expiresAt: EXPIRES_AT.optional(),
  methods: METHODS.optional(),
  customer: z
    .strictObject({
      name: z.string().max(500).optional(),
      email: z.string().max(500).optional(),
      phone: z.string().max(100).optional(),
    })
    .optional()
    .describe("The person who is to pay. Results do not show it."),
  collect: COLLECT.optional(),
  redirect: REDIRECT.optional(),
  metadata: METADATA.optional(),
  slug: z.string().max(255).optional().describe("The last part of the URL. Default: random. Do not use a counter."),
  omitIfUnsupported: z
    .array(z.enum(OMITTABLE))
    .max(20)
    .optional()
    .describe("Fields that may be left out if the gateway lacks them."),
  gateway: GATEWAY.optional().describe("The key of the gateway. Default: that of the configuration."),
});

/** Whether the ledger closes the link at its expiry. */
export const ENFORCE_EXPIRY = z
  .boolean()
  .optional()
  .describe("If the links of the gateway never end, the ledger closes it at expiresAt.");

export const CHANGES = z
  .strictObject({
    title: TITLE.nullable().optional(),
    usage: USAGE.optional(),
    expiresAt: EXPIRES_AT.optional(),
    methods: METHODS.nullable().optional(),
    collect: COLLECT.nullable().optional(),
    redirect: REDIRECT.nullable().optional(),
    metadata: METADATA.nullable().optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, "expected at least one field to change")
  .describe("An absent field is kept, and null clears it.");
