import { isPlainObject } from "../canonical-text.ts";
import type { Issue } from "../errors.ts";
import { type Instant, toInstant } from "../instant.ts";
import { isAmbiguous, type Money, readMoney } from "../money.ts";
import { PAYMENT_METHOD_KINDS } from "../payment-method.ts";
import type { PaymentMethodRequest } from "../request.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an input of any form and collects its issues. Callers may write plain JavaScript, so every type is checked. Messages
 * contain paths and rules, never the value of a text, which may be personal data.
 */
export class InputReader {
  readonly issues: Issue[] = [];

  refuse(path: string, message: string): undefined {
    this.issues.push(Object.freeze({ path, message }));
    return undefined;
  }

  /** Puts the issues from one on under a part of the input: their paths then start with its name. */
  putUnder(name: string, from: number): void {
    for (const [at, { path, message }] of this.issues.entries())
      if (at >= from) this.issues[at] = Object.freeze({ path: path === "" ? name : join(name, path), message });
  }

  anyObject(value: unknown, path: string): Fields | undefined {
    return isPlainObject(value) ? value : this.refuse(path, `expected an object, got ${kindOf(value)}`);
  }

  /** An object with no other fields than these. */
  object(value: unknown, path: string, allowed: readonly string[]): Fields | undefined {
    const fields = this.anyObject(value, path);
    for (const name of Object.keys(fields ?? {})) {
      if (!allowed.includes(name))
        this.refuse(join(path, nameInPath(name)), `there is no such field; expected ${allowed.join(", ")}`);
    }
    return fields;
  }

  text(value: unknown, path: string, maxLength: number): string | undefined {
    if (typeof value !== "string") return this.refuse(path, `expected text, got ${kindOf(value)}`);
    if (value.trim() === "") return this.refuse(path, "expected text, got empty text");
    if (value.length > maxLength) {
      return this.refuse(path, `expected at most ${maxLength} characters, got ${value.length}`);
    }
    if (!value.isWellFormed() || CONTROL_CHARACTER.test(value)) {
      return this.refuse(path, "expected text without control characters or half surrogates");
    }
    return value;
  }

  wholeNumber(value: unknown, path: string, min: number): number | undefined {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min) {
      const got = typeof value === "number" ? String(value) : kindOf(value);
      return this.refuse(path, `expected a whole number of at least ${min}, got ${got}`);
    }
    return value;
  }

  money(value: unknown, path: string): Money | undefined {
    const money = readMoney(value) ?? this.refuse(path, notMoney(value));
    return money && this.unambiguous((value as Money).amount, money.currency, path) && money;
  }

  unambiguous(amount: unknown, currency: unknown, path: string): true | undefined {
    return isAmbiguous(amount, currency)
      ? this.refuse(
          path,
          `expected an amount such as "190000" or "10.50", got ${String(amount)}: the point may separate thousands`,
        )
      : true;
  }

  instant(value: unknown, path: string): Instant | undefined {
    const problem =
      typeof value === "string"
        ? 'expected ISO 8601 with an offset such as "2026-01-31T17:00:00+07:00" or "…Z"; without an offset, the time is ambiguous'
        : `expected a valid Date or ISO 8601 text with an offset, got ${kindOf(value)}`;
    return toInstant(value) ?? this.refuse(path, problem);
  }

  url(value: unknown, path: string, maxLength: number): string | undefined {
    const text = this.text(value, path, maxLength);
    if (text === undefined) return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url?.protocol === "https:" || url?.protocol === "http:"
      ? text
      : this.refuse(path, "expected an absolute URL that starts with https:// or http://");
  }

  list<T>(
    value: unknown,
    path: string,
    read: (item: unknown, path: string) => T | undefined,
  ): readonly T[] | undefined {
    if (!Array.isArray(value)) return this.refuse(path, `expected a list, got ${kindOf(value)}`);
    if (value.length === 0) return this.refuse(path, "expected at least one item; otherwise leave the field out");
    const items: T[] = [];
    // Not `map`, which skips the holes of a sparse list.
    for (let index = 0; index < value.length; index += 1) {
      const item = read(value[index], `${path}[${index}]`);
      if (item !== undefined) items.push(item);
    }
    return items.length === value.length ? items : undefined;
  }

  method(value: unknown, path: string): PaymentMethodRequest | undefined {
    // `raw` is ignored, so that methods of listPaymentMethods and of links can be requested as they are.
    const fields = this.object(value, path, ["kind", "channel", "raw"]);
    if (!fields) return undefined;
    const kind = PAYMENT_METHOD_KINDS.find((known) => known === fields["kind"]);
    if (!kind) return this.refuse(join(path, "kind"), `expected one of ${PAYMENT_METHOD_KINDS.join(", ")}`);
    const channel =
      fields["channel"] === undefined ? undefined : this.text(fields["channel"], join(path, "channel"), 64);
    return { kind, ...(channel !== undefined && { channel }) };
  }
}

/** `items[0]` and `name` make `items[0].name`. */
export const join = (path: string, name: string): string =>
  path === "" ? name : `${path}${name.startsWith("[") ? "" : "."}${name}`;

/** The type of a value, in words and without the value. */
export const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a Date";
  return typeof value === "object" ? "an object" : typeof value === "undefined" ? "nothing" : `a ${typeof value}`;
};

/** A field's name in a message: shortened, and without characters that could break a log line. */
export const nameInPath = (name: string): string => {
  const clean = name.replace(/[^\w.:-]/g, "?");
  return clean.length > 40 ? `${clean.slice(0, 40)}…` : clean;
};

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

const CONTROL_CHARACTER = /\p{Cc}/u;
