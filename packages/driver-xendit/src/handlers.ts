// The handlers of the operations.
import type { Clock } from "@tautan/core";
import type { CreateInput, DriverError, DriverHistory, HandlersOf } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { lazy } from "@tautan/driver-kit";
import { unknownCursor } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { XenditCapabilities } from "./capabilities.ts";
import { createClient, type XenditClient } from "./client.ts";
import { previewOf, toWireInvoice, type WireCreate } from "./create-body.ts";
import { toWireSession } from "./create-session-body.ts";
import { linkIdOfHistory, withReportedMethod } from "./history.ts";
import { createdLink } from "./link.ts";
import type { CheckedOptions, XenditProviderOptions } from "./options.ts";
import { isSessionId, linkIn, type ReadLink, readLink, withRefunds } from "./reads.ts";
import { findLink, listLinks, listPaidSince } from "./search.ts";
import { parseCallback } from "./webhook.ts";

const loadExplain = lazy(() => import("./explain-webhook.ts"));

type Handlers = HandlersOf<XenditCapabilities<"invoice">, XenditProviderOptions>;

/** The handlers, with one client. A driver for sessions offers fewer of them. */
export const createHandlers = (options: CheckedOptions): Handlers => {
  const { product, readsRefunds } = options;
  const clientFor = createClient(options);
  const toWire = (input: CreateInput<XenditProviderOptions>, clock: Clock): Result<WireCreate, DriverError> =>
    product === "invoice"
      ? toWireInvoice(input as CreateInput<XenditProviderOptions<"invoice">>, clock.now())
      : toWireSession(input, options.country);
  const handlers: Handlers = {
    create: async (input, context) => {
      const wire = toWire(input, context.clock);
      if (wire.isErr()) return err(wire.error);
      const sources = [input, { texts: [wire.value.customer?.phone] }];
      const body = await clientFor(context).createLink(product, wire.value.body, sources);
      const read = await linkIn(product, body, context.clock.now());
      return read.andThen(({ link }) => link).map((link) => createdLink(link, input, wire.value));
    },
    preview: async (input, { clock }) => toWire(input, clock).map((wire) => previewOf(wire)),
    get: async (id, context) => {
      const read = await readLink(clientFor(context), id, context.clock.now());
      return read.andThen(({ link }) => link);
    },
    find: (reference, context) => findLink(clientFor(context), reference, context.clock.now()),
    list: (page, context) => listLinks(clientFor(context), page, context.clock.now()),
    close: (id, context) => closeLink(clientFor(context), id, context.clock.now()),
    listHistories: async (linkId, { cursor }, context) => {
      if (cursor !== undefined) return err(unknownCursor("expected none: a Xendit link has one history at most"));
      const client = clientFor(context);
      const link = await readLink(client, linkId, context.clock.now());
      if (link.isErr()) return err(link.error);
      if (!link.value.hasHistory) return ok({ items: [] });
      return (await withRefunds(client, link.value, readsRefunds)).map((history) => ({ items: [history] }));
    },
    listRecentHistories: (since, page, context) => listPaidSince(clientFor(context), since, page, context.clock.now()),
    getHistory: async (historyId, context) => {
      const client = clientFor(context);
      const link = await readLinkOfHistory(client, historyId, context.clock.now());
      if (link.isErr()) return err(link.error);
      return link.value.hasHistory ? withRefunds(client, link.value, readsRefunds) : err(NOBODY_HAS_PAID);
    },
    parseWebhook: (delivery) => parseCallback(delivery, options),
    explainWebhook: async (delivery) => ok(await (await loadExplain()).factsOfCallback(delivery, options)),
    confirm: async (subject, given) => {
      const context = { ...given, operation: "confirm" } as const;
      if (subject.kind === "link") {
        const link = await handlers.get(subject.providerId, context);
        return link.map((each) => ({ kind: "link", trust: "read", link: each }));
      }
      const client = clientFor(context);
      const link = await readLinkOfHistory(client, subject.providerId, context.clock.now());
      if (link.isErr()) return err(maybeOthers(link.error, options));
      // Unlike getHistory, this succeeds if nobody has paid: after a report of a payment, the caller must learn that there
      // is none, and an error would only cause retries.
      const history: Result<DriverHistory, DriverError> = await withRefunds(client, link.value, readsRefunds);
      const { id: providerId, reference } = link.value;
      return history.map((each) => ({
        kind: "history",
        trust: "read",
        ...each,
        record: withReportedMethod(each.record, subject.record),
        linkCandidates: [{ providerId, ...(reference !== undefined && { reference }) }],
      }));
    },
  };
  return handlers;
};

const readLinkOfHistory = async (
  client: XenditClient,
  historyId: string,
  nowMs: number,
): Promise<Result<ReadLink, DriverError>> => {
  const linkId = linkIdOfHistory(historyId);
  return linkId === undefined ? err(NO_SUCH_HISTORY) : readLink(client, linkId, nowMs);
};

/** Ends a link. A refusal does not name the state of the link, so it is read. */
const closeLink = async (
  client: XenditClient,
  id: string,
  nowMs: number,
): Promise<Result<{ readonly state: "closed" }, DriverError>> => {
  const isSession = isSessionId(id);
  const ended = isSession ? await client.cancelSession(id) : await client.expireInvoice(id);
  if (ended.isErr())
    return ended.error.outcome === "refused" ? refusedClose(client, id, nowMs, ended.error) : err(ended.error);
  const link = (await linkIn(isSession ? "session" : "invoice", ended, nowMs)).andThen((read) =>
    read.id === id
      ? read.link
      : err(driverError("reply_mismatch", { message: "Xendit returned a different id than requested" })),
  );
  // The request was accepted, whatever is wrong with its reply.
  if (link.isErr()) return err({ ...link.error, outcome: "unknown" });
  const { state, usage } = link.value;
  if (usage.used > 0) return err(PAID_BEFORE);
  if (state === "closed" || state === "expired") return ok({ state: "closed" });
  const message = "Xendit accepted the request, but the link has not ended";
  return err(
    driverError("reply_mismatch", { message, hint: "Read the link again to see its state.", retryable: true }),
  );
};

const refusedClose = async (
  client: XenditClient,
  id: string,
  nowMs: number,
  error: DriverError,
): Promise<Result<{ readonly state: "closed" }, DriverError>> => {
  if (error.kind !== "invalid_state" && error.kind !== "invalid_request" && error.kind !== "not_found")
    return err(error);
  const link = (await readLink(client, id, nowMs)).andThen((read) => read.link);
  if (link.isErr()) return err(link.error.kind === "not_found" ? link.error : error);
  if (link.value.usage.used > 0) return err(PAID_BEFORE);
  if (link.value.state === "closed") return ok({ state: "closed" });
  return err(link.value.state === "expired" ? ENDED_BEFORE : error);
};

const PAID_BEFORE: DriverError = driverError("invalid_state", {
  message: "the link was paid before it could be closed",
});

const ENDED_BEFORE: DriverError = driverError("invalid_state", { message: "the link has already expired" });

const NOBODY_HAS_PAID: DriverError = driverError("not_found", { message: "nobody has paid this link" });

const NO_SUCH_HISTORY: DriverError = driverError("not_found", {
  message: "nothing was sent: this is not the id of a Xendit history",
  hint: "The id of a history is its link's id with #1 appended.",
  outcome: "not_sent",
});

/** Absence does not prove that a payment is not ours: a callback may be of another account that shares the address. */
const maybeOthers = (error: DriverError, { businessId }: CheckedOptions): DriverError =>
  error.kind === "not_found" && error.outcome === "refused"
    ? Object.freeze({
        ...error,
        retryable: true,
        hint: `Request another delivery with retryLater.${businessId === undefined ? " If it belongs to another account that shares this address, pass this account's id to the driver as businessId." : ""}`,
      })
    : error;
