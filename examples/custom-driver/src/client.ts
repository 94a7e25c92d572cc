import type { CallContext, DriverError, PageInput } from "@tautan/core/driver";
import type { HttpRequest } from "@tautan/driver-kit";
import {
  createRedactor,
  failureFromTransport,
  type JsonObject,
  pathSegment,
  readJsonObject,
  type SensitiveSource,
} from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { failureFromReply } from "./errors.ts";
import type { CheckedOptions } from "./options.ts";

type Reply = Promise<Result<JsonObject, DriverError>>;
type Signal = Pick<CallContext, "signal">;

/** The content of a create request. */
interface CreateCall {
  readonly body: object;
  /** The same key for the same link, so that Contoh Pay returns the first response again. */
  readonly idempotencyKey: string;
  /** The caller's texts, which a refusal may repeat. */
  readonly sources: readonly SensitiveSource[];
}

/** Contoh Pay's API. The only file of this driver that does I/O. */
export interface ContohClient {
  createLink(call: CreateCall, context: Signal): Reply;
  getLink(id: string, context: Signal): Reply;
  findLinks(reference: string, context: Signal): Reply;
  listLinks(page: PageInput, context: Signal): Reply;
  closeLink(id: string, context: Signal): Reply;
  reopenLink(id: string, context: Signal): Reply;
  listPayments(linkId: string, page: PageInput, context: Signal): Reply;
  getPayment(id: string, context: Signal): Reply;
}

/** `reads` is the purpose of this client's reads. Source of paths and headers: PROVIDER.md, Requests. */
export const createClient = (
  { secretKey, webhookSecrets, baseUrl, transport }: CheckedOptions,
  reads: "read" | "confirm" = "read",
): ContohClient => {
  const redactorOf = createRedactor([secretKey, ...webhookSecrets]);
  const common = { accept: "application/json", authorization: `Bearer ${secretKey}` };

  const call = async (
    { purpose, method, path }: Pick<HttpRequest, "purpose" | "method"> & { readonly path: Path },
    { signal }: Signal,
    create?: CreateCall,
  ): Reply => {
    if (path.isErr()) return err(path.error);
    const sent = await transport.send({
      purpose,
      method,
      url: baseUrl + path.value,
      headers: {
        ...common,
        ...(create && { "content-type": "application/json", "idempotency-key": create.idempotencyKey }),
      },
      ...(create && { body: JSON.stringify(create.body) }),
      signal,
    });
    if (sent.isErr()) return err(failureFromTransport(sent.error));
    const { status } = sent.value;
    const context = { purpose, redact: redactorOf(create?.sources) };
    if (status < 200 || status > 299) return err(failureFromReply(sent.value, context));
    return readJsonObject(sent.value);
  };

  const read = (path: Path, context: Signal): Reply => call({ purpose: reads, method: "GET", path }, context);
  const change = (path: Path, context: Signal): Reply => call({ purpose: "change", method: "POST", path }, context);

  return {
    createLink: (create, context) => call({ purpose: "create", method: "POST", path: ok("/links") }, context, create),
    getLink: (id, context) => read(linkPath(id), context),
    findLinks: (reference, context) => read(ok(`/links?${new URLSearchParams({ reference })}`), context),
    listLinks: (page, context) => read(ok(`/links?${pageQuery(page)}`), context),
    closeLink: (id, context) => change(linkPath(id, "/close"), context),
    reopenLink: (id, context) => change(linkPath(id, "/reopen"), context),
    listPayments: (linkId, page, context) => read(linkPath(linkId, `/payments?${pageQuery(page)}`), context),
    getPayment: (id, context) =>
      read(
        pathSegment(id).map((segment) => `/payments/${segment}`),
        context,
      ),
  };
};

type Path = Result<string, DriverError>;

const linkPath = (id: string, below = ""): Path => pathSegment(id).map((segment) => `/links/${segment}${below}`);

const pageQuery = ({ limit, cursor }: PageInput): URLSearchParams =>
  new URLSearchParams({ limit: String(limit), ...(cursor !== undefined && { after: cursor }) });
