import {
  createInputReader,
  exactSum,
  type InputReader,
  isWebUrl,
  type JsonObject,
  type PayerDetails,
  type Problem,
} from "../simulator-kit/index.ts";
import { METHODS, methodOf, type SingapayMethod } from "./methods.ts";

/** The part of a link that an update may change. */
export interface LinkSettings {
  /** 0: no limit, in links of v2 alone. */
  readonly maxUsage: number;
  readonly requiresCustomerDetail: boolean;
  /** `null`: never. */
  readonly expiresAtMs: number | null;
  readonly methods: readonly SingapayMethod[];
  readonly redirectUrl: string | null;
  readonly metadata: JsonObject;
  /** Fields of links of v2; `null` in those of v1. */
  readonly v2: V2Settings | null;
}

/** The fields of v2 that have no counterpart in v1. */
export interface V2Settings {
  readonly description: string | null;
  readonly successRedirectUrl: string | null;
  readonly expiredRedirectUrl: string | null;
  readonly requiresNumber: boolean;
  readonly requiresEmail: boolean;
}

export interface LinkItem {
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

/** A create request that keeps the rules of docs.singapay.id, payment-link/create. */
export interface LinkRequest {
  readonly reffNo: string;
  readonly title: string;
  readonly totalAmount: number;
  /** None in a link of v2 whose total was given. */
  readonly items: readonly LinkItem[];
  /** The payer, if a link of v2 has one. */
  readonly customer: PayerDetails | null;
  readonly settings: LinkSettings;
}

export type StoredStatus = "open" | "closed" | "expired";

/** A v1 update request that keeps the rules of docs.singapay.id, payment-link/update. */
export interface LinkUpdate {
  readonly status: StoredStatus;
  readonly settings: LinkSettings;
}

const DEFAULT_SETTINGS: LinkSettings = {
  maxUsage: 1,
  requiresCustomerDetail: false,
  expiresAtMs: null,
  methods: METHODS,
  redirectUrl: null,
  metadata: {},
  v2: null,
};
export const MIN_TOTAL_AMOUNT: number = 10_000;

export const readLinkRequest = (
  body: JsonObject,
  isTaken: (reffNo: string) => boolean,
  nowMs: number,
): LinkRequest | readonly Problem[] => {
  const reader = createInputReader();
  const reffNo = readReffNo(reader, body, isTaken);
  const title = reader.text("title", body["title"], { required: true, max: 255 });
  const totalAmount = reader.integer("total_amount", body["total_amount"], { required: true, min: MIN_TOTAL_AMOUNT });
  const items = readItems(reader, body["items"]);
  const sum = exactSum(items.map(({ quantity, unitPrice }) => quantity * unitPrice));
  if (totalAmount !== undefined && reader.problems.length === 0 && sum !== totalAmount) {
    reader.refuse("total_amount", "must equal the sum of the items");
  }
  const settings = readSettings(reader, body, DEFAULT_SETTINGS, 1, nowMs);
  if (reffNo === undefined || title === undefined || totalAmount === undefined || reader.problems.length > 0) {
    return reader.problems;
  }
  return { reffNo, title, totalAmount, items, customer: null, settings };
};

export const readReffNo = (
  reader: InputReader,
  body: JsonObject,
  isTaken: (reffNo: string) => boolean,
): string | undefined => {
  const reffNo = reader.text("reff_no", body["reff_no"], {
    required: true,
    max: 40,
    // In a URL, one or two dots alone are not a name.
    pattern: /^(?!\.{1,2}$)[^\s/\\]+$/,
    patternMessage: "must not contain spaces or slashes, nor be one or two dots",
  });
  if (reffNo !== undefined && isTaken(reffNo)) reader.refuse("reff_no", "has already been taken");
  return reffNo;
};

/** Fields that cannot change, such as `title`, are ignored without a word, as github.com/aliziodev/laravel-singapay found. */
export const readLinkUpdate = (
  body: JsonObject,
  current: LinkSettings,
  currentUsage: number,
  nowMs: number,
): LinkUpdate | readonly Problem[] => {
  const reader = createInputReader();
  const status = reader.text("status", body["status"], { required: true, oneOf: ["open", "closed", "expired"] });
  const settings = readSettings(reader, body, current, Math.max(1, currentUsage), nowMs);
  if (status === undefined || reader.problems.length > 0) return reader.problems;
  return { status: status as StoredStatus, settings };
};

const readSettings = (
  reader: InputReader,
  body: JsonObject,
  current: LinkSettings,
  minUsage: number,
  nowMs: number,
): LinkSettings => {
  const maxUsage = reader.integer("max_usage", body["max_usage"], { required: true, min: minUsage, max: 1_000_000 });
  const requiresDetail = reader.flag("required_customer_detail", body["required_customer_detail"], { required: true });
  return {
    maxUsage: maxUsage ?? minUsage,
    requiresCustomerDetail: requiresDetail ?? false,
    expiresAtMs: keepIfAbsent(body, "expired_at", current.expiresAtMs, (value) =>
      readExpiredAt(reader, value, current.expiresAtMs, nowMs),
    ),
    methods: keepIfAbsent(body, "whitelisted_payment_method", current.methods, (value) => readMethods(reader, value)),
    redirectUrl: keepIfAbsent(body, "redirect_url", current.redirectUrl, (value) =>
      readUrl(reader, "redirect_url", value),
    ),
    metadata: keepIfAbsent(body, "optional_metadata", current.metadata, (value) => readMetadata(reader, value)),
    v2: current.v2,
  };
};

export const keepIfAbsent = <Value>(
  body: JsonObject,
  name: string,
  current: Value,
  read: (sent: unknown) => Value,
): Value => (body[name] === undefined ? current : read(body[name]));

export const readItems = (reader: InputReader, value: unknown): readonly LinkItem[] => {
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
};

const readExpiredAt = (reader: InputReader, value: unknown, currentMs: number | null, nowMs: number): number | null => {
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
};

/**
 * All of them if no method is named, by an empty list or by `null`, which in a change removes the choice; codes
 * are case-sensitive, one unknown code refuses the request, and its order is lost: github.com/aliziodev/laravel-singapay,
 * issue 56, and the live suite of github.com/aliziodev/singapay-js.
 */
export const readMethods = (reader: InputReader, value: unknown): readonly SingapayMethod[] => {
  const path = "whitelisted_payment_method";
  const list = reader.list(path, value) ?? [];
  const named = new Set(list.map((code) => (typeof code === "string" ? methodOf(code) : undefined)));
  if (named.has(undefined)) reader.refuse(path, "has an unknown code");
  return list.length === 0 ? METHODS : METHODS.filter((method) => named.has(method));
};

export const readUrl = (reader: InputReader, path: string, value: unknown): string | null => {
  const url = reader.text(path, value, { max: 2048 });
  if (url !== undefined && !isWebUrl(url)) reader.refuse(path, "must be an http or https URL");
  return url ?? null;
};

export const readMetadata = (reader: InputReader, value: unknown): JsonObject =>
  reader.record("optional_metadata", value) ?? {};
