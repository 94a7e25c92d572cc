import { err, ok, type Result } from "neverthrow";
import { contained, nameOfThrown, valueOr } from "../contained.ts";
import type { DriverDelivery, DriverWebhookError } from "../driver-contract.ts";
import type { WebhookRequest } from "../webhook.ts";
import { malformedWebhook, type UnreadDetails } from "./driver-error.ts";

/** Reads the request of a webhook, up to a size, without verifying it. Never throws. */
export const readDelivery = (
  request: WebhookRequest,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Result<DriverDelivery, DriverWebhookError>> =>
  contained(
    () => readRequest(request, maxBytes, signal),
    (thrown) =>
      malformedWebhook(`the request could not be read (${nameOfThrown(thrown)})`, "Pass the request as it arrived."),
  );

const readRequest = async (
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
  if (isFetchRequest(request) && request.bodyUsed) return alreadyRead();
  if (isFetchRequest(request) && request.body === null) return ok("");
  if (isStream(body)) return body.locked ? alreadyRead() : readParts(partsOfStream(body), maxBytes, signal);
  if (isIterable(body)) {
    // Of a stream of Node whose end was read, no part would come, and the delivery would look like a forged empty one.
    const isConsumed = "readableDidRead" in body && body.readableDidRead === true;
    return isConsumed ? alreadyRead() : readParts(partsOfIterable(body), maxBytes, signal);
  }
  return parsedBefore(
    "expected the raw body as text or bytes, got a parsed body",
    "Take the raw body: no JSON parser may run before parseWebhook, because signatures cover the bytes. From Node's IncomingMessage or Express, pass { method, url, headers, body } with the request, a Buffer or text as the body.",
  );
};

const isStream = (body: unknown): body is ReadableStream<Uint8Array> =>
  typeof body === "object" && body !== null && "getReader" in body;

const isIterable = (body: unknown): body is AsyncIterable<Uint8Array> =>
  typeof body === "object" && body !== null && Symbol.asyncIterator in body;

/** A request of Node whose iteration ends early is destroyed, and its connection with it: then no response can be sent. */
interface NodeStream extends AsyncIterable<Uint8Array> {
  iterator(options: { readonly destroyOnReturn: boolean }): AsyncIterator<Uint8Array>;
}

const isNodeStream = (iterable: AsyncIterable<Uint8Array>): iterable is NodeStream =>
  "iterator" in iterable && typeof iterable.iterator === "function";

/** The parts of a body, one at a time. */
interface Parts {
  next(): Promise<IteratorResult<Uint8Array, unknown>>;
  /** The rest of the body is not needed, and an error of the cancellation does not matter. */
  stop(): void;
}

const partsOfStream = (stream: ReadableStream<Uint8Array>): Parts => {
  const reader = stream.getReader();
  return {
    next: async () => {
      const part = await reader.read();
      return part.done ? { done: true, value: undefined } : part;
    },
    stop: () => void reader.cancel().catch(() => {}),
  };
};

const partsOfIterable = (iterable: AsyncIterable<Uint8Array>): Parts => {
  const iterator = isNodeStream(iterable)
    ? iterable.iterator({ destroyOnReturn: false })
    : iterable[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    stop: () => void iterator.return?.().catch(() => {}),
  };
};

/** The buffer doubles, so that the cost of a body does not depend on the number of its parts. */
const readParts = async (parts: Parts, maxBytes: number, signal: AbortSignal): Promise<Body> => {
  let bytes = new Uint8Array(Math.min(maxBytes, 4096));
  let length = 0;
  const stop = (): void => parts.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (let part = await parts.next(); !part.done; part = await parts.next()) {
      if (!(part.value instanceof Uint8Array)) {
        stop();
        return parsedBefore("expected a body of bytes, got one of text", "Do not set an encoding on the request.");
      }
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

const refuse = (message: string, hint: string, details?: UnreadDetails): Result<never, DriverWebhookError> =>
  err(malformedWebhook(message, hint, details));

/** The fault is the server's, and the delivery may be genuine: the gateway is to send it again until the fault is repaired. */
const parsedBefore = (message: string, hint: string): Result<never, DriverWebhookError> =>
  refuse(message, hint, { retryable: true, problem: "body_parsed" });

const alreadyRead = (): Result<never, DriverWebhookError> =>
  parsedBefore("the request's body was already read", "Call parseWebhook before anything else reads the body.");

const incomplete = (): Result<never, DriverWebhookError> =>
  refuse("the connection closed before the whole body arrived", "Send the acknowledgement: the gateway will retry.", {
    retryable: true,
    problem: "incomplete",
  });

const tooLarge = (maxBytes: number): Result<never, DriverWebhookError> =>
  refuse(
    `expected at most ${maxBytes} bytes`,
    "Most deliveries are far smaller. Raise maxWebhookBytes if your gateway sends batches of this size.",
    { problem: "too_large" },
  );
