// The handlers of the operations.
import type { DriverError, DriverHistory, DriverObservation, DriverPage, HandlersOf } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { lazy } from "@tautan/driver-kit";
import { readBy, unknownCursor } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { MidtransCapabilities } from "./capabilities.ts";
import { createClient } from "./client.ts";
import { closeLink, deleteLink } from "./close.ts";
import { toWireCreate } from "./create-body.ts";
import { historiesFromLink } from "./history.ts";
import { linkFromCreate, linkFromWire } from "./link.ts";
import type { CheckedOptions, MidtransProviderOptions } from "./options.ts";
import { type ReadPurchase, readLink, readPurchase } from "./reads.ts";
import { parseNotification } from "./webhook.ts";
import { createReply } from "./wire.generated.ts";

const loadExplain = lazy(() => import("./explain-webhook.ts"));

/** The handlers, with one client. */
export const createHandlers = (options: CheckedOptions): HandlersOf<MidtransCapabilities, MidtransProviderOptions> => {
  const clientFor = createClient(options);
  const handlers: HandlersOf<MidtransCapabilities, MidtransProviderOptions> = {
    create: async (input, context) => {
      const wire = toWireCreate(input, context.clock.now());
      if (wire.isErr()) return err(wire.error);
      const body = await clientFor(context).createLink(wire.value.body, [input]);
      const read = readBy(body, createReply);
      return (read instanceof Promise ? await read : read).map(({ reply, raw }) =>
        linkFromCreate(input, wire.value, reply, raw),
      );
    },
    // A read always returns items and customer: docs.midtrans.com, Get Payment Link Details.
    preview: async (input, { clock }) =>
      toWireCreate(input, clock.now()).map(() => ({ alwaysReported: ["items", "customer"] })),
    get: async (orderId, context) => {
      const link = await readLink(clientFor(context), orderId);
      return link.andThen(({ reply, raw }) => linkFromWire(reply, raw, context.clock.now()));
    },
    // A link's id at Midtrans is the merchant's own order id.
    find: (reference, context) => handlers.get(reference, context),
    close: (orderId, { signal }) => closeLink(clientFor, orderId, signal),
    delete: (orderId, context) => deleteLink(clientFor(context), orderId),
    listHistories: async (orderId, { cursor, limit }, context) => {
      const link = await readLink(clientFor(context), orderId);
      return link.andThen(({ reply, raw }) => pageOf(historiesFromLink(reply, raw), cursor, limit));
    },
    getHistory: (purchaseOrderId, context) => readPurchase(clientFor(context), { purchaseOrderId, isToBeTied: false }),
    parseWebhook: (delivery) => parseNotification(delivery, options.serverKey),
    explainWebhook: async (delivery) => ok(await (await loadExplain()).factsOfNotification(delivery, options)),
    confirm: async (subject, given) => {
      const context = { ...given, operation: "confirm" } as const;
      if (subject.kind === "link") {
        const link = await handlers.get(subject.providerId, context);
        return link.map((each) => ({ kind: "link", trust: "read", link: each }));
      }
      const { providerId: purchaseOrderId, record: reported } = subject;
      const read = await readPurchase(clientFor(context), { purchaseOrderId, reported, isToBeTied: true });
      return read.mapErr(maybeLater).andThen(confirmationOf);
    },
  };
  return handlers;
};

/** A transaction of another product is not about links, and needs no retry. */
const confirmationOf = ({ belongs, event, ...history }: ReadPurchase): Result<DriverObservation, DriverError> => {
  if (belongs === "foreign") return ok({ kind: "unknown", trust: "read", event, raw: history.raw });
  if (belongs === "claimed") return err(NOT_OF_ITS_LINK);
  const linkCandidates = history.record.linkReferences.map(({ value }) => ({ providerId: value, reference: value }));
  return ok({ kind: "history", trust: "read", ...history, linkCandidates });
};

/** A notification is signed, so its transaction exists, even if it cannot be read yet. */
const maybeLater = (error: DriverError): DriverError =>
  error.kind === "not_found"
    ? Object.freeze({ ...error, retryable: true, hint: `Request another delivery with retryLater. ${error.hint}` })
    : error;

const NOT_OF_ITS_LINK: DriverError = driverError("reply_mismatch", {
  message:
    "neither custom_field1 nor the link's purchases connect this transaction to the link that its notification names",
  hint: "Deliver nothing for it. Check the payment of this order id in Midtrans' dashboard.",
  retryable: true,
});

/**
 * Midtrans returns all purchases at once, newest first. The cursor is the order id of the last returned one, so that none is
 * skipped or returned twice if another begins in between.
 */
const pageOf = (
  histories: readonly DriverHistory[],
  cursor: string | undefined,
  limit: number,
): Result<DriverPage<DriverHistory>, DriverError> => {
  const last = histories.findIndex(({ record }) => record.providerId === cursor);
  if (cursor !== undefined && last === -1)
    return err(unknownCursor("expected a nextCursor of this link's histories", "refused"));
  const end = last + 1 + limit;
  const items = histories.slice(last + 1, end);
  const nextCursor = end < histories.length ? items.at(-1)?.record.providerId : undefined;
  return ok({ items, ...(nextCursor !== undefined && { nextCursor }) });
};
