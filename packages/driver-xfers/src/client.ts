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
  return (context) => {
    const send = senderOf({ transport, baseUrl, headers, redactorOf, judge }, context);
    return {
      createLink: async (body, sources) => {
        const request = { purpose: "create", method: "POST", path: ok("/payment_links"), body } as const;
        return (await send(request, sources)).andThen(readJsonObject);
      },
      getLink: async (id) =>
        (await send({ purpose: "read", method: "GET", path: linkPath(id) })).andThen(readJsonObject),
      runTask: async (id, action) => {
        const path = linkPath(id).map((link) => `${link}/tasks`);
        const reply = await send({
          purpose: "change",
          method: "POST",
          path,
          body: { data: { attributes: { action } } },
        });
        // The reply is not used, and not documented for links; but a page of a proxy does not count as one.
        return reply.andThen((each) =>
          each.text.trim() === "" ? ok(undefined) : readJsonObject(each).map(() => undefined),
        );
      },
    };
  };
};

const judge = (reply: HttpReply, context: ReplyContext): Result<HttpReply, DriverError> =>
  isSuccessStatus(reply) ? ok(reply) : err(failureFromReply(reply, context));

const linkPath = (id: string): Result<string, DriverError> =>
  pathSegment(id).map((segment) => `/payment_links/${segment}`);
