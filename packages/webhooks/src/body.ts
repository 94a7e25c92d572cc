/** A body that was not read yet. */
export type BodyStream = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

export interface LimitedBody {
  readonly body: string | Uint8Array | BodyStream;
  readonly isExceeded: () => boolean;
}

/** A body that ends with an error after so many bytes, before the rest is read. */
export const limitedBody = (body: string | Uint8Array | BodyStream, maxBytes: number): LimitedBody => {
  // Core limits it.
  if (maxBytes === Number.POSITIVE_INFINITY) return { body, isExceeded: () => false };
  if (typeof body === "string" || body instanceof Uint8Array) {
    const length = typeof body === "string" ? new TextEncoder().encode(body).byteLength : body.byteLength;
    return { body: length > maxBytes ? "" : body, isExceeded: () => length > maxBytes };
  }
  let length = 0;
  const parts = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of partsOf(body)) {
      length += part.byteLength;
      if (length > maxBytes) throw new RangeError("the body is too large");
      yield part;
    }
  };
  return { body: { [Symbol.asyncIterator]: parts }, isExceeded: () => length > maxBytes };
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
