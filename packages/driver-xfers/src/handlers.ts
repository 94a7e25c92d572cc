// The handlers of the operations.
import type { DriverError, DriverHistory, HandlersOf } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { lazy } from "@tautan/driver-kit";
import { type ReadObject, readBy, unknownCursor } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { XfersCapabilities } from "./capabilities.ts";
import { createClient, type XfersClient } from "./client.ts";
import { previewOf, toWireCreate } from "./create-body.ts";
import { hasHistory, historyFromWire, linkIdOfHistory } from "./history.ts";
import { linkFromCreate, linkFromWire } from "./link.ts";
import type { CheckedOptions, XfersProviderOptions } from "./options.ts";
import { refusedTask } from "./simulation-handlers.ts";
import { meaningOfStatus } from "./status.ts";
import { candidatesOf, parseCallback } from "./webhook.ts";
import { linkDocument } from "./wire.generated.ts";
import type { LinkDocument } from "./wire.ts";

const loadExplain = lazy(() => import("./explain-webhook.ts"));

/** The handlers, with one client. */
export const createHandlers = (options: CheckedOptions): HandlersOf<XfersCapabilities, XfersProviderOptions> => {
  const clientFor = createClient(options);
  const handlers: HandlersOf<XfersCapabilities, XfersProviderOptions> = {
    create: async (input, context) => {
      const wire = toWireCreate(input);
      if (wire.isErr()) return err(wire.error);
      const body = await clientFor(context).createLink(wire.value.body, [input, { texts: [wire.value.title] }]);
      const read = readBy(body, linkDocument);
      return (read instanceof Promise ? await read : read).andThen(({ reply, raw }) =>
        linkFromCreate(input, wire.value, reply, raw, context.clock.now()),
      );
    },
    preview: async (input) => toWireCreate(input).map((wire) => previewOf(input, wire)),
    get: async (id, context) => {
      const link = await readLink(clientFor(context), id);
      return link.andThen(({ reply, raw }) => linkFromWire(reply, raw));
    },
    close: (id, context) => closeLink(clientFor(context), id),
    listHistories: async (linkId, { cursor }, context) => {
      if (cursor !== undefined) return err(unknownCursor(NO_CURSOR));
      const link = await readLink(clientFor(context), linkId);
      return link.map(({ reply, raw }) => ({ items: hasHistory(reply) ? [historyFromWire(reply, raw, "read")] : [] }));
    },
    getHistory: async (historyId, context) => {
      const link = await readLinkOfHistory(clientFor(context), historyId);
      return link.andThen(({ reply, raw }): Result<DriverHistory, DriverError> => {
        if (hasHistory(reply)) return ok(historyFromWire(reply, raw, "read"));
        return err(driverError("not_found", { message: "nobody has paid this link or tried to" }));
      });
    },
    parseWebhook: (delivery) => parseCallback(delivery, options),
    explainWebhook: async (delivery) => ok(await (await loadExplain()).factsOfCallback(delivery, options)),
    confirm: async (subject, given) => {
      const context = { ...given, operation: "confirm" } as const;
      if (subject.kind === "link") {
        const link = await handlers.get(subject.providerId, context);
        return link.map((each) => ({ kind: "link", trust: "read", link: each }));
      }
      // Unlike getHistory, this succeeds if nobody has paid: after a report of a payment, the caller must learn that there
      // is none, and an error would only cause retries.
      const link = await readLinkOfHistory(clientFor(context), subject.providerId);
      return link.map(({ reply, raw }) => ({
        kind: "history",
        trust: "read",
        ...historyFromWire(reply, raw, "read"),
        linkCandidates: candidatesOf(reply),
      }));
    },
  };
  return handlers;
};

type ReadLink = ReadObject<LinkDocument>;

const readLink = async (client: XfersClient, id: string): Promise<Result<ReadLink, DriverError>> => {
  const read = readBy(await client.getLink(id), linkDocument);
  return (read instanceof Promise ? await read : read).andThen((link) => {
    if (link.reply.data.id === id) return ok(link);
    const message = "Xfers returned a different id than requested";
    return err(driverError("reply_mismatch", { message, retryable: true }));
  });
};

const readLinkOfHistory = async (client: XfersClient, historyId: string): Promise<Result<ReadLink, DriverError>> => {
  const linkId = linkIdOfHistory(historyId);
  return linkId === undefined ? err(NO_SUCH_HISTORY) : readLink(client, linkId);
};

/** Cancels a link and reads its state, which the task's reply does not contain. */
const closeLink = async (
  client: XfersClient,
  id: string,
): Promise<Result<{ readonly state: "closed" }, DriverError>> => {
  const cancelled = await client.runTask(id, "cancel");
  if (cancelled.isErr()) return err(refusedTask(cancelled.error));
  const link = await readLink(client, id);
  if (link.isErr()) return err({ ...link.error, outcome: "unknown" });
  const { state, used } = meaningOfStatus(link.value.reply.data.attributes.status);
  if (used > 0) return err(driverError("invalid_state", { message: "the link was paid before it could be cancelled" }));
  if (state === "closed" || state === "expired") return ok({ state: "closed" });
  const message = "Xfers accepted the task, but the link is not cancelled";
  return err(
    driverError("reply_mismatch", { message, hint: "Read the link again to see its state.", retryable: true }),
  );
};

const NO_CURSOR = "expected none: an Xfers link has one history at most";

const NO_SUCH_HISTORY: DriverError = driverError("not_found", {
  message: "nothing was sent: this is not the id of an Xfers history",
  hint: "The id of a history is its link's id with #1 appended.",
  outcome: "not_sent",
});
