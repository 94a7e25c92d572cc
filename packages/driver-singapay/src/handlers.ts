// The handlers of the operations.
import type { CallContext, DriverLink, HandlersOf } from "@tautan/core/driver";
import { lazy } from "@tautan/driver-kit";
import { readBy } from "@tautan/driver-kit/http";
import { err, ok } from "neverthrow";
import type { SingapayCapabilities } from "./capabilities.ts";
import { changeLink, requestsOf } from "./change-link.ts";
import { createClient } from "./client.ts";
import type { LinkChange } from "./create-body.ts";
import { confirmHistory, judgeHistoriesOf, judgeHistoriesSince, readHistory } from "./history-reads.ts";
import { methodOfCode } from "./methods.ts";
import type { CheckedOptions, SingapayProviderOptions } from "./options.ts";
import { collectRows, MAX_PER_PAGE } from "./paging.ts";
import { deleteLink, linkIn, linkOfRow, readLink } from "./reads.ts";
import { type Depth, findRow, madeSince, pagesOf, RECENT, SEARCHED_PAGES } from "./search.ts";
import { parseNotification } from "./webhook.ts";
import { methodsReply } from "./wire.generated.ts";

const loadExplain = lazy(() => import("./explain-webhook.ts"));

/** The handlers, with one client. */
export const createHandlers = (options: CheckedOptions): HandlersOf<SingapayCapabilities, SingapayProviderOptions> => {
  const clientFor = createClient(options);
  const requests = requestsOf(options.apiVersion);
  const change = (id: string, wanted: LinkChange, context: CallContext) =>
    changeLink(clientFor(context), requests, id, wanted);
  const findLink = async (reference: string, context: CallContext, depth?: Depth) => {
    const row = await findRow("link", reference, (query) => clientFor(context).listLinks(query), depth);
    return row.isErr() ? err(row.error) : linkOfRow(row.value);
  };
  const handlers: HandlersOf<SingapayCapabilities, SingapayProviderOptions> = {
    create: async (input, context) => {
      const body = requests.create(input);
      if (body.isErr()) return err(body.error);
      const reply = await clientFor(context).createLink(body.value, [input]);
      return reply.isErr() ? err(reply.error) : (await linkIn(reply.value)).map(({ link }) => link);
    },
    preview: async (input) => requests.create(input).map(() => requests.preview(input)),
    findRecent: (reference, context, since) =>
      findLink(reference, context, since === undefined ? RECENT : madeSince(since)),
    get: async (id, context) => (await readLink(clientFor(context), id)).map(({ link }) => link),
    find: (reference, context) => findLink(reference, context),
    list: async (page, context) => {
      const sizes = { perPage: page.limit, maxPages: SEARCHED_PAGES };
      const read = pagesOf((query) => clientFor(context).listLinks(query));
      return collectRows<DriverLink>(page, sizes, read, async (row) =>
        (await linkOfRow(row)).map((link) => ({ take: link })),
      );
    },
    update: async (id, changes, context) => (await change(id, changes, context)).map(({ link }) => link),
    close: async (id, context) =>
      (await change(id, { status: "closed" }, context)).map(() => ({ state: "closed" as const })),
    reopen: async (id, context) => (await change(id, { status: "open" }, context)).map(({ link }) => link),
    delete: (id, context) => deleteLink(clientFor(context), id),
    listHistories: async (id, page, context) => {
      const client = clientFor(context);
      const link = await readLink(client, id);
      if (link.isErr()) return err(link.error);
      const judge = judgeHistoriesOf(link.value.reply);
      const sizes = { perPage: MAX_PER_PAGE, maxPages: SEARCHED_PAGES };
      const read = pagesOf((query) => client.listHistories(query));
      return collectRows(page, sizes, read, judge);
    },
    listRecentHistories: async (since, page, context) => {
      const sizes = { perPage: MAX_PER_PAGE, maxPages: SEARCHED_PAGES };
      const read = pagesOf((query) => clientFor(context).listHistories(query));
      return collectRows(page, sizes, read, judgeHistoriesSince(since));
    },
    getHistory: async (reference, context) =>
      (await readHistory(clientFor(context), reference)).map(({ history }) => history),
    listPaymentMethods: async (context) => {
      const body = await clientFor(context).listMethods();
      const read = await readBy(body, methodsReply);
      return read.map(
        ({
          reply: {
            data: { payment_methods, available_codes = [] },
          },
        }) =>
          payment_methods?.length
            ? payment_methods.map(({ code, group }) => methodOfCode(code, group))
            : available_codes.map((code) => methodOfCode(code)),
      );
    },
    parseWebhook: (delivery, { clock }) =>
      parseNotification(delivery, {
        secrets: options.webhookSecrets,
        nowMs: clock.now(),
        maxAgeMs: options.webhookMaxAgeMs,
        account: options,
      }),
    explainWebhook: async (delivery, { clock }) =>
      ok(await (await loadExplain()).factsOfNotification(delivery, options, clock.now())),
    confirm: async (subject, given) => {
      const context = { ...given, operation: "confirm" } as const;
      if (subject.kind === "link") {
        const link = await handlers.get(subject.providerId, context);
        return link.map((each) => ({ kind: "link", trust: "read", link: each }));
      }
      return (await confirmHistory(clientFor(context), subject)).map(({ history, linkCandidates }) => ({
        kind: "history",
        trust: "read",
        ...history,
        linkCandidates,
      }));
    },
  };
  return handlers;
};
