import { err, ok, type Result } from "neverthrow";
import type { InvalidInput } from "./errors.ts";
import { splitId } from "./identifiers.ts";
import type { LinkStatus, PaymentLink } from "./payment-link.ts";
import { join } from "./validation/reader.ts";
import { optional, StoredReader } from "./validation/stored.ts";

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
export const parsePaymentLink = (input: unknown): Result<PaymentLink, InvalidInput> => {
  const check = new StoredReader();
  const { text, flag, count, instant, decimal, money, method, warnings } = check;
  const link = check.fields(input, "", {
    id: (value, path) => (splitId(value) ? value : check.refuse(path, "expected gateway:provider-id")),
    gateway: text,
    providerId: text,
    reference: text,
    providerReference: optional(text),
    url: (value, path) => check.reader.url(value, path, 4096),
    status: check.oneOf(LINK_STATUSES),
    acceptsPayments: flag,
    title: optional(text),
    amount,
    items: optional((value, path) => check.list(value, path, item)),
    usage: (value, path) => check.fields(value, path, { limit: optional(count), used: count, held: count }),
    startsAt: optional(instant),
    expiresAt: optional(instant),
    methods: optional((value, path) => check.list(value, path, method)),
    customer: optional((value, path) =>
      check.fields(value, path, { name: optional(text), email: optional(text), phone: optional(text) }),
    ),
    collect: optional((value, path) => {
      const required = optional(check.oneOf(["required"]));
      return check.fields(value, path, { name: required, email: required, phone: required });
    }),
    redirect: optional((value, path) => check.fields(value, path, { url: text })),
    metadata: optional((value, path) => check.texts(value, path)),
    slug: optional(text),
    createdAt: optional(instant),
    updatedAt: optional(instant),
    warnings,
  });
  // Every field was read by the rule of its type, which the rules do not tell the compiler.
  const parsed = link as unknown as PaymentLink | undefined;
  if (parsed) checkId(check, parsed);
  const { issues } = check.reader;
  return issues.length > 0 || !parsed ? err({ issues }) : ok(parsed);

  function amount(value: unknown, path: string): unknown {
    const open = typeof value === "object" && value !== null && "open" in value ? value.open : undefined;
    if (open === undefined) return money(value, path);
    const bound = optional(decimal);
    const fields = check.fields(open, join(path, "open"), { currency: text, min: bound, max: bound, preset: bound });
    return fields && Object.freeze({ open: fields });
  }
  function item(value: unknown, path: string): unknown {
    return check.fields(value, path, { name: text, quantity: count, unitPrice: money, id: optional(text) });
  }
};

const LINK_STATUSES: readonly LinkStatus[] = [
  "draft",
  "scheduled",
  "active",
  "held",
  "partially_paid",
  "exhausted",
  "expired",
  "closed",
  "deleted",
  "unknown",
];

/** The id is made of two other fields; where they differ, one of them is another link's. */
const checkId = (check: StoredReader, { id, gateway, providerId }: PaymentLink): void => {
  const parts = splitId(id);
  if (!parts) return;
  if (parts.gateway !== gateway) check.refuse("gateway", "expected the key that the id begins with");
  if (parts.providerId !== providerId) check.refuse("providerId", "expected the provider's id that the id ends in");
};
