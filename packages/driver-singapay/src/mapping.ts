import type { FactName, Instant, LinkCollect, LinkCustomer, LinkItem, LinkRedirect, Money, Trust } from "@tautan/core";
import type { ChangeInput, DriverLink, DriverLinkCandidate, HistoryReport } from "@tautan/core/driver";
import { describeMethod, epochMsOf, omitUndefined } from "@tautan/core/driver";
import { type JsonObject, parseTimestamp } from "@tautan/driver-kit/http";
import { methodOfAttempt, methodOfCode } from "./methods.ts";
import { factsOfAttempt, factsOfExpiredAttempt, linkState } from "./status.ts";
import type { AttemptReply, LinkName, LinkReply, TransactionNotice, WireAmount } from "./wire.ts";

const CURRENCY = "IDR";

/**
 * Which of the changes asked for a link does not show. Where all methods were asked for, SingaPay may tell none or list
 * all it has: any list longer than the one before is taken for that. A title is written as the description, whatever the link
 * is called by.
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

/** Times are answered to the second. */
const secondsOf = (instant: Instant | null | undefined): number | undefined =>
  instant === null || instant === undefined ? undefined : Math.floor(epochMsOf(instant) / 1000);

const showsMethods = (before: DriverLink, after: DriverLink, asked: NonNullable<ChangeInput["methods"]> | null) =>
  asked === null
    ? before.methods === undefined || after.methods === undefined || after.methods.length > before.methods.length
    : methodSet(after.methods) === methodSet(asked);

/** A name is asked for only by the flag that stands for all three, and does not tell them apart. */
const showsCollect = (shown: LinkCollect | undefined, asked: LinkCollect | null): boolean =>
  asked !== null && shown?.name !== undefined ? true : sorted(shown) === sorted(asked);

const methodSet = (methods: DriverLink["methods"] = []): string => methods.map(describeMethod).toSorted().join();

const sorted = (entries: object | null | undefined): string =>
  JSON.stringify(Object.entries(entries ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1)));

/** A link as SingaPay tells it. */
export const linkFromWire = (reply: LinkReply, raw: unknown): DriverLink => ({
  providerId: reply.id,
  reference: reply.reff_no,
  url: reply.payment_url,
  // What is stored stays open after the expiry. `payment_date` is no payment: it is filled when the link is made.
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
 * The first generation has no word for no limit. The highest that it takes stands for it: the link can be paid a million
 * times. Source of the number: docs-payment-b2b.singapay.id, payment-link/create and update.
 */
export const MOST_USES = 1_000_000;

const hasNoLimit = ({ max_usage, source }: LinkReply): boolean =>
  max_usage === 0 || (max_usage >= MOST_USES && source !== "api v2");

/** A link of the second generation is called by its description. */
const titleOf = ({ source, title, description }: LinkReply): string | undefined =>
  source === "api v2" ? (description ?? title) : (title ?? description);

const customerOf = (reply: LinkReply): LinkCustomer | undefined => {
  const customer = omitUndefined({
    name: reply.customer_name,
    email: reply.customer_email,
    phone: reply.customer_phone,
  });
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

/** One item that repeats the title and the amount is what a create of the first generation writes where there are none. */
const itemsOf = ({ items = [], title, total_amount }: LinkReply): readonly LinkItem[] | undefined => {
  const [first] = items;
  const standsIn = first?.name === title && first?.quantity === 1 && first.unit_price === total_amount;
  if (items.length === 0 || (items.length === 1 && standsIn)) return undefined;
  return items.map(({ name, quantity, unit_price }) => ({ name, quantity, unitPrice: rupiah(unit_price) }));
};

/** Our metadata are texts; a link made elsewhere may hold anything. */
const metadataOf = (metadata: JsonObject = {}): Readonly<Record<string, string>> | undefined => {
  const entries = Object.entries(metadata)
    .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
    .map(([name, value]) => [name, String(value)] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

/** A history, and the links it may belong to. */
export interface AttemptReport {
  readonly report: HistoryReport;
  readonly linkCandidates: readonly DriverLinkCandidate[];
}

/** What is known of an attempt beside its row. */
export interface AttemptContext {
  readonly trust: Trust;
  /** The link, where it was asked for or stands beside the row. */
  readonly link?: LinkName | undefined;
  readonly amount?: WireAmount | undefined;
  /** The event exists to say that the attempt expired. */
  readonly hasExpired?: boolean;
}

/**
 * What a row of histories says, from a read or a webhook. The attempt's own reference is its identity, because the webhook
 * that reports the payment has no other. Source: docs.singapay.id, api-reference/payment-link-history/list, and
 * webhooks/payment-link.
 */
export const reportFromAttempt = (row: AttemptReply, context: AttemptContext): AttemptReport => {
  const { facts, notes } = context.hasExpired ? factsOfExpiredAttempt(row) : factsOfAttempt(row);
  const createdAt = timeOf(row.created_at);
  const expiresAt = timeOf(row.expired_at);
  const at: Readonly<Partial<Record<FactName, Instant | undefined>>> = {
    opened: createdAt,
    pending: createdAt,
    paid: timeOf(row.processed_timestamp),
    settled: timeOf(row.settle_at),
    expired: expiresAt,
  };
  // A row is made when the payer chooses a method. Where its words are unknown, that alone would make it look open.
  const told: readonly FactName[] = facts.length === 0 ? [] : ["opened", ...facts];
  const linkProviderId = context.link?.id ?? row.payment_link?.id ?? row.payment_link_id;
  const linkReference = context.link?.reff_no ?? row.payment_link?.reff_no ?? row.payment_link_reff_no ?? undefined;
  return {
    report: {
      providerId: row.reff_no,
      trust: context.trust,
      aliases: [row.id],
      linkProviderId,
      linkReference,
      amount: moneyOf(row.amount ?? context.amount),
      facts: Object.fromEntries(told.map((fact) => [fact, { at: at[fact] }])),
      method: methodOfAttempt(row),
      expiresAt,
      notes,
    },
    linkCandidates: candidatesOf(linkProviderId, linkReference),
  };
};

/**
 * What the webhook of a payment says: `transaction.reff_no` is the attempt's reference, the merchant's is the link's. The
 * method is not told. Source: docs.singapay.id, api-reference/webhooks/payment-link.
 */
export const reportFromTransaction = (
  { transaction }: TransactionNotice,
  link: LinkName | undefined,
  trust: Trust,
): AttemptReport => {
  const { facts, notes } = factsOfAttempt(transaction);
  const paidAt = timeOf(transaction.processed_timestamp);
  return {
    report: {
      providerId: transaction.reff_no,
      trust,
      linkProviderId: link?.id,
      linkReference: link?.reff_no,
      amount: moneyOf(transaction.amount),
      facts: Object.fromEntries(facts.map((fact) => [fact, { at: fact === "paid" ? paidAt : undefined }])),
      notes,
    },
    linkCandidates: candidatesOf(link?.id, link?.reff_no),
  };
};

const candidatesOf = (providerId: string | undefined, reference: string | undefined): readonly DriverLinkCandidate[] =>
  providerId === undefined && reference === undefined
    ? []
    : [{ ...(providerId !== undefined && { providerId }), ...(reference !== undefined && { reference }) }];

const moneyOf = (amount: WireAmount | undefined): Money | undefined =>
  amount && { amount: amount.value, currency: amount.currency ?? CURRENCY };

const rupiah = (amount: string): Money => ({ amount, currency: CURRENCY });

/** Times of reads are ISO 8601, those of webhooks `d M Y H:i:s` or ISO 8601: an attempt comes from both. */
const timeOf = (text: string | undefined): Instant | undefined => parseTimestamp(text) ?? parseTextTime(text);

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * `15 Mar 2026 10:20:30`, which is Jakarta's time, as integrators found: it names no zone. Source of that:
 * github.com/aliziodev/laravel-singapay.
 */
const parseTextTime = (text: string | undefined): Instant | undefined => {
  const parts = /^(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d{2}:\d{2}:\d{2})$/.exec(text?.trim() ?? "");
  const [, day = "", monthName = "", year = "", time = ""] = parts ?? [];
  const month = MONTHS.indexOf(monthName.toLowerCase()) + 1;
  return month === 0
    ? undefined
    : parseTimestamp(`${year}-${String(month).padStart(2, "0")}-${day.padStart(2, "0")}T${time}+07:00`);
};
