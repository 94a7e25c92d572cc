import type { Instant, LinkCollect, LinkCustomer, LinkItem } from "@tautan/core";
import type { CreateInput, DriverError } from "@tautan/core/driver";
import { epochMsOf, instantAt, omitUndefined } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { codesOfMethod } from "./methods.ts";
import { moneyFromWire, toWireAmount } from "./money.ts";
import type {
  MidtransCreditCard,
  MidtransCustomer,
  MidtransItem,
  MidtransProviderOptions,
  MidtransVirtualAccounts,
} from "./options.ts";
import { readProviderOptions } from "./provider-options.ts";
import { MINUTE_MS } from "./times.ts";

/** The body of a create request, and the resulting expiry. */
export interface WireCreate {
  readonly body: object;
  readonly expiresAt: Instant | undefined;
}

/** Source of the fields: docs.midtrans.com, Create Payment Link. */
export const toWireCreate = (
  input: CreateInput<MidtransProviderOptions>,
  nowMs: number,
): Result<WireCreate, DriverError> => {
  const read = readProviderOptions(input);
  if (read.isErr()) return err(read.error);
  const options = read.value;
  const { amount, collect } = input;
  const open = "open" in amount ? amount.open : undefined;
  const expiry = toWireExpiry(input, nowMs);
  // JSON leaves out what is undefined.
  const body = {
    transaction_details: {
      order_id: input.reference,
      // An open amount has no gross_amount: the payer's choice takes its place.
      gross_amount: "open" in amount ? undefined : toWireAmount(amount),
      payment_link_id: input.slug,
    },
    payment_link_type: open && "DYNAMIC_AMOUNT",
    dynamic_amount: open && {
      min_amount: open.min && toWireAmount(moneyFromWire(open.min)),
      max_amount: open.max && toWireAmount(moneyFromWire(open.max)),
      preset_amount: open.preset && toWireAmount(moneyFromWire(open.preset)),
    },
    usage_limit: input.usage.limit,
    expiry: expiry?.wire,
    enabled_payments: input.methods?.flatMap(codesOfMethod),
    item_details: input.items?.map((item, index) => toWireItem(item, options.items?.[index])),
    customer_details: input.customer && toWireCustomer(input.customer, options.customer, collect),
    // Without a list of fields, the whole form must be filled in.
    customer_required: collect ? true : options.customerRequired,
    title: input.title,
    callbacks: input.redirect && { finish: input.redirect.url },
    credit_card: options.creditCard ? toWireCard(options.creditCard) : SECURE_CARD,
    ...toWireVirtualAccounts(options.virtualAccounts),
    custom_field1: options.customField1 ?? input.reference,
    custom_field2: options.customField2,
    custom_field3: options.customField3,
  };
  return ok({ body, expiresAt: expiry?.expiresAt });
};

const toWireItem = (item: LinkItem, { brand, category, merchantName }: MidtransItem = {}) => ({
  id: item.id,
  name: item.name,
  price: toWireAmount(item.unitPrice),
  quantity: item.quantity,
  brand,
  category,
  merchant_name: merchantName,
});

const toWireCustomer = (
  { name, email, phone }: LinkCustomer,
  { lastName, notes }: MidtransCustomer = {},
  collect: LinkCollect | undefined,
) => ({
  first_name: name,
  last_name: lastName,
  email,
  phone,
  notes,
  customer_details_required_fields:
    collect && Object.keys(collect).map((field) => (field === "name" ? "first_name" : field)),
});

const SECURE_CARD = { secure: true } as const;

const toWireCard = ({ secure = true, whitelistBins, installment, ...rest }: MidtransCreditCard) => ({
  secure,
  ...rest,
  whitelist_bins: whitelistBins,
  installment: installment && { ...installment },
});

const toWireVirtualAccounts = (numbers: MidtransVirtualAccounts | undefined) =>
  numbers &&
  Object.fromEntries(
    Object.entries(omitUndefined({ ...numbers })).map(([bank, number]) => [`${bank}_va`, { va_number: number }]),
  );

/**
 * Midtrans counts an expiry in whole minutes from a start. If the caller gives no start, it is set up to a minute back, so
 * that the end is exact to the second. Otherwise the end is rounded down.
 */
const toWireExpiry = ({ startsAt, expiresAt }: CreateInput, nowMs: number) => {
  if (expiresAt === undefined) return undefined;
  const endMs = Math.floor(epochMsOf(expiresAt) / 1000) * 1000;
  const startMs = startsAt === undefined ? undefined : Math.floor(epochMsOf(startsAt) / 1000) * 1000;
  const duration =
    startMs === undefined
      ? Math.max(1, Math.ceil((endMs - nowMs) / MINUTE_MS))
      : Math.max(1, Math.floor((endMs - startMs) / MINUTE_MS));
  const beginMs = startMs ?? endMs - duration * MINUTE_MS;
  return {
    wire: { start_time: toWireTime(beginMs), ...inLargestUnit(duration) },
    expiresAt: instantAt(beginMs + duration * MINUTE_MS),
  };
};

/**
 * Minutes in the form of the documents: in days or hours if these are whole. The unit is plural, as in every sample,
 * although the table has the singular: docs.midtrans.com, Create Payment Link, "expiry".
 */
const inLargestUnit = (minutes: number): { readonly duration: number; readonly unit: string } => {
  if (minutes % (24 * 60) === 0) return { duration: minutes / (24 * 60), unit: "days" };
  return minutes % 60 === 0 ? { duration: minutes / 60, unit: "hours" } : { duration: minutes, unit: "minutes" };
};

/** `yyyy-MM-dd HH:mm:ss Z`, in UTC. */
const toWireTime = (epochMs: number): string => `${instantAt(epochMs).slice(0, 19).replace("T", " ")} +0000`;
