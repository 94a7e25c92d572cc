import { createHash } from "node:crypto";
import { checkOf, type JsonObject, parseJsonObject, type SignatureCheck } from "../simulator-kit/index.ts";

// docs.midtrans.com, HTTP(S) Notification / Webhooks, Sample in CURL.
export const NOTIFICATION_HEADERS: Readonly<Record<string, string>> = {
  "User-Agent": "Veritrans",
  Accept: "application/json",
  "Content-Type": "application/json",
};

const sha512 = (text: string): string => createHash("sha512").update(text).digest("hex");

/** `signature_key` of docs.midtrans.com, HTTP(S) Notification / Webhooks: the values exactly as they are sent. */
export const signatureKey = (orderId: string, statusCode: string, grossAmount: string, serverKey: string): string =>
  sha512(`${orderId}${statusCode}${grossAmount}${serverKey}`);

/** The signed fields of a notification, in order; `undefined` if one is missing. */
export const signedFields = (json: JsonObject): readonly [string, string, string] | undefined => {
  const { order_id, status_code, gross_amount } = json;
  return typeof order_id === "string" && typeof status_code === "string" && typeof gross_amount === "string"
    ? [order_id, status_code, gross_amount]
    : undefined;
};

/** Leaves the rest of the body as it was written, if the old signature is found in it. */
export const withSignatureKey = (body: string, serverKey: string): string => {
  const json = parseJsonObject(body) ?? {};
  const fields = signedFields(json);
  if (fields === undefined) return body;
  const signature = signatureKey(...fields, serverKey);
  const old = json["signature_key"];
  if (typeof old === "string" && old !== "" && body.includes(JSON.stringify(old))) {
    return body.replace(JSON.stringify(old), () => JSON.stringify(signature));
  }
  return JSON.stringify({ ...json, signature_key: signature });
};

export const explainSignature = (body: string, serverKey: string): SignatureCheck => {
  const json = parseJsonObject(body) ?? {};
  const fields = signedFields(json);
  const sent = json["signature_key"];
  return checkOf({
    algorithm: "SHA-512 of order_id, status_code, gross_amount and the server key, in hex",
    carrier: "signature_key in the body",
    sent: typeof sent === "string" ? sent : undefined,
    baseString: fields === undefined ? undefined : fields.join("") + serverKey,
    signatureOf: sha512,
  });
};
