import { err, ok, type Result } from "neverthrow";
import { nameOfThrown, valueOr } from "../contained.ts";
import type { DriverDelivery, DriverWebhookError } from "../driver-contract.ts";
import type { WebhookRequest } from "../webhook.ts";
import { malformedWebhook, type UnreadDetails } from "./driver-error.ts";

export type ReadDelivery = Result<DriverDelivery, DriverWebhookError>;

/** A delivery whose body must be waited for. */
export interface PendingDelivery {
  /** Never rejects. */
  readonly read: () => Promise<ReadDelivery>;
  /** Ends the reading: the rest of the body is not needed. */
  readonly stop: () => void;
}

/**
 * Reads the request of a webhook, up to a size, without verifying it: at once if its body is text or bytes, which a server may reuse
 * afterwards. Never throws.
 */
export const readDelivery = (request: WebhookRequest, maxBytes: number): ReadDelivery | PendingDelivery => {
  try {
    return readRequest(request, maxBytes);
  } catch (thrown) {
    return unreadable(thrown);
  }
};

const unreadable = (thrown: unknown): ReadDelivery =>
  refuse(`the request could not be read (${nameOfThrown(thrown)})`, "Pass the request as it arrived.");

const readRequest = (request: WebhookRequest, maxBytes: number): ReadDelivery | PendingDelivery => {
  if (typeof request !== "object" || request === null) {
    return refuse("expected a Fetch Request or { method, url, headers, body }", "Pass the request as it arrived.");
  }
  const { method, url, headers } = request;
  if (typeof method !== "string" || method.toUpperCase() !== "POST") {
    return refuse("expected a POST", "Route only POST requests to the webhook handler.");
  }
  const target = targetOf(url);
  if (target === undefined)
    return refuse("expected a URL or a path that starts with /", "Pass the public path and query.");
  if (typeof headers !== "object" || headers === null) {
    return refuse("expected headers", "Pass the headers as they arrived.");
  }
  const header = headerReader(headers);
  const received = (body: string | Uint8Array): ReadDelivery => {
    const text = textOf(body);
    if (text !== undefined) return ok(new ReceivedDelivery(target, header, text));
    return refuse("expected a body in UTF-8", "Pass the raw body, as it arrived.");
  };
  const body = bodyOf(request, maxBytes);
  if (!(body instanceof Parts)) return body.andThen(received);
  return {
    read: async () => {
      try {
        return (await readParts(body, maxBytes)).andThen(received);
      } catch (thrown) {
        return unreadable(thrown);
      }
    },
    stop: () => body.stop(),
  };
};

export class ReceivedDelivery implements DriverDelivery {
  readonly target: string;
  readonly header: DriverDelivery["header"];
  readonly text: string;

  constructor(target: string, header: DriverDelivery["header"], text: string) {
    this.target = target;
    this.header = header;
    this.text = text;
  }

  /** Bytes that were decoded without an error are encoded to the same bytes, so no copy is kept of those that were passed. */
  get bytes(): Uint8Array {
    return ENCODER.encode(this.text);
  }
}

type Body<T> = Result<T, DriverWebhookError>;

const bodyOf = (request: WebhookRequest, maxBytes: number): Body<string | Uint8Array> | Parts => {
  const { body } = request;
  if (typeof body === "string") return byteLengthExceeds(body, maxBytes) ? tooLarge(maxBytes) : ok(body);
  if (body instanceof Uint8Array) return body.byteLength > maxBytes ? tooLarge(maxBytes) : ok(body);
  if (isFetchRequest(request) && request.bodyUsed) return alreadyRead();
  if (isFetchRequest(request) && request.body === null) return ok("");
  if (isStream(body)) return body.locked ? alreadyRead() : partsOfStream(body);
  if (isIterable(body)) {
    // Of a stream of Node whose end was read, no part would come, and the delivery would look like a forged empty one.
    const isConsumed = "readableDidRead" in body && body.readableDidRead === true;
    return isConsumed ? alreadyRead() : partsOfIterable(body);
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

class Parts {
  readonly next: () => Promise<IteratorResult<Uint8Array, unknown>>;
  readonly #cancel: () => Promise<unknown> | undefined;
  /** Whether the rest of the body is not needed. */
  isStopped = false;

  constructor(next: Parts["next"], cancel: () => Promise<unknown> | undefined) {
    this.next = next;
    this.#cancel = cancel;
  }

  stop(): void {
    this.isStopped = true;
    // An error of the cancellation does not matter.
    this.#cancel()?.catch(() => {});
  }
}

const partsOfStream = (stream: ReadableStream<Uint8Array>): Parts => {
  const reader = stream.getReader();
  return new Parts(
    () => reader.read(),
    () => reader.cancel(),
  );
};

const partsOfIterable = (iterable: AsyncIterable<Uint8Array>): Parts => {
  const iterator = isNodeStream(iterable)
    ? iterable.iterator({ destroyOnReturn: false })
    : iterable[Symbol.asyncIterator]();
  return new Parts(
    () => iterator.next(),
    () => iterator.return?.(),
  );
};

/** The smallest buffer of several parts. It doubles, so that the cost of a body does not depend on their number. */
const MIN_BUFFER_BYTES = 4096;

/** Copies each part, because a source may reuse its buffer for the next one. Mostly there is one. */
const readParts = async (parts: Parts, maxBytes: number): Promise<Body<Uint8Array>> => {
  let bytes = NO_BYTES;
  let length = 0;
  try {
    for (let part = await parts.next(); !part.done; part = await parts.next()) {
      if (!(part.value instanceof Uint8Array)) {
        parts.stop();
        return parsedBefore("expected a body of bytes, got one of text", "Do not set an encoding on the request.");
      }
      const needed = length + part.value.byteLength;
      if (needed > maxBytes) {
        parts.stop();
        return tooLarge(maxBytes);
      }
      if (needed > bytes.byteLength) {
        const size = length === 0 ? needed : Math.max(needed, MIN_BUFFER_BYTES, bytes.byteLength * 2);
        const larger = new Uint8Array(Math.min(maxBytes, size));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(part.value, length);
      length = needed;
    }
  } catch {
    return incomplete();
  }
  return parts.isStopped ? incomplete() : ok(bytes.subarray(0, length));
};

/** A character has one to three bytes, so the number of characters is almost always enough. */
const byteLengthExceeds = (text: string, maxBytes: number): boolean =>
  text.length > maxBytes || (text.length * 3 > maxBytes && ENCODER.encode(text).byteLength > maxBytes);

const isFetchRequest = (request: WebhookRequest): request is Request =>
  "bodyUsed" in request && typeof request.bodyUsed === "boolean";

/** By its method: a reference to the global class would load the Fetch implementation of Node. */
const isHeaders = (headers: object): headers is Headers => "get" in headers && typeof headers.get === "function";

/** The path and query of a URL; `undefined` if it is none. */
export const targetOf = (url: unknown): string | undefined => {
  if (typeof url !== "string") return undefined;
  if (url.startsWith("/")) return url;
  const parsed = valueOr(() => new URL(url), undefined);
  return parsed && parsed.pathname + parsed.search;
};

/** Of a copy, which nobody changes. A header that occurs in several spellings is joined, as one that occurs twice. */
const headerReader = (headers: Exclude<WebhookRequest, Request>["headers"]): DriverDelivery["header"] => {
  if (isHeaders(headers)) return (name) => headers.get(name) ?? undefined;
  const kept: typeof headers = { ...headers };
  const names = Object.keys(kept);
  return (wanted) => {
    let found: string | undefined;
    for (const name of names) {
      if (name !== wanted && (name.length !== wanted.length || name.toLowerCase() !== wanted)) continue;
      const value = kept[name];
      const text = typeof value === "string" ? value : Array.isArray(value) ? value.join(", ") : undefined;
      if (text !== undefined) found = found === undefined ? text : `${found}, ${text}`;
    }
    return found;
  };
};

const NO_BYTES = new Uint8Array(0);
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
