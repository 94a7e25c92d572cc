/** A body that was not read yet. */
export type BodyStream = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** A body that is watched while somebody else reads it. */
export interface WatchedBody {
  readonly body: string | Uint8Array | BodyStream;
  /** Whether it has more bytes than allowed. */
  readonly isTooLarge: () => boolean;
  /** The bytes that were read. */
  readonly bytesRead: () => string | Uint8Array;
}

/** A stream ends with an error after so many bytes, before the rest is read. */
export const watchedBody = (body: string | Uint8Array | BodyStream, maxBytes: number): WatchedBody => {
  if (typeof body === "string" || body instanceof Uint8Array) {
    const isTooLarge = lengthOf(body, maxBytes) > maxBytes;
    return { body: isTooLarge ? "" : body, isTooLarge: () => isTooLarge, bytesRead: () => body };
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  const watched = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of partsOf(body)) {
      length += part.byteLength;
      if (length > maxBytes) throw new RangeError("the body is too large");
      parts.push(part);
      yield part;
    }
  };
  return {
    body: { [Symbol.asyncIterator]: watched },
    isTooLarge: () => length > maxBytes,
    bytesRead: () => joined(parts),
  };
};

/** A text is not measured if nothing depends on it. */
const lengthOf = (body: string | Uint8Array, maxBytes: number): number => {
  if (body instanceof Uint8Array) return body.byteLength;
  return maxBytes === Number.POSITIVE_INFINITY ? 0 : new TextEncoder().encode(body).byteLength;
};

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
};

/** Node's request is not destroyed when the iteration ends early: the response goes over its connection. */
interface NodeStream {
  iterator(options: { readonly destroyOnReturn: boolean }): AsyncIterableIterator<Uint8Array>;
}

const isNodeStream = (body: object): body is NodeStream => "iterator" in body && typeof body.iterator === "function";

const partsOf = (body: BodyStream): AsyncIterable<Uint8Array> => {
  if (isNodeStream(body)) return body.iterator({ destroyOnReturn: false });
  return "getReader" in body ? partsOfStream(body) : body;
};

/** Not every runtime can iterate over a stream of Fetch. */
async function* partsOfStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let isDone = false;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
    isDone = true;
  } finally {
    if (!isDone) await reader.cancel().catch(() => {});
  }
}
