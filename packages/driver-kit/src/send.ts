import type { CallContext, DriverError } from "@tautan/core/driver";
import { err, type Result } from "neverthrow";
import { failureFromTransport, type ReplyContext } from "./http-failure.ts";
import type { HttpReply, HttpRequest, RequestPurpose, Transport } from "./http-types.ts";
import type { RedactorOf } from "./redact.ts";
import type { SensitiveSource } from "./sensitive.ts";

/** The call that requests are sent for. */
export type SendContext = Pick<CallContext, "signal" | "operation">;

/** A body as it is sent, and the headers with its type. */
export interface WrittenBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** One request to a provider's API. */
export interface ApiRequest extends Pick<HttpRequest, "method"> {
  /** A `read` of a confirm is sent as `confirm`. */
  readonly purpose: Exclude<RequestPurpose, "confirm">;
  /** With an error, nothing is sent. */
  readonly path: Result<string, DriverError>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent as it is, with its headers, in place of `body`: a form of `formBody`. With an error, nothing is sent. */
  readonly written?: Result<WrittenBody, DriverError>;
}

/** Sends one request. `sources` are the caller's texts, which a refusal may repeat. */
export type Send<T> = (request: ApiRequest, sources?: readonly SensitiveSource[]) => Promise<Result<T, DriverError>>;

/** How a provider's API is called, and how its replies are read. */
interface Api<T> {
  readonly transport: Transport;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly redactorOf: RedactorOf;
  readonly judge: (reply: HttpReply, context: ReplyContext) => Result<T, DriverError>;
}

/** Sends the requests of one call. */
export const senderOf =
  <T>({ transport, baseUrl, headers, redactorOf, judge }: Api<T>, { signal, operation }: SendContext): Send<T> =>
  async ({ purpose: given, method, path, headers: more, body, written }, sources) => {
    if (path.isErr()) return err(path.error);
    if (written?.isErr()) return err(written.error);
    const form = written?.isOk() ? written.value : undefined;
    const purpose: RequestPurpose = given === "read" && operation === "confirm" ? "confirm" : given;
    const url = baseUrl + path.value;
    const all = form || more ? { ...headers, ...form?.headers, ...more } : { ...headers };
    const text = form?.text ?? (body && JSON.stringify(body));
    const request = { purpose, method, url, headers: all, signal };
    const sent = await transport.send(text === undefined ? request : { ...request, body: text });
    if (sent.isErr()) return err(failureFromTransport(sent.error));
    return judge(sent.value, { purpose, redact: redactorOf(sources) });
  };

/** Whether a reply's status is a success. */
export const isSuccessStatus = ({ status }: HttpReply): boolean => status >= 200 && status <= 299;
