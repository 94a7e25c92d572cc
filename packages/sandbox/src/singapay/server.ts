import type { Context, Hono } from "hono";
import { createProviderApp, isProblems } from "../simulator-kit/index.ts";
import { readBody, requireAccount, type SingapayApi, unknownLink } from "./api.ts";
import { failure, SINGAPAY_ERRORS, success, validationFailure } from "./envelopes.ts";
import { readHistoryQuery } from "./history-query.ts";
import { readLinkRequest, readLinkUpdate } from "./link-request.ts";
import { mountLinksV2 } from "./links-v2.ts";
import { METHODS } from "./methods.ts";
import { pageOf, readPageRequest } from "./paging.ts";
import { ACCOUNT, historyResource } from "./resources.ts";
import { mountTokenCalls, requireToken } from "./token-server.ts";

const LINK_ROOT = "/api/v1.0/payment-link-manage";
const HISTORY_ROOT = "/api/v1.0/payment-link-histories";

/** The token calls, the v1 endpoints for links and their histories, and the v2 endpoints for links. */
export const createSingapayApp = (api: SingapayApi): Hono => {
  const app = createProviderApp(SINGAPAY_ERRORS.answers);
  mountTokenCalls(app, api);
  app.use(`${LINK_ROOT}/*`, requireToken(api));
  app.use(`${HISTORY_ROOT}/*`, requireToken(api));
  // Before the route that would take "payment-methods" for an account.
  app.get(`${LINK_ROOT}/payment-methods`, (context) =>
    success(context, {
      payment_methods: METHODS.map(({ code, name, group }) => ({ code, name, group, desc: null })),
      available_codes: METHODS.map(({ code }) => code),
    }),
  );
  app.use(`${LINK_ROOT}/:account/*`, requireAccount);
  app.use(`${HISTORY_ROOT}/:account/*`, requireAccount);
  mountLinks(app, api);
  mountLinksV2(app, api);
  mountHistories(app, api);
  return app;
};

const mountLinks = (app: Hono, api: SingapayApi): void => {
  app.get(`${LINK_ROOT}/:account`, (context) => {
    const page = readPageRequest(queryOf(context));
    if (isProblems(page)) return validationFailure(context, page);
    const { rows, pagination } = pageOf(api.store.links().toReversed(), page);
    return success(context, rows.map(api.resource), { pagination });
  });

  app.post(`${LINK_ROOT}/:account`, async (context) => {
    const body = await readBody(context);
    const request = readLinkRequest(body, (reffNo) => api.store.isReffNoTaken(reffNo), api.now());
    if (isProblems(request)) return validationFailure(context, request);
    return success(context, api.resource(api.store.add(request, api.now())));
  });

  app.get(`${LINK_ROOT}/:account/:id`, (context) => {
    const link = api.store.byId(context.req.param("id"));
    return link === undefined ? unknownLink(context) : success(context, api.resource(link));
  });

  app.put(`${LINK_ROOT}/:account/:id`, async (context) => {
    const body = await readBody(context);
    const link = api.store.byId(context.req.param("id"));
    if (link === undefined) return unknownLink(context);
    const update = readLinkUpdate(body, link.settings, link.usage, api.now());
    if (isProblems(update)) return validationFailure(context, update);
    link.status = update.status;
    link.settings = update.settings;
    link.updatedAtMs = api.now();
    api.store.changed(link);
    return success(context, api.resource(link));
  });

  app.delete(`${LINK_ROOT}/:account/:id`, (context) => {
    const link = api.store.byId(context.req.param("id"));
    if (link === undefined) return unknownLink(context);
    if (link.histories.length > 0) {
      return failure(context, 403, "A Payment Link that has a history cannot be deleted");
    }
    api.store.remove(link);
    return success(context, { message: "Payment Link deleted successfully" });
  });
};

const mountHistories = (app: Hono, api: SingapayApi): void => {
  app.get(`${HISTORY_ROOT}/:account`, (context) => {
    const query = queryOf(context);
    const filter = readHistoryQuery(query);
    const page = readPageRequest(query);
    if (isProblems(filter) || isProblems(page)) {
      return validationFailure(context, [filter, page].filter(isProblems).flat());
    }
    const found = api.store.histories().filter(filter.matches).toSorted(filter.compare);
    const { rows, pagination } = pageOf(found, page);
    return success(
      context,
      rows.map((history) => historyResource(history, api.now())),
      { pagination },
    );
  });

  app.get(`${HISTORY_ROOT}/:account/:id`, (context) => {
    const id = context.req.param("id");
    const history = api.store.historyById(id);
    if (history === undefined) {
      return failure(context, 404, `No result for account_id: ${ACCOUNT.id} with history_id: ${id}`);
    }
    return success(context, historyResource(history, api.now()));
  });
};

const queryOf = (context: Context): URLSearchParams => new URL(context.req.url).searchParams;
