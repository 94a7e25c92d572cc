import { dueTask, mountLinkPages, runByClock, type Simulator, type SimulatorContext } from "../simulator-kit/index.ts";
import { createXenditLinks, type LinkStatus, type Refund, type XenditLink } from "./links.ts";
import { type LinkEvents, pageStateOf, payableXenditLink, paymentsOf } from "./payer.ts";
import { addRefund } from "./refunds.ts";
import { linkCallback, refundCallback } from "./resources.ts";
import { createXenditApp } from "./server.ts";
import { createSettings } from "./settings.ts";

/** Invoices and payment sessions of Xendit: the API at the root, and the pay pages under /web. */
export const createXenditSimulator = (context: SimulatorContext): Simulator => {
  const { clock, baseUrl } = context;
  const now = (): number => clock.now();
  const links = createXenditLinks(context);
  const settings = createSettings(context);
  const urlOf = (link: XenditLink): string => `${baseUrl}/web/${link.id}`;

  const change = (link: XenditLink, status: LinkStatus): void => {
    link.storedStatus = status;
    link.updatedAtMs = now();
    links.put(link);
  };
  const report = (link: XenditLink): Promise<void> =>
    context.send(JSON.stringify(linkCallback(link, urlOf(link), now())));
  const reportRefund = (link: XenditLink, refund: Refund): Promise<void> =>
    context.send(JSON.stringify(refundCallback(link, refund)));

  /** Also for links that expire by the clock, whose merchant may have switched the callback off. */
  const expire = async (link: XenditLink): Promise<void> => {
    change(link, "EXPIRED");
    if (settings.current().expiryCallback) await report(link);
  };
  const settle = async (link: XenditLink): Promise<void> => {
    change(link, "SETTLED");
    // A session does not report its settlement.
    if (link.request.product === "invoice" && settings.current().settlementCallback) await report(link);
  };
  const events: LinkEvents = {
    expire,
    settle,
    async callBack(link) {
      change(link, link.storedStatus);
      await report(link);
    },
    async refund(link, amount) {
      const wanted = { amount, reason: "REQUESTED_BY_CUSTOMER", reference: undefined };
      await reportRefund(link, addRefund(link, links, wanted, now()));
    },
  };
  const app = createXenditApp(context, {
    links,
    settings,
    clock,
    urlOf,
    end: (link, status) => {
      change(link, status);
      if (status === "EXPIRED" && settings.current().expiryCallback) void report(link);
    },
    reportRefund,
  });

  /** A callback as if it were sent now. */
  const callbackOf = (link: XenditLink, event: string): object | undefined => {
    const isSession = link.request.product === "session";
    const refund = link.refunds.at(-1);
    if (event === "refund.succeeded") return refund && refundCallback(link, refund);
    const status = STATUS_OF_EVENT[event];
    return status === undefined || isSession !== event.startsWith("payment_session.")
      ? undefined
      : linkCallback(link, urlOf(link), now(), status);
  };

  return {
    ...mountLinkPages(app, context, {
      provider: "xendit",
      root: "/web/",
      all: links.all,
      find: links.get,
      urlOf,
      payable: (link) => payableXenditLink(link, urlOf(link), links, events, context),
      summaryOf: (link) => ({
        reference: link.request.reference,
        title: link.request.description ?? link.request.reference,
        state: pageStateOf(link, now()),
        payments: paymentsOf(link, urlOf(link), now()),
      }),
      webhookBody(link, event) {
        const body = callbackOf(link, event);
        return body && JSON.stringify(body);
      },
    }),
    ...runByClock(
      clock,
      dueTask({
        items: links.all,
        dueMs: ({ storedStatus, expiresAtMs }) => (storedStatus === "PENDING" ? expiresAtMs : Number.POSITIVE_INFINITY),
        run: (due) => Promise.all(due.map(expire)),
      }),
      dueTask({
        items: links.all,
        dueMs: ({ storedStatus, paidAtMs }) =>
          storedStatus === "PAID" && paidAtMs !== null
            ? paidAtMs + settings.current().settlementDelayMs
            : Number.POSITIVE_INFINITY,
        run: (due) => Promise.all(due.map(settle)),
      }),
    ),
  };
};

const STATUS_OF_EVENT: Readonly<Record<string, LinkStatus>> = {
  PAID: "PAID",
  SETTLED: "SETTLED",
  EXPIRED: "EXPIRED",
  "payment_session.completed": "PAID",
  "payment_session.expired": "EXPIRED",
};
