import type { DriverError } from "@tautan/core/driver";
import type { HttpReply } from "@tautan/driver-kit";
import { type FormFields, formBody } from "@tautan/driver-kit/form";
import {
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

/** The version of the API whose objects this driver reads. Source: https://docs.stripe.com/api/versioning. */
const API_VERSION = "2026-07-29.dahlia";

type Reply = Promise<Result<JsonObject, DriverError>>;

/** The caller's texts, which a refusal may repeat and no error may show. */
type Sources = readonly SensitiveSource[];

/** A created object, and whether Stripe reports that it returned its first answer once more. */
interface CreateReply {
  readonly body: JsonObject;
  readonly isKept: boolean | undefined;
}

/** Which objects of a list to read: those after one, newest first. */
export interface ListQuery {
  readonly limit: number;
  readonly startingAfter?: string | undefined;
}

/** The filters of a list of sessions. */
interface SessionQuery extends ListQuery {
  readonly paymentLink?: string | undefined;
  readonly paymentIntent?: string | undefined;
  readonly status?: "complete" | undefined;
  /** Seconds since 1970. */
  readonly createdSince?: number | undefined;
}

/** The Stripe API. The only file of this driver that does I/O. */
export interface StripeClient {
  /** `POST /v1/prices`, for amounts that the payer chooses. */
  createPrice(form: FormFields, key: string, sources: Sources): Promise<Result<CreateReply, DriverError>>;
  /** `POST /v1/payment_links` */
  createLink(form: FormFields, key: string, sources: Sources): Promise<Result<CreateReply, DriverError>>;
  /** `GET /v1/payment_links/{id}`, with its first line items. */
  getLink(id: string): Reply;
  /** `GET /v1/payment_links/{id}/line_items` */
  listItems(id: string): Reply;
  /** `GET /v1/payment_links`, newest first. */
  listLinks(query: ListQuery, withItems: boolean): Reply;
  /** `POST /v1/payment_links/{id}`. A refusal may repeat any text of the link, so that none is shown. */
  updateLink(id: string, form: FormFields): Reply;
  /** `GET /v1/checkout/sessions`, newest first, each with its payment, charge and refunds. */
  listSessions(query: SessionQuery): Reply;
  /** `GET /v1/checkout/sessions/{id}` */
  getSession(id: string): Reply;
  /** `GET /v1/payment_intents/{id}` */
  getPaymentIntent(id: string): Reply;
  /** `GET /v1/disputes` of a payment. */
  listDisputes(paymentIntent: string): Reply;
}

/** The client for one call. */
export type ClientFor = (context: SendContext) => StripeClient;

/** What a session needs to be read as a history. Four levels, as many as there may be: https://docs.stripe.com/api/expanding_objects. */
const PAYMENT = "payment_intent.latest_charge.refunds";

const MAX_ITEMS = 100;

/** Source of paths: https://docs.stripe.com/api/payment-link and https://docs.stripe.com/api/checkout/sessions. */
export const createClient = ({ secretKey, webhookSecrets, baseUrl, transport }: CheckedOptions): ClientFor => {
  const redactorOf = createRedactor([secretKey, ...webhookSecrets]);
  const headers = { accept: "application/json", authorization: `Bearer ${secretKey}`, "stripe-version": API_VERSION };

  return (context) => {
    const send = senderOf({ transport, baseUrl, headers, redactorOf, judge }, context);
    const bodyOf = async (sent: ReturnType<typeof send>): Reply => (await sent).map(({ body }) => body);
    const read = (path: Result<string, DriverError>, query?: FormFields): Reply =>
      bodyOf(send({ purpose: "read", method: "GET", path: withQuery(path, query) }));
    const create = (path: string, fields: FormFields, key: string, sources: Sources) => {
      const request = { purpose: "create", method: "POST", path: ok(path), written: formBody(fields) } as const;
      return send({ ...request, headers: { "idempotency-key": key } }, sources);
    };

    return {
      createPrice: (fields, key, sources) => create("/v1/prices", fields, key, sources),
      createLink: (fields, key, sources) => create("/v1/payment_links", fields, key, sources),
      getLink: (id) => read(under("/v1/payment_links", id), { expand: ["line_items"] }),
      listItems: (id) =>
        read(
          under("/v1/payment_links", id).map((path) => `${path}/line_items`),
          { limit: MAX_ITEMS },
        ),
      listLinks: (query, withItems) =>
        read(ok("/v1/payment_links"), { ...pageOf(query), ...(withItems && { expand: ["data.line_items"] }) }),
      updateLink: (id, fields) => {
        const path = under("/v1/payment_links", id);
        return bodyOf(send({ purpose: "change", method: "POST", path, written: formBody(fields) }));
      },
      listSessions: ({ paymentLink, paymentIntent, status, createdSince, ...query }) =>
        read(ok("/v1/checkout/sessions"), {
          payment_link: paymentLink,
          payment_intent: paymentIntent,
          status,
          created: createdSince === undefined ? undefined : { gte: createdSince },
          ...pageOf(query),
          expand: [`data.${PAYMENT}`],
        }),
      getSession: (id) => read(under("/v1/checkout/sessions", id), { expand: [PAYMENT] }),
      getPaymentIntent: (id) => read(under("/v1/payment_intents", id)),
      listDisputes: (paymentIntent) => read(ok("/v1/disputes"), { payment_intent: paymentIntent, limit: MAX_ITEMS }),
    };
  };
};

const pageOf = ({ limit, startingAfter }: ListQuery): FormFields => ({ limit, starting_after: startingAfter });

const under = (parent: string, id: string): Result<string, DriverError> =>
  pathSegment(id).map((segment) => `${parent}/${segment}`);

const withQuery = (path: Result<string, DriverError>, query?: FormFields): Result<string, DriverError> =>
  query ? path.andThen((each) => formBody(query).map(({ text }) => `${each}?${text}`)) : path;

const judge = (reply: HttpReply, context: ReplyContext): Result<CreateReply, DriverError> =>
  isSuccessStatus(reply)
    ? readJsonObject(reply).map((body) => ({ body, isKept: isKept(reply) }))
    : err(failureFromReply(reply, context));

/**
 * An answer that Stripe returns once more has a header of its own: https://docs.stripe.com/error-low-level. Its absence counts only
 * beside another header of Stripe, because a proxy may remove both: https://docs.stripe.com/api/request_ids.
 */
const isKept = ({ header }: HttpReply): boolean | undefined => {
  if (header("idempotent-replayed")?.toLowerCase() === "true") return true;
  return header("request-id") === undefined ? undefined : false;
};
