import { mountLinkPages, type Simulator, type SimulatorContext } from "../simulator-kit/index.ts";
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
  const tokens = createTokens(SINGAPAY_CREDENTIALS.clientId, random, context.state.collection("singapayTokens"));
  const app = createSingapayApp({
    ...SINGAPAY_CREDENTIALS,
    store,
    histories,
    tokens,
    resource: (link) => linkResource(link, payUrl(link), clock.now()),
    now: () => clock.now(),
  });
  return {
    ...mountLinkPages(app, context, {
      provider: "singapay",
      root: "/b2b/",
      all: store.links,
      find: (segment) => store.byReffNo(decode(segment)),
      urlOf: payUrl,
      payable: (link) => payableSingapayLink({ link, url: payUrl(link), store, histories, clock, unsupported }),
      summaryOf: (link) => ({
        reference: link.request.reffNo,
        title: link.request.title,
        state: pageStateOf(link, clock.now()),
        payments: link.histories.map((history) => singapayPayment(history, payUrl(link))),
      }),
      webhookBody(link, event, payment) {
        const history = link.histories.find(({ reffNo }) => reffNo === payment);
        return eventBody(event, { link, history }, payUrl, clock.now());
      },
    }),
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
