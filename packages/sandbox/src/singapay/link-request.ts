import { createReader, exactSum, isWebUrl, type JsonObject, type Problem, type Reader } from "../reading.ts";
import { methodOf, methods, type SingapayMethod } from "./methods.ts";

/** The part of a link that an update may change. */
export interface LinkSettings {
  readonly maxUsage: number;
  readonly requiresCustomerDetail: boolean;
  /** `null`: never. */
  readonly expiresAtMs: number | null;
  /** `null`: every method. */
  readonly methods: readonly SingapayMethod[] | null;
  readonly redirectUrl: string | null;
  readonly metadata: JsonObject;
}

interface LinkItem {
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

/** A v1 create request that keeps the rules of docs.singapay.id, payment-link/create. */
export interface LinkRequest {
  readonly reffNo: string;
  readonly title: string;
  readonly totalAmount: number;
  readonly items: readonly LinkItem[];
  readonly settings: LinkSettings;
}

export type StoredStatus = "open" | "closed" | "expired";

/** A v1 update request that keeps the rules of docs.singapay.id, payment-link/update. */
interface LinkUpdate {
  readonly status: StoredStatus;
  readonly settings: LinkSettings;
}

const defaultSettings: LinkSettings = {
  maxUsage: 1,
  requiresCustomerDetail: false,
  expiresAtMs: null,
  methods,
  redirectUrl: null,
  metadata: {},
};
const minTotalAmount = 10_000;

export function readLinkRequest(
  body: JsonObject,
  isTaken: (reffNo: string) => boolean,
  nowMs: number,
): LinkRequest | readonly Problem[] {
  const reader = createReader();
  const reffNo = reader.text("reff_no", body["reff_no"], {
    required: true,
    max: 40,
    // In a URL, one or two dots alone are no name.
    pattern: /^(?!\.{1,2}$)[^\s/\\]+$/,
    patternMessage: "must not contain spaces or slashes, nor be one or two dots",
  });
  if (reffNo !== undefined && isTaken(reffNo)) reader.refuse("reff_no", "has already been taken");
  const title = reader.text("title", body["title"], { required: true, max: 255 });
  const totalAmount = reader.integer("total_amount", body["total_amount"], { required: true, min: minTotalAmount });
  const items = readItems(reader, body["items"]);
  const sum = exactSum(items.map(({ quantity, unitPrice }) => quantity * unitPrice));
  if (totalAmount !== undefined && reader.problems.length === 0 && sum !== totalAmount) {
    reader.refuse("total_amount", "must equal the sum of the items");
  }
  const settings = readSettings(reader, body, defaultSettings, 1, nowMs);
  if (reffNo === undefined || title === undefined || totalAmount === undefined || reader.problems.length > 0) {
    return reader.problems;
  }
  return { reffNo, title, totalAmount, items, settings };
}

/** Fields that cannot change, such as `title`, are ignored without a word, as github.com/aliziodev/laravel-singapay found. */
export function readLinkUpdate(
  body: JsonObject,
  current: LinkSettings,
  currentUsage: number,
  nowMs: number,
): LinkUpdate | readonly Problem[] {
  const reader = createReader();
  const status = reader.text("status", body["status"], { required: true, oneOf: ["open", "closed", "expired"] });
  const settings = readSettings(reader, body, current, Math.max(1, currentUsage), nowMs);
  if (status === undefined || reader.problems.length > 0) return reader.problems;
  return { status: status as StoredStatus, settings };
}

function readSettings(
  reader: Reader,
  body: JsonObject,
  current: LinkSettings,
  minUsage: number,
  nowMs: number,
): LinkSettings {
  const maxUsage = reader.integer("max_usage", body["max_usage"], { required: true, min: minUsage, max: 1_000_000 });
  const requiresDetail = reader.flag("required_customer_detail", body["required_customer_detail"], { required: true });
  return {
    maxUsage: maxUsage ?? minUsage,
    requiresCustomerDetail: requiresDetail ?? false,
    expiresAtMs: keepIfAbsent(body, "expired_at", current.expiresAtMs, (value) =>
      readExpiredAt(reader, value, current.expiresAtMs, nowMs),
    ),
    methods: keepIfAbsent(body, "whitelisted_payment_method", current.methods, (value) => readMethods(reader, value)),
    redirectUrl: keepIfAbsent(body, "redirect_url", current.redirectUrl, (value) => readRedirectUrl(reader, value)),
    metadata: keepIfAbsent(body, "optional_metadata", current.metadata, (value) => readMetadata(reader, value)),
  };
}

function keepIfAbsent<Value>(body: JsonObject, name: string, current: Value, read: (sent: unknown) => Value): Value {
  return body[name] === undefined ? current : read(body[name]);
}

function readItems(reader: Reader, value: unknown): readonly LinkItem[] {
  const list = reader.list("items", value, { required: true });
  if (list?.length === 0) reader.refuse("items", "must have at least 1 item");
  return (list ?? []).map((entry, index) => {
    const path = `items.${index}`;
    const item = reader.record(path, entry, { required: true }) ?? {};
    return {
      name: reader.text(`${path}.name`, item["name"], { required: true, max: 255 }) ?? "",
      quantity: reader.integer(`${path}.quantity`, item["quantity"], { required: true, min: 1 }) ?? 0,
      unitPrice: reader.integer(`${path}.unit_price`, item["unit_price"], { required: true }) ?? 0,
    };
  });
}

function readExpiredAt(reader: Reader, value: unknown, currentMs: number | null, nowMs: number): number | null {
  if (value === null) return null;
  // docs.singapay.id, payment-link/create: 13 digits of milliseconds; its pages show a number and a string.
  const digits = typeof value === "number" ? String(value) : value;
  if (typeof digits !== "string" || !/^\d{13}$/.test(digits)) {
    reader.refuse("expired_at", "must be 13 digits of milliseconds since 1970");
    return null;
  }
  const expiresAtMs = Number(digits);
  if (expiresAtMs <= nowMs && expiresAtMs !== currentMs) reader.refuse("expired_at", "must be in the future");
  return expiresAtMs;
}

/** All of them where none is named; codes are case-sensitive, and the order of the request is lost. */
function readMethods(reader: Reader, value: unknown): readonly SingapayMethod[] | null {
  const path = "whitelisted_payment_method";
  const list = reader.list(path, value);
  if (list === undefined) return null;
  const named = new Set(list.map((code) => (typeof code === "string" ? methodOf(code) : undefined)));
  if (named.has(undefined)) reader.refuse(path, "has an unknown code");
  return list.length === 0 ? methods : methods.filter((method) => named.has(method));
}

function readRedirectUrl(reader: Reader, value: unknown): string | null {
  const url = reader.text("redirect_url", value, { max: 2048 });
  if (url !== undefined && !isWebUrl(url)) reader.refuse("redirect_url", "must be an http or https URL");
  return url ?? null;
}

function readMetadata(reader: Reader, value: unknown): JsonObject {
  return reader.record("optional_metadata", value) ?? {};
}
