// Node computes the digests of WebCrypto on other threads, whose order is by chance. Here they are computed at once, so that a seed
// always gives the same order.
import { hash } from "node:crypto";

crypto.subtle.digest = async (algorithm, data) => {
  if (algorithm !== "SHA-256") throw new TypeError(`expected SHA-256, got ${JSON.stringify(algorithm)}`);
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return new Uint8Array(hash("sha256", bytes, "buffer")).buffer;
};
