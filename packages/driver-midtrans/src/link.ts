import type { Instant, PaymentMethod } from "@tautan/core";
import type { CreateInput, DriverError, DriverLink, ProviderLinkState } from "@tautan/core/driver";
import { driverError, epochMsOf, instantAt, omitUndefined } from "@tautan/core/driver";
import { parseTimestamp } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { WireCreate } from "./create-body.ts";
import { usageOf } from "./history.ts";
import { codesOfMethod, methodOfCode } from "./methods.ts";
import { amountOfLink, moneyFromWire } from "./money.ts";
import type { MidtransProviderOptions } from "./options.ts";
import { JAKARTA, MINUTE_MS } from "./times.ts";
import type { CreateReply, LinkReply } from "./wire.ts";

/** The link that was just created. The reply only contains the order id and the URL. */
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

/** The link from a read. */
export const linkFromWire = (reply: LinkReply, raw: unknown, nowMs: number): Result<DriverLink, DriverError> => {
  const amount = amountOfLink(reply);
  if (!amount) {
    const message = "the response has neither gross_amount nor payment_link_type DYNAMIC_AMOUNT";
    return err(driverError("malformed_response", { message }));
  }
  const items = reply.item_details?.map((item) => ({
    name: item.name,
    quantity: item.quantity,
    unitPrice: moneyFromWire(item.price),
    ...(item.item_id !== undefined && { id: item.item_id }),
  }));
  const { first_name: name, email, phone } = reply.customer_details ?? {};
  const customer = omitUndefined({ name, email, phone });
  const [createdAt, updatedAt] = [parseTimestamp(reply.created_at), parseTimestamp(reply.updated_at)];
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
    // A start in the past is left out: this driver's own links start a little before their creation.
    startsAt: startsAt !== undefined && epochMsOf(startsAt) > nowMs ? startsAt : undefined,
    expiresAt: startsAt === undefined ? undefined : expiryOf(startsAt, reply.expiry_duration, reply.expiry_unit),
    methods: reply.enabled_payments?.length ? methodsOf(reply.enabled_payments) : undefined,
    customer: Object.keys(customer).length > 0 ? customer : undefined,
    slug: reply.payment_link_id ?? lastSegment(reply.payment_link_url),
    createdAt,
    updatedAt,
    raw,
  });
};

/** The links of an account mostly have the same methods, so the last ones are kept. */
const methodsOf = (codes: readonly string[]): readonly PaymentMethod[] => {
  if (codes.length !== kept.codes.length || !codes.every((code, index) => code === kept.codes[index]))
    kept = { codes, methods: codes.map(methodOfCode) };
  return kept.methods;
};

let kept: { readonly codes: readonly string[]; readonly methods: readonly PaymentMethod[] } = {
  codes: [],
  methods: [],
};

/** These fields are not documented, nor is the meaning of a cancelled link. */
const stateOf = ({ deletedAt, delete_at, canceled_at }: LinkReply): ProviderLinkState => {
  if (deletedAt || delete_at) return "deleted";
  return canceled_at ? "unknown" : "open";
};

const UNIT_MS: ReadonlyMap<string | undefined, number> = new Map([
  ["minute", MINUTE_MS],
  ["minutes", MINUTE_MS],
  ["hour", 60 * MINUTE_MS],
  ["hours", 60 * MINUTE_MS],
  ["day", 24 * 60 * MINUTE_MS],
  ["days", 24 * 60 * MINUTE_MS],
]);

/** Documented units are singular, all samples are plural: docs.midtrans.com, Create Payment Link, "expiry". */
const expiryOf = (startsAt: Instant, duration: number | undefined, unit: string | undefined): Instant | undefined => {
  const unitMs = UNIT_MS.get(unit?.toLowerCase());
  return unitMs === undefined || duration === undefined
    ? undefined
    : instantAt(epochMsOf(startsAt) + duration * unitMs);
};

const lastSegment = (url: string): string | undefined =>
  PLAIN_ADDRESS.exec(url)?.[1] ?? new URL(url).pathname.split("/").findLast((each) => each !== "");

/** An address that reads the same before and after it is normalised. */
const PLAIN_ADDRESS = /^https?:\/\/[a-z0-9.:-]+\/(?:[\w-]+\/)*([\w-]+)$/;
