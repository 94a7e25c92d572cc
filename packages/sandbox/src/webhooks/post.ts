import { request as requestOverHttp } from "node:http";
import { request as requestOverHttps } from "node:https";
import { MAX_TEXT_LENGTH } from "../state/journal.ts";

/** A webhook as it goes over the wire. */
export interface OutgoingWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Why it goes out, where that is not because of a payment. */
  readonly note?: string;
}

/** The end of a chain of answers. */
interface PostAnswer {
  readonly status: number;
  /** Its body, cut where it is long. */
  readonly answer: string;
  /** Where it was posted again, in order. */
  readonly redirects: readonly string[];
}

/** POSTs, and posts the same again where a redirect with 307 or 308 leads, at most so many times. */
export const post = async (
  url: URL,
  webhook: OutgoingWebhook,
  limits: { readonly timeoutMs: number; readonly maxRedirects: number; readonly signal: AbortSignal },
): Promise<PostAnswer> => {
  const { timeoutMs, maxRedirects, signal } = limits;
  const redirects: string[] = [];
  for (let to = url; ; ) {
    const { status, answer, location } = await postOnce(to, webhook, timeoutMs, signal);
    const isRedirect = (status === 307 || status === 308) && location !== undefined;
    const next = isRedirect ? URL.parse(location, to.href) : null;
    const leadsOn = next?.protocol === "http:" || next?.protocol === "https:";
    if (next === null || !leadsOn || redirects.length === maxRedirects) return { status, answer, redirects };
    redirects.push(next.href);
    to = next;
  }
};

/**
 * POSTs once, without redirects.
 * fetch would add headers of its own, which no provider sends.
 */
export const postOnce = (
  url: URL,
  webhook: OutgoingWebhook,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly answer: string; readonly location: string | undefined }> => {
  const request = url.protocol === "https:" ? requestOverHttps : requestOverHttp;
  const body = Buffer.from(webhook.body, "utf8");
  const abort = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return new Promise((resolve, reject) => {
    // The error of an aborted request does not show who aborted it.
    const fail = (error: Error): void => {
      reject(abort.aborted ? (abort.reason as Error) : error);
    };
    const outgoing = request(
      url,
      {
        method: "POST",
        headers: { ...webhook.headers, "Content-Length": String(body.byteLength) },
        // A kept-alive connection would hold up the merchant's server when it wants to stop.
        agent: false,
        signal: abort,
      },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          if (text.length < MAX_TEXT_LENGTH) text += chunk;
        });
        answer.once("end", () => {
          const { statusCode = 0, headers } = answer;
          resolve({ status: statusCode, answer: text.slice(0, MAX_TEXT_LENGTH), location: headers.location });
        });
        answer.once("error", fail);
      },
    );
    outgoing.once("error", fail);
    outgoing.end(body);
  });
};
