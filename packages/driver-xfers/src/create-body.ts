import type { Instant } from "@tautan/core";
import type { CreateInput, DriverError, LinkPreview } from "@tautan/core/driver";
import { jakartaTime, parseTimestamp } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { TAKEN_CHARACTERS } from "./capabilities.ts";
import { toWireAmount } from "./money.ts";
import type { XfersProviderOptions } from "./options.ts";
import { readProviderOptions } from "./provider-options.ts";

/** The body of a create request, and the resulting fields that the reply may leave out. */
export interface WireCreate {
  readonly body: object;
  readonly title: string | undefined;
  readonly expiresAt: Instant | undefined;
  /** The telephone number in the sent form. */
  readonly phone: string | undefined;
}

/** Source of the fields: https://docs.fazz.com/v4-ID/docs/payment-link-via-api, step 1. */
export const toWireCreate = (input: CreateInput<XfersProviderOptions>): Result<WireCreate, DriverError> => {
  const options = readProviderOptions(input);
  if (options.isErr()) return err(options.error);
  const { displayName } = options.value;
  const title = input.title === undefined ? undefined : toDescription(input.title);
  const expiredAt = input.expiresAt === undefined ? undefined : jakartaTime(input.expiresAt);
  const phone = input.customer?.phone === undefined ? undefined : toLocalPhone(input.customer.phone);
  // JSON leaves out what is undefined.
  const attributes = {
    amount: "open" in input.amount ? undefined : toWireAmount(input.amount),
    referenceId: input.reference,
    description: title,
    customerName: input.customer?.name,
    expiredAt,
    customerEmail: input.customer?.email,
    customerPhoneNumber: phone,
    paymentMethodOptions: displayName === undefined ? undefined : { displayName },
  };
  return ok({ body: { data: { attributes } }, title, expiresAt: parseTimestamp(expiredAt), phone });
};

/** Characters that Xfers does not accept, and their replacements. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map([
  ...Array.from('"“”„«»‘’‚´', (quote) => [quote, "'"] as const),
  ...Array.from("‐‑‒–—―−", (dash) => [dash, "-"] as const),
  ["<", "("],
  [">", ")"],
  ["\\", "/"],
]);

const TAKEN = new RegExp(`^[${TAKEN_CHARACTERS}]*$`, "u");

/**
 * A title in the characters that Xfers accepts: letters lose their accents; quotes, dashes, angle brackets and the backslash
 * get similar characters; any other character becomes a question mark. `undefined` if nothing is left.
 *
 * The set is documented for Singapore only: https://docs.fazz.com/v4-SG-FAST/reference/create-payment.
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

/** The expected link of this request: title and telephone number in the sent form. */
export const previewOf = (
  { customer }: CreateInput<XfersProviderOptions>,
  { title, phone }: WireCreate,
): LinkPreview => ({
  adjusted: {
    ...(title !== undefined && { title }),
    ...(customer && { customer: { ...customer, ...(phone !== undefined && { phone }) } }),
  },
});
