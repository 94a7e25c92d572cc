// The handlers of the operations. Loaded at the first call.
import type { CallContext, DriverLink, HandlersOf } from "@tautan/core/driver";
import { readReply } from "@tautan/driver-kit/http";
import { err } from "neverthrow";
import type { SingapayCapabilities } from "./capabilities.ts";
import { changeLink, requestsOf } from "./change-link.ts";
import { createClients } from "./client.ts";
import { confirmHistory, judgeHistoriesOf, judgeHistoriesSince, readHistory } from "./history-reads.ts";
import { loadWire } from "./load-wire.ts";
import { methodOfCode } from "./methods.ts";
import type { CheckedOptions, SingapayProviderOptions } from "./options.ts";
import { collectRows, MAX_PER_PAGE } from "./paging.ts";
import { deleteLink, linkIn, linkOfRow, readLink } from "./reads.ts";
import { findRow, madeSince, pagesOf, RECENT, SEARCHED_PAGES } from "./search.ts";
import { parseNotification } from "./webhook.ts";

/** The handlers, with one client. */
export const createHandlers = (options: CheckedOptions): HandlersOf<SingapayCapabilities, SingapayProviderOptions> => {
  const { client, confirming } = createClients(options);
  const readingFor = ({ operation }: CallContext) => (operation === "confirm" ? confirming : client);
  const api = { client, requests: requestsOf(options.apiVersion) };
  const handlers: HandlersOf<SingapayCapabilities, SingapayProviderOptions> = {
    create: async (input, context) => {
      const body = api.requests.create(input);
      if (body.isErr()) return err(body.error);
      const reply = await client.createLink(body.value, [input], context);
      return reply.isErr() ? err(reply.error) : (await linkIn(reply.value)).map(({ link }) => link);
    },
    preview: async (input) => api.requests.create(input).map(() => api.requests.preview(input)),
    findRecent: async (reference, context, since) => {
      const depth = since === undefined ? RECENT : madeSince(since);
      const row = await findRow("link", reference, (query) => client.listLinks(query, context), depth);
      return row.isErr() ? err(row.error) : linkOfRow(await loadWire(), row.value);
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
      const changed = await changeLink(api, id, changes, context);
      return changed.map(({ link }) => link);
    },
    close: async (id, context) => {
      const closed = await changeLink(api, id, { status: "closed" }, context);
      return closed.map(() => ({ state: "closed" as const }));
    },
    reopen: async (id, context) => (await changeLink(api, id, { status: "open" }, context)).map(({ link }) => link),
    delete: (id, context) => deleteLink(client, id, context),
    listHistories: async (id, page, context) => {
      const reading = readingFor(context);
      const link = await readLink(reading, id, context);
      if (link.isErr()) return err(link.error);
      const judge = judgeHistoriesOf(link.value.reply, await loadWire());
      const sizes = { perPage: MAX_PER_PAGE, maxPages: SEARCHED_PAGES };
      const read = pagesOf((query) => reading.listHistories(query, context));
      return collectRows(page, sizes, read, judge);
    },
    listRecentHistories: async (since, page, context) => {
      const sizes = { perPage: MAX_PER_PAGE, maxPages: SEARCHED_PAGES };
      const read = pagesOf((query) => client.listHistories(query, context));
      return collectRows(page, sizes, read, judgeHistoriesSince(since, await loadWire()));
    },
    getHistory: async (reference, context) =>
      (await readHistory(client, reference, context)).map(({ history }) => history),
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
      parseNotification(delivery, {
        secrets: options.webhookSecrets,
        nowMs: clock.now(),
        maxAgeMs: options.webhookMaxAgeMs,
        account: options,
      }),
    confirm: async (subject, context) => {
      if (subject.kind === "link") {
        const read = await readLink(confirming, subject.providerId, context);
        return read.map(({ link }) => ({ kind: "link", trust: "read", link }));
      }
      return (await confirmHistory(confirming, subject, context)).map(({ history, linkCandidates }) => ({
        kind: "history",
        trust: "read",
        ...history,
        linkCandidates,
      }));
    },
  };
  return handlers;
};
