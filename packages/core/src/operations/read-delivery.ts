import { err, ok, type Result } from "neverthrow";
import { contained, nameOfThrown, valueOr } from "../contained.ts";
import type { DriverDelivery, DriverWebhookError } from "../driver-contract.ts";
import type { WebhookRequest } from "../webhook.ts";
import { malformedWebhook } from "./driver-error.ts";

/** Reads the request of a webhook, up to a size, without verifying it. Never throws. */
export const readDelivery = (
  request: WebhookRequest,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Result<DriverDelivery, DriverWebhookError>> =>
  contained(
    () => readParts(request, maxBytes, signal),
    (thrown) =>
      malformedWebhook(`the request could not be read (${nameOfThrown(thrown)})`, "Pass the request as it arrived."),
  );

const readParts = async (
  request: WebhookRequest,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Result<DriverDelivery, DriverWebhookError>> => {
  if (typeof request !== "object" || request === null) {
    return refuse("expected a Fetch Request or { method, url, headers, body }", "Pass the request as it arrived.");
  }
  if (typeof request.method !== "string" || request.method.toUpperCase() !== "POST") {
    return refuse("expected a POST", "Route only POST requests to the webhook handler.");
  }
  const target = targetOf(request.url);
  if (target === undefined)
    return refuse("expected a URL or a path that starts with /", "Pass the public path and query.");
  if (typeof request.headers !== "object" || request.headers === null) {
    return refuse("expected headers", "Pass the headers as they arrived.");
  }
  const body = await readBody(request, maxBytes, signal);
  if (body.isErr()) return err(body.error);
  const { value } = body;
  const text = textOf(value);
  if (text === undefined) return refuse("expected a body in UTF-8", "Pass the raw body, as it arrived.");
  return ok({
    target,
    header: headerReader(request.headers),
    text,
    // Computed only if needed: some signatures do not cover the bytes.
    get bytes() {
      return typeof value === "string" ? ENCODER.encode(value) : value;
    },
  });
};

type Body = Result<string | Uint8Array, DriverWebhookError>;

const readBody = async (request: WebhookRequest, maxBytes: number, signal: AbortSignal): Promise<Body> => {
  const { body } = request;
  if (typeof body === "string") return byteLengthExceeds(body, maxBytes) ? tooLarge(maxBytes) : ok(body);
  if (body instanceof Uint8Array) return body.byteLength > maxBytes ? tooLarge(maxBytes) : ok(body);
  if (isFetchRequest(request)) {
    if (request.bodyUsed) {
      return refuse("the request's body was already read", "Call parseWebhook before anything else reads the body.");
    }
    return request.body ? readStream(request.body, maxBytes, signal) : ok("");
  }
  return refuse(
    "expected the raw body as text or bytes, got a parsed body",
    "Take the raw body: no JSON parser may run before parseWebhook, because signatures cover the bytes. From Node's IncomingMessage or Express, pass { method, url, headers, body } with the body as text or a Buffer.",
  );
};

/** The buffer doubles, so that the cost of a body does not depend on the number of its parts. */
const readStream = async (stream: ReadableStream<Uint8Array>, maxBytes: number, signal: AbortSignal): Promise<Body> => {
  let bytes = new Uint8Array(Math.min(maxBytes, 4096));
  let length = 0;
  const reader = stream.getReader();
  // The rest of the body is not needed, and an error of the cancellation does not matter.
  const stop = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const needed = length + part.value.byteLength;
      if (needed > maxBytes) {
        stop();
        return tooLarge(maxBytes);
      }
      if (needed > bytes.byteLength) {
        const larger = new Uint8Array(Math.min(maxBytes, Math.max(needed, bytes.byteLength * 2)));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(part.value, length);
      length = needed;
    }
  } catch {
    return incomplete();
  } finally {
    signal.removeEventListener("abort", stop);
  }
  return signal.aborted ? incomplete() : ok(bytes.slice(0, length));
};

/** A character has one to three bytes, so the number of characters is almost always enough. */
const byteLengthExceeds = (text: string, maxBytes: number): boolean =>
  text.length > maxBytes || (text.length * 3 > maxBytes && ENCODER.encode(text).byteLength > maxBytes);

const isFetchRequest = (request: WebhookRequest): request is Request =>
  "bodyUsed" in request && typeof request.bodyUsed === "boolean";

/** By its method: a reference to the global class would load the Fetch implementation of Node. */
const isHeaders = (headers: object): headers is Headers => "get" in headers && typeof headers.get === "function";

const targetOf = (url: unknown): string | undefined => {
  if (typeof url !== "string") return undefined;
  if (url.startsWith("/")) return url;
  if (!URL.canParse(url)) return undefined;
  const { pathname, search } = new URL(url);
  return pathname + search;
};

const headerReader = (headers: Exclude<WebhookRequest, Request>["headers"]): DriverDelivery["header"] => {
  if (isHeaders(headers)) return (name) => headers.get(name) ?? undefined;
  const byName = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    const text = typeof value === "string" ? value : Array.isArray(value) ? value.join(", ") : undefined;
    if (text === undefined) continue;
    const before = byName.get(lower);
    byName.set(lower, before === undefined ? text : `${before}, ${text}`);
  }
  return (name) => byName.get(name);
};

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();

const textOf = (body: string | Uint8Array): string | undefined =>
  typeof body === "string" ? body : valueOr(() => DECODER.decode(body), undefined);

const refuse = (message: string, hint: string, retryable = false): Result<never, DriverWebhookError> =>
  err(malformedWebhook(message, hint, retryable));

const incomplete = (): Result<never, DriverWebhookError> =>
  refuse(
    "the connection closed before the whole body arrived",
    "Send the acknowledgement: the gateway will retry.",
    true,
  );

const tooLarge = (maxBytes: number): Result<never, DriverWebhookError> =>
  refuse(
    `expected at most ${maxBytes} bytes`,
    "Most deliveries are far smaller. Raise maxWebhookBytes if your gateway sends batches of this size.",
  );
