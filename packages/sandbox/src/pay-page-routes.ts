import type { Context, Hono, MiddlewareHandler } from "hono";
import { csrf } from "hono/csrf";
import { secureHeaders } from "hono/secure-headers";
import { type PayPageState, renderNotice, renderPayPage } from "./pay-page.ts";
import { type PayableLink, type PayerChoice, RefusedAction } from "./simulator.ts";
import type { Attempt } from "./types.ts";

const pageHeaders: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'unsafe-inline'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  strictTransportSecurity: false,
  // "no-referrer" would make browsers hide the origin that the check of form posts compares.
  referrerPolicy: "same-origin",
});

// 410 for a link that was payable and no longer is.
const statusOf: Readonly<Record<PayPageState, 200 | 410>> = {
  open: 200,
  held: 200,
  paid: 200,
  used_up: 410,
  expired: 410,
  closed: 410,
  failed: 410,
};

/** Serves the pay pages of one provider under `pattern`, such as `/payment-links/:slug`. */
export function mountPayPages(app: Hono, pattern: string, linkAt: (path: string) => PayableLink | undefined): void {
  app.use(pattern, pageHeaders, csrf());

  app.get(pattern, (context) => {
    const page = linkAt(pathOf(context))?.page();
    if (page === undefined) return unknownLink(context);
    // Whoever has just paid hears so, also where that was the last time the link can be used.
    const paid = page.attempts.find(({ id, isPaid }) => isPaid && id === context.req.query("paid"));
    return context.html(renderPayPage(page, { paid }), paid === undefined ? statusOf[page.state] : 200);
  });

  app.post(pattern, async (context) => {
    const link = linkAt(pathOf(context));
    if (link === undefined) return unknownLink(context);
    const form = new URLSearchParams(await context.req.text());
    const page = link.page();
    const asksFor = form.has("attempt") ? [] : page.asksFor;
    const missing = asksFor.find((detail) => (form.get(detail) ?? "").trim() === "");
    if (missing !== undefined) {
      return context.html(renderPayPage(page, { refusal: `Fill in your ${missing} to go on.` }), 400);
    }
    if (!form.has("method") && !form.has("attempt")) {
      return context.html(renderPayPage(page, { refusal: "Choose a payment method to go on." }), 400);
    }
    let attempt: Attempt;
    try {
      attempt = await link.pay(choiceOf(form));
    } catch (error) {
      if (!(error instanceof RefusedAction)) throw error;
      return context.html(renderPayPage(link.page(), { refusal: error.message }), error.status);
    }
    return context.redirect(`${pathOf(context)}?paid=${encodeURIComponent(attempt.id)}`, 303);
  });
}

// Hono's own path is partly decoded, which would spoil references that hold a percent sign.
function pathOf(context: Context): string {
  return new URL(context.req.url).pathname;
}

function unknownLink(context: Context): Response | Promise<Response> {
  return context.html(renderNotice("No such link", "This payment link does not exist or was deleted."), 404);
}

function choiceOf(form: URLSearchParams): PayerChoice {
  const amount = form.get("amount");
  return {
    method: form.get("method") ?? undefined,
    attempt: form.get("attempt") ?? undefined,
    amount: amount === null ? undefined : Number(amount),
    details: { name: form.get("name") ?? "", email: form.get("email") ?? "", phone: form.get("phone") ?? "" },
  };
}
