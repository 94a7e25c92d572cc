import type { Context, Hono } from "hono";
import {
  createInputReader,
  createProviderApp,
  hasBasicAuth,
  isProblems,
  type JsonObject,
  limitBody,
  type Problem,
  parseJsonObject,
  type Random,
  readJson,
  requireAuth,
  sentencesOf,
} from "../simulator-kit/index.ts";
import { readLinkRequest } from "./create-request.ts";
import { linkDetails } from "./details.ts";
import {
  coreError,
  errorMessages,
  invalidParameters,
  MIDTRANS_ERRORS,
  UNAUTHORIZED_LINK_CALL,
  unknownTransaction,
} from "./errors.ts";
import { type MidtransLinks } from "./link-store.ts";
import { isUnderReview, type MidtransLink, type Purchase, type Transaction, type TransactionStatus } from "./links.ts";
import { readRefundRequest } from "./refund-request.ts";
import type { RefundWay } from "./refunds.ts";
import { foundMessageOf, refundReply, replyCodeOf, transactionBody } from "./transaction-body.ts";
import type { Transactions } from "./transactions.ts";

/** The state of the API. */
interface MidtransApi {
  readonly serverKey: string;
  readonly links: MidtransLinks;
  readonly transactions: Transactions;
  readonly now: () => number;
  readonly random: Random;
  readonly payUrl: (link: MidtransLink) => string;
}

// "Maximum allowed size of HTTP(S) request is 16KB": github.com/xct007/midtrans-client, src/client.ts.
const MAX_REQUEST_BYTES = 16 * 1024;

/** The payment link endpoints under /v1 and the transaction endpoints under /v2. */
export const createMidtransApp = (api: MidtransApi): Hono => {
  const { answers } = MIDTRANS_ERRORS;
  const app = createProviderApp(answers);
  for (const paths of ["/v1/*", "/v2/*"]) app.use(paths, limitBody(answers.tooLarge, MAX_REQUEST_BYTES));
  const isAllowed = (request: Request): boolean => hasBasicAuth(request, api.serverKey, "");
  app.use(
    "/v1/payment-links/*",
    requireAuth(isAllowed, (context) => context.json(UNAUTHORIZED_LINK_CALL, 401)),
  );
  app.use(
    "/v2/*",
    // docs.midtrans.com, Cancel Transaction: the sample of 401.
    requireAuth(isAllowed, (context) =>
      context.json(coreError("401", "Transaction cannot be authorized with the current client/server key."), 401),
    ),
  );
  app.post("/v1/payment-links", (context) => createLink(context, api));
  app.get("/v1/payment-links/:orderId", (context) => {
    const link = api.links.byOrderId(context.req.param("orderId"));
    return link === undefined ? unknownLink(context) : context.json(linkDetails(link, api.payUrl(link)));
  });
  app.delete("/v1/payment-links/:orderId", (context) => {
    const orderId = context.req.param("orderId");
    const link = api.links.byOrderId(orderId);
    if (link === undefined) return unknownLink(context);
    link.isDeleted = true;
    api.links.changed(link);
    return context.json({ message: `Payment Link with Order ID ${orderId} deleted` });
  });
  app.get("/v2/:id/status", (context) =>
    withTransaction(context, api, ({ purchase, transaction }) =>
      reply(context, api, purchase, transaction, foundMessageOf(transaction)),
    ),
  );
  app.post("/v2/:id/cancel", (context) =>
    change(context, api, "cancel", ["pending", "authorize", "capture"], "Success, transaction is canceled"),
  );
  app.post("/v2/:id/expire", (context) =>
    change(context, api, "expire", ["pending"], "Success, transaction has expired"),
  );
  app.post("/v2/:id/approve", (context) => review(context, api, "approve"));
  app.post("/v2/:id/deny", (context) => review(context, api, "deny"));
  app.post("/v2/capture", (context) => capture(context, api));
  app.post("/v2/:id/refund", (context) => refund(context, api, "queued"));
  app.post("/v2/:id/refund/online/direct", (context) => refund(context, api, "direct"));
  return app;
};

const createLink = async (context: Context, api: MidtransApi): Promise<Response> => {
  const body = await readJson(context);
  if (body === undefined) return context.json(errorMessages("Invalid JSON data provided."), 400);
  const request = readLinkRequest(body);
  if (isProblems(request)) {
    return context.json(errorMessages(...takenSlug(api, sentSlug(body)), ...sentencesOf(request)), 400);
  }
  if (api.links.isOrderIdTaken(request.orderId)) {
    return context.json(errorMessages(`The Order ID '${request.orderId}' has been taken`), 409);
  }
  const taken = takenSlug(api, request.slug);
  if (taken.length > 0) return context.json(errorMessages(...taken), 400);
  const link = api.links.add(request, api.now());
  return context.json({ order_id: request.orderId, payment_url: api.payUrl(link) });
};

const sentSlug = (body: JsonObject): unknown => {
  const details = body["transaction_details"];
  return typeof details === "object" && details !== null ? (details as JsonObject)["payment_link_id"] : undefined;
};

const takenSlug = (api: MidtransApi, slug: unknown): readonly string[] => {
  if (typeof slug !== "string" || !api.links.isSlugTaken(slug)) return [];
  return [`This Payment Link ID '${slug}' has been taken`];
};

const unknownLink = (context: Context): Response => context.json(errorMessages("Payment Link not found"), 404);

/** Answers with HTTP 200 and the code in the body, as the samples of docs.midtrans.com, Cancel Transaction do for 412. */
const withTransaction = (
  context: Context,
  api: MidtransApi,
  answer: (found: { readonly purchase: Purchase; readonly transaction: Transaction }) => Response,
): Response => {
  const id = context.req.param("id") ?? "";
  const found = api.transactions.find(id);
  // docs.midtrans.com, Get Transaction Status: DANA goes by transaction id only.
  const isHidden = found?.transaction.method.code === "dana" && id !== found.transaction.id;
  if (found === undefined || isHidden) return context.json(unknownTransaction(api.random.uuid()));
  return answer(found);
};

// docs.midtrans.com, Cancel Transaction, Sample Response - Error.
const UNCHANGEABLE = coreError("412", "Merchant cannot modify the status of the transaction");

/** docs.midtrans.com, Approve Transaction and Deny Transaction: for what fraud detection has challenged. */
const review = (context: Context, api: MidtransApi, decision: "approve" | "deny"): Response =>
  withTransaction(context, api, ({ purchase, transaction }) => {
    if (!isUnderReview(transaction)) return context.json(UNCHANGEABLE);
    if (decision === "approve") {
      void api.transactions.approve(purchase);
      return reply(context, api, purchase, transaction, "Success, transaction is approved");
    }
    void api.transactions.move(purchase, "deny", "deny");
    const outcome = { statusCode: "200", statusMessage: "Success, transaction is denied" };
    return context.json(transactionBody(purchase, transaction, outcome, api.serverKey));
  });

/** docs.midtrans.com, Capture Transaction: takes what was reserved on a card, by default all of it. */
const capture = async (context: Context, api: MidtransApi): Promise<Response> => {
  const body = await readJson(context);
  if (body === undefined) return context.json(coreError("413", MALFORMED_BODY));
  const reader = createInputReader();
  const id = reader.text("transaction_id", body["transaction_id"], { required: true, max: 255 }) ?? "";
  const found = api.transactions.find(id);
  const max = found?.purchase.amount ?? Number.MAX_SAFE_INTEGER;
  const amount = reader.integer("gross_amount", body["gross_amount"], { min: 1, max });
  if (reader.problems.length > 0) return invalid(context, api, reader.problems);
  if (found?.transaction.id !== id) return context.json(unknownTransaction(api.random.uuid()));
  const { purchase, transaction } = found;
  if (transaction.status !== "authorize" || isUnderReview(transaction)) return context.json(UNCHANGEABLE);
  void api.transactions.capture(purchase, amount ?? purchase.amount);
  return reply(context, api, purchase, transaction, "Success, Credit Card capture transaction is successful");
};

const invalid = (context: Context, api: MidtransApi, problems: readonly Problem[]): Response =>
  context.json(invalidParameters(api.random.uuid(), sentencesOf(problems)));

// docs.midtrans.com, Code 4xx: 413.
const MALFORMED_BODY = "The request cannot be processed due to syntax error in the request body.";

const change = (
  context: Context,
  api: MidtransApi,
  status: TransactionStatus,
  from: readonly TransactionStatus[],
  message: string,
): Response =>
  withTransaction(context, api, ({ purchase, transaction }) => {
    // An older try was denied, so it never gets further than this.
    if (!from.includes(transaction.status)) return context.json(UNCHANGEABLE);
    void api.transactions.move(purchase, status);
    return reply(context, api, purchase, transaction, message);
  });

// docs.midtrans.com, Refund Transactions, Sample Response.
const REFUND_REFUSALS = {
  "406": "Duplicate refund ID",
  "412": "Merchant cannot modify the status of the transaction",
  "414": "Refund request is rejected due to invalid amount",
} as const;

const refund = async (context: Context, api: MidtransApi, way: RefundWay): Promise<Response> => {
  const text = await context.req.text();
  const body = text === "" ? {} : parseJsonObject(text);
  return withTransaction(context, api, ({ purchase, transaction }) => {
    if (body === undefined) return context.json(coreError("413", MALFORMED_BODY));
    const request = readRefundRequest(body);
    if (isProblems(request)) return invalid(context, api, request);
    const result = api.transactions.refund(purchase, transaction, request, way);
    if ("refused" in result) return context.json(coreError(result.refused, REFUND_REFUSALS[result.refused]));
    return context.json(refundReply(purchase, transaction, result.refund));
  });
};

const reply = (
  context: Context,
  api: MidtransApi,
  purchase: Purchase,
  transaction: Transaction,
  statusMessage: string,
): Response => {
  const outcome = { statusCode: replyCodeOf(transaction), statusMessage };
  return context.json(transactionBody(purchase, transaction, outcome, api.serverKey));
};
