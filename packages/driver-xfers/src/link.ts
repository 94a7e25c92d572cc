import type { LinkCustomer, LinkWarning } from "@tautan/core";
import type { CreateInput, DriverError, DriverLink } from "@tautan/core/driver";
import { driverError, epochMsOf, omitUndefined } from "@tautan/core/driver";
import { parseTimestamp } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { WireCreate } from "./create-body.ts";
import { rupiah } from "./money.ts";
import type { XfersProviderOptions } from "./options.ts";
import { meaningOfStatus } from "./status.ts";
import type { LinkDocument } from "./wire.ts";

/** The link that was just created, with a warning for each requested value that Xfers changed. */
export const linkFromCreate = (
  input: CreateInput<XfersProviderOptions>,
  wire: WireCreate,
  reply: LinkDocument,
  raw: unknown,
  nowMs: number,
): Result<DriverLink, DriverError> =>
  linkFromWire(reply, raw).map((reported) => {
    const link = {
      ...reported,
      title: reported.title ?? wire.title,
      expiresAt: reported.expiresAt ?? wire.expiresAt,
      customer: reported.customer ?? input.customer,
    };
    const isAdjusted = input.title !== undefined && input.title !== link.title;
    const isLate = wire.expiresAt !== undefined && epochMsOf(wire.expiresAt) - nowMs > LONGEST_KNOWN_LIFE_MS;
    return { ...link, warnings: [...(isAdjusted ? [ANOTHER_TITLE] : []), ...(isLate ? [LATE_EXPIRY] : [])] };
  });

/**
 * The longest life of a payment in the previous API; no page about links has a range. Source:
 * https://github.com/Xfers/oas-api-docs, payment_gateway/base_class/payment.json, "expired_at".
 */
const LONGEST_KNOWN_LIFE_MS = 3 * 24 * 60 * 60 * 1000;

const LATE_EXPIRY: LinkWarning = Object.freeze({
  code: "doubtful",
  field: "expiresAt",
  message:
    "Xfers documents no range for a link's expiry, and three days at most in its API of 2020: check link.expiresAt",
});

const ANOTHER_TITLE: LinkWarning = Object.freeze({
  code: "adjusted",
  field: "title",
  message: "Xfers shows link.title instead: it accepts only printable ASCII without double quotes, < > and \\",
});

/** The link from a reply or a callback. */
export const linkFromWire = ({ data }: LinkDocument, raw: unknown): Result<DriverLink, DriverError> => {
  const { id, attributes } = data;
  const { referenceId, paymentLinkUrl } = attributes;
  if (referenceId === undefined || paymentLinkUrl === undefined) {
    const message = `the response has no usable ${referenceId === undefined ? "referenceId" : "paymentLinkUrl"}`;
    return err(driverError("malformed_response", { message }));
  }
  const { state, used } = meaningOfStatus(attributes.status);
  const { customerName: name, customerEmail: email, customerPhoneNumber: phone } = attributes;
  const customer: LinkCustomer = omitUndefined({ name, email, phone });
  return ok({
    providerId: id,
    reference: referenceId,
    url: paymentLinkUrl,
    state,
    title: attributes.description,
    amount: rupiah(attributes.amount),
    usage: { limit: 1, used, held: 0 },
    expiresAt: parseTimestamp(attributes.expiredAt),
    customer: Object.keys(customer).length > 0 ? customer : undefined,
    createdAt: parseTimestamp(attributes.createdAt),
    raw,
  });
};
