import type { LinkCollect, LinkCustomer, LinkRedirect } from "../payment-link.ts";
import { type InputReader, join, kindOf, nameInPath } from "./reader.ts";

const CUSTOMER_FIELDS = ["name", "email", "phone"] as const;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^\+?[0-9][0-9 ().-]{4,24}$/;

export const readUsage = (
  reader: InputReader,
  value: unknown,
  path: string,
): { readonly limit: number | "unlimited" } | undefined => {
  const fields = reader.object(value, path, ["limit"]);
  if (!fields) return undefined;
  if (fields["limit"] === "unlimited") return { limit: "unlimited" };
  const limit = reader.wholeNumber(fields["limit"], join(path, "limit"), 1);
  return limit === undefined ? undefined : { limit };
};

export const readCustomer = (reader: InputReader, value: unknown, path: string): LinkCustomer | undefined => {
  const fields = reader.object(value, path, CUSTOMER_FIELDS);
  if (!fields) return undefined;
  const customer: Partial<Record<(typeof CUSTOMER_FIELDS)[number], string>> = {};
  for (const name of CUSTOMER_FIELDS) {
    if (fields[name] === undefined) continue;
    const text = reader.text(fields[name], join(path, name), 255);
    if (text === undefined) continue;
    if (name === "email" && !EMAIL.test(text))
      reader.refuse(join(path, name), "expected an address of the form name@host");
    else if (name === "phone" && !PHONE.test(text)) {
      reader.refuse(join(path, name), "expected a telephone number such as +628110000001");
    } else customer[name] = text;
  }
  // A form that nobody filled in.
  return Object.keys(customer).length > 0 ? customer : undefined;
};

export const readCollect = (reader: InputReader, value: unknown, path: string): LinkCollect | undefined => {
  const fields = reader.object(value, path, CUSTOMER_FIELDS);
  if (!fields) return undefined;
  const collect: Partial<Record<(typeof CUSTOMER_FIELDS)[number], "required">> = {};
  for (const name of CUSTOMER_FIELDS) {
    if (fields[name] === undefined) continue;
    if (fields[name] === "required") collect[name] = "required";
    else reader.refuse(join(path, name), 'expected "required"; leave the field out where it is not');
  }
  if (CUSTOMER_FIELDS.every((name) => fields[name] === undefined)) {
    return reader.refuse(path, `expected at least one of ${CUSTOMER_FIELDS.join(", ")}; leave it out to ask for none`);
  }
  return collect;
};

export const readRedirect = (reader: InputReader, value: unknown, path: string): LinkRedirect | undefined => {
  const fields = reader.object(value, path, ["url"]);
  const url = fields && reader.url(fields["url"], join(path, "url"), 2048);
  return url === undefined ? undefined : { url };
};

export const readMetadata = (
  reader: InputReader,
  value: unknown,
  path: string,
): Readonly<Record<string, string>> | undefined => {
  const isPlain = typeof value === "object" && value !== null && !(Symbol.iterator in value);
  if (!isPlain) return reader.refuse(path, `expected a plain object of texts, got ${kindOf(value)}`);
  const entries = Object.entries(value).map(([key, text]) => {
    const at = join(path, nameInPath(key));
    reader.text(key, `${at} (its name)`, 255);
    return [key, reader.text(text, at, 2048)] as const;
  });
  if (entries.some(([, text]) => text === undefined)) return undefined;
  return Object.fromEntries(entries as readonly (readonly [string, string])[]);
};
