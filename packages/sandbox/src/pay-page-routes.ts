import type { Context, Hono, MiddlewareHandler } from "hono";
import { csrf } from "hono/csrf";
import { secureHeaders } from "hono/secure-headers";
import { type PayPage, type PayPageState, renderNotice, renderPayPage } from "./pay-page.ts";
import { type PayableLink, type PayerChoice, type PayerDetails, RefusedAction } from "./simulator.ts";
import type { Attempt } from "./types.ts";

const maxDetailLength = 255;

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
  /** By path and form: a double click sends a form twice, and means one payment. */
  const payments = new Map<string, Promise<Attempt>>();

  function payOnce(link: PayableLink, choice: PayerChoice, path: string, formId: string | null): Promise<Attempt> {
    if (formId === null) return link.pay(choice);
    const key = `${path} ${formId}`;
    const earlier = payments.get(key);
    if (earlier !== undefined) return earlier;
    const payment = link.pay(choice);
    payments.set(key, payment);
    payment.catch(() => payments.delete(key));
    return payment;
  }

  app.get(pattern, (context) => {
    const page = linkAt(pathOf(context))?.page();
    if (page === undefined) return unknownLink(context);
    // Another look at the page is another look at the link. Refused forms are kept: going back to one would send it again.
    context.header("Cache-Control", "no-store");
    // Whoever has just paid hears so, also where that was the last time the link can be used.
    const paid = page.attempts.find(({ id, isPaid }) => isPaid && id === context.req.query("paid"));
    return context.html(renderPayPage(page, { paid }), paid === undefined ? statusOf[page.state] : 200);
  });

  app.post(pattern, async (context) => {
    const link = linkAt(pathOf(context));
    if (link === undefined) return unknownLink(context);
    const form = new URLSearchParams(await context.req.text());
    const page = link.page();
    const refusal = faultIn(form, page.asksFor);
    if (refusal !== undefined) return context.html(renderPayPage(page, { refusal, entered: form }), 400);
    let attempt: Attempt;
    try {
      attempt = await payOnce(link, choiceOf(form, page.asksFor), pathOf(context), form.get("form"));
    } catch (error) {
      if (!(error instanceof RefusedAction)) throw error;
      return context.html(renderPayPage(link.page(), { refusal: error.message, entered: form }), error.status);
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

/** What keeps a form from being sent on, for who reads the page. */
function faultIn(form: URLSearchParams, asksFor: PayPage["asksFor"]): string | undefined {
  if (form.has("attempt")) return undefined;
  for (const detail of asksFor) {
    const text = (form.get(detail) ?? "").trim();
    if (text === "") return `Fill in your ${detail} to go on.`;
    if (text.length > maxDetailLength) return `Your ${detail} can have at most ${maxDetailLength} characters.`;
    if (detail === "email" && !/^[^\s@]+@[^\s@]+$/.test(text)) return "Your email must look like name@example.com.";
  }
  return form.has("method") ? undefined : "Choose a payment method to go on.";
}

function choiceOf(form: URLSearchParams, asksFor: PayPage["asksFor"]): PayerChoice {
  const amount = form.get("amount");
  const detail = (name: keyof PayerDetails): string => (asksFor.includes(name) ? (form.get(name)?.trim() ?? "") : "");
  return {
    method: form.get("method") ?? undefined,
    attempt: form.get("attempt") ?? undefined,
    amount: amount === null ? undefined : Number(amount),
    isNew: !form.has("attempt"),
    details: { name: detail("name"), email: detail("email"), phone: detail("phone") },
  };
}
