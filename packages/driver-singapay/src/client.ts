import type { CallContext, DriverError } from "@tautan/core/driver";
import type { HttpReply } from "@tautan/driver-kit";
import {
  type ApiRequest,
  createRedactor,
  createTokenCache,
  isSuccessStatus,
  type JsonObject,
  readJsonObject,
  type SensitiveSource,
  senderOf,
  type Token,
} from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { AccountNames } from "./account.ts";
import { FIXED_MESSAGES, failureFromReply, isSuccess, type ReplyContext } from "./errors.ts";
import type { CheckedOptions } from "./options.ts";
import { signTokenRequest, TOKEN_BODY, TOKEN_PATH, tokenFromReply } from "./token.ts";

type Reply = Promise<Result<JsonObject, DriverError>>;

/** The caller's texts, which a refusal may repeat and no error may show. */
type Sources = readonly SensitiveSource[];

/** Which rows to read: pages count from 1. */
export interface PageQuery {
  readonly page: number;
  readonly perPage: number;
}

/** The SingaPay API. The only file of this driver that does I/O. */
export interface SingapayClient {
  /** The account of the links and histories. */
  readonly account: AccountNames;
  /** `POST /api/v1.0/payment-link-manage/{account_id}`, or `POST /api/v2.0/payment-link/{account_id}` */
  createLink(body: object, sources: Sources): Reply;
  /** `GET /api/v1.0/payment-link-manage/{account_id}/{payment_link_id}`, or `GET /api/v2.0/payment-link/{link_id}` */
  getLink(id: string): Reply;
  /** `GET /api/v1.0/payment-link-manage/{account_id}`, newest first. */
  listLinks(query: PageQuery): Reply;
  /** `PUT` of the address that version 1 reads, or `PUT /api/v2.0/payment-link/update/{link_id}` */
  updateLink(id: string, body: object, sources: Sources): Reply;
  /** `DELETE /api/v1.0/payment-link-manage/{account_id}/{payment_link_id}`: links of either version, like the lists. */
  deleteLink(id: string): Reply;
  /** `GET /api/v1.0/payment-link-histories/{account_id}`, newest first; `reference` finds part of a payment's own. */
  listHistories(query: PageQuery & { readonly reference?: string }): Reply;
  /** `GET /api/v1.0/payment-link-histories/{account_id}/{history_id}`: by the number of its row. */
  getHistory(rowId: string): Reply;
  /** `GET /api/v1.0/payment-link-manage/payment-methods` */
  listMethods(): Reply;
}

/** The client for one call. All of them share a token. */
export type ClientFor = (context: CallContext) => SingapayClient;

/** A token is not used in its last minute. */
const REFRESH_AHEAD_MS = 60_000;

/** The time limit of a request for a token; calls that wait for it keep their own deadlines. */
const TOKEN_TIMEOUT_MS = 10_000;

/** The paths to create, read and change links. */
interface LinkPaths {
  readonly create: string;
  readonly read: (id: string) => string;
  readonly change: (id: string) => string;
}

/**
 * Source: https://docs.singapay.id/api-reference/payment-link, each page; of version 2, which names the account only in a
 * create: SingaPay's OpenAPI file, as https://github.com/aliziodev/laravel-singapay tried it.
 */
const linkPathsOf = ({ apiVersion }: CheckedOptions, links: string, account: string): LinkPaths => {
  const ofLink = (parent: string) => (id: string) => `${parent}/${encodeURIComponent(id)}`;
  if (apiVersion === 1) return { create: links, read: ofLink(links), change: ofLink(links) };
  const root = "/api/v2.0/payment-link";
  return { create: `${root}/${account}`, read: ofLink(root), change: ofLink(`${root}/update`) };
};

/**
 * Source of the other paths: https://docs.singapay.id/api-reference/payment-link and payment-link-history, each page; of headers:
 * api-reference/authentication.
 */
export const createClient = (options: CheckedOptions): ClientFor => {
  const { clientId, clientSecret, apiKey, accountId, webhookSecrets, baseUrl, transport } = options;
  const redactorOf = createRedactor([...new Set([clientId, clientSecret, apiKey, ...webhookSecrets])], FIXED_MESSAGES);

  const refresh = async ({ clock, signal }: CallContext): Promise<Result<Token, DriverError>> => {
    const requestedAtMs = clock.now();
    const signature = signTokenRequest({ clientId, clientSecret }, requestedAtMs);
    const headers = {
      accept: "application/json",
      "content-type": "application/json",
      "x-partner-id": apiKey,
      "x-client-id": clientId,
      "x-signature": signature,
    };
    const send = senderOf({ transport, baseUrl, headers, redactorOf, judge }, { signal });
    const body = await send({ purpose: "token", method: "POST", path: ok(TOKEN_PATH), body: TOKEN_BODY });
    return body.isErr() ? err(body.error) : tokenFromReply(body.value, requestedAtMs);
  };

  const tokens = createTokenCache({
    refresh,
    refreshAheadMs: REFRESH_AHEAD_MS,
    refreshTimeoutMs: TOKEN_TIMEOUT_MS,
  });

  const call = async (
    request: Pick<ApiRequest, "purpose" | "method" | "body"> & { readonly path: string },
    context: CallContext,
    sources?: Sources,
  ): Reply => {
    for (let isRepeated = false; ; isRepeated = true) {
      const token = await tokens.get(context);
      if (token.isErr()) return err(withoutRequest(token.error));
      const headers = {
        accept: "application/json",
        "x-partner-id": apiKey,
        authorization: `Bearer ${token.value}`,
        ...(request.body && { "content-type": "application/json" }),
      };
      const send = senderOf(
        {
          transport,
          baseUrl,
          headers,
          redactorOf: (texts) => redactorOf(texts, [token.value]),
          judge: (each, asked) => judge(each, { ...asked, deletes: request.method === "DELETE" }),
        },
        context,
      );
      const reply = await send({ ...request, path: ok(request.path) }, sources);
      if (isRepeated || reply.isOk() || reply.error.kind !== "unauthenticated") return reply;
      tokens.drop(token.value);
      // A refused token refuses the request too, so even a POST may be sent again, once and with a fresh token. But a page of
      // a proxy does not prove that the request had no effect.
      if (reply.error.outcome === "unknown") return reply;
    }
  };

  const account = encodeURIComponent(accountId);
  const links = `/api/v1.0/payment-link-manage/${account}`;
  const histories = `/api/v1.0/payment-link-histories/${account}`;
  const paths = linkPathsOf(options, links, account);
  const pageOf = ({ page, perPage }: PageQuery): string => `page=${page}&per_page=${perPage}`;

  return (context) => {
    const read = (path: string): Reply => call({ purpose: "read", method: "GET", path }, context);
    return {
      account: options,
      createLink: (body, sources) =>
        call({ purpose: "create", method: "POST", path: paths.create, body }, context, sources),
      getLink: (id) => read(paths.read(id)),
      listLinks: (query) => read(`${links}?${pageOf(query)}`),
      updateLink: (id, body, sources) =>
        call({ purpose: "change", method: "PUT", path: paths.change(id), body }, context, sources),
      deleteLink: (id) =>
        call({ purpose: "change", method: "DELETE", path: `${links}/${encodeURIComponent(id)}` }, context),
      listHistories: ({ reference, ...query }) => {
        const filter = reference === undefined ? "" : `&reff_no=${encodeURIComponent(reference)}`;
        return read(`${histories}?${pageOf(query)}&sort_by=id&sort_order=desc${filter}`);
      },
      getHistory: (rowId) => read(`${histories}/${encodeURIComponent(rowId)}`),
      listMethods: () => read("/api/v1.0/payment-link-manage/payment-methods"),
    };
  };
};

const judge = (reply: HttpReply, context: ReplyContext): Result<JsonObject, DriverError> =>
  isSuccessStatus(reply)
    ? readJsonObject(reply).andThen((body) => (isSuccess(body) ? ok(body) : err(failureFromReply(reply, context))))
    : err(failureFromReply(reply, context));

/** Without a token the request itself was not sent, whatever the outcome of the request for the token. */
const withoutRequest = (error: DriverError): DriverError => Object.freeze({ ...error, outcome: "not_sent" });
