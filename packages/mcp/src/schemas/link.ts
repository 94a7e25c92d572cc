import { type LinkAmount, type PaymentLink, type PaymentMethod } from "@tautan/core";
import * as z from "zod";
import { INSTANT, METHOD, MONEY, UNTRUSTED } from "./shared.ts";

const OPEN_AMOUNT = z.strictObject({
  currency: z.string(),
  min: z.string().optional(),
  max: z.string().optional(),
  preset: z.string().optional(),
});

const WARNING = z.strictObject({ code: z.string(), field: z.string(), message: z.string() });

const LINK_TEXTS = z
  .strictObject({
    title: z.string().optional(),
    items: z
      .array(z.strictObject({ name: z.string(), quantity: z.number(), unitPrice: MONEY, id: z.string().optional() }))
      .optional(),
    moreItems: z.int().optional().describe("How many items are left out here."),
    metadata: z.record(z.string(), z.string()).optional(),
    redirectUrl: z.string().optional(),
    providerReference: z.string().optional(),
  })
  .describe(UNTRUSTED);

/** A link as results show it: without the customer. */
export const LINK = z.strictObject({
  id: z.string(),
  gateway: z.string(),
  reference: z.string().describe("The merchant's unique id of the link."),
  url: z.string().describe("The pay page: share it with the payer."),
  status: z.string(),
  acceptsPayments: z.boolean().describe("Whether a new payer can pay now."),
  amount: MONEY.optional().describe("Absent if the payer chooses the amount."),
  openAmount: OPEN_AMOUNT.optional().describe("The bounds of an amount that the payer chooses."),
  amountPaid: MONEY.optional(),
  usage: z.strictObject({
    limit: z.number().optional().describe("Payments allowed. Absent: no limit."),
    used: z.number().describe("Payments made."),
    held: z.number(),
    counted: z.boolean().optional(),
  }),
  startsAt: INSTANT.optional(),
  expiresAt: INSTANT.optional(),
  expiryEnforcedBy: z.literal("ledger").optional(),
  methods: z.array(METHOD).optional().describe("Absent: all methods of the gateway."),
  madeElsewhere: z.boolean().optional(),
  createdAt: INSTANT.optional(),
  updatedAt: INSTANT.optional(),
  warnings: z.array(WARNING).describe("Differences from the request. Report them to the person whom you work for."),
  untrusted: LINK_TEXTS.optional(),
});

export type LinkView = z.input<typeof LINK>;

const MAX_ITEMS = 10;

export const methodView = ({ kind, channel }: PaymentMethod): z.input<typeof METHOD> => ({
  kind,
  ...(channel !== undefined && { channel }),
});

/** A link without the customer and the provider's own object. Texts of others are apart. */
export const linkView = (link: PaymentLink): LinkView => ({
  id: link.id,
  gateway: link.gateway,
  reference: link.reference,
  url: link.url,
  status: link.status,
  acceptsPayments: link.acceptsPayments,
  ...amountView(link.amount),
  amountPaid: link.amountPaid,
  usage: { ...link.usage },
  startsAt: link.startsAt,
  expiresAt: link.expiresAt,
  expiryEnforcedBy: link.expiryEnforcedBy,
  methods: link.methods?.map(methodView),
  madeElsewhere: link.madeElsewhere,
  createdAt: link.createdAt,
  updatedAt: link.updatedAt,
  warnings: link.warnings.map(({ code, field, message }) => ({ code, field, message })),
  untrusted: textsOf(link),
});

const amountView = (amount: LinkAmount): Pick<LinkView, "amount" | "openAmount"> =>
  "open" in amount ? { openAmount: { ...amount.open } } : { amount };

const textsOf = ({ title, items, metadata, redirect, providerReference }: PaymentLink): LinkView["untrusted"] => {
  const texts = {
    title,
    items: items?.slice(0, MAX_ITEMS).map((item) => ({ ...item })),
    moreItems: items && items.length > MAX_ITEMS ? items.length - MAX_ITEMS : undefined,
    metadata: metadata && { ...metadata },
    redirectUrl: redirect?.url,
    providerReference,
  };
  return Object.values(texts).some((each) => each !== undefined) ? texts : undefined;
};
