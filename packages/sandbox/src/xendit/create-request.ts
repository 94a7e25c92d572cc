import {
  createInputReader,
  type InputReader,
  isNumber,
  isWebUrl,
  type JsonObject,
  momentOfIso,
  type Problem,
  SECOND_MS,
} from "../simulator-kit/index.ts";
import { CURRENCY_CODES, currencyOf, minorOf } from "./currencies.ts";
import { methodsFor } from "./methods.ts";

interface RequestedItem {
  readonly name: string;
  readonly quantity: number;
  /** In the smallest unit of the currency. */
  readonly price: number;
}

/** A create request of either product. */
export interface LinkRequest {
  readonly product: "invoice" | "session";
  readonly reference: string;
  /** In the smallest unit of the currency. */
  readonly amount: number;
  readonly currency: string;
  readonly description: string | undefined;
  readonly expiresAtMs: number | undefined;
  readonly items: readonly RequestedItem[];
  /** The requested channels; absent: all. */
  readonly methods: readonly string[] | undefined;
  readonly payerName: string | undefined;
  readonly successUrl: string | undefined;
  /** The fields that an answer repeats. */
  readonly echoed: JsonObject;
}

/** A problem with a code of its own. */
export interface CodedProblem {
  readonly code: string;
  readonly message: string;
}

type Read = LinkRequest | CodedProblem | readonly Problem[];

/** The most metadata: github.com/xendit/xendit-node, docs/invoice/CreateInvoiceRequest.md, metadata. */
const MOST_KEYS = 50;
const LONGEST_KEY = 40;
const LONGEST_VALUE = 500;
/** developers.xendit.co, Create Invoice. */
const MOST_ITEMS = 75;
const MOST_FEES = 10;

// github.com/xendit/xendit-node, docs/invoice/Invoice.md: the optional fields of an answer that repeat the request.
const ECHOED_BY_INVOICE = [
  "payer_email",
  "description",
  "should_send_email",
  "success_redirect_url",
  "failure_redirect_url",
  "should_authenticate_credit_card",
  "items",
  "customer",
  "customer_notification_preference",
  "fees",
  "channel_properties",
  "locale",
  "metadata",
];

// docs.xendit.co, Get a payment session.
const ECHOED_BY_SESSION = [
  "description",
  "country",
  "customer",
  "items",
  "allowed_payment_channels",
  "channel_properties",
  "locale",
  "metadata",
  "success_return_url",
  "cancel_return_url",
];

const echo = (body: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(names.filter((name) => (body[name] ?? undefined) !== undefined).map((name) => [name, body[name]]));

const number = (reader: InputReader, path: string, value: unknown): number => {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  return reader.refuse(path, value === undefined ? "is required" : "must be a number") ?? 0;
};

const amountIn = (reader: InputReader, value: unknown, currency: string): number => {
  const amount = minorOf(number(reader, "amount", value), currencyOf(currency));
  if (value !== undefined && !isNumber(amount)) reader.refuse("amount", "must be more than 0");
  return amount;
};

const metadataProblems = (reader: InputReader, value: unknown): void => {
  const entries = Object.entries(reader.record("metadata", value) ?? {});
  if (entries.length > MOST_KEYS) reader.refuse("metadata", `must have at most ${MOST_KEYS} keys`);
  for (const [key, each] of entries) {
    if (key.length > LONGEST_KEY) reader.refuse("metadata", `must have keys of at most ${LONGEST_KEY} characters`);
    if (String(each).length > LONGEST_VALUE) {
      reader.refuse("metadata", `must have values of at most ${LONGEST_VALUE} characters`);
    }
  }
};

const urlIn = (reader: InputReader, path: string, value: unknown): string | undefined => {
  const text = reader.text(path, value);
  return text === undefined || isWebUrl(text) ? text : reader.refuse(path, "must be a URL");
};

const itemsIn = (reader: InputReader, value: unknown, currency: string, price: string): readonly RequestedItem[] => {
  const list = reader.list("items", value) ?? [];
  if (list.length > MOST_ITEMS) reader.refuse("items", `must have at most ${MOST_ITEMS} entries`);
  return list.map((each, index) => {
    const path = `items.${index}`;
    const item = reader.record(path, each, { required: true }) ?? {};
    return {
      name: reader.text(`${path}.name`, item["name"], { required: true }) ?? "",
      quantity: reader.integer(`${path}.quantity`, item["quantity"], { required: true, min: 1 }) ?? 0,
      price: minorOf(number(reader, `${path}.${price}`, item[price]), currencyOf(currency)),
    };
  });
};

/** An e-mail address that is not one has its own code. */
const emailProblem = (...values: readonly unknown[]): CodedProblem | undefined =>
  values.every((value) => value === undefined || (typeof value === "string" && /^[^\s@]+@[^\s@]+$/.test(value)))
    ? undefined
    : { code: "EMAIL_FORMAT_ERROR", message: "The email format is invalid" };

/** Reads `POST /v2/invoices`. Items and fees are not compared with the amount: developers.xendit.co, Create Invoice. */
export const readInvoiceRequest = (body: JsonObject, nowMs: number): Read => {
  const reader = createInputReader();
  const currency = body["currency"] ?? "IDR";
  if (typeof currency !== "string" || !CURRENCY_CODES.includes(currency)) {
    return { code: "UNSUPPORTED_CURRENCY", message: "The currency is not supported" };
  }
  const customer = reader.record("customer", body["customer"]) ?? {};
  const email = emailProblem(body["payer_email"] ?? undefined, customer["email"] ?? undefined);
  if (email !== undefined) return email;
  const seconds = body["invoice_duration"];
  const duration = reader.integer("invoice_duration", typeof seconds === "string" ? Number(seconds) : seconds, {
    min: 1,
  });
  if ((reader.list("fees", body["fees"]) ?? []).length > MOST_FEES) {
    reader.refuse("fees", `must have at most ${MOST_FEES} entries`);
  }
  metadataProblems(reader, body["metadata"]);
  const methods = reader.list("payment_methods", body["payment_methods"]);
  const reminder =
    body["reminder_time"] === undefined ? body["reminder_time_unit"] === undefined : isNumber(body["reminder_time"]);
  const unit = body["reminder_time_unit"];
  if (!reminder || (unit !== undefined && unit !== "days" && unit !== "hours")) {
    return { code: "INVALID_REMINDER_TIME", message: "The reminder time is invalid" };
  }
  const request: LinkRequest = {
    product: "invoice",
    reference: reader.text("external_id", body["external_id"], { required: true }) ?? "",
    amount: amountIn(reader, body["amount"], currency),
    currency,
    description: reader.text("description", body["description"]),
    expiresAtMs: duration === undefined ? undefined : nowMs + duration * SECOND_MS,
    items: itemsIn(reader, body["items"], currency, "price"),
    methods: methods?.map(String),
    payerName: reader.text("customer.given_names", customer["given_names"]),
    successUrl: urlIn(reader, "success_redirect_url", body["success_redirect_url"]),
    echoed: echo(body, ECHOED_BY_INVOICE),
  };
  urlIn(reader, "failure_redirect_url", body["failure_redirect_url"]);
  if (reader.problems.length > 0) return reader.problems;
  const offered = new Set(methodsFor(currency, undefined).map(({ code }) => code));
  const absent = request.methods?.find((code) => !offered.has(code));
  if (absent !== undefined) {
    return { code: "UNAVAILABLE_PAYMENT_METHOD_ERROR", message: `The payment method ${absent} is not available` };
  }
  return methods?.length === 0
    ? { code: "NO_COLLECTION_METHODS_ERROR", message: "There is no payment method" }
    : request;
};

/** Reads `POST /sessions`: docs.xendit.co, Create a payment session. */
export const readSessionRequest = (body: JsonObject, nowMs: number): Read => {
  const reader = createInputReader();
  const currency = reader.text("currency", body["currency"], { required: true, oneOf: CURRENCY_CODES }) ?? "IDR";
  reader.text("session_type", body["session_type"], { required: true, oneOf: ["PAY"] });
  reader.text("mode", body["mode"], { required: true, oneOf: ["PAYMENT_LINK"] });
  reader.text("country", body["country"], { required: true, pattern: /^[A-Z]{2}$/ });
  metadataProblems(reader, body["metadata"]);
  const customer = reader.record("customer", body["customer"]) ?? {};
  const detail = reader.record("customer.individual_detail", customer["individual_detail"]) ?? {};
  const written = reader.text("expires_at", body["expires_at"]);
  const expiresAtMs = written === undefined ? undefined : momentOfIso(written);
  if (written !== undefined && (expiresAtMs === undefined || expiresAtMs <= nowMs)) {
    reader.refuse("expires_at", "must be a time in the future");
  }
  const methods = reader.list("allowed_payment_channels", body["allowed_payment_channels"]);
  const request: LinkRequest = {
    product: "session",
    reference: reader.text("reference_id", body["reference_id"], { required: true, max: 64 }) ?? "",
    amount: amountIn(reader, body["amount"], currency),
    currency,
    description: reader.text("description", body["description"]),
    expiresAtMs,
    items: itemsIn(reader, body["items"], currency, "net_unit_amount"),
    methods: methods?.map(String),
    payerName: reader.text("customer.individual_detail.given_names", detail["given_names"]),
    successUrl: urlIn(reader, "success_return_url", body["success_return_url"]),
    echoed: echo(body, ECHOED_BY_SESSION),
  };
  return reader.problems.length > 0 ? reader.problems : request;
};
