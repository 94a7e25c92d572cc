import type { Hono } from "hono";
import { isProblems } from "../simulator-kit/index.ts";
import { readBody, requireAccount, type SingapayApi, unknownLink } from "./api.ts";
import { success, validationFailure } from "./envelopes.ts";
import { readLinkRequestV2, readLinkUpdateV2 } from "./link-request-v2.ts";
import { requireToken } from "./token-server.ts";

const ROOT = "/api/v2.0/payment-link";

/**
 * Create, show and update of v2, on the same links as v1. Their replies have v1's form, as
 * github.com/Aturjadwal/singapay-ledger has them.
 */
export const mountLinksV2 = (app: Hono, api: SingapayApi): void => {
  app.use(`${ROOT}/*`, requireToken(api));

  app.post(`${ROOT}/:account`, requireAccount, async (context) => {
    const request = readLinkRequestV2(await readBody(context), (reffNo) => api.store.isReffNoTaken(reffNo), api.now());
    if (isProblems(request)) return validationFailure(context, request);
    return success(context, api.resource(api.store.add(request, api.now())));
  });

  app.get(`${ROOT}/:id`, (context) => {
    const link = api.store.byId(context.req.param("id"));
    return link === undefined ? unknownLink(context) : success(context, api.resource(link));
  });

  app.put(`${ROOT}/update/:id`, async (context) => {
    const body = await readBody(context);
    const link = api.store.byId(context.req.param("id"));
    if (link === undefined) return unknownLink(context);
    const update = readLinkUpdateV2(body, link, api.now());
    if (isProblems(update)) return validationFailure(context, update);
    Object.assign(link, update, { updatedAtMs: api.now() });
    api.store.changed(link);
    return success(context, api.resource(link));
  });
};
