import {
  createInputReader,
  DAY_MS,
  exactSum,
  HOUR_MS,
  type InputReader,
  isWebUrl,
  type JsonObject,
  MINUTE_MS,
  momentOf,
  type Problem,
} from "../simulator-kit/index.ts";
import { type CardOptions, readCardOptions, readVirtualAccounts } from "./create-request-channels.ts";
import { DEFAULT_METHOD_CODES, METHOD_CODES } from "./methods.ts";

/** A create request that keeps every rule of docs.midtrans.com, Create Payment Link, and JSON Objects. */
export interface LinkRequest {
  readonly orderId: string;
  readonly slug: string | undefined;
  readonly title: string | undefined;
  /** Whole rupiah, or what the payer may choose. */
  readonly amount: number | DynamicAmount;
  readonly items: readonly Item[];
  readonly customer: Customer | undefined;
  /** The fields that the payer must fill in. */
  readonly requiredDetails: readonly CustomerField[];
  readonly usageLimit: number;
  readonly expiry: Expiry | undefined;
  readonly methods: readonly string[];
  readonly card: CardOptions;
  /** A requested number for each bank. */
  readonly virtualAccounts: ReadonlyMap<string, string>;
  readonly customFields: readonly (string | undefined)[];
  readonly finishUrl: string | undefined;
}

interface DynamicAmount {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly preset: number | undefined;
}

interface Item {
  readonly id: string | undefined;
  readonly name: string;
  readonly price: number;
  readonly quantity: number;
  readonly brand: string | undefined;
  readonly category: string | undefined;
  readonly merchantName: string | undefined;
}

export interface Customer {
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
  readonly email: string | undefined;
  readonly phone: string | undefined;
  readonly notes: string | undefined;
}

export interface Expiry {
  /** Absent: when the link is created. */
  readonly startMs: number | undefined;
  readonly duration: number;
  /** As sent. */
  readonly unit: string;
}

const CUSTOMER_FIELDS = ["first_name", "phone", "email"] as const;
type CustomerField = (typeof CUSTOMER_FIELDS)[number];

// The table of Create Payment Link has the singular, all of its samples the plural.
const UNIT_MS: Readonly<Record<string, number>> = {
  day: DAY_MS,
  days: DAY_MS,
  hour: HOUR_MS,
  hours: HOUR_MS,
  minute: MINUTE_MS,
  minutes: MINUTE_MS,
};

const MAX_LENGTH_MS = 36_525 * DAY_MS;

/** How long an expiry lasts, in milliseconds. */
export const lengthMs = (expiry: Expiry): number => expiry.duration * (UNIT_MS[expiry.unit] ?? 0);

/** Reads a create request, or returns all its problems. */
export const readLinkRequest = (body: JsonObject): LinkRequest | readonly Problem[] => {
  const reader = createInputReader();
  const details = reader.record("transaction_details", body["transaction_details"], { required: true }) ?? {};
  // docs.midtrans.com, Create Payment Link: 50. JSON Objects has 36 for a payment link, so that the order ids of its
  // purchases, 14 characters longer, keep to the 50 of other products.
  const orderId = reader.text("transaction_details.order_id", details["order_id"], {
    required: true,
    max: 50,
    pattern: /^[A-Za-z0-9._~-]+$/,
    patternMessage: "must only contain alphanumeric characters, dash, underscore, tilde and dot",
  });
  const slug = readSlug(reader, details["payment_link_id"]);
  const type = reader.text("payment_link_type", body["payment_link_type"], {
    oneOf: ["FIXED_AMOUNT", "DYNAMIC_AMOUNT"],
  });
  const isDynamic = type === "DYNAMIC_AMOUNT";
  // Create Payment Link, `payment_link_type`: amount and items are ignored for a dynamic amount.
  const items = isDynamic ? [] : readItems(reader, body["item_details"]);
  const amount = isDynamic
    ? readDynamicAmount(reader, body["dynamic_amount"])
    : reader.integer("transaction_details.gross_amount", details["gross_amount"], { required: true, min: 1 });
  const request = {
    slug,
    title: reader.text("title", body["title"], { max: 40 }),
    items,
    customer: readCustomer(reader, body["customer_details"]),
    requiredDetails: readRequiredDetails(reader, body),
    usageLimit: reader.integer("usage_limit", body["usage_limit"], { min: 1, max: 1_000_000 }) ?? 1,
    expiry: readExpiry(reader, body["expiry"]),
    methods: readMethods(reader, body["enabled_payments"]),
    card: readCardOptions(reader, body["credit_card"]),
    virtualAccounts: readVirtualAccounts(reader, body),
    customFields: [1, 2, 3].map((index) =>
      reader.text(`custom_field${index}`, body[`custom_field${index}`], { max: 255 }),
    ),
    finishUrl: readFinishUrl(reader, body["callbacks"]),
  };
  if (orderId === undefined || amount === undefined || reader.problems.length > 0) return reader.problems;
  return { ...request, orderId, amount };
};

const readSlug = (reader: InputReader, value: unknown): string | undefined => {
  const slug = reader.text("transaction_details.payment_link_id", value, { max: 50 });
  if (slug === undefined || /^[a-z0-9-]+$/.test(slug)) return slug;
  return reader.refuse("payment_link_id", "must only contain alphanumeric characters [a-z, 0-9] and hyphens [-]");
};

/**
 * Whether the items come to the amount. docs.midtrans.com, Technical FAQ: what refuses other sums is the request for a token
 * of Snap, on which the page of a link runs. So a link can be made, and not be paid.
 */
export const isSumRight = ({ amount, items }: LinkRequest): boolean => {
  const sum = exactSum(items.map(({ price, quantity }) => price * quantity));
  return items.length === 0 || sum === amount;
};

const readDynamicAmount = (reader: InputReader, value: unknown): DynamicAmount => {
  const bounds = reader.record("dynamic_amount", value) ?? {};
  const min = reader.integer("dynamic_amount.min_amount", bounds["min_amount"], { min: 1 });
  const max = reader.integer("dynamic_amount.max_amount", bounds["max_amount"], { min: min ?? 1 });
  const preset = reader.integer("dynamic_amount.preset_amount", bounds["preset_amount"], {
    min: min ?? 1,
    max: max ?? Number.MAX_SAFE_INTEGER,
  });
  return { min, max, preset };
};

const readItems = (reader: InputReader, value: unknown): readonly Item[] => {
  const list = reader.list("item_details", value) ?? [];
  return list.map((entry, index) => {
    const path = `item_details.${index}`;
    const item = reader.record(path, entry, { required: true }) ?? {};
    return {
      id: readItemId(reader, `${path}.id`, item["id"]),
      name: reader.text(`${path}.name`, item["name"], { required: true, max: 50 }) ?? "",
      price: reader.integer(`${path}.price`, item["price"], { required: true }) ?? 0,
      quantity: reader.integer(`${path}.quantity`, item["quantity"], { required: true, min: 1 }) ?? 0,
      brand: reader.text(`${path}.brand`, item["brand"], { max: 50 }),
      category: reader.text(`${path}.category`, item["category"], { max: 50 }),
      merchantName: reader.text(`${path}.merchant_name`, item["merchant_name"], { max: 50 }),
    };
  });
};

/** Samples write texts; clients in languages with one kind of number send those. */
const readItemId = (reader: InputReader, path: string, value: unknown): string | undefined =>
  reader.text(path, Number.isSafeInteger(value) ? String(value) : value, { max: 50 });

const readCustomer = (reader: InputReader, value: unknown): Customer | undefined => {
  const customer = reader.record("customer_details", value);
  if (customer === undefined) return undefined;
  if (CUSTOMER_FIELDS.every((field) => (customer[field] ?? "") === "")) {
    reader.refuse("customer_details", "must have at least one of first_name, email and phone");
  }
  return {
    firstName: reader.text("customer_details.first_name", customer["first_name"], { max: 50 }),
    lastName: reader.text("customer_details.last_name", customer["last_name"], { max: 50 }),
    email: reader.text("customer_details.email", customer["email"], { max: 50, pattern: /^[^\s@]+@[^\s@]+$/ }),
    phone: reader.text("customer_details.phone", customer["phone"], { max: 20 }),
    notes: reader.text("customer_details.notes", customer["notes"], { max: 255 }),
  };
};

const readRequiredDetails = (reader: InputReader, body: JsonObject): readonly CustomerField[] => {
  const isRequired = reader.flag("customer_required", body["customer_required"]) ?? false;
  const path = "customer_details.customer_details_required_fields";
  const customer = body["customer_details"];
  const isObject = typeof customer === "object" && customer !== null;
  const value: unknown = isObject ? (customer as JsonObject)["customer_details_required_fields"] : undefined;
  const named = reader
    .list(path, value)
    ?.map((field, index) => reader.text(`${path}.${index}`, field, { required: true, oneOf: CUSTOMER_FIELDS }));
  if (!isRequired) return [];
  return CUSTOMER_FIELDS.filter((field) => named?.includes(field) ?? true);
};

const readExpiry = (reader: InputReader, value: unknown): Expiry | undefined => {
  const expiry = reader.record("expiry", value);
  if (expiry === undefined) return undefined;
  const duration = reader.integer("expiry.duration", expiry["duration"], { required: true, min: 1 });
  const unit = reader.text("expiry.unit", expiry["unit"], { required: true, oneOf: Object.keys(UNIT_MS) });
  const startMs = readStartTime(reader, expiry["start_time"]);
  if (duration !== undefined && unit !== undefined && lengthMs({ startMs, duration, unit }) > MAX_LENGTH_MS) {
    return reader.refuse("expiry.duration", "must be at most a hundred years");
  }
  return duration === undefined || unit === undefined ? undefined : { startMs, duration, unit };
};

const readStartTime = (reader: InputReader, value: unknown): number | undefined => {
  const startTime = reader.text("expiry.start_time", value);
  if (startTime === undefined) return undefined;
  // The table has seconds, the samples have none: both are read.
  const [, date, time, offset] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d(?::\d\d)?) ([+-]\d\d:?\d\d|Z)$/.exec(startTime) ?? [];
  const startMs = date && time && offset ? momentOf(date, time, offset) : undefined;
  return startMs ?? reader.refuse("expiry.start_time", "must be in the format yyyy-MM-dd HH:mm:ss Z");
};

const readMethods = (reader: InputReader, value: unknown): readonly string[] => {
  const list = reader.list("enabled_payments", value) ?? [];
  const codes = list.map((entry, index) =>
    reader.text(`enabled_payments.${index}`, entry, { required: true, oneOf: METHOD_CODES }),
  );
  const known = [...new Set(codes.filter((code) => code !== undefined))];
  return known.length === 0 ? DEFAULT_METHOD_CODES : known;
};

const readFinishUrl = (reader: InputReader, value: unknown): string | undefined => {
  const callbacks = reader.record("callbacks", value) ?? {};
  const url = reader.text("callbacks.finish", callbacks["finish"], { max: 255 });
  if (url === undefined || isWebUrl(url)) return url;
  return reader.refuse("callbacks.finish", "must be an http or https URL");
};
