import { mountPayPages } from "../pages/routes.ts";
import type { PayableLink, Simulator, SimulatorContext } from "../simulator.ts";
import { SINGAPAY_CREDENTIALS } from "./credentials.ts";
import { createHistories } from "./histories.ts";
import { createSingapayStore } from "./link-store.ts";
import { type SingapayLink } from "./links.ts";
import { pageStateOf, payableSingapayLink, singapayPayment } from "./payer.ts";
import { linkResource } from "./resources.ts";
import { createSingapayApp } from "./server.ts";
import { isTokenCall, withNumericLife } from "./token-server.ts";
import { createTokens } from "./tokens.ts";
import { eventBody } from "./webhook-events.ts";

/** Payment links of SingaPay: the v1 API and the v2 calls for links under /api, and the pay page under /b2b. */
export const createSingapaySimulator = (context: SimulatorContext): Simulator => {
  const { clock, baseUrl, random, unsupported } = context;
  const store = createSingapayStore(context);
  const payUrl = (link: SingapayLink): string => `${baseUrl}/b2b/${encodeURIComponent(link.request.reffNo)}`;
  const histories = createHistories(store, context, payUrl);
  const linkAt = (path: string): PayableLink | undefined => {
    const [, segment = ""] = /^\/b2b\/([^/]+)$/.exec(path) ?? [];
    const link = store.byReffNo(decode(segment));
    return link === undefined
      ? undefined
      : payableSingapayLink({ link, url: payUrl(link), store, histories, clock, unsupported });
  };
  const tokens = createTokens(SINGAPAY_CREDENTIALS.clientId, random, context.state.collection("singapayTokens"));
  const app = createSingapayApp({
    ...SINGAPAY_CREDENTIALS,
    store,
    histories,
    tokens,
    resource: (link) => linkResource(link, payUrl(link), clock.now()),
    now: () => clock.now(),
  });
  mountPayPages(app, "/b2b/:reffNo", linkAt, context);
  return {
    app,
    isPayPage: (path) => path.startsWith("/b2b/"),
    linkAt,
    links: () =>
      store.links().map((link) => ({
        number: link.number,
        provider: "singapay",
        link: payUrl(link),
        reference: link.request.reffNo,
        title: link.request.title,
        state: pageStateOf(link, clock.now()),
        createdAtMs: link.createdAtMs,
        payments: link.histories.map((history) => singapayPayment(history, payUrl(link))),
      })),
    webhookBody(event, path, payment) {
      const link = store.byReffNo(decode(path.split("/").at(-1) ?? ""));
      if (link === undefined) return undefined;
      const history = link.histories.find(({ reffNo }) => reffNo === payment);
      return eventBody(event, { link, history }, payUrl, clock.now());
    },
    runDue: () => histories.runDue(),
    nextDueMs: () => histories.nextDueMs(),
    tokens: {
      isCall: isTokenCall,
      expire: () => tokens.expire(),
      withNumericLife,
    },
  };
};

/** An ill-formed escape names no link. */
const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return "";
  }
};
