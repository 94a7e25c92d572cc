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
import { FIXED_TITLES, failureFromReply } from "./errors.ts";
import type { CheckedOptions } from "./options.ts";

type Reply<T> = Promise<Result<T, DriverError>>;

/** The Xfers API. The only file of this driver that does I/O. */
export interface XfersClient {
  /** `POST /payment_links`. `sources` are the caller's texts, which a refusal may repeat. */
  createLink(body: object, sources: readonly SensitiveSource[]): Reply<JsonObject>;
  /** `GET /payment_links/{id}` */
  getLink(id: string): Reply<JsonObject>;
  /** `POST /payment_links/{id}/tasks`. Its reply does not contain the link's status: read the link. */
  runTask(id: string, action: TaskAction): Reply<undefined>;
}

/**
 * `receive_payment` and `settle` are only for the sandbox, `cancel` is not: https://docs.fazz.com/v4-ID/reference/update-payment-link. The
 * page of Singapore, https://docs.fazz.com/v4-SG/reference/update-payment, marks all three, so the difference is intended.
 */
type TaskAction = "cancel" | "receive_payment" | "settle";

/** Source: https://docs.fazz.com/v4-ID/docs/payment-link-via-api. */
const MEDIA_TYPE = "application/vnd.api+json";

/** The client for one call. */
export type ClientFor = (context: SendContext) => XfersClient;

/**
 * Source of paths: https://docs.fazz.com/v4-ID/docs/payment-link-via-api and
 * https://docs.fazz.com/v4-ID/reference/update-payment-link.
 */
export const createClient = ({ apiKey, secretKey, signingSecrets, baseUrl, transport }: CheckedOptions): ClientFor => {
  const authorization = basicAuthorization(apiKey, secretKey);
  const headers = { accept: MEDIA_TYPE, "content-type": MEDIA_TYPE, authorization };
  const redactorOf = createRedactor([apiKey, secretKey, `${apiKey}:${secretKey}`, ...signingSecrets], FIXED_TITLES);
  const api = { transport, baseUrl, headers, redactorOf };
  return (context) => {
    const send = senderOf({ ...api, judge: judgeObject }, context);
    return {
      createLink: (body, sources) =>
        send({ purpose: "create", method: "POST", path: ok("/payment_links"), body }, sources),
      getLink: (id) => send({ purpose: "read", method: "GET", path: linkPath(id) }),
      runTask: (id, action) => {
        const path = linkPath(id).map((link) => `${link}/tasks`);
        const body = { data: { attributes: { action } } };
        return senderOf({ ...api, judge: judgeTask }, context)({ purpose: "change", method: "POST", path, body });
      },
    };
  };
};

const judgeObject = (reply: HttpReply, context: ReplyContext): Result<JsonObject, DriverError> =>
  isSuccessStatus(reply) ? readJsonObject(reply) : err(failureFromReply(reply, context));

/** The reply is not used, and not documented for links; but a page of a proxy does not count as one. */
const judgeTask = (reply: HttpReply, context: ReplyContext): Result<undefined, DriverError> =>
  isSuccessStatus(reply) && reply.text.trim() === "" ? ok(undefined) : judgeObject(reply, context).map(() => undefined);

const linkPath = (id: string): Result<string, DriverError> =>
  pathSegment(id).map((segment) => `/payment_links/${segment}`);
