import type { Context, Hono } from "hono";
import {
  type Clock,
  createProviderApp,
  DAY_MS,
  hasBasicAuth,
  isProblems,
  type JsonObject,
  type Problem,
  pageByCursor,
  RefusedAction,
  readJson,
  replayByKey,
  requireAuth,
  type SimulatorContext,
  sentencesOf,
  wholeNumberIn,
} from "../simulator-kit/index.ts";
import { type CodedProblem, type LinkRequest, readInvoiceRequest, readSessionRequest } from "./create-request.ts";
import { XENDIT_BUSINESS_ID, XENDIT_CREDENTIALS } from "./credentials.ts";
import { currencyOf, minorOf } from "./currencies.ts";
import { refuseWith, XENDIT_ERRORS } from "./errors.ts";
import { type LinkStatus, type Refund, statusOf, type XenditLink, type XenditLinks } from "./links.ts";
import { detailsOf, pageOfInvoices } from "./list-query.ts";
import { rateLimit } from "./rate-limit.ts";
import { addRefund } from "./refunds.ts";
import { linkResource, refundResource } from "./resources.ts";
import type { SettingsStore } from "./settings.ts";

/** The state of the API. */
interface XenditApi {
  readonly links: XenditLinks;
  readonly settings: SettingsStore;
  readonly clock: Clock;
  readonly urlOf: (link: XenditLink) => string;
  /** Ends a link by a call. */
  readonly end: (link: XenditLink, status: LinkStatus) => void;
  /** Reports a refund to the merchant. */
  readonly reportRefund: (link: XenditLink, refund: Refund) => Promise<void>;
}

const { refuse, answers } = XENDIT_ERRORS;

/** Where the settings of the account are: the sandbox's own path, which Xendit does not have. */
const SETTINGS = "/tautan-sandbox/settings";

const KEY_PROBLEMS = {
  in_progress: "A request with this key is in progress",
  other_request: "This key was used with another request",
} as const;

/** Invoices (github.com/xendit/xendit-node, docs/Invoice.md), refunds (docs/Refund.md) and sessions (docs.xendit.co, Payment Sessions). */
export const createXenditApp = ({ state }: Pick<SimulatorContext, "state">, api: XenditApi): Hono => {
  const app = createProviderApp(answers);
  const now = (): number => api.clock.now();
  const isAllowed = (request: Request): boolean => hasBasicAuth(request, XENDIT_CREDENTIALS.secretKey, "");
  for (const path of ["/v2/*", "/invoices/*", "/sessions", "/sessions/*", "/refunds", "/refunds/*"]) {
    app.use(
      path,
      rateLimit(api.clock, api.settings),
      requireAuth(isAllowed, (context) => refuse(context, 401, "API key is invalid")),
    );
  }
  app.use(
    "/refunds",
    replayByKey({
      header: "idempotency-key",
      collection: state.collection("xenditReplies"),
      clock: api.clock,
      keptMs: DAY_MS,
      isKept: ({ status }) => status < 400,
      refuse: (context, problem) => refuseWith(context, 409, "IDEMPOTENCY_ERROR", KEY_PROBLEMS[problem]),
    }),
  );

  const show = (context: Context, link: XenditLink): Response =>
    context.json(linkResource(link, api.urlOf(link), now()));
  /** A link of this product that the account of the request has. */
  const find = (context: Context, product: LinkRequest["product"]): XenditLink | undefined => {
    const link = api.links.get(context.req.param("id") ?? "");
    return link?.request.product === product && link.userId === accountOf(context) ? link : undefined;
  };

  const create =
    (read: (body: JsonObject, nowMs: number) => LinkRequest | CodedProblem | readonly Problem[]) =>
    async (context: Context): Promise<Response> => {
      const body = await readJson(context);
      if (body === undefined) return refuse(context, 400, "The request body is not a JSON object");
      const request = read(body, now());
      if (isProblems(request)) return invalid(context, request);
      if ("code" in request) return refuseWith(context, 400, request.code, request.message);
      return show(context, api.links.add(request, accountOf(context), now()));
    };

  for (const path of ["/v2/invoices", "/v2/invoices/"]) {
    app.post(path, create(readInvoiceRequest));
    app.get(path, (context) => {
      const own = api.links
        .all()
        .filter(({ request, userId }) => request.product === "invoice" && userId === accountOf(context));
      const page = pageOfInvoices(own, new URL(context.req.url).searchParams, now());
      return "problems" in page
        ? invalid(context, page.problems)
        : context.json(page.map((link) => linkResource(link, api.urlOf(link), now())));
    });
  }
  app.get("/v2/invoices/:id", (context) => {
    const link = find(context, "invoice");
    return link === undefined ? noInvoice(context) : show(context, link);
  });
  app.post("/invoices/:id/:action", (context) => {
    // With its exclamation mark as it is or escaped.
    if (decodeURIComponent(context.req.param("action")) !== "expire!") return answers.notFound(context);
    const link = find(context, "invoice");
    if (link === undefined) return noInvoice(context);
    if (statusOf(link, now()) !== "PENDING") {
      const message = `Could not find and update PENDING invoice ${link.id}`;
      return refuseWith(context, 400, "INVALID_INVOICE_STATUS_ERROR", message);
    }
    api.end(link, "EXPIRED");
    return show(context, link);
  });

  app.post("/sessions", create(readSessionRequest));
  app.get("/sessions/:id", (context) => {
    const link = find(context, "session");
    return link === undefined ? noSession(context) : show(context, link);
  });
  app.post("/sessions/:id/cancel", (context) => {
    const link = find(context, "session");
    if (link === undefined) return noSession(context);
    if (statusOf(link, now()) !== "PENDING") {
      return refuseWith(context, 409, "INVALID_SESSION_STATUS", "Could not find and update PENDING session");
    }
    api.end(link, "CANCELED");
    return show(context, link);
  });

  app.post("/refunds", (context) => makeRefund(context, api));
  app.get("/refunds", (context) => {
    const { invoice_id, payment_request_id, limit, after_id: after } = context.req.query();
    const own = api.links.all().filter(({ userId }) => userId === accountOf(context));
    const all = own.flatMap((link) => link.refunds.map((refund) => refundResource(link, refund)));
    const found = all.filter(
      (each) =>
        (invoice_id === undefined || each["invoice_id"] === invoice_id) &&
        (payment_request_id === undefined || each["payment_request_id"] === payment_request_id),
    );
    const size = wholeNumberIn(limit);
    const page = pageByCursor(found.toReversed(), ({ id }) => String(id), {
      limit: typeof size === "number" && size >= 1 ? Math.min(size, 100) : 10,
      after,
    });
    return page === undefined
      ? invalid(context, [{ path: "after_id", message: "is not in this list" }])
      : context.json({ data: page.items, has_more: page.hasMore });
  });

  app.get(SETTINGS, (context) => context.json(api.settings.current()));
  app.put(SETTINGS, async (context) => {
    const problems = api.settings.change((await readJson(context)) ?? {});
    return problems.length > 0 ? invalid(context, problems) : context.json(api.settings.current());
  });
  return app;
};

/** github.com/xendit/xendit-node, docs/refund/CreateRefund.md. */
const REASONS = ["FRAUDULENT", "DUPLICATE", "REQUESTED_BY_CUSTOMER", "CANCELLATION", "OTHERS"];

const makeRefund = async (context: Context, api: XenditApi): Promise<Response> => {
  const body = (await readJson(context)) ?? {};
  const { invoice_id, payment_request_id, amount, reason, reference_id } = body;
  if (typeof reason !== "string" || !REASONS.includes(reason)) {
    return invalid(context, [{ path: "reason", message: `must be one of ${REASONS.join(", ")}` }]);
  }
  const id = typeof invoice_id === "string" ? invoice_id : `ps-${String(payment_request_id).replace("pr-", "")}`;
  const link = api.links.get(id);
  if (link === undefined || link.userId !== accountOf(context)) {
    return refuseWith(context, 404, "DATA_NOT_FOUND", "There is no such payment");
  }
  const wanted = typeof amount === "number" ? minorOf(amount, currencyOf(link.request.currency)) : undefined;
  const reference = typeof reference_id === "string" ? reference_id : undefined;
  try {
    const refund = addRefund(link, api.links, { amount: wanted, reason, reference }, api.clock.now());
    void api.reportRefund(link, refund);
    return context.json(refundResource(link, refund));
  } catch (error) {
    if (error instanceof RefusedAction) return refuseWith(context, 400, "INELIGIBLE_TRANSACTION", error.message);
    throw error;
  }
};

/** The sub-account that the request names, or the account of the key. */
const accountOf = (context: Context): string => context.req.header("for-user-id") ?? XENDIT_BUSINESS_ID;

const invalid = (context: Context, problems: readonly Problem[]): Response =>
  refuseWith(context, 400, "API_VALIDATION_ERROR", sentencesOf(problems).join("; "), detailsOf(problems));

const noInvoice = (context: Context): Response =>
  refuseWith(context, 404, "INVOICE_NOT_FOUND_ERROR", "Invoice not found");

const noSession = (context: Context): Response =>
  refuseWith(context, 404, "DATA_NOT_FOUND", "There is no payment session with this id");
