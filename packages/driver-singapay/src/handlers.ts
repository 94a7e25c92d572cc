// What the driver does, an operation each. Loaded at the first call.
import type { CallContext, DriverError, DriverHistory, DriverLink, DriverLinkCandidate } from "@tautan/core/driver";
import { epochMsOf, failure, historyEvidence } from "@tautan/core/driver";
import { once } from "@tautan/driver-kit";
import { type JsonObject, parseTimestamp, readReply } from "@tautan/driver-kit/calls";
import { err, ok, type Result } from "neverthrow";
import { createClient, type PageQuery, type SingapayClient } from "./client.ts";
import type { SingapayDriver } from "./driver.ts";
import {
  type AttemptReport,
  type LinkChange,
  linkFromWire,
  missingChanges,
  personalIn,
  reportFromAttempt,
  toWireCreate,
  toWireUpdate,
} from "./mapping.ts";
import { methodOfCode } from "./methods.ts";
import type { CheckedOptions } from "./options.ts";
import { collectRows, isLastPage, MAX_PER_PAGE, type ReadPage, searchRows, type Verdict } from "./paging.ts";
import { linkState } from "./status.ts";
import { parseNotification } from "./webhook.ts";
import type * as Wire from "./wire.ts";
import type { LinkName, LinkReply } from "./wire.ts";

const loadWire = once(() => import("./wire.ts"));

/**
 * How many pages of 100 a search goes through before it gives up: neither links nor attempts can be asked for by the
 * merchant's reference, so that they are looked for in the newest first.
 */
const SEARCHED_PAGES = 20;

/** How much older than its link a row must be before none that follows can belong to it: clocks of two tables. */
const HISTORY_MARGIN_MS = 60 * 60 * 1000;

/** The operations, over one client. */
export const createHandlers = (options: CheckedOptions): SingapayDriver["handlers"] => {
  const client = createClient(options);
  const handlers: SingapayDriver["handlers"] = {
    create: async (input, context) => {
      const body = toWireCreate(input);
      if (body.isErr()) return err(body.error);
      const reply = await client.createLink(body.value, personalIn(input), context);
      return reply.isErr() ? err(reply.error) : (await linkIn(reply.value)).map(({ link }) => link);
    },
    get: async (id, context) => (await readLink(client, id, context)).map(({ link }) => link),
    find: async (reference, context) => {
      const row = await findRow("link", reference, (query) => client.listLinks(query, context));
      return row.isErr() ? err(row.error) : linkOfRow(await loadWire(), row.value);
    },
    list: async (page, context) => {
      const wire = await loadWire();
      const sizes = { perPage: page.limit, maxPages: SEARCHED_PAGES };
      const read = pagesOf((query) => client.listLinks(query, context));
      return collectRows<DriverLink>(page, sizes, read, (row) => linkOfRow(wire, row).map((link) => ({ take: link })));
    },
    update: async (id, changes, context) => {
      if (changes.title !== undefined) return err(titleStays());
      const changed = await changeLink(client, id, changes, context);
      return changed.map(({ link }) => link);
    },
    close: async (id, context) => {
      const closed = await changeLink(client, id, { status: "closed" }, context);
      return closed.map(() => ({ state: "closed" as const }));
    },
    reopen: async (id, context) => (await changeLink(client, id, { status: "open" }, context)).map(({ link }) => link),
    delete: async (id, context) => {
      if (!isLinkId(id)) return err(noSuchLink());
      const deleted = await client.deleteLink(id, context);
      return deleted.map(() => undefined);
    },
    listHistories: async (id, page, context) => {
      const link = await readLink(client, id, context);
      if (link.isErr()) return err(link.error);
      const judge = judgeAttemptsOf(link.value.reply, await loadWire());
      const sizes = { perPage: MAX_PER_PAGE, maxPages: SEARCHED_PAGES };
      const read = pagesOf((query) => client.listHistories(query, context));
      return collectRows(page, sizes, read, judge);
    },
    getHistory: async (reference, context) =>
      (await readAttempt(client, reference, context)).map(({ history }) => history),
    listPaymentMethods: async (context) => {
      const body = await client.listMethods(context);
      if (body.isErr()) return err(body.error);
      const { methodsReply } = await loadWire();
      return readReply(methodsReply.safeParse(body.value)).map(
        ({ data: { payment_methods, available_codes = [] } }) => {
          const codesAlone = available_codes.map((code) => ({ code, group: undefined }));
          return (payment_methods?.length ? payment_methods : codesAlone).map(({ code, group }) =>
            methodOfCode(code, group),
          );
        },
      );
    },
    parseWebhook: (delivery, { clock }) =>
      parseNotification(delivery, { secrets: options.webhookSecrets, nowMs: clock.now() }),
    confirm: async (subject, context) => {
      if (subject.kind === "link") {
        return (await handlers.get(subject.providerId, context)).map((link) => ({ kind: "link", trust: "read", link }));
      }
      const attempt = await readAttempt(client, subject.providerId, context);
      return attempt.map(({ history, linkCandidates }) => ({
        kind: "history",
        trust: "read",
        ...history,
        linkCandidates,
      }));
    },
  };
  return handlers;
};

/** A link as it was read: in the provider's words, in ours, and untouched. */
interface ReadLink {
  readonly reply: LinkReply;
  readonly link: DriverLink;
  readonly raw: unknown;
}

/** Ids are numbers. Anything else is never put into an address, where `..` would point at something else. */
const isLinkId = (id: string): boolean => /^\d{1,19}$/.test(id);

const noSuchLink = (): DriverError =>
  failure("not_found", { message: "SingaPay has no such link: its ids are numbers", outcome: "not_sent" });

const isNamed = ({ reff_no }: JsonObject, reference: string): boolean =>
  (typeof reff_no === "number" ? String(reff_no) : reff_no) === reference;

const linkIn = async (body: JsonObject): Promise<Result<ReadLink, DriverError>> => {
  const { linkReply } = await loadWire();
  const raw = body["data"];
  return readReply(linkReply.safeParse(raw)).map((reply) => ({ reply, raw, link: linkFromWire(reply, raw) }));
};

const linkOfRow = ({ linkReply }: typeof Wire, row: JsonObject): Result<DriverLink, DriverError> =>
  readReply(linkReply.safeParse(row)).map((reply) => linkFromWire(reply, row));

const readLink = async (
  client: SingapayClient,
  id: string,
  context: CallContext,
): Promise<Result<ReadLink, DriverError>> => {
  if (!isLinkId(id)) return err(noSuchLink());
  const body = await client.getLink(id, context);
  if (body.isErr()) return err(body.error);
  return (await linkIn(body.value)).andThen((read) =>
    read.reply.id === id
      ? ok(read)
      : err(
          failure("reply_mismatch", {
            message: "SingaPay answered with another id than was asked for",
            retryable: true,
          }),
        ),
  );
};

/**
 * Changes a link: reads it, sends every field that can be changed, reads it again and compares. A link that is open or
 * closed already, as wished, is left alone.
 */
const changeLink = async (
  client: SingapayClient,
  id: string,
  change: LinkChange,
  context: CallContext,
): Promise<Result<ReadLink, DriverError>> => {
  const before = await readLink(client, id, context);
  if (before.isErr()) return err(nothingSent(before.error));
  if (change.status !== undefined && isInState(before.value, change.status)) return ok(before.value);

  const { mutableFields } = await loadWire();
  const body = readReply(mutableFields.safeParse(before.value.raw))
    .mapErr(nothingSent)
    .andThen((current) => toWireUpdate(current, change));
  if (body.isErr()) return err(body.error);
  const personal = [
    ...personalIn(before.value.link),
    ...personalIn({ redirect: change.redirect, metadata: change.metadata }),
  ];
  const updated = await client.updateLink(id, body.value, personal, context);
  if (updated.isErr()) return err(updated.error);

  const after = await readLink(client, id, context);
  if (after.isErr()) return err(Object.freeze({ ...after.error, outcome: "unknown" as const }));
  const missing = missingChanges(before.value.link, after.value.link, change);
  const differs = change.status === undefined || isInState(after.value, change.status) ? missing : ["status"];
  return differs.length === 0 ? ok(after.value) : err(notTaken(differs));
};

/** By the word that is stored: a link that expired may still be open or closed below that. */
const isInState = ({ reply }: ReadLink, wished: "open" | "closed"): boolean =>
  linkState(reply.status ?? reply.status_computed) === wished;

/** A read that failed before a change leaves the link as it was. */
const nothingSent = (error: DriverError): DriverError =>
  error.outcome === "unknown" ? Object.freeze({ ...error, outcome: "not_sent" }) : error;

const notTaken = (fields: readonly string[]): DriverError =>
  failure("reply_mismatch", {
    message: `SingaPay accepted the change, but the link does not show it: ${fields.join(", ")}`,
    hint: "Read the link to see what it is now.",
  });

const titleStays = (): DriverError => {
  const [reason, instead] = ["SingaPay cannot change a title", "create another link under a fresh reference"];
  return failure("unsupported", {
    message: `nothing was sent: title: ${reason}`,
    hint: `${instead}.`,
    features: [{ feature: "title", reason, instead }],
  });
};

type RequestPage = (query: PageQuery) => Promise<Result<JsonObject, DriverError>>;

const pagesOf =
  (request: RequestPage): ReadPage =>
  async (query) => {
    const body = await request(query);
    if (body.isErr()) return err(body.error);
    const { pageReply } = await loadWire();
    return readReply(pageReply.safeParse(body.value)).map((reply) => ({
      rows: reply.data,
      isLast: isLastPage(reply, query.page),
    }));
  };

/**
 * Which rows of an account's histories are a link's. There is no filter for it: `reff_no` finds an attempt's own reference.
 * Source: github.com/Aturjadwal/singapay-ledger.
 */
const judgeAttemptsOf = (link: LinkReply, { attemptReply, linkReference }: typeof Wire) => {
  const linkMadeAt = parseTimestamp(link.created_at);
  return (row: JsonObject): Result<Verdict<DriverHistory>, DriverError> => {
    const parsed = readReply(attemptReply.safeParse(row));
    if (parsed.isErr()) {
      // A row that cannot be read must not hide the link's, where it is surely another's.
      const { data: reference } = linkReference.safeParse(row["payment_link_reff_no"]);
      return reference === undefined || reference === link.reff_no ? err(parsed.error) : ok("skip");
    }
    const attempt = parsed.value;
    const madeAt = parseTimestamp(attempt.created_at);
    const isOlder =
      linkMadeAt !== undefined && madeAt !== undefined && epochMsOf(madeAt) < epochMsOf(linkMadeAt) - HISTORY_MARGIN_MS;
    if (isOlder) return ok("stop");
    if (attempt.payment_link_reff_no === undefined) {
      const message = "the answer lacks payment_link_reff_no, without which nobody can tell whose history a row is";
      return err(failure("malformed_response", { message }));
    }
    if (attempt.payment_link_reff_no !== link.reff_no) return ok("skip");
    return ok({ take: historyOf(reportFromAttempt(attempt, { trust: "read", link: nameOf(link) }), row) });
  };
};

const nameOf = ({ id, reff_no }: LinkReply): LinkName => ({ id, reff_no });

const historyOf = ({ report }: AttemptReport, raw: unknown): DriverHistory => ({
  evidence: historyEvidence(report),
  raw,
});

/** Reads an attempt by its own reference, which the list finds by any part of it. */
const readAttempt = async (
  client: SingapayClient,
  reference: string,
  context: CallContext,
): Promise<Result<FoundAttempt, DriverError>> => {
  const row = await findRow("attempt", reference, (query) => client.listHistories({ ...query, reference }, context));
  if (row.isErr()) return err(row.error);
  const { attemptReply } = await loadWire();
  return readReply(attemptReply.safeParse(row.value)).map((reply) => {
    const attempt = reportFromAttempt(reply, { trust: "read" });
    return { history: historyOf(attempt, row.value), linkCandidates: attempt.linkCandidates };
  });
};

interface FoundAttempt {
  readonly history: DriverHistory;
  readonly linkCandidates: readonly DriverLinkCandidate[];
}

/** The row of a reference; rows of others are passed over, whatever their form. */
const findRow = async (
  what: "link" | "attempt",
  reference: string,
  request: RequestPage,
): Promise<Result<JsonObject, DriverError>> => {
  const searched = await searchRows(SEARCHED_PAGES, pagesOf(request), (row) => isNamed(row, reference));
  return searched.andThen(({ found, rowsSeen, isComplete }) =>
    found ? ok(found) : err(notFound(what, rowsSeen, isComplete)),
  );
};

const notFound = (what: "link" | "attempt", rowsSeen: number, isComplete: boolean): DriverError =>
  failure("not_found", {
    message: isComplete
      ? `SingaPay has no ${what} of this reference among all ${rowsSeen} it listed`
      : `SingaPay has no ${what} of this reference among the newest ${rowsSeen}; older ones were not looked at`,
    hint: isComplete
      ? "Check the reference, and that it was made with these keys and under this account."
      : "Read a link by its id, which never needs a search: keep link.id when you create one.",
  });
