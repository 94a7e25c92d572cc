import { err, ok, type Result } from "neverthrow";
import type { Failure } from "../failure.ts";

/** The answer of a webhook endpoint. */
export interface Answer {
  readonly status: number;
  readonly tookMs: number;
  readonly contentType: string | undefined;
  /** The time of its clock, from the header Date, in milliseconds since 1970. */
  readonly dateMs: number | undefined;
  readonly body: string;
}

export interface Posting {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** How long an endpoint may take, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** The most of an answer that is read, in characters. */
const MAX_READ = 4_096;

/** Sends a webhook as a gateway does: once, and redirects are not followed. */
export const postWebhook = async (
  { url, headers, body }: Posting,
  { signal, timeoutMs = TIMEOUT_MS }: { readonly signal: AbortSignal; readonly timeoutMs?: number | undefined },
): Promise<Result<Answer, Failure>> => {
  const beganMs = performance.now();
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: body as string | Uint8Array<ArrayBuffer>,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const date = Date.parse(response.headers.get("date") ?? "");
    return ok({
      status: response.status,
      tookMs: Math.round(performance.now() - beganMs),
      contentType: response.headers.get("content-type") ?? undefined,
      dateMs: Number.isNaN(date) ? undefined : date,
      body: await beginningOf(response),
    });
  } catch (thrown) {
    return err(networkFailure(thrown, new URL(url).host, signal.aborted, timeoutMs));
  }
};

const beginningOf = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length >= MAX_READ) break;
  }
  return text.slice(0, MAX_READ);
};

/** Why a server could not be reached. Never contains the URL's path, which can be a secret. */
export const networkFailure = (thrown: unknown, host: string, isAborted: boolean, timeoutMs: number): Failure => {
  const failure = (kind: string, message: string, hint: string): Failure => ({ kind, message, hint });
  if (isAborted) return failure("aborted", "interrupted", "");
  const { name, cause } = thrown as { readonly name?: string; readonly cause?: unknown };
  if (name === "TimeoutError")
    return failure("timeout", `${host} did not answer within ${timeoutMs} ms`, "Check that the server runs.");
  const { code = "no connection" } = (cause ?? {}) as { readonly code?: string };
  return failure("network", `${host} cannot be reached (${code})`, HINTS[code] ?? "Check the URL and the network.");
};

const HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Nothing listens there: start the server, or correct the port.",
  ENOTFOUND: "The name is not known: correct the host, or check the DNS.",
  EAI_AGAIN: "The name cannot be looked up: check the network and the DNS.",
  CERT_HAS_EXPIRED: "Renew the certificate of the server.",
  DEPTH_ZERO_SELF_SIGNED_CERT: "Gateways refuse certificates that sign themselves: use one of a public authority.",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "Let the server send its intermediate certificates too.",
  ERR_TLS_CERT_ALTNAME_INVALID: "The certificate is for another name: correct the host or the certificate.",
};
