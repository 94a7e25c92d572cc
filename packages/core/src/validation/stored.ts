import { toInstant } from "../instant.ts";
import { canonicalDecimal, parseMoney } from "../money.ts";
import type { LinkWarning } from "../payment-link.ts";
import { PAYMENT_METHOD_KINDS } from "../payment-method.ts";
import { InputReader, join, kindOf } from "./reader.ts";

const WARNING_CODES: readonly LinkWarning["code"][] = ["omitted", "adjusted", "provider_contacts_customer", "doubtful"];

/** Reads one field of a stored value, or adds an issue at its path. */
export type Read = (value: unknown, path: string) => unknown;

export const optional =
  (read: Read): Read =>
  (value, path) =>
    value === undefined ? undefined : read(value, path);

/** Reads stored values. Results are frozen; unknown fields are dropped unless a rule keeps them. */
export class StoredReader {
  readonly reader: InputReader = new InputReader();

  refuse(path: string, message: string): undefined {
    return this.reader.refuse(path, message);
  }

  readonly text: Read = (value, path) =>
    typeof value === "string" ? value : this.refuse(path, `expected text, got ${kindOf(value)}`);

  readonly flag: Read = (value, path) =>
    typeof value === "boolean" ? value : this.refuse(path, `expected true or false, got ${kindOf(value)}`);

  readonly count: Read = (value, path) => this.reader.wholeNumber(value, path, 0);

  readonly instant: Read = (value, path) =>
    typeof value === "string" && toInstant(value) === value
      ? value
      : this.refuse(path, "expected an instant of the form 2026-01-31T10:00:00.000Z");

  readonly decimal: Read = (value, path) =>
    typeof value === "string" && canonicalDecimal(value) === value
      ? value
      : this.refuse(path, "expected a canonical decimal string");

  readonly money: Read = (value, path) => {
    const parsed = parseMoney(value);
    return parsed && parsed.amount === (value as { amount: unknown }).amount
      ? parsed
      : this.refuse(path, "expected { amount, currency } with a canonical decimal string");
  };

  readonly method: Read = (value, path) =>
    this.fields(value, path, {
      kind: this.oneOf(PAYMENT_METHOD_KINDS),
      channel: optional(this.text),
      raw: optional(this.text),
    });

  readonly warnings: Read = (value, path) =>
    this.list(value, path, (each, at) =>
      this.fields(each, at, { code: this.oneOf(WARNING_CODES), field: this.text, message: this.text }),
    );

  oneOf(known: readonly string[]): Read {
    return (value, path) =>
      known.find((each) => each === value) ?? this.refuse(path, `expected one of ${known.join(", ")}`);
  }

  fields(value: unknown, path: string, reads: Readonly<Record<string, Read>>): object | undefined {
    const given = this.object(value, path);
    if (!given) return undefined;
    const entries = Object.entries(reads).map(([name, read]) => [name, read(given[name], join(path, name))] as const);
    return Object.freeze(Object.fromEntries(entries.filter(([, each]) => each !== undefined)));
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

  object(value: unknown, path: string): Readonly<Record<string, unknown>> | undefined {
    return this.reader.anyObject(value, path);
  }
}
