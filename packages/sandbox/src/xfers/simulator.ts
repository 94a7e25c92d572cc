import { dueTask, mountLinkPages, runByClock, type Simulator, type SimulatorContext } from "../simulator-kit/index.ts";
import { XFERS_CREDENTIALS } from "./credentials.ts";
import { createXfersLinks, linkResource, type XfersLink } from "./links.ts";
import { pageStateOf, payableXfersLink, paymentsOf } from "./payer.ts";
import { createXfersApp } from "./server.ts";
import { settlementDueMs } from "./settlement.ts";
import { statusIn } from "./webhook-events.ts";

/** Payment links of Xfers (Fazz Business) in Indonesia: the API under /api/v4, and the pay page at the root. */
export const createXfersSimulator = (context: SimulatorContext): Simulator => {
  const { clock, baseUrl, unsupported } = context;
  const links = createXfersLinks(context);
  const payUrl = (link: XfersLink): string => `${baseUrl}/${link.id}`;
  const callBack = async (link: XfersLink): Promise<void> => {
    links.put(link);
    await context.send(JSON.stringify(linkResource(link, payUrl(link), clock.now())));
  };
  const app = createXfersApp({ ...XFERS_CREDENTIALS, links, payUrl, callBack, now: () => clock.now() });
  return {
    ...mountLinkPages(app, context, {
      provider: "xfers",
      root: "/",
      all: links.all,
      find: links.get,
      urlOf: payUrl,
      payable: (link) => payableXfersLink({ link, url: payUrl(link), links, clock, callBack, unsupported }),
      summaryOf: (link) => ({
        reference: link.attributes.referenceId,
        title: link.attributes.description ?? link.attributes.referenceId,
        state: pageStateOf(link, clock.now()),
        payments: paymentsOf(link, payUrl(link), clock.now()),
      }),
      webhookBody: (link, event) =>
        JSON.stringify(linkResource({ ...link, storedStatus: statusIn(event) }, payUrl(link), clock.now())),
    }),
    // Not for expiry, which follows from the clock and has no callback.
    ...runByClock(
      clock,
      dueTask({
        items: links.all,
        dueMs: settlementDueMs,
        run(due) {
          for (const link of due) link.storedStatus = "completed";
          return Promise.all(due.map(callBack));
        },
      }),
    ),
  };
};
