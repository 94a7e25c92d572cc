import type { HttpFailure } from "./http-types.ts";

/** The code of a failure; never the message, which may contain a URL with a key. */
export const whyOf = (error: unknown): Pick<HttpFailure, "code" | "peer"> => {
  const { code, message, address, port, hostname } = deepest(error);
  const refusal = typeof message === "string" ? /^Proxy response \((\d{3})\)/.exec(message)?.[1] : undefined;
  const word = refusal === undefined ? code : `PROXY_ANSWERED_${refusal}`;
  const written = typeof address === "string" && address.includes(":") ? `[${address}]` : address;
  const peer = typeof written === "string" && typeof port === "number" ? `${written}:${port}` : hostname;
  return {
    ...(typeof word === "string" && /^\w{1,40}$/.test(word) && { code: word }),
    ...(typeof peer === "string" && /^[\w.:[\]-]{1,255}$/.test(peer) && { peer }),
  };
};

interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  readonly hostname?: unknown;
}

/** If several addresses of a host were tried, the first failure is used; undici wraps some of its own. */
const deepest = (error: unknown): Failure => {
  const failure = (error ?? {}) as Failure & { readonly errors?: unknown; readonly cause?: unknown };
  const inner: unknown = Array.isArray(failure.errors) ? failure.errors[0] : failure.cause;
  return inner instanceof Error && "code" in inner ? deepest(inner) : failure;
};
