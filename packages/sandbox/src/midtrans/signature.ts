import { createHash } from "node:crypto";

/** `signature_key` of docs.midtrans.com, HTTP(S) Notification / Webhooks: the values exactly as they are sent. */
export function signatureKey(orderId: string, statusCode: string, grossAmount: string, serverKey: string): string {
  return createHash("sha512").update(`${orderId}${statusCode}${grossAmount}${serverKey}`).digest("hex");
}
