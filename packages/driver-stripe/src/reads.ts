// Reads of links and of sessions.
import type { ConfirmSubject, DriverError, DriverHistory, DriverLink, DriverObservation } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { type JsonObject, parseBy, readBy, readReply } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { StripeClient } from "./client.ts";
import { chargeOf, intentOf, isHistory, linkCandidatesOf, recordOf } from "./history.ts";
import { linkFromWire } from "./link.ts";
import { REFERENCE_KEY } from "./metadata.ts";
import { dispute, itemsReply, linkReply, listReply, paymentIntent, session } from "./wire.generated.ts";
import type { Dispute, LinkReply, Session, WireItem } from "./wire.ts";

type Read<T> = Promise<Result<T, DriverError>>;

/** A link that was read: in Stripe's form, and in ours. */
export interface ReadLink {
  readonly reply: LinkReply;
  readonly link: DriverLink;
}

/** Ids have prefixes. Anything else is never sent, because Stripe would search for it in vain. */
const LINK_ID = /^plink_\w{1,200}$/;
const SESSION_ID = /^cs_\w{1,200}$/;
const INTENT_ID = /^pi_\w{1,200}$/;

const noSuch = (what: "link" | "history", prefixes: string): DriverError =>
  driverError("not_found", {
    message: `nothing was sent: Stripe's ids of a ${what} begin with ${prefixes}`,
    outcome: "not_sent",
  });

/** The id, if it can be that of a link. */
export const linkId = (id: string): Result<string, DriverError> =>
  LINK_ID.test(id) ? ok(id) : err(noSuch("link", "plink_"));

export const readLink = async (client: StripeClient, id: string): Read<ReadLink> => {
  const checked = linkId(id);
  return checked.isErr() ? err(checked.error) : linkIn(client, await client.getLink(id));
};

/** The link in a reply; its other line items are read if there are more than the reply has. */
export const linkIn = async (client: StripeClient, body: Result<JsonObject, DriverError>): Read<ReadLink> => {
  const pending = readBy(body, linkReply);
  const read = pending instanceof Promise ? await pending : pending;
  if (read.isErr()) return err(read.error);
  const { reply, raw } = read.value;
  const { line_items } = reply;
  const lines = line_items && !line_items.has_more ? ok(line_items.data) : await readLines(client, reply.id);
  return lines.andThen((each) => linkFromWire(reply, each, raw)).map((link) => ({ reply, link }));
};

const readLines = async (client: StripeClient, id: string): Read<readonly WireItem[]> => {
  const read = await readBy(await client.listItems(id), itemsReply);
  return read.map(({ reply }) => reply.data);
};

/** A history, with the session that it was read from. */
export interface ReadHistory {
  readonly session: Session;
  readonly history: DriverHistory;
}

/** The history of a session; disputes are only read if there are some, and if the session is of a link. */
export const historyIn = async (client: StripeClient, raw: JsonObject): Read<ReadHistory> => {
  const read = readReply(await parseBy(session, raw));
  if (read.isErr()) return err(read.error);
  const intent = intentOf(read.value);
  const isDisputed = read.value.payment_link !== undefined && chargeOf(intent)?.disputed;
  const disputes = intent && isDisputed ? await disputesOf(client, intent.id) : ok([]);
  return disputes.map((each) => ({
    session: read.value,
    history: { record: recordOf(read.value, { trust: "read", disputes: each }), raw },
  }));
};

const disputesOf = async (client: StripeClient, intentId: string): Read<readonly Dispute[]> => {
  const read = await readBy(await client.listDisputes(intentId), listReply);
  if (read.isErr()) return err(read.error);
  const disputes: Dispute[] = [];
  for (const row of read.value.reply.data) {
    const parsed = readReply(await parseBy(dispute, row));
    if (parsed.isErr()) return err(parsed.error);
    disputes.push(parsed.value);
  }
  return ok(disputes);
};

/** The session of an id, or of a payment intent; `undefined` if no session made the payment intent. */
const readSession = async (client: StripeClient, id: string): Read<ReadHistory | undefined> => {
  if (SESSION_ID.test(id)) {
    const body = await client.getSession(id);
    return body.isErr() ? err(body.error) : historyIn(client, body.value);
  }
  if (!INTENT_ID.test(id)) return err(noSuch("history", "cs_ or pi_"));
  const list = await readBy(await client.listSessions({ paymentIntent: id, limit: 1 }), listReply);
  if (list.isErr()) return err(list.error);
  const [row] = list.value.reply.data;
  return row ? historyIn(client, row) : ok(undefined);
};

/** The history of a session of a link. */
export const readHistory = async (client: StripeClient, id: string): Read<DriverHistory> => {
  const read = await readSession(client, id);
  return read.andThen((found) => (found && isHistory(found.session) ? ok(found.history) : err(notOfALink())));
};

const notOfALink = (): DriverError =>
  driverError("not_found", {
    message: "Stripe has no payment of a payment link under this id",
    hint: "A visit of a link in which nobody tried to pay is not a history, and neither is a payment without a link.",
  });

type HistorySubject = Extract<ConfirmSubject, { readonly kind: "history" }>;

/**
 * Reads the payment of a delivery. It is not ours only if that is proven: its session, or its payment intent without a session, was
 * read, and neither names a link or has our reference.
 */
export const confirmHistory = async (
  client: StripeClient,
  { providerId, linkCandidates = [] }: HistorySubject,
): Read<DriverObservation> => {
  const read = await readSession(client, providerId);
  if (read.isErr()) return err(maybeLater(read.error));
  const found = read.value;
  if (found?.session.payment_link !== undefined) {
    const { session, history } = found;
    // An attempt that follows has events of its own.
    if (!isHistory(session)) return ok(notOurs("checkout.session", history.raw));
    return ok({ kind: "history", trust: "read", ...history, linkCandidates: linkCandidatesOf(session) });
  }
  const isClaimed = linkCandidates.length > 0 || found?.session.metadata?.[REFERENCE_KEY] !== undefined;
  if (isClaimed) return err(noSessionYet());
  if (found) return ok(notOurs("checkout.session", found.history.raw));
  const intent = await readBy(await client.getPaymentIntent(providerId), paymentIntent);
  if (intent.isErr()) return err(maybeLater(intent.error));
  const { reply, raw } = intent.value;
  if (reply.id !== providerId) return err(otherThanAsked());
  return reply.metadata?.[REFERENCE_KEY] === undefined ? ok(notOurs("payment_intent", raw)) : err(noSessionYet());
};

const notOurs = (event: string, raw: unknown): DriverObservation => ({ kind: "unknown", trust: "read", event, raw });

/** A delivery is signed, so its subject exists, even if it cannot be read yet. */
const maybeLater = (error: DriverError): DriverError =>
  error.kind === "not_found" && error.outcome === "refused"
    ? Object.freeze({ ...error, retryable: true, hint: `Request another delivery with retryLater. ${error.hint}` })
    : error;

const noSessionYet = (): DriverError =>
  driverError("reply_mismatch", {
    message: "the payment has a reference of this library, and Stripe lists no session of a payment link for it",
    hint: "Request another delivery with retryLater. If it persists, look for the payment in the dashboard.",
    retryable: true,
  });

const otherThanAsked = (): DriverError =>
  driverError("reply_mismatch", { message: "Stripe returned a different id than requested", retryable: true });
