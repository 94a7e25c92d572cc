import { mountPayPages } from "../pages/routes.ts";
import type { PayableLink, Simulator, SimulatorContext } from "../simulator.ts";
import { XFERS_CREDENTIALS } from "./credentials.ts";
import { createXfersLinks, linkResource, type XfersLink } from "./links.ts";
import { pageStateOf, payableXfersLink, paymentsOf } from "./payer.ts";
import { createXfersApp } from "./server.ts";
import { settlementDueMs } from "./settlement.ts";

/** Payment links of Xfers (Fazz Business) in Indonesia: the API under /api/v4, and the pay page at the root. */
export const createXfersSimulator = (context: SimulatorContext): Simulator => {
  const { clock, baseUrl, random, unsupported } = context;
  const links = createXfersLinks(context);
  const payUrl = (link: XfersLink): string => `${baseUrl}/${link.id}`;
  const callBack = async (link: XfersLink): Promise<void> => {
    links.changed(link);
    await context.send(JSON.stringify(linkResource(link, payUrl(link), clock.now())));
  };
  const runDue = async (): Promise<void> => {
    const nowMs = clock.now();
    const due = links.all().filter((link) => nowMs >= settlementDueMs(link));
    for (const link of due) link.storedStatus = "completed";
    await Promise.all(due.map(callBack));
  };
  const linkAt = (path: string): PayableLink | undefined => {
    const link = links.byId(path.slice(1));
    return link === undefined
      ? undefined
      : payableXfersLink({ link, url: payUrl(link), links, clock, callBack, unsupported });
  };
  const app = createXfersApp({ ...XFERS_CREDENTIALS, links, payUrl, callBack, now: () => clock.now() });
  mountPayPages(app, "/:id", linkAt, random.fork("forms"));
  return {
    app,
    isPayPage: (path) => !path.slice(1).includes("/"),
    linkAt,
    links: () =>
      links.all().map((link) => ({
        number: link.number,
        provider: "xfers",
        link: payUrl(link),
        reference: link.attributes.referenceId,
        title: link.attributes.description ?? link.attributes.referenceId,
        state: pageStateOf(link, clock.now()),
        createdAtMs: link.createdAtMs,
        payments: paymentsOf(link, payUrl(link), clock.now()),
      })),
    // Not for expiry, which is a matter of reading the clock, and of which no callback tells.
    runDue,
    nextDueMs: () =>
      links.all().reduce((first, link) => Math.min(first, settlementDueMs(link)), Number.POSITIVE_INFINITY),
  };
};
