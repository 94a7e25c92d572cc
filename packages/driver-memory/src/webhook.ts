import type { DriverDelivery, DriverObservation, DriverWebhookError } from "@tautan/core/driver";
import { lazy } from "@tautan/driver-kit";
import {
  isJsonContentType,
  loadDigests,
  malformedWebhook,
  parseJsonObject,
  signatureInvalid,
} from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { toDriverHistory } from "./history.ts";

const loadWire = lazy(() => import("./wire.ts"));

/** Holds the HMAC-SHA256 of the raw body in hexadecimal. */
export const SIGNATURE_HEADER = "memory-signature";

export const parseMemoryWebhook = async (
  delivery: DriverDelivery,
  webhookSecret: string,
): Promise<Result<readonly DriverObservation[], DriverWebhookError>> => {
  if (!isJsonContentType(delivery.header("content-type")))
    return malformed("expected the content type application/json");
  const given = delivery.header(SIGNATURE_HEADER);
  if (given === undefined) return invalid("missing", `the header ${SIGNATURE_HEADER} is absent`);
  if (!/^[0-9a-f]{64}$/i.test(given)) return invalid("malformed", `${SIGNATURE_HEADER} is not 64 hexadecimal digits`);
  const { hmacSha256Hex, sameHex } = await loadDigests();
  if (!sameHex(hmacSha256Hex(webhookSecret, delivery.bytes), given)) {
    return invalid("mismatch", `${SIGNATURE_HEADER} does not fit the body and the secret`);
  }
  const { paymentReport } = await loadWire();
  const { data: body } = paymentReport.safeParse(parseJsonObject(delivery.text));
  if (!body) return malformed("expected the JSON of a payment");
  return ok([
    {
      kind: "history",
      trust: "signed",
      ...toDriverHistory(body, "signed"),
      linkCandidates: [{ providerId: body.link.id, reference: body.link.reference }],
    },
  ]);
};

const HINT = "Pass the webhook, as the simulator returned it, to the driver that created it.";
const HINTS = { missing: HINT, malformed: HINT, mismatch: HINT } as const;

const invalid = (problem: keyof typeof HINTS, message: string): Result<never, DriverWebhookError> =>
  err(signatureInvalid(problem, message, HINTS));

const malformed = (message: string): Result<never, DriverWebhookError> => err(malformedWebhook(message, HINT));
