import { request as requestOverHttp } from "node:http";
import { request as requestOverHttps } from "node:https";

/** A webhook as it goes over the wire. */
export interface OutgoingWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * POSTs once, without redirects, and resolves to the status of the answer.
 * fetch would add headers of its own, which no provider sends.
 */
export function postOnce(url: URL, webhook: OutgoingWebhook, timeoutMs: number, signal: AbortSignal): Promise<number> {
  const request = url.protocol === "https:" ? requestOverHttps : requestOverHttp;
  const body = Buffer.from(webhook.body, "utf8");
  const abort = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return new Promise((resolve, reject) => {
    // The error of an aborted request does not say who aborted it.
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
        answer.resume();
        answer.once("end", () => {
          resolve(answer.statusCode ?? 0);
        });
        answer.once("error", fail);
      },
    );
    outgoing.once("error", fail);
    outgoing.end(body);
  });
}
