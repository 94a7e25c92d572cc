import type { Instant } from "@tautan/core";
import type { CreateInput, DriverError, DriverLink, ProviderLinkState } from "@tautan/core/driver";
import { defined, epochMsOf, failure, instantAt } from "@tautan/core/driver";
import { parseTimestamp } from "@tautan/driver-kit/calls";
import { err, ok, type Result } from "neverthrow";
import { amountOfLink, rupiah } from "./amounts.ts";
import { codesOfMethod, methodOfCode } from "./methods.ts";
import type { MidtransProviderOptions } from "./options.ts";
import { usageOf } from "./purchases.ts";
import { JAKARTA, MINUTE_MS } from "./times.ts";
import type { CreateReply, LinkReply } from "./wire.ts";

/** The body of a create request, and the expiry it comes to. */
export interface WireCreate {
  readonly body: object;
  readonly expiresAt: Instant | undefined;
}

export const toWireCreate = (
  input: CreateInput<MidtransProviderOptions>,
  nowMs: number,
): Result<WireCreate, DriverError> => {
  const options = readProviderOptions(input.providerOptions);
  if (options.isErr()) return err(options.error);
  const { customField2, customField3, cardSecure = true } = options.value;
  const { amount, customer, collect } = input;
  const open = "open" in amount ? amount.open : undefined;
  const expiry = toWireExpiry(input, nowMs);
  const body = defined({
    transaction_details: defined({
      order_id: input.reference,
      // An open amount has no gross_amount: the payer's choice takes its place.
      gross_amount: "open" in amount ? undefined : Number(amount.amount),
      payment_link_id: input.slug,
    }),
    payment_link_type: open && "DYNAMIC_AMOUNT",
    dynamic_amount:
      open &&
      defined({
        min_amount: open.min === undefined ? undefined : Number(open.min),
        max_amount: open.max === undefined ? undefined : Number(open.max),
        preset_amount: open.preset === undefined ? undefined : Number(open.preset),
      }),
    usage_limit: input.usage.limit,
    expiry: expiry?.wire,
    enabled_payments: input.methods?.flatMap(codesOfMethod),
    item_details: input.items?.map((item) =>
      defined({ id: item.id, name: item.name, price: Number(item.unitPrice.amount), quantity: item.quantity }),
    ),
    customer_details: customer && defined({ first_name: customer.name, email: customer.email, phone: customer.phone }),
    ...(collect && {
      customer_required: true,
      customer_details_required_fields: Object.keys(collect).map((name) => (name === "name" ? "first_name" : name)),
    }),
    title: input.title,
    callbacks: input.redirect && { finish: input.redirect.url },
    credit_card: { secure: cardSecure },
    custom_field1: input.reference,
    custom_field2: customField2,
    custom_field3: customField3,
  });
  return ok({ body, expiresAt: expiry?.expiresAt });
};

/**
 * Midtrans counts an expiry in whole minutes from a start. Where the caller names no start, it is set up to a minute back,
 * so that the end is exact to the second; where the caller does, the end is rounded down.
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
    wire: { start_time: toWireTime(beginMs), duration, unit: "minutes" },
    expiresAt: instantAt(beginMs + duration * MINUTE_MS),
  };
};

/** `yyyy-MM-dd HH:mm:ss Z`, in UTC. */
const toWireTime = (epochMs: number): string => `${instantAt(epochMs).slice(0, 19).replace("T", " ")} +0000`;

const PROVIDER_OPTIONS = ["customField2", "customField3", "cardSecure"];

const readProviderOptions = (options: unknown): Result<MidtransProviderOptions, DriverError> => {
  if (options === undefined) return ok({});
  const issues: { path: string; message: string }[] = [];
  const refuse = (name: string, message: string) => issues.push({ path: `providerOptions.midtrans${name}`, message });
  if (typeof options !== "object" || options === null) refuse("", "expected an object");
  for (const [name, value] of Object.entries(options ?? {})) {
    if (!PROVIDER_OPTIONS.includes(name))
      refuse(`.${name}`, `there is no such option; expected ${PROVIDER_OPTIONS.join(", ")}`);
    else if (value === undefined) continue;
    else if (name === "cardSecure" ? typeof value !== "boolean" : typeof value !== "string" || value.length > 255) {
      refuse(`.${name}`, name === "cardSecure" ? "expected true or false" : "expected a text of up to 255 characters");
    }
  }
  if (issues.length === 0) return ok(options as MidtransProviderOptions);
  const message = `the request was not sent: ${issues.map((each) => `${each.path}: ${each.message}`).join("; ")}`;
  return err(failure("invalid_request", { message, issues }));
};

/** The link that was just created. The reply repeats no more than the order id and the address. */
export const linkFromCreate = (
  input: CreateInput<MidtransProviderOptions>,
  { expiresAt }: WireCreate,
  reply: CreateReply,
  raw: unknown,
): DriverLink => ({
  providerId: reply.order_id,
  reference: reply.order_id,
  url: reply.payment_url,
  state: "open",
  amount: input.amount,
  usage: { ...(input.usage.limit !== "unlimited" && { limit: input.usage.limit }), used: 0, held: 0 },
  title: input.title,
  items: input.items,
  startsAt: input.startsAt,
  expiresAt,
  methods: input.methods?.flatMap(codesOfMethod).map(methodOfCode),
  customer: input.customer,
  collect: input.collect,
  redirect: input.redirect,
  slug: lastSegment(reply.payment_url),
  raw,
});

/** The link that a read tells. */
export const linkFromWire = (reply: LinkReply, raw: unknown, nowMs: number): Result<DriverLink, DriverError> => {
  const amount = amountOfLink(reply);
  if (!amount) {
    const message = "the answer has neither gross_amount nor payment_link_type DYNAMIC_AMOUNT";
    return err(failure("malformed_response", { message }));
  }
  const items = reply.item_details?.map((item) => ({
    name: item.name,
    quantity: item.quantity,
    unitPrice: rupiah(item.price),
    ...(item.item_id !== undefined && { id: item.item_id }),
  }));
  const startsAt = parseTimestamp(reply.expiry_start, JAKARTA);
  return ok({
    providerId: reply.order_id,
    reference: reply.order_id,
    url: reply.payment_link_url,
    state: stateOf(reply),
    title: reply.title,
    amount,
    items: items?.length ? items : undefined,
    usage: usageOf(reply, nowMs),
    // What has begun is told as begun: this driver's own links start a little before they are made.
    startsAt: startsAt !== undefined && epochMsOf(startsAt) > nowMs ? startsAt : undefined,
    expiresAt: startsAt === undefined ? undefined : expiryOf(startsAt, reply.expiry_duration, reply.expiry_unit),
    methods: reply.enabled_payments?.length ? reply.enabled_payments.map(methodOfCode) : undefined,
    slug: reply.payment_link_id ?? lastSegment(reply.payment_link_url),
    createdAt: parseTimestamp(reply.created_at),
    updatedAt: parseTimestamp(reply.updated_at),
    raw,
  });
};

/** None of these fields is documented. What it means that a link was cancelled, nobody says. */
const stateOf = ({ deletedAt, delete_at, canceled_at }: LinkReply): ProviderLinkState => {
  if (deletedAt || delete_at) return "deleted";
  return canceled_at ? "unknown" : "open";
};

const UNIT_MS: ReadonlyMap<string | undefined, number> = new Map([
  ["minute", MINUTE_MS],
  ["hour", 60 * MINUTE_MS],
  ["day", 24 * 60 * MINUTE_MS],
]);

/** Documented units are singular, every sample is plural: docs.midtrans.com, Create Payment Link, "expiry". */
const expiryOf = (startsAt: Instant, duration: number | undefined, unit: string | undefined): Instant | undefined => {
  const unitMs = UNIT_MS.get(unit?.toLowerCase().replace(/s$/, ""));
  return unitMs === undefined || duration === undefined
    ? undefined
    : instantAt(epochMsOf(startsAt) + duration * unitMs);
};

const lastSegment = (url: string): string | undefined =>
  new URL(url).pathname.split("/").findLast((each) => each !== "");
