import type { CallContext, DriverError } from "@tautan/core/driver";
import type { HttpFailure, HttpReply, HttpRequest } from "@tautan/driver-kit";
import {
  createRedactor,
  createTokenCache,
  failureFromTransport,
  type JsonObject,
  readJsonObject,
  type SensitiveSource,
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
  createLink(body: object, sources: Sources, context: CallContext): Reply;
  /** `GET /api/v1.0/payment-link-manage/{account_id}/{payment_link_id}`, or `GET /api/v2.0/payment-link/{link_id}` */
  getLink(id: string, context: CallContext): Reply;
  /** `GET /api/v1.0/payment-link-manage/{account_id}`, newest first. */
  listLinks(query: PageQuery, context: CallContext): Reply;
  /** `PUT` of the address that version 1 reads, or `PUT /api/v2.0/payment-link/update/{link_id}` */
  updateLink(id: string, body: object, sources: Sources, context: CallContext): Reply;
  /** `DELETE /api/v1.0/payment-link-manage/{account_id}/{payment_link_id}`: links of either version, like the lists. */
  deleteLink(id: string, context: CallContext): Reply;
  /** `GET /api/v1.0/payment-link-histories/{account_id}`, newest first; `reference` finds part of a payment's own. */
  listHistories(query: PageQuery & { readonly reference?: string }, context: CallContext): Reply;
  /** `GET /api/v1.0/payment-link-histories/{account_id}/{history_id}`: by the number of its row. */
  getHistory(rowId: string, context: CallContext): Reply;
  /** `GET /api/v1.0/payment-link-manage/payment-methods` */
  listMethods(context: CallContext): Reply;
}

/** Two clients that share a token. */
export interface SingapayClients {
  readonly client: SingapayClient;
  /** Reads to confirm deliveries: these are the last of waiting requests. */
  readonly confirming: SingapayClient;
}

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
export const createClients = (options: CheckedOptions): SingapayClients => {
  const { clientId, clientSecret, apiKey, accountId, webhookSecrets, baseUrl, transport } = options;
  const redactorOf = createRedactor([...new Set([clientId, clientSecret, apiKey, ...webhookSecrets])], FIXED_MESSAGES);

  const judge = (sent: Result<HttpReply, HttpFailure>, context: ReplyContext): Result<JsonObject, DriverError> => {
    if (sent.isErr()) return err(failureFromTransport(sent.error));
    const reply = sent.value;
    const failed = (): DriverError => failureFromReply(reply, context);
    if (reply.status < 200 || reply.status > 299) return err(failed());
    return readJsonObject(reply).andThen((body) => (isSuccess(body) ? ok(body) : err(failed())));
  };

  const refresh = async ({ clock, signal }: CallContext): Promise<Result<Token, DriverError>> => {
    const requestedAtMs = clock.now();
    const signature = await signTokenRequest({ clientId, clientSecret }, requestedAtMs);
    const headers = {
      accept: "application/json",
      "content-type": "application/json",
      "x-partner-id": apiKey,
      "x-client-id": clientId,
      "x-signature": signature,
    };
    const request = { purpose: "token", method: "POST", url: baseUrl + TOKEN_PATH, body: TOKEN_BODY } as const;
    const sent = await transport.send({ ...request, headers, signal });
    const body = judge(sent, { purpose: "token", deletes: false, redact: redactorOf(undefined) });
    return body.isErr() ? err(body.error) : tokenFromReply(body.value, requestedAtMs);
  };

  const tokens = createTokenCache({
    refresh,
    refreshAheadMs: REFRESH_AHEAD_MS,
    refreshTimeoutMs: TOKEN_TIMEOUT_MS,
  });

  const call = async (
    request: Pick<HttpRequest, "purpose" | "method"> & { readonly path: string; readonly body?: object },
    context: CallContext,
    sources?: Sources,
  ): Reply => {
    const { purpose, method, path, body } = request;
    for (let isRepeated = false; ; isRepeated = true) {
      const token = await tokens.get(context);
      if (token.isErr()) return err(withoutRequest(token.error));
      const headers = {
        accept: "application/json",
        "x-partner-id": apiKey,
        authorization: `Bearer ${token.value}`,
        ...(body && { "content-type": "application/json" }),
      };
      const sent = await transport.send({
        purpose,
        method,
        url: baseUrl + path,
        headers,
        ...(body && { body: JSON.stringify(body) }),
        signal: context.signal,
      });
      const redact = redactorOf(sources, [token.value]);
      const reply = judge(sent, { purpose, deletes: method === "DELETE", redact });
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

  const clientFor = (reads: "read" | "confirm"): SingapayClient => {
    const read = (path: string, context: CallContext): Reply => call({ purpose: reads, method: "GET", path }, context);
    return {
      account: options,
      createLink: (body, sources, context) =>
        call({ purpose: "create", method: "POST", path: paths.create, body }, context, sources),
      getLink: (id, context) => read(paths.read(id), context),
      listLinks: (query, context) => read(`${links}?${pageOf(query)}`, context),
      updateLink: (id, body, sources, context) =>
        call({ purpose: "change", method: "PUT", path: paths.change(id), body }, context, sources),
      deleteLink: (id, context) =>
        call({ purpose: "change", method: "DELETE", path: `${links}/${encodeURIComponent(id)}` }, context),
      listHistories: ({ reference, ...query }, context) => {
        const filter = reference === undefined ? "" : `&reff_no=${encodeURIComponent(reference)}`;
        return read(`${histories}?${pageOf(query)}&sort_by=id&sort_order=desc${filter}`, context);
      },
      getHistory: (rowId, context) => read(`${histories}/${encodeURIComponent(rowId)}`, context),
      listMethods: (context) => read("/api/v1.0/payment-link-manage/payment-methods", context),
    };
  };
  return { client: clientFor("read"), confirming: clientFor("confirm") };
};

/** Without a token the request itself was not sent, whatever the outcome of the request for the token. */
const withoutRequest = (error: DriverError): DriverError => Object.freeze({ ...error, outcome: "not_sent" });
