import type { CallContext, DriverError, PageInput } from "@tautan/core/driver";
import type { HttpRequest } from "@tautan/driver-kit";
import { createRedactor, failureFromTransport, type JsonObject, readJsonObject } from "@tautan/driver-kit/calls";
import { err, type Result } from "neverthrow";
import { failureFromReply } from "./errors.ts";
import type { CheckedOptions } from "./options.ts";

type Reply = Promise<Result<JsonObject, DriverError>>;
type Signal = Pick<CallContext, "signal">;

/** What to send with a new link. */
interface CreateCall {
  readonly body: object;
  /** The same for the same link, so that Contoh Pay gives the first answer again. */
  readonly idempotencyKey: string;
  /** The payer's data, which a refusal may repeat. */
  readonly personal: readonly (string | undefined)[];
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

/** Source of paths and headers: PROVIDER.md, Requests. */
export const createClient = ({ secretKey, webhookSecrets, baseUrl, transport }: CheckedOptions): ContohClient => {
  const redact = createRedactor([secretKey, ...webhookSecrets]);
  const common = { accept: "application/json", authorization: `Bearer ${secretKey}` };

  const call = async (method: HttpRequest["method"], path: string, { signal }: Signal, create?: CreateCall): Reply => {
    const sent = await transport.send({
      method,
      url: baseUrl + path,
      headers: {
        ...common,
        ...(create && { "content-type": "application/json", "idempotency-key": create.idempotencyKey }),
      },
      ...(create && { body: JSON.stringify(create.body) }),
      signal,
    });
    if (sent.isErr()) return err(failureFromTransport(sent.error));
    const { status } = sent.value;
    if (status < 200 || status > 299) return err(failureFromReply(sent.value, redact, create?.personal ?? []));
    return readJsonObject(sent.value);
  };

  return {
    createLink: (create, context) => call("POST", "/links", context, create),
    getLink: (id, context) => call("GET", linkPath(id), context),
    findLinks: (reference, context) => call("GET", `/links?${new URLSearchParams({ reference })}`, context),
    listLinks: (page, context) => call("GET", `/links?${pageQuery(page)}`, context),
    closeLink: (id, context) => call("POST", `${linkPath(id)}/close`, context),
    reopenLink: (id, context) => call("POST", `${linkPath(id)}/reopen`, context),
    listPayments: (linkId, page, context) => call("GET", `${linkPath(linkId)}/payments?${pageQuery(page)}`, context),
    getPayment: (id, context) => call("GET", `/payments/${pathStep(id)}`, context),
  };
};

/** Half a surrogate pair cannot be encoded. */
const pathStep = (id: string): string => encodeURIComponent(id.toWellFormed());

const linkPath = (id: string): string => `/links/${pathStep(id)}`;

const pageQuery = ({ limit, cursor }: PageInput): URLSearchParams =>
  new URLSearchParams({ limit: String(limit), ...(cursor !== undefined && { after: cursor }) });
