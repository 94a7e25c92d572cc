import type { Hono } from "hono";
import { mountPayPages } from "../pages/routes.ts";
import type { PayableLink, Simulator, SimulatorContext } from "../simulator.ts";
import type { LinkSummary } from "../types.ts";

/** The fields of a link that every simulator has. */
interface NumberedLink {
  /** {@link LinkSummary.number} */
  readonly number: number;
  readonly createdAtMs: number;
}

/** Puts the pay pages of a provider's links into its app, and lists the links for the sandbox. */
export const mountLinkPages = <Link extends NumberedLink>(
  app: Hono,
  context: Pick<SimulatorContext, "clock" | "random">,
  parts: {
    readonly provider: string;
    /** Where the pages are, such as `/pay/`. One segment follows it. */
    readonly root: string;
    readonly all: () => readonly Link[];
    /** The link with this segment, in the form of the URL. */
    readonly find: (segment: string) => Link | undefined;
    readonly urlOf: (link: Link) => string;
    readonly payable: (link: Link) => PayableLink;
    readonly summaryOf: (link: Link) => Omit<LinkSummary, "number" | "provider" | "link" | "createdAtMs">;
    /** The body of a documented webhook as if it were sent now; `undefined` if it needs a payment that is not there. */
    readonly webhookBody: (link: Link, event: string, payment: string | undefined) => string | undefined;
  },
): Pick<Simulator, "app" | "isPayPage" | "linkAt" | "links" | "webhookBody"> => {
  const { provider, root, all, find, urlOf, payable, summaryOf, webhookBody } = parts;
  const isPayPage = (path: string): boolean => path.startsWith(root) && !path.slice(root.length).includes("/");
  const linkOf = (path: string): Link | undefined => (isPayPage(path) ? find(path.slice(root.length)) : undefined);
  const linkAt = (path: string): PayableLink | undefined => {
    const link = linkOf(path);
    return link === undefined ? undefined : payable(link);
  };
  mountPayPages(app, `${root}:segment`, linkAt, context);
  return {
    app,
    isPayPage,
    linkAt,
    links: () =>
      all().map((link) => ({
        number: link.number,
        provider,
        link: urlOf(link),
        createdAtMs: link.createdAtMs,
        ...summaryOf(link),
      })),
    webhookBody(event, path, payment) {
      const link = linkOf(path);
      return link === undefined ? undefined : webhookBody(link, event, payment);
    },
  };
};
