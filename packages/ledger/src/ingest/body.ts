import { hash } from "node:crypto";
import type { WebhookRequest } from "@tautan/core";

/** The bytes of a delivery, and what tells it from all others. */
export interface Body {
  readonly raw: Uint8Array;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly digest: string;
}

/** Keeps the body of a request, which can be read only once. Call the result after the delivery was verified. */
export const keepBody = (request: WebhookRequest): (() => Promise<Body>) => {
  const kept = copyOf(request);
  return async () => {
    const raw = typeof kept === "string" ? Buffer.from(kept) : kept instanceof Uint8Array ? kept : await bytesOf(kept);
    return { raw, digest: hash("sha256", raw, "hex") };
  };
};

const copyOf = (request: WebhookRequest): string | Uint8Array | Request | undefined => {
  const { body } = request;
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return body.slice();
  // What cannot be copied cannot be verified either.
  return "clone" in request && !request.bodyUsed ? request.clone() : undefined;
};

const bytesOf = async (copy: Request | undefined): Promise<Uint8Array> =>
  copy ? new Uint8Array(await copy.arrayBuffer()) : new Uint8Array();
