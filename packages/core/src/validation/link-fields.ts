import type { CustomerField } from "../capabilities.ts";
import type { CreateInput } from "../driver-contract.ts";
import { epochMsOf, type Instant } from "../instant.ts";
import type { LinkCollect, LinkCustomer, LinkItem, LinkRedirect } from "../payment-link.ts";
import type { OmittableField, PaymentMethodRequest } from "../request.ts";
import { type InputReader, join, kindOf, nameInPath } from "./reader.ts";

/** The optional fields of a checked request, before the gateway's capabilities are applied. */
export interface LinkFields extends Omit<Pick<CreateInput, OmittableField>, "usage" | "expiresAt" | "methods"> {
  readonly usage?: CreateInput["usage"];
  readonly expiresAt?: Instant | "never";
  readonly methods?: readonly PaymentMethodRequest[];
}

type Read<T> = (reader: InputReader, value: unknown, path: string) => T | undefined;

/** Reads those of the named fields that are given, each by its rule. */
export const readFields = <Field extends OmittableField>(
  reader: InputReader,
  given: Readonly<Record<string, unknown>>,
  names: readonly Field[],
): Pick<LinkFields, Field> => {
  const fields: Partial<Record<Field, unknown>> = {};
  for (const name of names) {
    const value = given[name] === undefined ? undefined : READ[name](reader, given[name], name);
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

const PERSON_FIELDS: readonly CustomerField[] = ["name", "email", "phone"];
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^\+?[0-9][0-9 ().-]{4,24}$/;

const readItem: Read<LinkItem> = (reader, value, path) => {
  const fields = reader.object(value, path, ["name", "quantity", "unitPrice", "id"]);
  if (!fields) return undefined;
  const name = reader.text(fields["name"], join(path, "name"), 255);
  const quantity = reader.wholeNumber(fields["quantity"], join(path, "quantity"), 1);
  const unitPrice = reader.money(fields["unitPrice"], join(path, "unitPrice"));
  const id = fields["id"] === undefined ? undefined : reader.text(fields["id"], join(path, "id"), 255);
  if (name === undefined || quantity === undefined || unitPrice === undefined) return undefined;
  return { name, quantity, unitPrice, ...(id !== undefined && { id }) };
};

const readUsage: Read<LinkFields["usage"]> = (reader, value, path) => {
  const fields = reader.object(value, path, ["limit"]);
  if (!fields) return undefined;
  if (fields["limit"] === "unlimited") return { limit: "unlimited" };
  const limit = reader.wholeNumber(fields["limit"], join(path, "limit"), 1);
  return limit === undefined ? undefined : { limit };
};

const readCustomer: Read<LinkCustomer> = (reader, value, path) => {
  const fields = reader.object(value, path, PERSON_FIELDS);
  if (!fields) return undefined;
  const customer: Partial<Record<CustomerField, string>> = {};
  for (const name of PERSON_FIELDS) {
    if (fields[name] === undefined) continue;
    const text = reader.text(fields[name], join(path, name), 255);
    if (text === undefined) continue;
    if (name === "email" && !EMAIL.test(text)) {
      reader.refuse(join(path, name), "expected an address of the form name@host");
    } else if (name === "phone" && !PHONE.test(text)) {
      reader.refuse(join(path, name), "expected a telephone number such as +628110000001");
    } else customer[name] = text;
  }
  // An empty form is the same as none.
  return Object.keys(customer).length > 0 ? customer : undefined;
};

const readCollect: Read<LinkCollect> = (reader, value, path) => {
  const fields = reader.object(value, path, PERSON_FIELDS);
  if (!fields) return undefined;
  const collect: Partial<Record<CustomerField, "required">> = {};
  for (const name of PERSON_FIELDS) {
    if (fields[name] === undefined) continue;
    if (fields[name] === "required") collect[name] = "required";
    else reader.refuse(join(path, name), 'expected "required"; leave the field out if it is not required');
  }
  if (PERSON_FIELDS.every((name) => fields[name] === undefined)) {
    return reader.refuse(path, `expected at least one of ${PERSON_FIELDS.join(", ")}; leave it out to ask for none`);
  }
  return collect;
};

const readRedirect: Read<LinkRedirect> = (reader, value, path) => {
  const fields = reader.object(value, path, ["url"]);
  const url = fields && reader.url(fields["url"], join(path, "url"), 2048);
  return url === undefined ? undefined : { url };
};

const readMetadata: Read<Readonly<Record<string, string>>> = (reader, value, path) => {
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

const READ: { readonly [Field in OmittableField]: Read<LinkFields[Field]> } = {
  title: (reader, value, path) => reader.text(value, path, 255),
  items: (reader, value, path) => reader.list(value, path, (item, at) => readItem(reader, item, at)),
  usage: readUsage,
  startsAt: (reader, value, path) => reader.instant(value, path),
  expiresAt: (reader, value, path) => (value === "never" ? value : reader.instant(value, path)),
  methods: (reader, value, path) => reader.list(value, path, (item, at) => reader.method(item, at)),
  customer: readCustomer,
  collect: readCollect,
  redirect: readRedirect,
  metadata: readMetadata,
  slug: (reader, value, path) => reader.text(value, path, 255),
};
