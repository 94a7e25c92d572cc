import type { Result } from "neverthrow";
import type { InvalidInput } from "./errors.ts";
import { splitId } from "./identifiers.ts";
import { LINK_STATUSES, type PaymentLink } from "./payment-link.ts";
import { webUrl } from "./validation/link-fields.ts";
import { type InputReader, oneOf, optional, type Read, wholeNumberFrom } from "./validation/reader.ts";
import {
  anyFields,
  decimal,
  fields,
  flag,
  instant,
  list,
  method,
  money,
  readStored,
  text,
  warnings,
} from "./validation/stored.ts";

/**
 * Reads a stored link, for example from a JSON column of a database. Unknown fields are dropped, so that links of a later
 * version can be read.
 *
 * @example
 * ```ts
 * import { type PaymentLink, parsePaymentLink } from "@tautan/core";
 *
 * const readLink = (column: string): PaymentLink => {
 *   const link = parsePaymentLink(JSON.parse(column));
 *   if (link.isErr()) throw new Error(link.error.issues.map(({ path, message }) => `${path}: ${message}`).join("; "));
 *   return link.value;
 * };
 * ```
 */
export const parsePaymentLink = (input: unknown): Result<PaymentLink, InvalidInput> =>
  readStored<PaymentLink>(input, readLink, checkId);

const count = wholeNumberFrom(0);
const bound = optional(decimal);
const openAmount = fields({ open: fields({ currency: text, min: bound, max: bound, preset: bound }) });
const required = optional(oneOf(["required"]));

const isOpen = (amount: unknown): boolean =>
  typeof amount === "object" && amount !== null && "open" in amount && amount.open !== undefined;

const readLink: Read = fields({
  id: (value, reader) => (splitId(value) ? value : reader.refuse("", "expected gateway:provider-id")),
  gateway: text,
  providerId: text,
  reference: text,
  madeElsewhere: optional(flag),
  providerReference: optional(text),
  url: webUrl(4096),
  status: oneOf(LINK_STATUSES),
  acceptsPayments: flag,
  title: optional(text),
  amount: (value, reader) => (isOpen(value) ? openAmount : money)(value, reader),
  amountPaid: optional(money),
  items: optional(list(fields({ name: text, quantity: count, unitPrice: money, id: optional(text) }))),
  usage: fields({ limit: optional(count), used: count, held: count, counted: optional(flag) }),
  startsAt: optional(instant),
  expiresAt: optional(instant),
  expiryEnforcedBy: optional(oneOf(["ledger"])),
  methods: optional(list(method)),
  customer: optional(fields({ name: optional(text), email: optional(text), phone: optional(text) })),
  collect: optional(fields({ name: required, email: required, phone: required })),
  redirect: optional(fields({ url: text })),
  metadata: optional(anyFields(text)),
  slug: optional(text),
  createdAt: optional(instant),
  updatedAt: optional(instant),
  warnings,
});

/** The id consists of two other fields. */
const checkId = ({ id, gateway, providerId }: PaymentLink, reader: InputReader): void => {
  const parts = splitId(id);
  if (parts?.gateway !== gateway) reader.refuse("gateway", "expected the key at the start of the id");
  if (parts?.providerId !== providerId) reader.refuse("providerId", "expected the provider's id at the end of the id");
};
