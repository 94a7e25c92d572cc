import { createHash } from "node:crypto";
import { checkOf, hmacHex, parseJsonObject, type SignatureCheck, type SignedDelivery } from "../simulator-kit/index.ts";

/**
 * JSON as SingaPay hashes it: names in byte order at every depth, arrays in theirs, no spaces.
 * Its own sample decodes into PHP arrays, so an empty object is written as an empty array.
 */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return "[]";
  const inOrder = entries.sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  return `{${inOrder.map(([name, child]) => `${JSON.stringify(name)}:${canonicalJson(child)}`).join(",")}}`;
};

/** Lower-case hex SHA-256 of the canonical form of a JSON body. */
export const bodyHash = (body: string): string =>
  createHash("sha256")
    .update(canonicalJson(JSON.parse(body)))
    .digest("hex");

/**
 * `X-Signature` of docs.singapay.id, webhooks/security-and-signature.
 * `endpoint` is path and query without the host, `bearer` has no prefix, `timestamp` counts seconds since 1970.
 */
export const webhookSignature = (
  parts: { readonly endpoint: string; readonly bearer: string; readonly body: string; readonly timestamp: string },
  clientSecret: string,
): string => {
  const message = webhookMessage({ ...parts, bodyHash: bodyHash(parts.body) });
  return hmacHex("sha512", clientSecret, message);
};

/** The text that the signature of a webhook covers. */
const webhookMessage = (parts: {
  readonly endpoint: string;
  readonly bearer: string;
  readonly bodyHash: string;
  readonly timestamp: string;
}): string => `POST:${parts.endpoint}:${parts.bearer}:${parts.bodyHash}:${parts.timestamp}`;

export const explainSignature = ({ body, headers, url }: SignedDelivery, clientSecret: string): SignatureCheck => {
  const { pathname, search } = url === undefined ? { pathname: "/", search: "" } : new URL(url);
  const parts = {
    endpoint: pathname + search,
    bearer: (headers["Authorization"] ?? "").replace("Bearer ", ""),
    timestamp: headers["X-Timestamp"] ?? "",
    body,
  };
  return checkOf({
    algorithm: "HMAC-SHA512 with the client secret, in hex; the body goes in as the SHA-256 of its sorted JSON",
    carrier: "header X-Signature",
    sent: headers["X-Signature"],
    baseString:
      parseJsonObject(body) === undefined ? undefined : webhookMessage({ ...parts, bodyHash: bodyHash(body) }),
    signatureOf: (message) => hmacHex("sha512", clientSecret, message),
  });
};
