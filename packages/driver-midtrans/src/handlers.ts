// What the driver does, an operation each. Loaded at the first call.
import type { ConfirmSubject, DriverError, DriverHistory } from "@tautan/core/driver";
import { failure, historyEvidence } from "@tautan/core/driver";
import { once } from "@tautan/driver-kit";
import { type JsonObject, readReply } from "@tautan/driver-kit/calls";
import { err, ok, type Result } from "neverthrow";
import { createClient, type MidtransClient } from "./client.ts";
import type { MidtransDriver } from "./driver.ts";
import { linkFromCreate, linkFromWire, toWireCreate } from "./mapping.ts";
import type { CheckedOptions } from "./options.ts";
import { historiesFromLink } from "./purchases.ts";
import { reportFromTransaction } from "./transactions.ts";
import { parseNotification } from "./webhook.ts";
import type { LinkReply } from "./wire.ts";

const loadWire = once(() => import("./wire.ts"));

/** The operations, over one client. */
export const createHandlers = (options: CheckedOptions): MidtransDriver["handlers"] => {
  const client = createClient(options);
  const handlers: MidtransDriver["handlers"] = {
    create: async (input, { signal, clock }) => {
      const wire = toWireCreate(input, clock.now());
      if (wire.isErr()) return err(wire.error);
      const { name, email, phone } = input.customer ?? {};
      const body = await client.createLink(wire.value.body, [name, email, phone], signal);
      if (body.isErr()) return err(body.error);
      const { createReply } = await loadWire();
      return readReply(createReply.safeParse(body.value)).map((reply) => linkFromCreate(input, wire.value, reply));
    },
    get: async (orderId, { signal, clock }) => {
      const link = await readLink(client, orderId, signal);
      return link.andThen(({ reply, raw }) => linkFromWire(reply, raw, clock.now()));
    },
    // A link's id at Midtrans is the merchant's own order id.
    find: (reference, context) => handlers.get(reference, context),
    close: async (orderId, { signal }) => {
      const deleted = await client.deleteLink(orderId, signal);
      return deleted.map(() => ({ state: "deleted" as const }));
    },
    delete: async (orderId, { signal }) => {
      const deleted = await client.deleteLink(orderId, signal);
      return deleted.map(() => undefined);
    },
    listHistories: async (orderId, { cursor, limit }, { signal }) => {
      const link = await readLink(client, orderId, signal);
      return link.map(({ reply, raw }) => pageOf(historiesFromLink(reply, raw), cursor, limit));
    },
    getHistory: (purchaseOrderId, { signal }) =>
      readTransaction(client, { purchaseOrderId, askFor: purchaseOrderId }, signal),
    parseWebhook: (delivery) => parseNotification(delivery, options.serverKey),
    confirm: async (subject, context) => {
      if (subject.kind === "link") {
        return (await handlers.get(subject.providerId, context)).map((link) => ({ kind: "link", trust: "read", link }));
      }
      const history = await confirmHistory(client, subject, context.signal);
      return history.map((each) => ({ kind: "history", trust: "read", ...each, linkCandidates: candidatesOf(each) }));
    },
  };
  return handlers;
};

const readLink = async (
  client: MidtransClient,
  orderId: string,
  signal: AbortSignal,
): Promise<Result<{ readonly reply: LinkReply; readonly raw: JsonObject }, DriverError>> => {
  const body = await client.getLink(orderId, signal);
  if (body.isErr()) return err(body.error);
  const { linkReply } = await loadWire();
  return readReply(linkReply.safeParse(body.value)).andThen((reply) =>
    reply.order_id === orderId ? ok({ reply, raw: body.value }) : err(otherThanAsked("order_id")),
  );
};

/**
 * Asks for the purchase by its order id, which gives its latest try. Only where Midtrans does not know it that way are the
 * tries asked for one by one: DANA is found by transaction id alone. Source: docs.midtrans.com, DANA.
 */
const confirmHistory = async (
  client: MidtransClient,
  subject: Extract<ConfirmSubject, { kind: "history" }>,
  signal: AbortSignal,
): Promise<Result<DriverHistory, DriverError>> => {
  const purchaseOrderId = subject.providerId;
  let answer = await readTransaction(client, { purchaseOrderId, askFor: purchaseOrderId }, signal);
  for (const { id } of subject.evidence?.tries ?? []) {
    if (answer.isOk() || answer.error.kind !== "not_found") break;
    if (id !== "") answer = await readTransaction(client, { purchaseOrderId, askFor: id }, signal);
  }
  return answer;
};

const readTransaction = async (
  client: MidtransClient,
  { purchaseOrderId, askFor }: { readonly purchaseOrderId: string; readonly askFor: string },
  signal: AbortSignal,
): Promise<Result<DriverHistory, DriverError>> => {
  const body = await client.getStatus(askFor, signal);
  if (body.isErr()) return err(body.error);
  const { transaction } = await loadWire();
  return readReply(transaction.safeParse(body.value)).andThen((reply) => {
    const isAsked = askFor === purchaseOrderId ? reply.order_id === askFor : reply.transaction_id === askFor;
    if (!isAsked) return err(otherThanAsked(askFor === purchaseOrderId ? "order_id" : "transaction_id"));
    return ok({ evidence: historyEvidence(reportFromTransaction(reply, "read", purchaseOrderId)), raw: body.value });
  });
};

const candidatesOf = ({ evidence }: DriverHistory) =>
  evidence.linkReferences.map(({ value }) => ({ providerId: value, reference: value }));

const otherThanAsked = (field: string): DriverError =>
  failure("reply_mismatch", { message: `Midtrans answered with another ${field} than was asked for`, retryable: true });

/** Midtrans gives all purchases at once; the cursor is the number already given. */
const pageOf = (histories: readonly DriverHistory[], cursor: string | undefined, limit: number) => {
  const start = /^\d{1,9}$/.test(cursor ?? "") ? Number(cursor) : 0;
  const end = start + limit;
  return { items: histories.slice(start, end), ...(end < histories.length && { nextCursor: String(end) }) };
};
