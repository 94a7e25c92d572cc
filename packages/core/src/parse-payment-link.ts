import { err, ok, type Result } from "neverthrow";
import type { Issue } from "./errors.ts";
import { splitId } from "./identifiers.ts";
import { toInstant } from "./instant.ts";
import { canonicalDecimal, parseMoney } from "./money.ts";
import type { LinkStatus, PaymentLink } from "./payment-link.ts";
import { PAYMENT_METHOD_KINDS } from "./payment-method.ts";
import { InputReader, join, kindOf } from "./validation/reader.ts";

/** Why something is not a payment link. */
export interface InvalidPaymentLink {
  readonly issues: readonly Issue[];
}

/**
 * Checks a link that was stored and read again, such as one out of a database's JSON column. Unknown fields are dropped,
 * so that a link written by a later version can be read.
 */
export const parsePaymentLink = (input: unknown): Result<PaymentLink, InvalidPaymentLink> => {
  const check = new LinkCheck();
  const link = check.fields(input, "", {
    id: (value, path) => (splitId(value) ? value : check.refuse(path, "expected gateway:provider-id")),
    gateway: text,
    providerId: text,
    reference: text,
    providerReference: optional(text),
    url: (value, path) => check.reader.url(value, path, 4096),
    status: oneOf(LINK_STATUSES),
    acceptsPayments: (value, path) =>
      typeof value === "boolean" ? value : check.refuse(path, `expected true or false, got ${kindOf(value)}`),
    title: optional(text),
    amount,
    items: optional((value, path) => check.list(value, path, item)),
    usage: (value, path) => check.fields(value, path, { limit: optional(count), used: count, held: count }),
    startsAt: optional(instant),
    expiresAt: optional(instant),
    methods: optional((value, path) =>
      check.list(value, path, (each, at) =>
        check.fields(each, at, { kind: oneOf(PAYMENT_METHOD_KINDS), channel: optional(text), raw: optional(text) }),
      ),
    ),
    customer: optional((value, path) =>
      check.fields(value, path, { name: optional(text), email: optional(text), phone: optional(text) }),
    ),
    collect: optional((value, path) => {
      const required = optional(oneOf(["required"]));
      return check.fields(value, path, { name: required, email: required, phone: required });
    }),
    redirect: optional((value, path) => check.fields(value, path, { url: text })),
    metadata: optional((value, path) => check.texts(value, path)),
    slug: optional(text),
    createdAt: optional(instant),
    updatedAt: optional(instant),
    warnings: (value, path) =>
      check.list(value, path, (each, at) =>
        check.fields(each, at, {
          code: oneOf(["omitted", "adjusted", "provider_contacts_customer", "doubtful"]),
          field: text,
          message: text,
        }),
      ),
  });
  // Every field was read by the rule of its type, which the rules do not tell the compiler.
  const parsed = link as unknown as PaymentLink | undefined;
  if (parsed) check.sameId(parsed);
  const { issues } = check.reader;
  return issues.length > 0 || !parsed ? err({ issues }) : ok(parsed);

  function text(value: unknown, path: string): unknown {
    return typeof value === "string" ? value : check.refuse(path, `expected text, got ${kindOf(value)}`);
  }
  function count(value: unknown, path: string): unknown {
    return check.reader.wholeNumber(value, path, 0);
  }
  function instant(value: unknown, path: string): unknown {
    return typeof value === "string" && toInstant(value) === value
      ? value
      : check.refuse(path, "expected an instant of the form 2026-01-31T10:00:00.000Z");
  }
  function decimal(value: unknown, path: string): unknown {
    return typeof value === "string" && canonicalDecimal(value) === value
      ? value
      : check.refuse(path, "expected a canonical decimal string");
  }
  function money(value: unknown, path: string): unknown {
    const parsed = parseMoney(value);
    return parsed && parsed.amount === (value as { amount: unknown }).amount
      ? parsed
      : check.refuse(path, "expected { amount, currency } with a canonical decimal string");
  }
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
  function oneOf(known: readonly string[]): Read {
    return (value, path) =>
      known.find((each) => each === value) ?? check.refuse(path, `expected one of ${known.join(", ")}`);
  }
};

type Read = (value: unknown, path: string) => unknown;

const optional =
  (read: Read): Read =>
  (value, path) =>
    value === undefined ? undefined : read(value, path);

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

class LinkCheck {
  readonly reader: InputReader = new InputReader();

  refuse(path: string, message: string): undefined {
    return this.reader.refuse(path, message);
  }

  fields(value: unknown, path: string, reads: Readonly<Record<string, Read>>): object | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return this.refuse(path, `expected an object, got ${kindOf(value)}`);
    }
    const given = value as Readonly<Record<string, unknown>>;
    const entries = Object.entries(reads).map(([name, read]) => [name, read(given[name], join(path, name))] as const);
    return Object.freeze(Object.fromEntries(entries.filter(([, each]) => each !== undefined)));
  }

  /** The id is made of two other fields; where they differ, one of them is another link's. */
  sameId({ id, gateway, providerId }: PaymentLink): void {
    const parts = splitId(id);
    if (!parts) return;
    if (parts.gateway !== gateway) this.refuse("gateway", "expected the key that the id begins with");
    if (parts.providerId !== providerId) this.refuse("providerId", "expected the provider's id that the id ends in");
  }

  list(value: unknown, path: string, read: Read): readonly unknown[] | undefined {
    if (!Array.isArray(value)) return this.refuse(path, `expected a list, got ${kindOf(value)}`);
    return Object.freeze(Array.from(value, (each, index) => read(each, `${path}[${index}]`)));
  }

  texts(value: unknown, path: string): object | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return this.refuse(path, `expected an object of texts, got ${kindOf(value)}`);
    }
    for (const [name, text] of Object.entries(value)) {
      if (typeof text !== "string") this.refuse(join(path, name), `expected text, got ${kindOf(text)}`);
    }
    return Object.freeze({ ...value });
  }
}
