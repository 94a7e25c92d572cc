import type {
  DriverDelivery,
  DriverLinkCandidate,
  DriverObservation,
  DriverWebhookError,
  ParsedWebhook,
} from "@tautan/core/driver";
import {
  isJsonContentType,
  type JsonObject,
  malformedWebhook,
  parseJsonObject,
  type Reader,
  useRead,
} from "@tautan/driver-kit/http";
import { tokenProblem } from "@tautan/driver-kit/signatures";
import { err, ok, type Result } from "neverthrow";
import { recordOfInvoice, recordOfRefund, recordOfSession } from "./history.ts";
import type { CheckedOptions } from "./options.ts";
import { meaningOfInvoice, meaningOfSession } from "./status.ts";
import { envelope, invoiceCallback, refund, session } from "./wire.generated.ts";
import type { InvoiceCallback, Refund, Session } from "./wire.ts";

type MaybeLater = ParsedWebhook | Promise<ParsedWebhook>;

/** The header with the token of the account. Source: https://docs.xendit.co/api-integration/callback/setup. */
export const TOKEN_HEADER = "x-callback-token";

/** The token proves that the sender knows it, and nothing about the content: everything is confirmed by a read. */
const TRUST = "token";

/**
 * Verifies and reads one callback. It is flat if it is about an invoice, with its status as the event; it names its `event` if it is about a
 * refund or a session. Sources: https://github.com/xendit/xendit-node, docs/invoice/InvoiceCallback.md and docs/refund/RefundCallback.md;
 * https://docs.xendit.co/apidocs/webhook-notification-sent-defined-webhook-url-updates-payment-session.
 */
export const parseCallback = (
  delivery: DriverDelivery,
  { webhookTokens, businessId }: Pick<CheckedOptions, "webhookTokens" | "businessId">,
): MaybeLater => {
  const problem = tokenProblem(delivery, {
    header: TOKEN_HEADER,
    option: "webhookTokens",
    tokens: webhookTokens,
    hints: HINTS,
  });
  if (problem) return err(problem);
  if (!isJsonContentType(delivery.header("content-type")))
    return malformed("expected the content type application/json");
  const body = parseJsonObject(delivery.text);
  if (!body) return malformed("expected a JSON object");
  if ("event" in body) return readEnvelope(body, businessId);
  if (isInvoice(body)) return readInvoice(body, businessId);
  // Another product of the account, such as a fixed virtual account, is not ours. An empty object is malformed.
  return typeof body["id"] === "string"
    ? ok([unknown("(no event)", body)])
    : malformed("neither event nor id is there");
};

/**
 * Whether a flat body is about an invoice. Other products have flat bodies too, with an id and a status: a disbursement, a payment into a fixed
 * virtual account. Only that of an invoice has the merchant's name, or what was paid and by which channel.
 */
const isInvoice = (body: JsonObject): boolean =>
  ["id", "external_id", "status"].every((name) => typeof body[name] === "string") &&
  ("merchant_name" in body || ("paid_amount" in body && "payment_channel" in body));

/** Reads a part of a body in the documented form. */
const readPart = <T>(source: Reader<T>, part: unknown, use: (data: T) => MaybeLater): MaybeLater =>
  useRead<T, ParsedWebhook>(source, part, use, (fields) => {
    const named = fields.map((each) => each || "data").join(", ");
    return malformed(`documented fields are missing or of another form: ${named}`);
  });

const readInvoice = (body: JsonObject, businessId: string | undefined): MaybeLater =>
  readPart(invoiceCallback, body, (callback) => {
    const isOthers = businessId !== undefined && callback.user_id !== undefined && callback.user_id !== businessId;
    return ok([isOthers ? unknown(eventOf(callback.status), body) : observationOfInvoice(callback, body)]);
  });

const observationOfInvoice = (callback: InvoiceCallback, raw: JsonObject): DriverObservation => {
  const linkCandidates = candidatesOf(callback.id, callback.external_id);
  if (!meaningOfInvoice(callback.status).hasHistory) return noticeOfLink(callback.id, linkCandidates);
  return { kind: "history", trust: TRUST, record: recordOfInvoice(callback, { trust: TRUST }), linkCandidates, raw };
};

/** A callback about a link that has no payment lacks the link's address and expiry: it is read. */
const noticeOfLink = (providerId: string, linkCandidates: readonly DriverLinkCandidate[]): DriverObservation => ({
  kind: "notice",
  trust: TRUST,
  resource: "link",
  providerId,
  linkCandidates,
});

const readEnvelope = (body: JsonObject, businessId: string | undefined): MaybeLater =>
  readPart(envelope, body, ({ event, business_id, data }) => {
    const isOthers = businessId !== undefined && business_id !== undefined && business_id !== businessId;
    if (isOthers) return ok([unknown(event, body)]);
    if (/^refund\.\w+$/.test(event))
      return readPart(refund, data, (read) => ok([observationOfRefund(read, event, body)]));
    if (/^payment_session\.\w+$/.test(event) && !isOfAnotherKind(data)) {
      return readPart(session, data, (read) => ok([observationOfSession(read, body)]));
    }
    return ok([unknown(event, body)]);
  });

/** The refund of a payment that was made without an invoice is not about a link. */
const observationOfRefund = (refunded: Refund, event: string, raw: JsonObject): DriverObservation => {
  const { invoice_id } = refunded;
  if (invoice_id === undefined) return unknown(event, raw);
  const record = recordOfRefund(refunded, invoice_id, TRUST);
  return { kind: "history", trust: TRUST, record, linkCandidates: candidatesOf(invoice_id, undefined), raw };
};

/**
 * Whether a session is something else than a payment link: one that only saves a card has an amount of 0, and one in the merchant's own page has no address.
 * Both fields are in every session: https://docs.xendit.co/apidocs/get-session.
 */
const isOfAnotherKind = ({ session_type: type = "PAY", mode = "PAYMENT_LINK" }: JsonObject = {}): boolean =>
  type !== "PAY" || mode !== "PAYMENT_LINK";

const observationOfSession = (session: Session, raw: JsonObject): DriverObservation => {
  const linkCandidates = candidatesOf(session.payment_session_id, session.reference_id);
  if (!meaningOfSession(session.status).hasHistory) return noticeOfLink(session.payment_session_id, linkCandidates);
  return { kind: "history", trust: TRUST, record: recordOfSession(session, { trust: TRUST }), linkCandidates, raw };
};

const candidatesOf = (providerId: string, reference: string | undefined): readonly DriverLinkCandidate[] => [
  reference === undefined ? { providerId } : { providerId, reference },
];

const unknown = (event: string, raw: JsonObject): DriverObservation => ({ kind: "unknown", trust: TRUST, event, raw });

const eventOf = (status: string): string => `invoice.${status.toLowerCase()}`;

const HINTS = {
  missing: "Check that only Xendit calls this address, and that no proxy drops the header.",
  mismatch: "Check that webhookTokens has the verification token of this account and environment, from the dashboard.",
} as const;

const malformed = (message: string): Result<never, DriverWebhookError> =>
  err(
    malformedWebhook(
      message,
      "The token is right: Xendit sent something that its documents do not describe. Please report it.",
    ),
  );
