import type { Instant, LinkCustomer, LinkItem } from "@tautan/core";
import type { CreateInput, DriverError, DriverLink } from "@tautan/core/driver";
import { driverError, epochMsOf, omitUndefined } from "@tautan/core/driver";
import { parseTimestamp } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { WireCreate } from "./create-body.ts";
import { meaningOfInvoice, meaningOfSession } from "./status.ts";
import type { Invoice, Session, WireCustomer, WireItem } from "./wire.ts";

/** The link that was just created: Xendit does not return the requested methods. */
export const createdLink = (reported: DriverLink, input: CreateInput, wire: WireCreate): DriverLink => ({
  ...reported,
  title: reported.title ?? input.title,
  items: reported.items ?? input.items,
  methods: reported.methods ?? input.methods,
  customer: reported.customer ?? wire.customer,
  redirect: reported.redirect ?? input.redirect,
  metadata: reported.metadata ?? input.metadata,
  warnings: wire.warnings,
});

/** A link from an invoice. */
export const linkFromInvoice = (invoice: Invoice, raw: unknown, nowMs: number): Result<DriverLink, DriverError> => {
  const { currency, external_id: reference, invoice_url: url } = invoice;
  if (reference === undefined || url === undefined || currency === undefined) {
    const absent = reference === undefined ? "external_id" : url === undefined ? "invoice_url" : "currency";
    return err(driverError("malformed_response", { message: `the response has no usable ${absent}` }));
  }
  const { state, used } = meaningOfInvoice(invoice.status);
  const expiresAt = parseTimestamp(invoice.expiry_date);
  const redirect = invoice.success_redirect_url;
  return ok({
    providerId: invoice.id,
    reference,
    url,
    state: state === "expired" && wasStopped(invoice, expiresAt, nowMs) ? "closed" : state,
    title: invoice.description,
    amount: { amount: invoice.amount, currency },
    items: itemsOf(invoice.items, currency),
    usage: { limit: 1, used, held: 0 },
    expiresAt,
    customer: customerOf(invoice.customer, invoice.payer_email),
    redirect: redirect === undefined ? undefined : { url: redirect },
    metadata: metadataOf(invoice.metadata),
    createdAt: parseTimestamp(invoice.created),
    updatedAt: parseTimestamp(invoice.updated),
    raw,
  });
};

/**
 * Whether an invoice that has ended was stopped by a call, and not by time. Xendit has one status for both. Before its expiry, only a call
 * can have ended it. Afterwards, only a last change between creation and expiry suggests that.
 */
const wasStopped = ({ created, updated }: Invoice, expiresAt: Instant | undefined, nowMs: number): boolean => {
  if (expiresAt === undefined) return false;
  const [madeAt, changedAt] = [parseTimestamp(created), parseTimestamp(updated)];
  const wasChangedBefore =
    madeAt !== undefined && changedAt !== undefined && madeAt < changedAt && changedAt < expiresAt;
  return nowMs < epochMsOf(expiresAt) || wasChangedBefore;
};

/** A link from a payment session. */
export const linkFromSession = (session: Session, raw: unknown): Result<DriverLink, DriverError> => {
  const { currency, reference_id: reference, payment_link_url: url } = session;
  if (reference === undefined || url === undefined) {
    const absent = reference === undefined ? "reference_id" : "payment_link_url";
    return err(driverError("malformed_response", { message: `the response has no usable ${absent}` }));
  }
  const { state, used } = meaningOfSession(session.status);
  const redirect = session.success_return_url;
  return ok({
    providerId: session.payment_session_id,
    reference,
    url,
    state,
    title: session.description,
    amount: { amount: session.amount, currency },
    items: itemsOf(session.items, currency),
    usage: { limit: 1, used, held: 0 },
    expiresAt: parseTimestamp(session.expires_at),
    customer: customerOf(session.customer, undefined),
    redirect: redirect === undefined ? undefined : { url: redirect },
    metadata: metadataOf(session.metadata),
    createdAt: parseTimestamp(session.created),
    updatedAt: parseTimestamp(session.updated),
    raw,
  });
};

const customerOf = (customer: WireCustomer | undefined, payerEmail: string | undefined): LinkCustomer | undefined => {
  const name = [customer?.given_names, customer?.surname].filter((each) => each !== undefined).join(" ") || undefined;
  const found = omitUndefined({
    name,
    email: customer?.email ?? payerEmail,
    phone: customer?.mobile_number ?? customer?.phone_number,
  });
  return Object.keys(found).length > 0 ? found : undefined;
};

const itemsOf = (items: readonly WireItem[] | undefined, currency: string): readonly LinkItem[] | undefined =>
  items?.length
    ? items.map(({ name, quantity, price, reference_id: id }) => ({
        name,
        quantity,
        unitPrice: { amount: price, currency },
        ...(id !== undefined && { id }),
      }))
    : undefined;

/** Our metadata are texts; a link from another source may contain anything. */
const metadataOf = (metadata: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, string>> | undefined => {
  const entries = Object.entries(metadata)
    .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
    .map(([name, value]) => [name, String(value)] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};
