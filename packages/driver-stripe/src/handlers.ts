// The handlers of the operations.
import type { CallContext, DriverError, DriverHistory, DriverLink, HandlersOf } from "@tautan/core/driver";
import { driverError, epochMsOf } from "@tautan/core/driver";
import { lazy } from "@tautan/driver-kit";
import { type JsonObject, readBy, sha256Hex } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { StripeCapabilities } from "./capabilities.ts";
import { createClient, type StripeClient } from "./client.ts";
import { isUsedUp, needsCurrent, previewOf, toWireCreate, toWireUpdate, type WireCreate } from "./create-body.ts";
import { isHistory } from "./history.ts";
import { REFERENCE_KEY } from "./metadata.ts";
import type { CheckedOptions, StripeProviderOptions } from "./options.ts";
import { collectRows, MAX_PER_PAGE } from "./paging.ts";
import { confirmHistory, historyIn, linkId, linkIn, type ReadLink, readHistory, readLink } from "./reads.ts";
import { parseEvent } from "./webhook.ts";
import { price as priceReader } from "./wire.generated.ts";

type Handlers = HandlersOf<StripeCapabilities, StripeProviderOptions>;
type CreateInput = Parameters<Handlers["create"]>[0];

const loadExplain = lazy(() => import("./explain-webhook.ts"));

/** The maximum number of pages of a search, and of visits without a payment that a list passes over at once. */
const SEARCHED_PAGES = 20;

/** The clocks of two machines may differ by this. */
const CLOCK_MARGIN_MS = 60 * 60 * 1000;

/** The handlers, with one client. */
export const createHandlers = (options: CheckedOptions): Handlers => {
  const clientFor = createClient(options);
  const handlers: Handlers = {
    create: async (input, context) => {
      const wire = toWireCreate(input);
      return wire.isErr() ? err(wire.error) : createLink(clientFor(context), input, wire.value);
    },
    preview: async (input) => toWireCreate(input).map(() => previewOf(input)),
    get: async (id, context) => (await readLink(clientFor(context), id)).map(({ link }) => link),
    find: (reference, context) => findLink(clientFor(context), reference),
    list: (page, context) => {
      const client = clientFor(context);
      return collectRows<DriverLink>(
        page,
        { perPage: page.limit, maxPages: 1 },
        (query) => client.listLinks(query, true),
        async (row) => (await linkIn(client, ok(row))).map(({ link }) => link),
      );
    },
    update: async (id, changes, context) => {
      const client = clientFor(context);
      const current = needsCurrent(changes) ? await readLink(client, id) : linkId(id).map(() => undefined);
      if (current.isErr()) return err(nothingSent(current.error));
      const form = toWireUpdate(changes, current.value?.reply);
      if (form.isErr()) return err(form.error);
      return (await linkIn(client, await client.updateLink(id, form.value))).map(({ link }) => link);
    },
    close: async (id, context) =>
      (await setActive(clientFor(context), id, false)).map(() => ({ state: "closed" as const })),
    reopen: async (id, context) => {
      const client = clientFor(context);
      const current = await readLink(client, id);
      if (current.isErr()) return err(nothingSent(current.error));
      // A link that reached its limit is inactive for that reason, and a limit that is raised activates it.
      if (isUsedUp(current.value.reply)) return ok(current.value.link);
      return (await setActive(client, id, true)).map(({ link }) => link);
    },
    listHistories: async (id, { paidOnly, ...page }, context) => {
      const client = clientFor(context);
      const link = linkId(id);
      if (link.isErr()) return err(link.error);
      return collectRows(
        page,
        // Most visits are without a payment.
        { perPage: paidOnly ? page.limit : MAX_PER_PAGE, maxPages: SEARCHED_PAGES },
        (query) => client.listSessions({ ...query, paymentLink: id, status: paidOnly ? "complete" : undefined }),
        (row) => historyOfRow(client, row),
      );
    },
    listRecentHistories: async (since, page, context) => {
      const client = clientFor(context);
      const createdSince = Math.max(Math.floor((epochMsOf(since) - CLOCK_MARGIN_MS) / 1000), 0);
      return collectRows(
        page,
        { perPage: MAX_PER_PAGE, maxPages: SEARCHED_PAGES },
        (query) => client.listSessions({ ...query, createdSince }),
        (row) => historyOfRow(client, row),
      );
    },
    getHistory: (id, context) => readHistory(clientFor(context), id),
    parseWebhook: (delivery, { clock }) =>
      parseEvent(delivery, {
        secrets: options.webhookSecrets,
        nowMs: clock.now(),
        maxAgeMs: options.webhookMaxAgeMs,
        environment: options.environment,
      }),
    explainWebhook: async (delivery, { clock }) =>
      ok(await (await loadExplain()).factsOfEvent(delivery, options, clock.now())),
    confirm: async (subject, given) => {
      const context: CallContext = { ...given, operation: "confirm" };
      if (subject.kind === "history") return confirmHistory(clientFor(context), subject);
      const link = await handlers.get(subject.providerId, context);
      return link.map((each) => ({ kind: "link", trust: "read", link: each }));
    },
  };
  return handlers;
};

/**
 * Stripe keeps its first answer under the key of the reference for 24 hours, so that a repeat creates no second link, and another
 * request under the reference is refused. Keys belong to the account and its mode: https://docs.stripe.com/error-low-level.
 */
const createLink = async (
  client: StripeClient,
  input: CreateInput,
  { price, link }: WireCreate,
): Promise<Result<DriverLink, DriverError>> => {
  const keyFor = (what: "price" | "link"): string => `tautan-${what}-${sha256Hex(input.reference)}`;
  let priceId: string | undefined;
  if (price) {
    const created = await client.createPrice(price, keyFor("price"), [input]);
    const read = await readBy(
      created.map(({ body }) => body),
      priceReader,
    );
    if (read.isErr()) return err(read.error);
    priceId = read.value.reply.id;
  }
  const created = await client.createLink(link(priceId), keyFor("link"), [input]);
  if (created.isErr()) return err(created.error);
  const { body, isKept } = created.value;
  return (await linkIn(client, ok(body))).map((each) => ({ ...each.link, isKeptAnswer: isKept }));
};

/** Links cannot be searched by their metadata: the newest are read, page by page. */
const findLink = async (client: StripeClient, reference: string): Promise<Result<DriverLink, DriverError>> => {
  let seen = 0;
  const found = await collectRows<string>(
    { limit: 1 },
    { perPage: MAX_PER_PAGE, maxPages: SEARCHED_PAGES },
    (query) => client.listLinks(query, false),
    async (row) => {
      seen += 1;
      return ok(hasReference(row, reference) ? String(row["id"]) : undefined);
    },
  );
  if (found.isErr()) return err(found.error);
  const { items, nextCursor } = found.value;
  const [id] = items;
  if (id !== undefined) return (await readLink(client, id)).map(({ link }) => link);
  return err(notFound(seen, nextCursor === undefined));
};

const hasReference = ({ metadata }: JsonObject, reference: string): boolean =>
  typeof metadata === "object" && metadata !== null && (metadata as JsonObject)[REFERENCE_KEY] === reference;

const notFound = (seen: number, isAll: boolean): DriverError =>
  isAll
    ? driverError("not_found", {
        message: `Stripe has no link of this reference among all ${seen} it listed`,
        hint: "Check the reference, and that it was created with these keys.",
      })
    : // Not found would be a claim, which may cause a second link.
      driverError("rejected", {
        message: `the search for the link of this reference ended without a result: it is not among the newest ${seen}, and older ones were not searched`,
        hint: "Read a link by its id, which never needs a search: store link.id when you create a link.",
        outcome: "refused",
      });

const setActive = async (client: StripeClient, id: string, active: boolean): Promise<Result<ReadLink, DriverError>> => {
  const checked = linkId(id);
  if (checked.isErr()) return err(checked.error);
  const changed = await linkIn(client, await client.updateLink(id, { active, expand: ["line_items"] }));
  return changed.andThen((read) => (read.reply.active === active ? ok(read) : err(notTaken(active))));
};

const notTaken = (active: boolean): DriverError =>
  driverError("reply_mismatch", {
    message: `Stripe accepted the change, but the link is still ${active ? "inactive" : "active"}`,
    hint: "Read the link to see its current state.",
  });

/** A read that failed before a change leaves the link as it was. */
const nothingSent = (error: DriverError): DriverError =>
  error.outcome === "unknown" ? Object.freeze({ ...error, outcome: "not_sent" }) : error;

/** A visit without an attempt to pay is not a history. */
const historyOfRow = async (
  client: StripeClient,
  row: JsonObject,
): Promise<Result<DriverHistory | undefined, DriverError>> =>
  (await historyIn(client, row)).map(({ session, history }) => (isHistory(session) ? history : undefined));
