import { mountLinkPages, type Simulator, type SimulatorContext } from "../simulator-kit/index.ts";
import { MIDTRANS_CREDENTIALS } from "./credentials.ts";
import { payElsewhere } from "./elsewhere.ts";
import { createMidtransLinks } from "./link-store.ts";
import { type MidtransLink, stateOf } from "./links.ts";
import { midtransPayment, payableMidtransLink } from "./payer.ts";
import { createMidtransApp } from "./server.ts";
import { createTransactions } from "./transactions.ts";
import { eventBody } from "./webhook-events.ts";

/** Payment links of Midtrans: the API under /v1 and /v2, and the pay page under /payment-links. */
export const createMidtransSimulator = (context: SimulatorContext): Simulator => {
  const { clock, baseUrl, random, unsupported } = context;
  const { serverKey } = MIDTRANS_CREDENTIALS;
  const links = createMidtransLinks(context);
  const transactions = createTransactions(links, context, serverKey);
  const payUrl = (link: MidtransLink): string => `${baseUrl}/payment-links/${link.slug}`;
  const app = createMidtransApp({ serverKey, links, transactions, payUrl, now: () => clock.now(), random });
  return {
    ...mountLinkPages(app, context, {
      provider: "midtrans",
      root: "/payment-links/",
      all: links.all,
      find: links.bySlug,
      urlOf: payUrl,
      payable: (link) => payableMidtransLink({ link, url: payUrl(link), links, transactions, clock, unsupported }),
      summaryOf: (link) => ({
        reference: link.request.orderId,
        title: link.request.title ?? link.request.orderId,
        state: stateOf(link, clock.now()),
        payments: link.purchases.map((purchase) => midtransPayment(purchase, payUrl(link))),
      }),
      webhookBody(link, event, payment) {
        const purchase = link.purchases.find(({ orderId }) => orderId === payment);
        return purchase === undefined ? undefined : eventBody(event, purchase, serverKey, clock.now());
      },
    }),
    async payElsewhere(payment) {
      const { link: _, ...made } = midtransPayment(await payElsewhere({ payment, links, transactions, clock }), "");
      return made;
    },
    runDue: () => transactions.runDue(),
    nextDueMs: () => transactions.nextDueMs(),
  };
};
