import type { DriverError } from "@tautan/core/driver";
import type { HttpReply, HttpRequest } from "@tautan/driver-kit";
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
import { FIXED_TITLES, failureFromReply } from "./errors.ts";
import type { CheckedOptions } from "./options.ts";

type Reply<T> = Promise<Result<T, DriverError>>;

/** The Xfers API. The only file of this driver that does I/O. */
export interface XfersClient {
  /** `POST /payment_links`. `sources` are the caller's texts, which a refusal may repeat. */
  createLink(body: object, sources: readonly SensitiveSource[], signal: AbortSignal): Reply<JsonObject>;
  /** `GET /payment_links/{id}` */
  getLink(id: string, signal: AbortSignal): Reply<JsonObject>;
  /** `POST /payment_links/{id}/tasks`. Its reply does not contain the link's status: read the link. */
  runTask(id: string, action: TaskAction, signal: AbortSignal): Reply<undefined>;
}

/**
 * `receive_payment` and `settle` are only for the sandbox, `cancel` is not: https://docs.fazz.com/v4-ID/reference/update-payment-link. The
 * page of Singapore, https://docs.fazz.com/v4-SG/reference/update-payment, marks all three, so the difference is intended.
 */
type TaskAction = "cancel" | "receive_payment" | "settle";

/** Source: https://docs.fazz.com/v4-ID/docs/payment-link-via-api. */
const MEDIA_TYPE = "application/vnd.api+json";

/**
 * `reads` is the purpose of this client's reads. Source of paths: https://docs.fazz.com/v4-ID/docs/payment-link-via-api and
 * https://docs.fazz.com/v4-ID/reference/update-payment-link.
 */
export const createClient = (
  { apiKey, secretKey, signingSecrets, baseUrl, transport }: CheckedOptions,
  reads: "read" | "confirm" = "read",
): XfersClient => {
  const authorization = basicAuthorization(apiKey, secretKey);
  const headers = { accept: MEDIA_TYPE, "content-type": MEDIA_TYPE, authorization };
  const redactorOf = createRedactor([apiKey, secretKey, `${apiKey}:${secretKey}`, ...signingSecrets], FIXED_TITLES);

  const call = async (
    request: Pick<HttpRequest, "purpose" | "method" | "signal" | "body"> & {
      readonly path: Result<string, DriverError>;
    },
    sources?: readonly SensitiveSource[],
  ): Reply<HttpReply> => {
    const { path, ...rest } = request;
    if (path.isErr()) return err(path.error);
    const sent = await transport.send({ ...rest, url: baseUrl + path.value, headers });
    if (sent.isErr()) return err(failureFromTransport(sent.error));
    const reply = sent.value;
    const isSuccess = reply.status >= 200 && reply.status <= 299;
    return isSuccess
      ? ok(reply)
      : err(failureFromReply(reply, { purpose: request.purpose, redact: redactorOf(sources) }));
  };
  const linkPath = (id: string) => pathSegment(id).map((segment) => `/payment_links/${segment}`);

  return {
    createLink: async (body, sources, signal) => {
      const request = { purpose: "create", method: "POST", path: ok("/payment_links"), signal } as const;
      return (await call({ ...request, body: JSON.stringify(body) }, sources)).andThen(readJsonObject);
    },
    getLink: async (id, signal) =>
      (await call({ purpose: reads, method: "GET", path: linkPath(id), signal })).andThen(readJsonObject),
    runTask: async (id, action, signal) => {
      const request = {
        purpose: "change",
        method: "POST",
        path: linkPath(id).map((path) => `${path}/tasks`),
        signal,
      } as const;
      const body = JSON.stringify({ data: { attributes: { action } } });
      const reply = await call({ ...request, body });
      // The reply is not used, and not documented for links; but a page of a proxy does not count as one.
      return reply.andThen((each) =>
        each.text.trim() === "" ? ok(undefined) : readJsonObject(each).map(() => undefined),
      );
    },
  };
};
