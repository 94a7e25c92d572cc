import type { Context, Hono } from "hono";
import { csrf } from "hono/csrf";
import { parseAmount, typedExamples } from "../money.ts";
import { type PayableLink, type PayerChoice, type PayerDetails, RefusedAction } from "../simulator.ts";
import type { Random } from "../state/random.ts";
import { type Html, pageHeaders } from "./layout.ts";
import { renderLinkPage, renderNotice, type Visit } from "./link-page.ts";
import { isPageAction, type PageAction, perform, type Standing } from "./page-actions.ts";
import type { PayPage, PayPageState } from "./pay-page.ts";
import { createSentForms } from "./sent-forms.ts";

const MAX_DETAIL_LENGTH = 255;

// 410 for a link that was payable and no longer is.
const STATUS_OF: Readonly<Record<PayPageState, 200 | 410>> = {
  open: 200,
  held: 200,
  paid: 200,
  used_up: 410,
  expired: 410,
  closed: 410,
  failed: 410,
};

/** Serves the pay pages of one provider under `pattern`, such as `/payment-links/:slug`. `random`: for the ids of forms. */
export const mountPayPages = (
  app: Hono,
  pattern: string,
  linkAt: (path: string) => PayableLink | undefined,
  random: Random,
): void => {
  app.use(pattern, pageHeaders({ hasScript: false }), csrf());
  const sentForms = createSentForms<Standing>();
  const newFormId = (): string => random.uuid();
  const render = (page: PayPage, visit: Visit): Html => renderLinkPage(page, visit, newFormId);

  app.get(pattern, (context) => {
    const page = linkAt(pathOf(context))?.page();
    if (page === undefined) return unknownLink(context);
    // Another look at the page is another look at the link. Refused forms are kept: going back to one would send it again.
    context.header("Cache-Control", "no-store");
    // Whoever has just paid hears so, also where that was the last time the link can be used.
    const paid = page.payments.find(({ id, isPaid }) => isPaid && id === context.req.query("paid"));
    const payment = page.payments.find(({ id }) => id === context.req.query("payment"));
    const isKnown = paid !== undefined || payment !== undefined;
    return context.html(render(page, { paid, payment }), isKnown ? 200 : STATUS_OF[page.state]);
  });

  app.post(pattern, async (context) => {
    const path = pathOf(context);
    const link = linkAt(path);
    if (link === undefined) return unknownLink(context);
    const form = new URLSearchParams(await context.req.text());
    const page = link.page();
    const action = form.get("do") ?? "pay";
    const refusal = faultIn(form, action, page);
    if (refusal !== undefined || !isPageAction(action))
      return context.html(render(page, refused(page, form, refusal)), 400);
    let standing: Standing;
    try {
      const formId = form.get("form");
      const run = (): Promise<Standing> => perform(link, action, choiceOf(form, action, page), form.get("card"));
      standing = await (formId === null ? run() : sentForms.once(`${path} ${formId}`, run));
    } catch (error) {
      if (!(error instanceof RefusedAction)) throw error;
      const pageNow = link.page();
      return context.html(render(pageNow, refused(pageNow, form, error.message)), error.status);
    }
    return context.redirect(`${path}?${standing.has}=${encodeURIComponent(standing.id)}`, 303);
  });
};

// Hono's own path is partly decoded, which would spoil references that hold a percent sign.
const pathOf = (context: Context): string => new URL(context.req.url).pathname;

const unknownLink = (context: Context): Response | Promise<Response> =>
  context.html(renderNotice("No such link", "This payment link does not exist or was deleted."), 404);

const refused = (page: PayPage, form: URLSearchParams, refusal: string | undefined): Visit => {
  const payment = page.payments.find(({ id }) => id === form.get("payment"));
  return { payment, refusal, entered: form };
};

/** What keeps a form from being sent on, for who reads the page. */
const faultIn = (form: URLSearchParams, action: string, { asksFor, currency }: PayPage): string | undefined => {
  if (!isPageAction(action)) return "There is no such button on this page.";
  const amount = form.get("amount");
  if (amount !== null && parseAmount(amount, currency) === undefined) {
    return `Write the amount in ${currency.unitName}, as ${typedExamples(190_000 * 10 ** currency.decimals, currency)}.`;
  }
  if (form.has("payment")) return undefined;
  for (const detail of asksFor) {
    const text = (form.get(detail) ?? "").trim();
    if (text === "") return `Fill in your ${detail} to go on.`;
    if (text.length > MAX_DETAIL_LENGTH) return `Your ${detail} can have at most ${MAX_DETAIL_LENGTH} characters.`;
    if (detail === "email" && !/^[^\s@]+@[^\s@]+$/.test(text)) return "Your email must look like name@example.com.";
    if (detail === "phone" && !/^\+?(?:[\s().-]*\d){4,20}$/.test(text)) {
      return "Your phone must look like 0812 3456 7890 or +62 812 3456 7890.";
    }
  }
  return form.has("method") ? undefined : "Choose a payment method to go on.";
};

const choiceOf = (form: URLSearchParams, action: PageAction, { asksFor, currency }: PayPage): PayerChoice => {
  const amount = form.get("amount");
  const detail = (name: keyof PayerDetails): string => (asksFor.includes(name) ? (form.get(name)?.trim() ?? "") : "");
  return {
    method: form.get("method") ?? undefined,
    payment: form.get("payment") ?? undefined,
    amount: amount === null ? undefined : parseAmount(amount, currency),
    // The next step asks for the payment by its id; only who pays at once has no other hold of it.
    isNew: action === "pay" && !form.has("payment"),
    details: { name: detail("name"), email: detail("email"), phone: detail("phone") },
  };
};
