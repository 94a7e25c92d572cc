import type { Context } from "hono";
import { mountPayPages, runByClock, type Simulator, type SimulatorContext } from "../simulator-kit/index.ts";
import { createStripeAccount, LINK_ROOT, SESSION_ROOT } from "./account.ts";
import { createStripeApi } from "./api.ts";
import { createStripeDisputes } from "./disputes.ts";
import { attemptsAt, stripePayment } from "./facts.ts";
import { createStripeLinks } from "./links.ts";
import type { StripeLink, StripeSession } from "./model.ts";
import { linkStateOf } from "./page.ts";
import { payableStripeLink } from "./payer.ts";
import { createStripePayments } from "./payments.ts";
import { createStripeRefunds } from "./refunds.ts";
import { eventBody } from "./webhook-events.ts";

/** Payment links of Stripe: the API under /v1, links under /test_…, and the page of a visit under /c/pay/…. */
export const createStripeSimulator = (context: SimulatorContext): Simulator => {
  const account = createStripeAccount(context);
  const { store, show, urlOf, sessionUrlOf } = account;
  const disputes = createStripeDisputes(account);
  const payments = createStripePayments(account, disputes);
  const refunds = createStripeRefunds(account);
  const links = createStripeLinks(account);
  const { app, replies } = createStripeApi({ account, links, payments, refunds, disputes });
  const actions = { account, payments, refunds, disputes };

  const segmentAfter = (root: string, path: string): string | undefined =>
    path.startsWith(root) && !path.slice(root.length).includes("/") ? path.slice(root.length) : undefined;
  const linkWith = (path: string): StripeLink | undefined => {
    const slug = segmentAfter(LINK_ROOT, path);
    return slug === undefined ? undefined : store.links.by("slug", slug);
  };
  const sessionWith = (path: string): StripeSession | undefined => {
    const id = segmentAfter(SESSION_ROOT, path);
    return id === undefined ? undefined : store.sessions.get(id);
  };
  const linkAt: Simulator["linkAt"] = (path) => {
    const session = sessionWith(path);
    const link = session === undefined ? linkWith(path) : store.links.get(session.linkId);
    return link === undefined ? undefined : payableStripeLink(actions, link, session);
  };

  /** docs.stripe.com/api/checkout/sessions: each opening of an active link is a session of its own. */
  const openVisit = async (call: Context, next: () => Promise<void>): Promise<Response | undefined> => {
    const url = new URL(call.req.url);
    const link = linkWith(url.pathname);
    const isBack = ["payment", "paid"].some((name) => url.searchParams.has(name));
    if (call.req.method !== "GET" || link?.isActive !== true || isBack) {
      await next();
      return undefined;
    }
    // docs.stripe.com/payment-links/url-parameters
    const session = payments.visit(link, {
      clientReferenceId: url.searchParams.get("client_reference_id"),
      prefilledEmail: url.searchParams.get("prefilled_email"),
    });
    const language = url.searchParams.get("lang");
    return call.redirect(
      sessionUrlOf(session) + (language === null ? "" : `?lang=${encodeURIComponent(language)}`),
      303,
    );
  };
  app.use("/:segment{test_[^/]+}", openVisit);
  mountPayPages(app, "/:segment{test_[^/]+}", linkAt, context);
  mountPayPages(app, `${SESSION_ROOT}:id`, linkAt, context);

  return {
    app,
    isPayPage: (path) => segmentAfter(LINK_ROOT, path) !== undefined || segmentAfter(SESSION_ROOT, path) !== undefined,
    linkAt,
    ownPath(path) {
      const session = sessionWith(path);
      const link = session === undefined ? undefined : store.links.get(session.linkId);
      return link === undefined ? path : new URL(urlOf(link)).pathname;
    },
    links: () =>
      store.links.all().map((link) => ({
        number: link.number,
        provider: "stripe",
        link: urlOf(link),
        createdAtMs: link.createdAtMs,
        reference: referenceOf(link),
        names: [link.id, ...store.sessionsOf(link).flatMap(({ id, intentId }) => [id, intentId ?? id])],
        title: store.products.get(show.priceOf(link.items[0]?.priceId ?? "").productId)?.name ?? link.id,
        state: linkStateOf(link),
        payments: attemptsAt(account, link).map((session) => stripePayment(account, session)),
      })),
    webhookBody(event, path, payment) {
      const link = linkWith(path);
      return link === undefined ? undefined : eventBody(account, event, link, payment);
    },
    keepInstead: (request, reply) => (reply.status === 500 ? replies.replace(request, reply) : Promise.resolve()),
    ...runByClock(context.clock, ...payments.tasks, refunds.task),
  };
};

/** Stripe has no reference of the merchant's; the usual names of one in metadata are looked for. */
const referenceOf = ({ id, settings: { metadata } }: StripeLink): string => {
  const name = Object.keys(metadata).find((key) => /(^|_)(ref|reference|order_id|invoice)$/i.test(key));
  return name === undefined ? id : (metadata[name] ?? id);
};
