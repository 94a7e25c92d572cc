import type { DriverError } from "@tautan/core/driver";
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
import { FIXED_MESSAGES, failureFromReply, isErrorInside } from "./errors.ts";
import type { CheckedOptions } from "./options.ts";

type Reply = Promise<Result<JsonObject, DriverError>>;

/** The Midtrans API. The only file of this driver that does I/O. */
export interface MidtransClient {
  /** `POST /v1/payment-links`. `sources` are the caller's texts, which a refusal may repeat. */
  createLink(body: object, sources: readonly SensitiveSource[]): Reply;
  /** `GET /v1/payment-links/{order_id}` */
  getLink(orderId: string): Reply;
  /** `DELETE /v1/payment-links/{order_id}` */
  deleteLink(orderId: string): Reply;
  /** `GET /v2/{order_id}/status` */
  getStatus(orderId: string): Reply;
  /** `GET /v2/{transaction_id}/status`, in the form for methods that are only known by that id. */
  getStatusOfAttempt(transactionId: string): Reply;
  /** `POST /v2/{order_id}/expire`. Only ends a pending attempt. */
  expirePurchase(orderId: string): Reply;
}

/** Source: docs.midtrans.com, DANA and SeaBank VA, "Get Status API". */
const OF_BI_SNAP = { "transaction-source": "SNAP_API" } as const;

/** The client for one call. */
export type ClientFor = (context: SendContext) => MidtransClient;

/** Source of paths and headers: docs.midtrans.com, Create Payment Link and API Authorization and Headers. */
export const createClient = ({ serverKey, baseUrl, transport }: CheckedOptions): ClientFor => {
  const authorization = basicAuthorization(serverKey, "");
  const headers = { accept: "application/json", "content-type": "application/json", authorization };
  const redactorOf = createRedactor([serverKey], FIXED_MESSAGES);
  return (context) => {
    const send = senderOf({ transport, baseUrl, headers, redactorOf, judge }, context);
    const read = (path: Path, more?: typeof OF_BI_SNAP) =>
      send({ purpose: "read", method: "GET", path, ...(more && { headers: more }) });
    return {
      createLink: (body, sources) =>
        send({ purpose: "create", method: "POST", path: ok("/v1/payment-links"), body }, sources),
      getLink: (orderId) => read(linkPath(orderId)),
      deleteLink: (orderId) => send({ purpose: "change", method: "DELETE", path: linkPath(orderId) }),
      getStatus: (orderId) => read(transactionPath(orderId, "status")),
      getStatusOfAttempt: (transactionId) => read(transactionPath(transactionId, "status"), OF_BI_SNAP),
      expirePurchase: (orderId) =>
        send({ purpose: "change", method: "POST", path: transactionPath(orderId, "expire") }),
    };
  };
};

const judge = (reply: HttpReply, context: ReplyContext): Result<JsonObject, DriverError> => {
  if (!isSuccessStatus(reply)) return err(failureFromReply(reply, context));
  const body = readJsonObject(reply);
  return body.isOk() && isErrorInside(body.value) ? err(failureFromReply(reply, context)) : body;
};

type Path = Result<string, DriverError>;

const linkPath = (orderId: string): Path => pathSegment(orderId).map((segment) => `/v1/payment-links/${segment}`);

const transactionPath = (id: string, action: "status" | "expire"): Path =>
  pathSegment(id).map((segment) => `/v2/${segment}/${action}`);
