import type { Context, Hono } from "hono";
import { csrf } from "hono/csrf";
import { parseAmount, typedForms } from "../money.ts";
import {
  type PayableLink,
  type PayerChoice,
  type PayerDetails,
  RefusedAction,
  type SimulatorContext,
} from "../simulator.ts";
import { TEXTS } from "./catalogue.ts";
import { detectLanguage, LANGUAGE_PARAMETER, languageOf } from "./language.ts";
import { type Refusal, renderLinkPage, renderUnknownLink, type Visit } from "./link-page.ts";
import { isPageAction, type PageAction, PageRefusal, perform, type Standing } from "./page-actions.ts";
import { quantityName } from "./pay-form.ts";
import { payPageHeaders } from "./pay-layout.ts";
import type { OpenAmount, PayPage, PayPageState } from "./pay-page.ts";
import { createSentForms } from "./sent-forms.ts";
import { moneyIn, type View } from "./view.ts";

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

/** Serves the pay pages of one provider under `pattern`, such as `/payment-links/:slug`. */
export const mountPayPages = (
  app: Hono,
  pattern: string,
  linkAt: (path: string) => PayableLink | undefined,
  { clock, random }: Pick<SimulatorContext, "clock" | "random">,
): void => {
  app.use(pattern, payPageHeaders(), csrf(), detectLanguage());
  const sentForms = createSentForms<Standing>();
  const formIds = random.fork("forms");

  const viewOf = (context: Context, page: PayPage): View => ({
    ...languageView(context),
    currency: page.currency,
    nowMs: clock.now(),
    newFormId: () => formIds.uuid(),
  });

  app.get(pattern, (context) => {
    context.header("Vary", "Accept-Language");
    const page = linkAt(pathOf(context))?.page();
    if (page === undefined) return unknownLink(context);
    // Another look at the page is another look at the link. Refused forms are kept: going back to one would send it again.
    context.header("Cache-Control", "no-store");
    // Whoever has just paid hears so, also where that was the last time the link can be used.
    const paid = page.payments.find(({ id, isPaid }) => isPaid && id === context.req.query("paid"));
    const payment = page.payments.find(({ id }) => id === context.req.query("payment"));
    const isKnown = paid !== undefined || payment !== undefined;
    const visit = { paid, payment };
    return context.html(renderLinkPage(page, visit, viewOf(context, page)), isKnown ? 200 : STATUS_OF[page.state]);
  });

  app.post(pattern, async (context) => {
    context.header("Vary", "Accept-Language");
    const path = pathOf(context);
    const link = linkAt(path);
    if (link === undefined) return unknownLink(context);
    const form = new URLSearchParams(await context.req.text());
    const refuse = (refusal: Refusal | undefined, status: 400 | 404 | 409): Response | Promise<Response> => {
      const page = link.page();
      return context.html(renderLinkPage(page, refused(page, form, refusal), viewOf(context, page)), status);
    };
    const page = link.page();
    const view = viewOf(context, page);
    const action = form.get("do") ?? "pay";
    const problem = problemIn(form, action, page, view);
    if (problem !== undefined || !isPageAction(action)) {
      return refuse(problem === undefined ? undefined : { sentence: problem }, 400);
    }
    let standing: Standing;
    try {
      const formId = form.get("form");
      const run = (): Promise<Standing> => perform(link, action, choiceOf(form, action, page), form.get("card"), view);
      standing = await (formId === null ? run() : sentForms.once(`${path} ${formId}`, run));
    } catch (error) {
      if (!(error instanceof RefusedAction)) throw error;
      return refuse(refusalOf(error, view), error.status);
    }
    const query = view.addressOf(standing.has === "nothing" ? {} : { [standing.has]: standing.id });
    return context.redirect(query === "?" ? path : path + query, 303);
  });
};

/** The language of a page's reader. A choice in the address is kept. */
const languageView = (context: Context): Pick<View, "language" | "texts" | "addressOf"> => {
  const language = languageOf(context);
  const kept = context.req.query(LANGUAGE_PARAMETER) === undefined ? {} : { [LANGUAGE_PARAMETER]: language };
  return {
    language,
    texts: TEXTS[language],
    addressOf: (parameters = {}) => `?${String(new URLSearchParams({ ...kept, ...parameters }))}`,
  };
};

// Hono's own path is partly decoded, which would spoil references that hold a percent sign.
const pathOf = (context: Context): string => new URL(context.req.url).pathname;

const unknownLink = (context: Context): Response | Promise<Response> =>
  context.html(renderUnknownLink(languageView(context)), 404);

const refused = (page: PayPage, form: URLSearchParams, refusal: Refusal | undefined): Visit => {
  const payment = page.payments.find(({ id }) => id === form.get("payment"));
  return { payment, refusal, entered: form };
};

/** The page's own sentences are for the payer; those of a provider carry its codes. */
const refusalOf = (error: RefusedAction, { texts }: View): Refusal =>
  error instanceof PageRefusal
    ? { sentence: error.message, reason: error.reason }
    : { sentence: texts.problems.notPossible, reason: error.message };

/** Why a form is not accepted, as text for the reader. */
const problemIn = (form: URLSearchParams, action: string, page: PayPage, view: View): string | undefined => {
  const { problems } = view.texts;
  if (!isPageAction(action)) return problems.noSuchButton;
  const amount = form.get("amount");
  if (amount !== null) {
    const problem = problemWithAmount(amount, form.has("payment") ? undefined : page.amount, view);
    if (problem !== undefined) return problem;
  }
  if (form.has("payment") || action === "expire_link") return undefined;
  for (const [index, { name, adjustable }] of page.items.entries()) {
    const typed = form.get(quantityName(index));
    if (adjustable === undefined || typed === null) continue;
    const { min, max } = adjustable;
    const isWithin = /^\d{1,9}$/.test(typed) && Number(typed) >= min && Number(typed) <= max;
    if (!isWithin) return problems.quantityRange(name, min, max);
  }
  for (const detail of page.asksFor) {
    const text = (form.get(detail) ?? "").trim();
    if (text === "") return problems.missing[detail];
    if (text.length > MAX_DETAIL_LENGTH) return problems.tooLong(detail, MAX_DETAIL_LENGTH);
    if (detail === "email" && !/^[^\s@]+@[^\s@]+$/.test(text)) return problems.emailForm;
    if (detail === "phone" && !/^\+?(?:[\s().-]*\d){4,20}$/.test(text)) return problems.phoneForm;
  }
  return form.has("method") ? undefined : problems.chooseMethod;
};

/** Of an amount that is typed; `bounds` are those of an open amount. */
const problemWithAmount = (typed: string, bounds: number | OpenAmount | undefined, view: View): string | undefined => {
  const { currency, texts } = view;
  const amount = parseAmount(typed, currency);
  if (amount === undefined) {
    return texts.problems.amountForm(currency, typedForms(190_000 * 10 ** currency.decimals, currency));
  }
  if (typeof bounds !== "object") return undefined;
  const { min, max = Number.MAX_SAFE_INTEGER } = bounds;
  if (amount >= min && amount <= max) return undefined;
  return max === Number.MAX_SAFE_INTEGER
    ? texts.problems.amountFrom(currency, moneyIn(view, min))
    : texts.problems.amountRange(currency, moneyIn(view, min), moneyIn(view, max));
};

const choiceOf = (form: URLSearchParams, action: PageAction, { asksFor, currency, items }: PayPage): PayerChoice => {
  const amount = form.get("amount");
  const typed = items.flatMap(({ adjustable }, index) => {
    const quantity = adjustable === undefined ? null : form.get(quantityName(index));
    return quantity === null ? [] : [[index, Number(quantity)] as const];
  });
  const detail = (name: keyof PayerDetails): string => (asksFor.includes(name) ? (form.get(name)?.trim() ?? "") : "");
  return {
    method: form.get("method") ?? undefined,
    payment: form.get("payment") ?? undefined,
    amount: amount === null ? undefined : parseAmount(amount, currency),
    ...(typed.length > 0 && { quantities: Object.fromEntries(typed) }),
    // The next step asks for the payment by its id; only who pays at once has no other hold of it.
    isNew: action === "pay" && !form.has("payment"),
    details: { name: detail("name"), email: detail("email"), phone: detail("phone") },
  };
};
