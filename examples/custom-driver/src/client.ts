import type { DriverError, PageInput } from "@tautan/core/driver";
import type { HttpReply } from "@tautan/driver-kit";
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

type Reply = Promise<Result<JsonObject, DriverError>>;

/** The content of a create request. */
interface CreateCall {
  readonly body: object;
  /** The same key for the same link, so that Contoh Pay returns the first response again. */
  readonly idempotencyKey: string;
  /** The caller's texts, which a refusal may repeat. */
  readonly sources: readonly SensitiveSource[];
}

/** Contoh Pay's API. The only file of this driver that does I/O. */
interface ContohClient {
  createLink(call: CreateCall): Reply;
  getLink(id: string): Reply;
  findLinks(reference: string): Reply;
  listLinks(page: PageInput): Reply;
  closeLink(id: string): Reply;
  reopenLink(id: string): Reply;
  listPayments(linkId: string, page: PageInput): Reply;
  getPayment(id: string): Reply;
}

/** The client for one call. */
export type ClientFor = (context: SendContext) => ContohClient;

/** Source of paths and headers: PROVIDER.md, Requests. */
export const createClient = ({ secretKey, webhookSecrets, baseUrl, transport }: CheckedOptions): ClientFor => {
  const redactorOf = createRedactor([secretKey, ...webhookSecrets]);
  const headers = { accept: "application/json", authorization: `Bearer ${secretKey}` };
  return (context) => {
    const send = senderOf({ transport, baseUrl, headers, redactorOf, judge }, context);
    const read = (path: Path): Reply => send({ purpose: "read", method: "GET", path });
    const change = (path: Path): Reply => send({ purpose: "change", method: "POST", path });
    return {
      createLink: ({ body, idempotencyKey, sources }) => {
        const more = { "content-type": "application/json", "idempotency-key": idempotencyKey };
        return send({ purpose: "create", method: "POST", path: ok("/links"), headers: more, body }, sources);
      },
      getLink: (id) => read(linkPath(id)),
      findLinks: (reference) => read(ok(`/links?${new URLSearchParams({ reference })}`)),
      listLinks: (page) => read(ok(`/links?${pageQuery(page)}`)),
      closeLink: (id) => change(linkPath(id, "/close")),
      reopenLink: (id) => change(linkPath(id, "/reopen")),
      listPayments: (linkId, page) => read(linkPath(linkId, `/payments?${pageQuery(page)}`)),
      getPayment: (id) => read(pathSegment(id).map((segment) => `/payments/${segment}`)),
    };
  };
};

const judge = (reply: HttpReply, context: ReplyContext): Result<JsonObject, DriverError> =>
  isSuccessStatus(reply) ? readJsonObject(reply) : err(failureFromReply(reply, context));

type Path = Result<string, DriverError>;

const linkPath = (id: string, below = ""): Path => pathSegment(id).map((segment) => `/links/${segment}${below}`);

const pageQuery = ({ limit, cursor }: PageInput): URLSearchParams =>
  new URLSearchParams({ limit: String(limit), ...(cursor !== undefined && { after: cursor }) });
