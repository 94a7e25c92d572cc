import type { HttpReply, HttpRequest, Sent, Transport, TransportOptions } from "./http-types.ts";
import { pause } from "./pause.ts";
import { retryAfterMs } from "./retry-after.ts";

const RETRIED_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * Retries only if that is safe: reads, and requests whose connection never opened. A request that may have been sent is
 * never sent twice here, whatever the response: see {@link withKeyedRepeats} for those with a key.
 */
export const withRetries = (
  transport: Transport,
  options: Pick<TransportOptions, "maxRetries" | "retryDelayMs" | "maxWaitMs"> = {},
): Transport => {
  const { maxRetries = 2, retryDelayMs = 100, maxWaitMs = 10_000 } = options;
  const repeat = async (request: HttpRequest, first: Sent): Promise<Sent> => {
    let result = first;
    for (let attempt = 0; attempt < maxRetries && maySendAgain(request, result); attempt += 1) {
      const askedMs = result.isOk() ? retryAfterMs(result.value) : undefined;
      if (askedMs !== undefined && askedMs > maxWaitMs) return result;
      const pauseMs = askedMs ?? retryDelayMs * 2 ** attempt * (0.5 + Math.random() / 2);
      if (!(await pause(pauseMs, request.signal))) return result;
      result = await transport.send(request);
    }
    return result;
  };
  return {
    send: async (request) => {
      const first = await transport.send(request);
      return maySendAgain(request, first) ? repeat(request, first) : first;
    },
  };
};

/** A rate limit is only retried if the provider returns the time. */
const mayReadAgain = (reply: HttpReply): boolean =>
  reply.mayRepeat ??
  (RETRIED_STATUSES.has(reply.status) || (reply.status === 429 && retryAfterMs(reply) !== undefined));

const maySendAgain = (request: HttpRequest, result: Sent): boolean => {
  if (result.isOk()) return request.method === "GET" && mayReadAgain(result.value);
  const { reason, sent } = result.error;
  if (reason === "connect") return !sent;
  return reason === "broken" && request.method === "GET";
};
