import type { Instant, LinkCustomer, LinkWarning, Money, Trust } from "@tautan/core";
import type { CreateInput, DriverError, DriverHistory, DriverLink, LinkPreview } from "@tautan/core/driver";
import { driverError, epochMsOf, historyRecord, instantAt, omitUndefined } from "@tautan/core/driver";
import { parseTimestamp } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { TAKEN_CHARACTERS } from "./capabilities.ts";
import { methodOfPayment } from "./methods.ts";
import type { XfersProviderOptions } from "./options.ts";
import { readProviderOptions } from "./provider-options.ts";
import { meaningOfStatus } from "./status.ts";
import type { LinkDocument } from "./wire.ts";

const CURRENCY = "IDR";
const SECOND_MS = 1000;
const JAKARTA_OFFSET_MS = 7 * 60 * 60 * SECOND_MS;

/** The body of a create request, and what it comes to where the reply leaves it out. */
export interface WireCreate {
  readonly body: object;
  readonly title: string | undefined;
  readonly expiresAt: Instant | undefined;
  /** The telephone number as it is sent. */
  readonly phone: string | undefined;
}

/** Source of the fields: docs.fazz.com/v4-ID/docs/payment-link-via-api, step 1. */
export const toWireCreate = (input: CreateInput<XfersProviderOptions>): Result<WireCreate, DriverError> => {
  const options = readProviderOptions(input);
  if (options.isErr()) return err(options.error);
  const { displayName } = options.value;
  const title = input.title === undefined ? undefined : toDescription(input.title);
  const expiry = input.expiresAt === undefined ? undefined : toWireExpiry(input.expiresAt);
  const phone = input.customer?.phone === undefined ? undefined : toLocalPhone(input.customer.phone);
  const attributes = omitUndefined({
    amount: "open" in input.amount ? undefined : Number(input.amount.amount),
    referenceId: input.reference,
    description: title,
    customerName: input.customer?.name,
    expiredAt: expiry?.wire,
    customerEmail: input.customer?.email,
    customerPhoneNumber: phone,
    paymentMethodOptions: displayName === undefined ? undefined : { displayName },
  });
  return ok({ body: { data: { attributes } }, title, expiresAt: expiry?.expiresAt, phone });
};

/**
 * ISO 8601 with `+07:00`, in whole seconds. The wall clock stops at the end of year 9999, where a caller's "for ever" may
 * lie: a year of five digits is another format.
 */
const toWireExpiry = (expiresAt: Instant) => {
  const seconds = Math.floor(epochMsOf(expiresAt) / SECOND_MS) * SECOND_MS;
  const wallClock = instantAt(seconds + JAKARTA_OFFSET_MS).slice(0, 19);
  return { wire: `${wallClock}+07:00`, expiresAt: instantAt(epochMsOf(`${wallClock}Z`) - JAKARTA_OFFSET_MS) };
};

/** Characters that Xfers does not take, and what a reader takes for the same. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map([
  ...Array.from('"“”„«»‘’‚´', (quote) => [quote, "'"] as const),
  ...Array.from("‐‑‒–—―−", (dash) => [dash, "-"] as const),
  ["<", "("],
  [">", ")"],
  ["\\", "/"],
]);

const TAKEN = new RegExp(`^[${TAKEN_CHARACTERS}]*$`, "u");

/**
 * A title in the characters that Xfers takes: letters lose their accents, quotes, dashes, angle brackets and the backslash
 * become their likes, and any other character becomes a question mark. `undefined` where nothing is left.
 *
 * The set is documented for Singapore alone: docs.fazz.com/v4-SG-FAST/reference/create-payment.
 */
const toDescription = (title: string): string | undefined => {
  if (TAKEN.test(title)) return title;
  const taken = Array.from(title.normalize("NFC"), (character) => {
    if (TAKEN.test(character)) return character;
    const plain = LOOKALIKES.get(character) ?? character.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "");
    return TAKEN.test(plain) ? plain : "?";
  });
  return taken.join("") || undefined;
};

/**
 * A telephone number as it is dialled in Indonesia, digits only: `+62 811-000-0001` is `08110000001`. A foreign number
 * keeps its `+` and country code.
 */
const toLocalPhone = (phone: string): string => phone.replace(/[^\d+]/g, "").replace(/^(?:\+|00)?620?(?=\d{7,})/, "0");

/** How a link of this request reads: its title and telephone number as they are sent. */
export const previewOf = (
  { customer }: CreateInput<XfersProviderOptions>,
  { title, phone }: WireCreate,
): LinkPreview => ({
  adjusted: {
    ...(title !== undefined && { title }),
    ...(customer && { customer: { ...customer, ...(phone !== undefined && { phone }) } }),
  },
});

/** The link that was just created, with a warning for each wish that Xfers did not honour to the letter. */
export const linkFromCreate = (
  input: CreateInput<XfersProviderOptions>,
  wire: WireCreate,
  reply: LinkDocument,
  raw: unknown,
  nowMs: number,
): Result<DriverLink, DriverError> =>
  linkFromWire(reply, raw).map((told) => {
    const link = {
      ...told,
      title: told.title ?? wire.title,
      expiresAt: told.expiresAt ?? wire.expiresAt,
      customer: told.customer ?? input.customer,
    };
    const isAdjusted = input.title !== undefined && input.title !== link.title;
    const isLate = wire.expiresAt !== undefined && epochMsOf(wire.expiresAt) - nowMs > LONGEST_KNOWN_LIFE_MS;
    return { ...link, warnings: [...(isAdjusted ? [ANOTHER_TITLE] : []), ...(isLate ? [LATE_EXPIRY] : [])] };
  });

/**
 * The longest life of a payment in the API before this one; no page on links has a range. Source:
 * github.com/Xfers/oas-api-docs, payment_gateway/base_class/payment.json, "expired_at".
 */
const LONGEST_KNOWN_LIFE_MS = 3 * 24 * 60 * 60 * SECOND_MS;

const LATE_EXPIRY: LinkWarning = Object.freeze({
  code: "doubtful",
  field: "expiresAt",
  message:
    "Xfers documents no range for a link's expiry, and three days at most in its API of 2020: see link.expiresAt",
});

const ANOTHER_TITLE: LinkWarning = Object.freeze({
  code: "adjusted",
  field: "title",
  message: "Xfers shows link.title instead: it takes printable ASCII only, and no double quote, < > or \\",
});

/** The link that a reply or a callback tells. */
export const linkFromWire = ({ data }: LinkDocument, raw: unknown): Result<DriverLink, DriverError> => {
  const { id, attributes } = data;
  const { referenceId, paymentLinkUrl } = attributes;
  if (referenceId === undefined || paymentLinkUrl === undefined) {
    const message = `the answer has no usable ${referenceId === undefined ? "referenceId" : "paymentLinkUrl"}`;
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

const HISTORY_SUFFIX = "#1";

/** The history of a link. */
export const historyIdOfLink = (linkId: string): string => linkId + HISTORY_SUFFIX;

/** The link that a history belongs to; `undefined` where the id is none of a history. */
export const linkIdOfHistory = (historyId: string): string | undefined => {
  const linkId = historyId.endsWith(HISTORY_SUFFIX) ? historyId.slice(0, -HISTORY_SUFFIX.length) : "";
  // In an address, . and .. would name a folder.
  return ["", ".", ".."].includes(linkId) ? undefined : linkId;
};

/**
 * The one payment that can be made through a link, whether or not it was made. Xfers has no object for it: its id is the
 * link's with `#1`, and its times are not told. Nor is its method, unless Xfers writes it as it does in a payment.
 */
export const historyFromWire = ({ data }: LinkDocument, raw: unknown, trust: Trust): DriverHistory => {
  const { facts, notes } = meaningOfStatus(data.attributes.status);
  const { paymentMethod } = data.attributes;
  const record = historyRecord({
    providerId: historyIdOfLink(data.id),
    trust,
    linkProviderId: data.id,
    linkReference: data.attributes.referenceId,
    amount: rupiah(data.attributes.amount),
    facts: Object.fromEntries(facts.map((fact) => [fact, {}])),
    method: paymentMethod && methodOfPayment({ type: paymentMethod.type, ...paymentMethod.instructions }),
    notes,
  });
  return { record, raw };
};

/** Whether anybody has paid through the link or tried to, or may have. */
export const hasHistory = ({ data }: LinkDocument): boolean => meaningOfStatus(data.attributes.status).hasHistory;

const rupiah = (amount: string): Money => ({ amount, currency: CURRENCY });
