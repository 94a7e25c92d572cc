import { isPlainObject } from "../canonical-text.ts";
import type { CustomerField } from "../capabilities.ts";
import type { CreateInput } from "../driver-contract.ts";
import { epochMsOf, type Instant, toInstant } from "../instant.ts";
import { isAmbiguous, type Money, readMoney } from "../money.ts";
import type { LinkCollect, LinkCustomer, LinkItem, LinkRedirect } from "../payment-link.ts";
import { PAYMENT_METHOD_KINDS, type PaymentMethodKind } from "../payment-method.ts";
import type { OmittableField, PaymentMethodRequest } from "../request.ts";
import {
  type InputReader,
  kindOf,
  nameInPath,
  oneOf,
  optional,
  type Read,
  readItems,
  wholeNumberFrom,
} from "./reader.ts";

/** The optional fields of a checked request, before the gateway's capabilities are applied. */
export interface LinkFields extends Omit<Pick<CreateInput, OmittableField>, "usage" | "expiresAt" | "methods"> {
  readonly usage?: CreateInput["usage"];
  readonly expiresAt?: Instant | "never";
  readonly methods?: readonly PaymentMethodRequest[];
}

/** Reads those of the named fields that are given, each by its rule. */
export const readFields = <Field extends OmittableField>(
  reader: InputReader,
  given: Readonly<Record<string, unknown>>,
  names: readonly Field[],
): Pick<LinkFields, Field> => {
  const fields: Partial<Record<Field, unknown>> = {};
  for (const name of names) {
    const value = given[name] === undefined ? undefined : reader.part<unknown>(name, given[name], READ[name]);
    if (value !== undefined) fields[name] = value;
  }
  return fields as Pick<LinkFields, Field>;
};

/** Whether the link would accept payments at some time. */
export const checkPeriod = (reader: InputReader, { startsAt, expiresAt }: LinkFields, nowMs: number): void => {
  if (expiresAt === undefined || expiresAt === "never") return;
  if (epochMsOf(expiresAt) <= nowMs) reader.refuse("expiresAt", `expected a time in the future, got ${expiresAt}`);
  if (startsAt !== undefined && startsAt >= expiresAt) {
    reader.refuse("expiresAt", `expected a time after startsAt ${startsAt}, got ${expiresAt}`);
  }
};

export const textUpTo =
  (maxLength: number): Read<string> =>
  (value, reader) => {
    if (typeof value !== "string") return reader.refuse("", `expected text, got ${kindOf(value)}`);
    if (value.trim() === "") return reader.refuse("", "expected text, got empty text");
    if (value.length > maxLength) {
      return reader.refuse("", `expected at most ${maxLength} characters, got ${value.length}`);
    }
    if (!value.isWellFormed() || CONTROL_CHARACTER.test(value)) {
      return reader.refuse("", "expected text without control characters or half surrogates");
    }
    return value;
  };

const CONTROL_CHARACTER = /\p{Cc}/u;

export const requestedMoney: Read<Money> = (value, reader) => {
  const money = readMoney(value) ?? reader.refuse("", notMoney(value));
  return money && unambiguous((value as Money).amount, money.currency, reader) && money;
};

export const unambiguous = (amount: unknown, currency: unknown, reader: InputReader): true | undefined =>
  isAmbiguous(amount, currency)
    ? reader.refuse(
        "",
        `expected an amount such as "190000" or "10.50", got ${String(amount)}: the point may separate thousands`,
      )
    : true;

const notMoney = (value: unknown): string => {
  const expected = 'expected money: idr(190_000), or { amount: "190000", currency: "IDR" } with a decimal string';
  const fault = typeof value === "object" && value !== null && "amount" in value ? faultOfMoney(value) : "";
  return `${expected}; got ${kindOf(value)}${fault}`;
};

const faultOfMoney = ({ amount }: { readonly amount: unknown }): string => {
  if (typeof amount === "number") return " with a number";
  const isRight = readMoney({ amount, currency: "IDR" }) !== undefined;
  return isRight ? " whose currency is not three capital letters" : " whose amount is not a decimal string";
};

const requestedInstant: Read<Instant> = (value, reader) => {
  const problem =
    typeof value === "string"
      ? 'expected ISO 8601 with an offset such as "2026-01-31T17:00:00+07:00" or "…Z"; without an offset, the time is ambiguous'
      : `expected a valid Date or ISO 8601 text with an offset, got ${kindOf(value)}`;
  return toInstant(value) ?? reader.refuse("", problem);
};

export const webUrl =
  (maxLength: number): Read<string> =>
  (value, reader) => {
    const text = textUpTo(maxLength)(value, reader);
    if (text === undefined) return undefined;
    return /^https?:$/.test(URL.parse(text)?.protocol ?? "")
      ? text
      : reader.refuse("", "expected an absolute URL that starts with https:// or http://");
  };

/** A list of a request, which is left out if it has no items. */
export const listOf =
  <T>(read: Read<T>): Read<readonly T[]> =>
  (value, reader) => {
    const items = readItems(value, reader, read) as readonly T[] | undefined;
    return items?.length === 0 ? reader.refuse("", "expected at least one item; otherwise leave the field out") : items;
  };

/** An object of a request: each field by its rule, and no other. */
const object = <T extends object>(rules: { readonly [Name in keyof T]-?: Read<T[Name]> }): Read<T> => {
  const names = Object.keys(rules);
  const entries = Object.entries<Read>(rules);
  return (value, reader) => {
    const given = reader.object(value, names);
    return given && (reader.fields(given, entries) as T);
  };
};

const TEXT = textUpTo(255);
const LONG_TEXT = textUpTo(2048);
const COUNT = wholeNumberFrom(1);

const textLike =
  (form: RegExp, expected: string): Read<string> =>
  (value, reader) => {
    const text = TEXT(value, reader);
    return text === undefined || form.test(text) ? text : reader.refuse("", expected);
  };

const EMAIL = textLike(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "expected an address of the form name@host");
const PHONE = textLike(/^\+?[0-9][0-9 ().-]{4,24}$/, "expected a telephone number such as +628110000001");

const person = object<LinkCustomer>({ name: optional(TEXT), email: optional(EMAIL), phone: optional(PHONE) });

const REQUIRED: Read<"required"> = (value, reader) =>
  value === undefined || value === "required"
    ? value
    : reader.refuse("", 'expected "required"; leave the field out if it is not required');

const collect = object<LinkCollect>({ name: REQUIRED, email: REQUIRED, phone: REQUIRED });

const PERSON_FIELDS: readonly CustomerField[] = ["name", "email", "phone"];

interface RequestedMethod {
  readonly kind: PaymentMethodKind;
  readonly channel?: string;
  /** Ignored, so that methods of listPaymentMethods and of links can be requested as they are. */
  readonly raw?: never;
}

const metadata: Read<Readonly<Record<string, string>>> = (value, reader) => {
  const isPlain = typeof value === "object" && value !== null && !(Symbol.iterator in value);
  if (!isPlain) return reader.refuse("", `expected a plain object of texts, got ${kindOf(value)}`);
  const entries = Object.entries(value).map(([key, text]) => {
    const name = nameInPath(key);
    reader.part(`${name} (its name)`, key, TEXT);
    return [key, reader.part(name, text, LONG_TEXT) ?? ""] as const;
  });
  return Object.fromEntries(entries);
};

const READ: { readonly [Field in OmittableField]: Read<LinkFields[Field]> } = {
  title: TEXT,
  items: listOf(object<LinkItem>({ name: TEXT, quantity: COUNT, unitPrice: requestedMoney, id: optional(TEXT) })),
  usage: object<NonNullable<LinkFields["usage"]>>({
    limit: (value, reader) => (value === "unlimited" ? value : COUNT(value, reader)),
  }),
  startsAt: requestedInstant,
  expiresAt: (value, reader) => (value === "never" ? value : requestedInstant(value, reader)),
  methods: listOf(
    object<RequestedMethod>({
      kind: oneOf(PAYMENT_METHOD_KINDS),
      channel: optional(textUpTo(64)),
      raw: () => undefined,
    }),
  ),
  // An empty form is the same as none.
  customer: (value, reader) => {
    const read = person(value, reader);
    return read && Object.keys(read).length > 0 ? read : undefined;
  },
  collect: (value, reader) => {
    const read = collect(value, reader);
    const isEmpty = isPlainObject(value) && PERSON_FIELDS.every((name) => value[name] === undefined);
    return isEmpty
      ? reader.refuse("", `expected at least one of ${PERSON_FIELDS.join(", ")}; leave it out to ask for none`)
      : read;
  },
  redirect: object<LinkRedirect>({ url: webUrl(2048) }),
  metadata,
  slug: TEXT,
};
