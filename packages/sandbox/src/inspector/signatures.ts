import { match } from "ts-pattern";
import { parseJsonObject } from "../http/input-reader.ts";
import { signatureKey, signedFields } from "../midtrans/signature.ts";
import { midtransCredentials } from "../midtrans/simulator.ts";
import { bodyHash, webhookMessage, webhookSignature } from "../singapay/signature.ts";
import { singapayCredentials } from "../singapay/simulator.ts";
import type { Provider, RecordedDelivery } from "../types.ts";
import { callbackSignature } from "../xfers/callbacks.ts";
import { xfersCredentials } from "../xfers/simulator.ts";

/** What of a delivery a signature has to do with. */
type SignedDelivery = Pick<RecordedDelivery, "provider" | "url" | "headers" | "body">;

/** How a delivery was signed, worked out again from what was sent. */
export interface SignatureCheck {
  readonly algorithm: string;
  /** The header or the field of the body that carries it. */
  readonly carrier: string;
  readonly sent: string | undefined;
  /** What the signature covers; `undefined` where the body is not of the form that is signed. */
  readonly baseString: string | undefined;
  readonly holds: boolean;
}

export function checkSignature(delivery: SignedDelivery): SignatureCheck {
  return match(delivery.provider)
    .with("midtrans", () => checkMidtrans(delivery))
    .with("xfers", () => checkXfers(delivery))
    .with("singapay", () => checkSingapay(delivery))
    .exhaustive();
}

/** Why a body cannot be signed; `undefined` where it can. */
export function faultInBody(provider: Provider, body: string): string | undefined {
  if (provider === "xfers") return undefined;
  const json = parseJsonObject(body);
  if (json === undefined) return "The body must be a JSON object: the signature is made from its content.";
  if (provider === "singapay" || signedFields(json) !== undefined) return undefined;
  return "The body needs order_id, status_code and gross_amount as texts: the signature of Midtrans is made from them.";
}

function checkMidtrans({ body }: SignedDelivery): SignatureCheck {
  const json = parseJsonObject(body) ?? {};
  const fields = signedFields(json);
  const sent = json["signature_key"];
  return {
    algorithm: "SHA-512 of order_id, status_code, gross_amount and the server key, in hex",
    carrier: "signature_key in the body",
    sent: typeof sent === "string" ? sent : undefined,
    baseString: fields === undefined ? undefined : fields.join("") + midtransCredentials.serverKey,
    holds: fields !== undefined && sent === signatureKey(...fields, midtransCredentials.serverKey),
  };
}

function checkXfers({ body, headers }: SignedDelivery): SignatureCheck {
  const sent = headers["Xfers-Signature"];
  return {
    algorithm: "HMAC-SHA256 of the body's bytes with the signing secret, in hex",
    carrier: "header Xfers-Signature",
    sent,
    baseString: body,
    holds: sent === callbackSignature(body, xfersCredentials.signingSecret),
  };
}

function checkSingapay({ body, headers, url }: SignedDelivery): SignatureCheck {
  const { pathname, search } = url === undefined ? { pathname: "/", search: "" } : new URL(url);
  const sent = headers["X-Signature"];
  const parts = {
    endpoint: pathname + search,
    bearer: (headers["Authorization"] ?? "").replace("Bearer ", ""),
    timestamp: headers["X-Timestamp"] ?? "",
    body,
  };
  const isSignable = parseJsonObject(body) !== undefined;
  return {
    algorithm: "HMAC-SHA512 with the client secret, in hex; the body goes in as the SHA-256 of its sorted JSON",
    carrier: "header X-Signature",
    sent,
    baseString: isSignable ? webhookMessage({ ...parts, bodyHash: bodyHash(body) }) : undefined,
    holds: isSignable && sent === webhookSignature(parts, singapayCredentials.clientSecret),
  };
}
