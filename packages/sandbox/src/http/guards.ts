import type { Context, MiddlewareHandler } from "hono";

const MEBIBYTE = 1024 * 1024;
const LOOPBACK_NAMES: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Whether a URL's hostname means this machine, or the host the sandbox listens on. */
export const isLocalName = (hostname: string, boundHost: string): boolean =>
  LOOPBACK_NAMES.has(hostname) || hostname === boundHost || hostname === `[${boundHost}]`;

/** A page on the internet whose name resolves to this machine must not reach the sandbox through a browser. */
export const refuseForeignHosts =
  (boundHost: string): MiddlewareHandler =>
  async (context, next) => {
    if (!isLocalName(new URL(context.req.url).hostname, boundHost)) {
      return context.json({ error: "This sandbox answers only to the name of the host it listens on." }, 403);
    }
    return next();
  };

/**
 * Refuses bodies above 1 MiB, or another size, with an answer in the provider's shape.
 * Hono's own limit needs `Request` to be replaced for the whole process, which is not the sandbox's to do.
 */
export const limitBody = (
  tooLarge: (context: Context) => Response | Promise<Response>,
  maxBytes: number = MEBIBYTE,
): MiddlewareHandler => {
  const refuse = async (context: Context): Promise<Response> => {
    const answer = await tooLarge(context);
    // The rest of the body is between this response and the next call.
    answer.headers.set("Connection", "close");
    return answer;
  };
  return async (context, next) => {
    const { raw, method } = context.req;
    const declaredBytes = context.req.header("content-length");
    if (declaredBytes !== undefined) return Number(declaredBytes) > maxBytes ? refuse(context) : next();
    if (method === "GET" || method === "HEAD" || raw.body === null) return next();
    const body = await readBytes(raw.body, maxBytes);
    if (body === undefined) return refuse(context);
    context.req.raw = new Request(raw.url, { method, headers: raw.headers, body });
    return next();
  };
};

/** Everything in the stream, or `undefined` if that is too much. */
const readBytes = async (
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Buffer<ArrayBuffer> | undefined> => {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of stream) {
    byteCount += chunk.byteLength;
    if (byteCount > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
