import { toInstant } from "../instant.ts";
import { canonicalDecimal, readMoney } from "../money.ts";
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
    const parsed = readMoney(value);
    return parsed && parsed.amount === (value as { amount: unknown }).amount
      ? parsed
      : this.refuse(path, "expected { amount, currency } with a canonical decimal string");
  };

  readonly texts: Read = (value, path) => {
    const texts = this.reader.anyObject(value, path);
    for (const [name, text] of Object.entries(texts ?? {})) this.text(text, join(path, name));
    return texts && Object.freeze({ ...texts });
  };

  readonly oneOf =
    (known: readonly string[]): Read =>
    (value, path) =>
      known.find((each) => each === value) ?? this.refuse(path, `expected one of ${known.join(", ")}`);

  readonly list =
    (read: Read): Read =>
    (value, path) =>
      Array.isArray(value)
        ? Object.freeze(Array.from(value, (each, index) => read(each, `${path}[${index}]`)))
        : this.refuse(path, `expected a list, got ${kindOf(value)}`);

  readonly fields =
    (reads: Readonly<Record<string, Read>>): Read =>
    (value, path) => {
      const given = this.reader.anyObject(value, path);
      if (!given) return undefined;
      const entries = Object.entries(reads).map(([name, read]) => [name, read(given[name], join(path, name))] as const);
      return Object.freeze(Object.fromEntries(entries.filter(([, each]) => each !== undefined)));
    };

  readonly method: Read = this.fields({
    kind: this.oneOf(PAYMENT_METHOD_KINDS),
    channel: optional(this.text),
    raw: optional(this.text),
  });

  readonly warnings: Read = this.list(
    this.fields({ code: this.oneOf(WARNING_CODES), field: this.text, message: this.text }),
  );
}
