// The handlers of the operations.
import type { DriverError, DriverHistory, DriverLink, DriverPage, HandlersOf } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { lazy } from "@tautan/driver-kit";
import { type JsonObject, readReply } from "@tautan/driver-kit/http";
import { err, ok, Result } from "neverthrow";
import type { ContohCapabilities } from "./capabilities.ts";
import { createClient } from "./client.ts";
import { toWireCreate } from "./create-body.ts";
import { candidatesOf, historyFromWire } from "./history.ts";
import { linkFromWire } from "./link.ts";
import type { CheckedOptions } from "./options.ts";
import { parseEvent } from "./webhook.ts";
import type { WireLink, WirePage, WirePayment } from "./wire.ts";

const loadWire = lazy(() => import("./wire.ts"));

/** Returned as they were sent, and `null` if they were not sent. Source: PROVIDER.md, Links. */
const REPORTED_FIELDS = ["title", "methods", "customer", "redirect", "metadata"] as const;

type Reply = Result<JsonObject, DriverError>;

/** The handlers, with one client. */
export const createHandlers = (options: CheckedOptions): HandlersOf<ContohCapabilities, never> => {
  const clientFor = createClient(options);
  const handlers: HandlersOf<ContohCapabilities, never> = {
    create: async (input, context) => {
      const body = toWireCreate(input);
      if (body.isErr()) return err(body.error);
      const call = { body: body.value, idempotencyKey: input.reference, sources: [input] };
      return linkIn(await clientFor(context).createLink(call));
    },
    preview: async (input) => toWireCreate(input).map(() => ({ alwaysReported: REPORTED_FIELDS })),
    get: async (id, context) => linkIn(await clientFor(context).getLink(id)),
    find: async (reference, context) => {
      const page = await linksIn(await clientFor(context).findLinks(reference));
      return page.andThen(({ items: [link] }) => (link ? ok(link) : err(noSuchReference())));
    },
    list: async (page, context) => linksIn(await clientFor(context).listLinks(page)),
    close: async (id, context) => {
      const link = await linkIn(await clientFor(context).closeLink(id));
      return link.andThen(({ state }) => (state === "closed" ? ok({ state }) : err(notDone("closed"))));
    },
    reopen: async (id, context) => {
      const link = await linkIn(await clientFor(context).reopenLink(id));
      // A link that has expired since then was still reopened.
      return link.andThen((reopened) => (reopened.state === "closed" ? err(notDone("open")) : ok(reopened)));
    },
    listHistories: async (linkId, page, context) => {
      const body = await clientFor(context).listPayments(linkId, page);
      const { pageOf, payment } = await loadWire();
      return body.andThen((raw) =>
        readReply(pageOf(payment).safeParse(raw)).andThen((wire) =>
          pageFromWire(wire, raw, (row, rawRow) => historyFromWire(row, rawRow, "read")),
        ),
      );
    },
    getHistory: async (id, context) => (await paymentIn(await clientFor(context).getPayment(id))).map(historyOf),
    parseWebhook: (delivery, { clock }) =>
      parseEvent(delivery, {
        secrets: options.webhookSecrets,
        nowMs: clock.now(),
        maxAgeMs: options.webhookMaxAgeMs,
      }),
    confirm: async (subject, given) => {
      const context = { ...given, operation: "confirm" } as const;
      if (subject.kind === "link") {
        const link = await handlers.get(subject.providerId, context);
        return link.map((reported) => ({ kind: "link", trust: "read", link: reported }));
      }
      const payment = await paymentIn(await clientFor(context).getPayment(subject.providerId));
      return payment.map(({ wire, history }) => ({
        kind: "history",
        trust: "read",
        ...history,
        linkCandidates: candidatesOf(wire),
      }));
    },
  };
  return handlers;
};

const linkIn = async (body: Reply): Promise<Result<DriverLink, DriverError>> => {
  const { link } = await loadWire();
  return body.andThen((raw) => readReply(link.safeParse(raw)).andThen((wire) => linkFromWire(wire, raw)));
};

const linksIn = async (body: Reply): Promise<Result<DriverPage<DriverLink>, DriverError>> => {
  const { link, pageOf } = await loadWire();
  return body.andThen((raw) =>
    readReply(pageOf(link).safeParse(raw)).andThen((wire) =>
      pageFromWire<WireLink, DriverLink>(wire, raw, linkFromWire),
    ),
  );
};

interface ReadPayment {
  readonly wire: WirePayment;
  readonly history: DriverHistory;
}

const historyOf = ({ history }: ReadPayment): DriverHistory => history;

const paymentIn = async (body: Reply): Promise<Result<ReadPayment, DriverError>> => {
  const { payment } = await loadWire();
  return body.andThen((raw) =>
    readReply(payment.safeParse(raw)).andThen((wire) =>
      historyFromWire(wire, raw, "read").map((history) => ({ wire, history })),
    ),
  );
};

/** One page, each item with its original row. */
const pageFromWire = <Row, Item>(
  { data, next }: WirePage<Row>,
  raw: JsonObject,
  itemOf: (row: Row, rawRow: unknown) => Result<Item, DriverError>,
): Result<DriverPage<Item>, DriverError> => {
  const rawRows = raw["data"] as readonly unknown[];
  const items = Result.combine(data.map((row, index) => itemOf(row, rawRows[index])));
  return items.map((all) => ({ items: all, ...(next !== null && { nextCursor: next }) }));
};

const noSuchReference = (): DriverError =>
  driverError("not_found", { message: "Contoh Pay has no link under this reference", outcome: "refused" });

const notDone = (state: string): DriverError =>
  driverError("reply_mismatch", {
    message: `Contoh Pay accepted the request, but the link is not ${state}`,
    hint: "Read the link to see its current state.",
  });
