import type { DriverError } from "@tautan/core/driver";
import type { HttpRequest } from "@tautan/driver-kit";
import {
  basicAuthorization,
  createRedactor,
  failureFromTransport,
  type JsonObject,
  readJsonObject,
} from "@tautan/driver-kit/calls";
import { err, ok, type Result } from "neverthrow";
import { failureFromReply, isErrorInside } from "./errors.ts";
import type { CheckedOptions } from "./options.ts";

type Reply = Promise<Result<JsonObject, DriverError>>;

/** The Midtrans API. The only file of this driver that does I/O. */
export interface MidtransClient {
  /** `POST /v1/payment-links`. `personal` are the customer's data, which a refusal may repeat. */
  createLink(body: object, personal: readonly (string | undefined)[], signal: AbortSignal): Reply;
  /** `GET /v1/payment-links/{order_id}` */
  getLink(orderId: string, signal: AbortSignal): Reply;
  /** `DELETE /v1/payment-links/{order_id}` */
  deleteLink(orderId: string, signal: AbortSignal): Reply;
  /** `GET /v2/{order_id or transaction_id}/status` */
  getStatus(id: string, signal: AbortSignal): Reply;
}

/** Source of paths and headers: docs.midtrans.com, Create Payment Link and API Authorization and Headers. */
export const createClient = ({ serverKey, baseUrl, transport }: CheckedOptions): MidtransClient => {
  const authorization = basicAuthorization(serverKey, "");
  const headers = { accept: "application/json", "content-type": "application/json", authorization };
  const redact = createRedactor([serverKey]);

  const call = async (
    request: Pick<HttpRequest, "method" | "signal"> & { readonly path: string; readonly body?: string },
    personal: readonly (string | undefined)[] = [],
  ): Reply => {
    const { path, ...rest } = request;
    const sent = await transport.send({ ...rest, url: baseUrl + path, headers });
    if (sent.isErr()) return err(failureFromTransport(sent.error));
    const reply = sent.value;
    if (reply.status < 200 || reply.status > 299) return err(failureFromReply(reply, redact, personal));
    return readJsonObject(reply).andThen((body) =>
      isErrorInside(body) ? err(failureFromReply(reply, redact, personal)) : ok(body),
    );
  };
  // Half a surrogate pair cannot be encoded.
  const pathPart = (id: string): string => encodeURIComponent(id.toWellFormed());
  const linkPath = (orderId: string): string => `/v1/payment-links/${pathPart(orderId)}`;

  return {
    createLink: (body, personal, signal) =>
      call({ method: "POST", path: "/v1/payment-links", body: JSON.stringify(body), signal }, personal),
    getLink: (orderId, signal) => call({ method: "GET", path: linkPath(orderId), signal }),
    deleteLink: (orderId, signal) => call({ method: "DELETE", path: linkPath(orderId), signal }),
    getStatus: (id, signal) => call({ method: "GET", path: `/v2/${pathPart(id)}/status`, signal }),
  };
};
