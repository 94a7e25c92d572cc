import type { DriverError } from "@tautan/core/driver";
import { driverError, omitUndefined } from "@tautan/core/driver";
import type { HttpReply } from "@tautan/driver-kit";
import {
  basicAuthorization,
  createRedactor,
  isSuccessStatus,
  type JsonObject,
  pathSegment,
  type ReplyContext,
  readJsonObject,
  type SendContext,
  type SensitiveSource,
  senderOf,
} from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { failureFromReply } from "./errors.ts";
import type { CheckedOptions } from "./options.ts";

type Reply<T> = Promise<Result<T, DriverError>>;

/** The caller's texts, which a refusal may repeat and no error may show. */
type Sources = readonly SensitiveSource[];

/** The filters of a list of invoices. */
export interface InvoiceQuery {
  readonly limit: number;
  /** The id of the last invoice of the page before. */
  readonly after?: string | undefined;
  readonly reference?: string | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly paidAfter?: string | undefined;
}

/** The filters of a list of refunds: of an invoice, or of the request for payment of a session. */
export interface RefundQuery {
  readonly of: "invoice_id" | "payment_request_id";
  readonly id: string;
  readonly limit: number;
  /** The id of the last refund of the page before. */
  readonly after?: string | undefined;
}

/** The Xendit API. The only file of this driver that does I/O. */
export interface XenditClient {
  /** `POST /v2/invoices` or `POST /sessions`. `sources` are the caller's texts, which a refusal may repeat. */
  createLink(product: "invoice" | "session", body: object, sources: Sources): Reply<JsonObject>;
  /** `GET /v2/invoices/{id}` */
  getInvoice(id: string): Reply<JsonObject>;
  /** `GET /v2/invoices`: a list without an envelope. */
  listInvoices(query: InvoiceQuery): Reply<readonly JsonObject[]>;
  /** `POST /invoices/{id}/expire!` */
  expireInvoice(id: string): Reply<JsonObject>;
  /** `GET /sessions/{id}` */
  getSession(id: string): Reply<JsonObject>;
  /** `POST /sessions/{id}/cancel` */
  cancelSession(id: string): Reply<JsonObject>;
  /** `GET /refunds` */
  listRefunds(query: RefundQuery): Reply<JsonObject>;
}

/** The client for one call. */
export type ClientFor = (context: SendContext) => XenditClient;

/**
 * Source of paths and headers: https://github.com/xendit/xendit-node, invoice/apis/Invoice.ts and refund/apis/Refund.ts; of sessions:
 * https://docs.xendit.co/apidocs/create-session and get-session.
 */
export const createClient = ({
  secretKey,
  forUserId,
  webhookTokens,
  baseUrl,
  transport,
}: CheckedOptions): ClientFor => {
  const headers = omitUndefined({
    accept: "application/json",
    authorization: basicAuthorization(secretKey, ""),
    "for-user-id": forUserId,
  });
  const redactorOf = createRedactor([secretKey, ...webhookTokens], FIXED_MESSAGES);
  return (context) => {
    const send = senderOf({ transport, baseUrl, headers, redactorOf, judge }, context);
    const read = (path: Result<string, DriverError>): Reply<HttpReply> =>
      send({ purpose: "read", method: "GET", path });
    const change = (path: Result<string, DriverError>): Reply<HttpReply> =>
      send({ purpose: "change", method: "POST", path });
    return {
      createLink: async (product, body, sources) => {
        const path = ok(product === "invoice" ? "/v2/invoices" : "/sessions");
        const request = { purpose: "create", method: "POST", path, headers: JSON_BODY, body } as const;
        return (await send(request, sources)).andThen(readJsonObject);
      },
      getInvoice: async (id) => (await read(pathOf("/v2/invoices/", id))).andThen(readJsonObject),
      listInvoices: async (query) =>
        (await read(ok(`/v2/invoices?${invoiceSearch(query).toString()}`))).andThen(readJsonList),
      expireInvoice: async (id) => (await change(pathOf("/invoices/", id, "/expire!"))).andThen(readJsonObject),
      getSession: async (id) => (await read(pathOf("/sessions/", id))).andThen(readJsonObject),
      cancelSession: async (id) => (await change(pathOf("/sessions/", id, "/cancel"))).andThen(readJsonObject),
      listRefunds: async ({ of, id, limit, after }) => {
        const search = new URLSearchParams({ [of]: id, limit: String(limit) });
        if (after !== undefined) search.set("after_id", after);
        return (await read(ok(`/refunds?${search.toString()}`))).andThen(readJsonObject);
      },
    };
  };
};

const JSON_BODY = { "content-type": "application/json" } as const;

/** Messages without personal data. Source: https://github.com/xendit/xendit-php/issues/200 for the second. */
const FIXED_MESSAGES: readonly string[] = ["Invoice not found", "Could not find and update PENDING invoice"];

const judge = (reply: HttpReply, context: ReplyContext): Result<HttpReply, DriverError> =>
  isSuccessStatus(reply) ? ok(reply) : err(failureFromReply(reply, context));

const pathOf = (before: string, id: string, after = ""): Result<string, DriverError> =>
  pathSegment(id).map((segment) => `${before}${segment}${after}`);

/** Parameters are repeated for each status, as Xendit's own client sends them. */
const invoiceSearch = ({ limit, after, reference, statuses = [], paidAfter }: InvoiceQuery): URLSearchParams => {
  const search = new URLSearchParams();
  if (reference !== undefined) search.set("external_id", reference);
  for (const status of statuses) search.append("statuses", status);
  search.set("limit", String(limit));
  if (paidAfter !== undefined) search.set("paid_after", paidAfter);
  if (after !== undefined) search.set("last_invoice", after);
  return search;
};

/** The list of objects in a reply. */
const readJsonList = ({ status, text }: HttpReply): Result<readonly JsonObject[], DriverError> => {
  const list = parsed(text);
  if (Array.isArray(list) && list.every((each) => typeof each === "object" && each !== null && !Array.isArray(each))) {
    return ok(list as readonly JsonObject[]);
  }
  const message = `expected a JSON list of objects, got HTTP ${status} with ${text.length} characters of something else`;
  return err(driverError("malformed_response", { message, status }));
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
