import type { DriverError } from "@tautan/core/driver";
import type { HttpReply, HttpRequest } from "@tautan/driver-kit";
import {
  basicAuthorization,
  createRedactor,
  failureFromTransport,
  type JsonObject,
  readJsonObject,
} from "@tautan/driver-kit/calls";
import { err, ok, type Result } from "neverthrow";
import { failureFromReply } from "./errors.ts";
import type { CheckedOptions } from "./options.ts";

type Reply<T> = Promise<Result<T, DriverError>>;

/** The Xfers API. The only file of this driver that does I/O. */
export interface XfersClient {
  /** `POST /payment_links`. `personal` are texts that may be about a person, which a refusal may repeat. */
  createLink(body: object, personal: readonly (string | undefined)[], signal: AbortSignal): Reply<JsonObject>;
  /** `GET /payment_links/{id}` */
  getLink(id: string, signal: AbortSignal): Reply<JsonObject>;
  /** `POST /payment_links/{id}/tasks`. Its reply does not tell the link's status: read the link. */
  runTask(id: string, action: TaskAction, signal: AbortSignal): Reply<undefined>;
}

/** `receive_payment` and `settle` are the sandbox's own: docs.fazz.com/v4-ID/reference/update-payment-link. */
type TaskAction = "cancel" | "receive_payment" | "settle";

/** Source: docs.fazz.com/v4-ID/docs/payment-link-via-api. */
const MEDIA_TYPE = "application/vnd.api+json";

/** Source of paths: docs.fazz.com/v4-ID/docs/payment-link-via-api and docs.fazz.com/v4-ID/reference/update-payment-link. */
export const createClient = ({
  apiKey,
  secretKey,
  signingSecrets,
  baseUrl,
  transport,
}: CheckedOptions): XfersClient => {
  const authorization = basicAuthorization(apiKey, secretKey);
  const headers = { accept: MEDIA_TYPE, "content-type": MEDIA_TYPE, authorization };
  const redact = createRedactor([apiKey, secretKey, `${apiKey}:${secretKey}`, ...signingSecrets]);

  const call = async (
    request: Pick<HttpRequest, "method" | "signal"> & { readonly path: string; readonly body?: string },
    personal: readonly (string | undefined)[] = [],
  ): Reply<HttpReply> => {
    const { path, ...rest } = request;
    const sent = await transport.send({ ...rest, url: baseUrl + path, headers });
    if (sent.isErr()) return err(failureFromTransport(sent.error));
    const { status } = sent.value;
    return status >= 200 && status <= 299 ? ok(sent.value) : err(failureFromReply(sent.value, redact, personal));
  };
  // Half a surrogate pair cannot be encoded.
  const linkPath = (id: string): string => `/payment_links/${encodeURIComponent(id.toWellFormed())}`;

  return {
    createLink: async (body, personal, signal) => {
      const reply = await call(
        { method: "POST", path: "/payment_links", body: JSON.stringify(body), signal },
        personal,
      );
      return reply.andThen(readJsonObject);
    },
    getLink: async (id, signal) => (await call({ method: "GET", path: linkPath(id), signal })).andThen(readJsonObject),
    runTask: async (id, action, signal) => {
      const body = JSON.stringify({ data: { attributes: { action } } });
      return (await call({ method: "POST", path: `${linkPath(id)}/tasks`, body, signal })).map(() => undefined);
    },
  };
};
