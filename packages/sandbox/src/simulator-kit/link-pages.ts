import type { Hono } from "hono";
import { mountPayPages } from "../pages/routes.ts";
import type { PayableLink, Simulator } from "../simulator.ts";
import type { Random } from "../state/random.ts";
import type { Clock, LinkSummary } from "../types.ts";

/** What every simulator knows of a link. */
interface NumberedLink {
  /** {@link LinkSummary.number} */
  readonly number: number;
  readonly createdAtMs: number;
}

/** Puts the pay pages of a provider's links into its app, and lists the links for the sandbox. */
export const mountLinkPages = <Link extends NumberedLink>(
  app: Hono,
  parts: {
    readonly provider: string;
    /** Where the pages are, such as `/pay/`. One segment follows it. */
    readonly root: string;
    readonly all: () => readonly Link[];
    /** The link with this segment, which is as it stands in the URL. */
    readonly find: (segment: string) => Link | undefined;
    readonly urlOf: (link: Link) => string;
    readonly payable: (link: Link) => PayableLink;
    readonly summaryOf: (link: Link) => Omit<LinkSummary, "number" | "provider" | "link" | "createdAtMs">;
    readonly clock: Clock;
    readonly random: Random;
  },
): Pick<Simulator, "app" | "isPayPage" | "linkAt" | "links"> => {
  const { provider, root, all, find, urlOf, payable, summaryOf } = parts;
  const isPayPage = (path: string): boolean => path.startsWith(root) && !path.slice(root.length).includes("/");
  const linkAt = (path: string): PayableLink | undefined => {
    const link = isPayPage(path) ? find(path.slice(root.length)) : undefined;
    return link === undefined ? undefined : payable(link);
  };
  mountPayPages(app, `${root}:segment`, linkAt, parts);
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
  };
};
