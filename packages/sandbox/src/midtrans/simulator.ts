import { mountPayPages } from "../pages/routes.ts";
import type { PayableLink, Simulator, SimulatorContext } from "../simulator.ts";
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
  const { clock, baseUrl, random } = context;
  const { serverKey } = MIDTRANS_CREDENTIALS;
  const links = createMidtransLinks(context);
  const transactions = createTransactions(links, context, serverKey);
  const payUrl = (link: MidtransLink): string => `${baseUrl}/payment-links/${link.slug}`;
  const linkAt = (path: string): PayableLink | undefined => {
    const [, slug = ""] = /^\/payment-links\/([a-z0-9-]+)$/.exec(path) ?? [];
    const link = links.bySlug(slug);
    return link === undefined
      ? undefined
      : payableMidtransLink({ link, url: payUrl(link), links, transactions, clock });
  };
  const app = createMidtransApp({ serverKey, links, transactions, payUrl, now: () => clock.now(), random });
  mountPayPages(app, "/payment-links/:slug", linkAt, context);
  return {
    app,
    isPayPage: (path) => path.startsWith("/payment-links/"),
    linkAt,
    links: () =>
      links.all().map((link) => ({
        number: link.number,
        provider: "midtrans",
        link: payUrl(link),
        reference: link.request.orderId,
        title: link.request.title ?? link.request.orderId,
        state: stateOf(link, clock.now()),
        createdAtMs: link.createdAtMs,
        payments: link.purchases.map((purchase) => midtransPayment(purchase, payUrl(link))),
      })),
    async payElsewhere(payment) {
      const { link: _, ...made } = midtransPayment(await payElsewhere({ payment, links, transactions, clock }), "");
      return made;
    },
    webhookBody(event, path, payment) {
      const link = links.bySlug(path.split("/").at(-1) ?? "");
      const purchase = link?.purchases.find(({ orderId }) => orderId === payment);
      return purchase === undefined ? undefined : eventBody(event, purchase, serverKey, clock.now());
    },
    runDue: () => transactions.runDue(),
    nextDueMs: () => transactions.nextDueMs(),
  };
};
