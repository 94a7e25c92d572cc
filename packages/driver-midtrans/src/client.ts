import type { DriverError } from "@tautan/core/driver";
import type { HttpRequest } from "@tautan/driver-kit";
import {
  basicAuthorization,
  createRedactor,
  failureFromTransport,
  type JsonObject,
  pathSegment,
  readJsonObject,
  type SensitiveSource,
} from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { FIXED_MESSAGES, failureFromReply, isErrorInside } from "./errors.ts";
import type { CheckedOptions } from "./options.ts";

type Reply = Promise<Result<JsonObject, DriverError>>;

/** The Midtrans API. The only file of this driver that does I/O. */
export interface MidtransClient {
  /** `POST /v1/payment-links`. `sources` are the caller's texts, which a refusal may repeat. */
  createLink(body: object, sources: readonly SensitiveSource[], signal: AbortSignal): Reply;
  /** `GET /v1/payment-links/{order_id}` */
  getLink(orderId: string, signal: AbortSignal): Reply;
  /** `DELETE /v1/payment-links/{order_id}` */
  deleteLink(orderId: string, signal: AbortSignal): Reply;
  /** `GET /v2/{order_id}/status` */
  getStatus(orderId: string, signal: AbortSignal): Reply;
  /** `GET /v2/{transaction_id}/status`, in the form for methods that are only known by that id. */
  getStatusOfAttempt(transactionId: string, signal: AbortSignal): Reply;
  /** `POST /v2/{order_id}/expire`. Only ends a pending attempt. */
  expirePurchase(orderId: string, signal: AbortSignal): Reply;
}

/** Source: docs.midtrans.com, DANA and SeaBank VA, "Get Status API". */
const OF_BI_SNAP = { "transaction-source": "SNAP_API" } as const;

/**
 * `reads` is the purpose of this client's reads. Source of paths and headers: docs.midtrans.com, Create Payment Link and API
 * Authorization and Headers.
 */
export const createClient = (
  { serverKey, baseUrl, transport }: CheckedOptions,
  reads: "read" | "confirm" = "read",
): MidtransClient => {
  const authorization = basicAuthorization(serverKey, "");
  const headers = { accept: "application/json", "content-type": "application/json", authorization };
  const redactorOf = createRedactor([serverKey], FIXED_MESSAGES);

  const call = async (
    request: Pick<HttpRequest, "purpose" | "method" | "signal" | "body"> &
      Partial<Pick<HttpRequest, "headers">> & { readonly path: Result<string, DriverError> },
    sources?: readonly SensitiveSource[],
  ): Reply => {
    const { path, headers: more, ...rest } = request;
    if (path.isErr()) return err(path.error);
    const sent = await transport.send({ ...rest, url: baseUrl + path.value, headers: { ...headers, ...more } });
    if (sent.isErr()) return err(failureFromTransport(sent.error));
    const reply = sent.value;
    const failed = (): DriverError =>
      failureFromReply(reply, { purpose: request.purpose, redact: redactorOf(sources) });
    if (reply.status < 200 || reply.status > 299) return err(failed());
    return readJsonObject(reply).andThen((body) => (isErrorInside(body) ? err(failed()) : ok(body)));
  };
  const linkPath = (orderId: string) => pathSegment(orderId).map((segment) => `/v1/payment-links/${segment}`);
  const transactionPath = (id: string, action: "status" | "expire") =>
    pathSegment(id).map((segment) => `/v2/${segment}/${action}`);

  return {
    createLink: (body, sources, signal) => {
      const request = { purpose: "create", method: "POST", path: ok("/v1/payment-links"), signal } as const;
      return call({ ...request, body: JSON.stringify(body) }, sources);
    },
    getLink: (orderId, signal) => call({ purpose: reads, method: "GET", path: linkPath(orderId), signal }),
    deleteLink: (orderId, signal) => call({ purpose: "change", method: "DELETE", path: linkPath(orderId), signal }),
    getStatus: (orderId, signal) =>
      call({ purpose: reads, method: "GET", path: transactionPath(orderId, "status"), signal }),
    getStatusOfAttempt: (transactionId, signal) => {
      const request = {
        purpose: reads,
        method: "GET",
        path: transactionPath(transactionId, "status"),
        signal,
      } as const;
      return call({ ...request, headers: OF_BI_SNAP });
    },
    expirePurchase: (orderId, signal) =>
      call({ purpose: "change", method: "POST", path: transactionPath(orderId, "expire"), signal }),
  };
};
