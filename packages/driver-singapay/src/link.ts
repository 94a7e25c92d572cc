import type { Instant, LinkCollect, LinkCustomer, LinkItem, LinkRedirect } from "@tautan/core";
import type { ChangeInput, DriverLink } from "@tautan/core/driver";
import { describeMethod, epochMsOf, omitUndefined } from "@tautan/core/driver";
import { type JsonObject, parseTimestamp } from "@tautan/driver-kit/http";
import { methodOfCode } from "./methods.ts";
import { rupiah } from "./money.ts";
import { linkState } from "./status.ts";
import type { LinkReply } from "./wire.ts";

/**
 * The requested changes that a link does not show. If all methods were requested, SingaPay may return none or list all: any
 * list longer than the one before counts as all. A title is written as the description, whichever field the link shows.
 */
export const missingChanges = (
  before: DriverLink,
  { link: after, reply }: { readonly link: DriverLink; readonly reply: LinkReply },
  change: ChangeInput,
): readonly string[] => {
  const differs: Readonly<Record<string, boolean>> = {
    title: change.title !== undefined && (reply.description ?? null) !== change.title,
    usage: change.usage !== undefined && (after.usage.limit ?? "unlimited") !== change.usage.limit,
    expiresAt: change.expiresAt !== undefined && secondsOf(after.expiresAt) !== secondsOf(change.expiresAt),
    methods: change.methods !== undefined && !showsMethods(before, after, change.methods),
    collect: change.collect !== undefined && !showsCollect(after.collect, change.collect),
    redirect: change.redirect !== undefined && after.redirect?.url !== change.redirect?.url,
    metadata: change.metadata !== undefined && sorted(after.metadata) !== sorted(change.metadata),
  };
  return Object.keys(differs).filter((name) => differs[name]);
};

/** Times are returned to the second. */
const secondsOf = (instant: Instant | null | undefined): number | undefined =>
  instant === null || instant === undefined ? undefined : Math.floor(epochMsOf(instant) / 1000);

const showsMethods = (before: DriverLink, after: DriverLink, asked: NonNullable<ChangeInput["methods"]> | null) =>
  asked === null
    ? before.methods === undefined || after.methods === undefined || after.methods.length > before.methods.length
    : methodSet(after.methods) === methodSet(asked);

/** A name is only requested by the flag for all three fields. */
const showsCollect = (shown: LinkCollect | undefined, asked: LinkCollect | null): boolean =>
  asked !== null && shown?.name !== undefined ? true : sorted(shown) === sorted(asked);

const methodSet = (methods: DriverLink["methods"] = []): string => methods.map(describeMethod).toSorted().join();

const sorted = (entries: object | null | undefined): string =>
  JSON.stringify(Object.entries(entries ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1)));

/** A link from SingaPay's form. */
export const linkFromWire = (reply: LinkReply, raw: unknown): DriverLink => ({
  providerId: reply.id,
  reference: reply.reff_no,
  url: reply.payment_url,
  // The stored status stays open after the expiry. `payment_date` is not a payment: it is set at the creation.
  state: linkState(reply.status_computed ?? reply.status),
  title: titleOf(reply),
  amount: rupiah(reply.total_amount),
  items: itemsOf(reply),
  usage: { ...(!hasNoLimit(reply) && { limit: reply.max_usage }), used: reply.current_usage, held: 0 },
  expiresAt: parseTimestamp(reply.expired_at),
  methods: reply.whitelisted_payment_method?.length
    ? reply.whitelisted_payment_method.map((code) => methodOfCode(code))
    : undefined,
  customer: customerOf(reply),
  collect: collectOf(reply),
  redirect: redirectOf(reply),
  metadata: metadataOf(reply.optional_metadata),
  createdAt: parseTimestamp(reply.created_at),
  updatedAt: parseTimestamp(reply.updated_at),
  raw,
});

/**
 * Version 1 cannot send a link without a limit. The highest limit takes its place: the link can be paid a million times.
 * Source of the number: docs-payment-b2b.singapay.id, payment-link/create and update.
 */
export const MOST_USES = 1_000_000;

const hasNoLimit = ({ max_usage, source }: LinkReply): boolean =>
  max_usage === 0 || (max_usage >= MOST_USES && source !== "api v2");

/** The title of a link of version 2 is its description. */
const titleOf = ({ source, title, description }: LinkReply): string | undefined =>
  source === "api v2" ? (description ?? title) : (title ?? description);

const customerOf = (reply: LinkReply): LinkCustomer | undefined => {
  const { customer_name: name, customer_email: email, customer_phone: phone } = reply;
  const customer = omitUndefined({ name, email, phone });
  return Object.keys(customer).length === 0 ? undefined : customer;
};

const collectOf = (reply: LinkReply): LinkCollect | undefined => {
  const { required_customer_email: email, required_customer_number: number } = reply;
  if (email === undefined && number === undefined) return reply.required_customer_detail ? ALL_DETAILS : undefined;
  if (!email && !number) return undefined;
  return { ...(email && { email: "required" }), ...(number && { phone: "required" }) };
};

const ALL_DETAILS: LinkCollect = { name: "required", email: "required", phone: "required" };

const redirectOf = ({ success_redirect_url, redirect_url }: LinkReply): LinkRedirect | undefined => {
  const url = success_redirect_url ?? redirect_url;
  return url === undefined ? undefined : { url };
};

/** A create of version 1 without items sends one item with the title and the amount. */
const itemsOf = ({ items = [], title, total_amount }: LinkReply): readonly LinkItem[] | undefined => {
  const [first] = items;
  const standsIn = first?.name === title && first?.quantity === 1 && first.unit_price === total_amount;
  if (items.length === 0 || (items.length === 1 && standsIn)) return undefined;
  return items.map(({ name, quantity, unit_price }) => ({ name, quantity, unitPrice: rupiah(unit_price) }));
};

/** Our metadata are texts; a link from another source may contain anything. */
const metadataOf = (metadata: JsonObject = {}): Readonly<Record<string, string>> | undefined => {
  const entries = Object.entries(metadata)
    .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
    .map(([name, value]) => [name, String(value)] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};
