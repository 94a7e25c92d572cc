// Requests of the second generation, which SingaPay's pages do not show. Source: its OpenAPI file, as
// github.com/aliziodev/laravel-singapay and github.com/Aturjadwal/singapay-ledger read it.
import {
  createInputReader,
  DAY_MS,
  exactSum,
  type InputReader,
  type JsonObject,
  momentOfIso,
  type PayerDetails,
  type Problem,
} from "../simulator-kit/index.ts";
import {
  keepIfAbsent,
  type LinkItem,
  type LinkRequest,
  type LinkSettings,
  type LinkUpdate,
  MIN_TOTAL_AMOUNT,
  readItems,
  readMetadata,
  readMethods,
  readReffNo,
  readUrl,
  type StoredStatus,
  type V2Settings,
} from "./link-request.ts";
import { METHODS } from "./methods.ts";

const MAX_LIMIT = 1_000_000;
const NO_V2_SETTINGS: V2Settings = {
  description: null,
  successRedirectUrl: null,
  expiredRedirectUrl: null,
  requiresNumber: false,
  requiresEmail: false,
};

export const readLinkRequestV2 = (
  body: JsonObject,
  isTaken: (reffNo: string) => boolean,
  nowMs: number,
): LinkRequest | readonly Problem[] => {
  const reader = createInputReader();
  const reffNo = readReffNo(reader, body, isTaken);
  const { totalAmount, items } = readWhatIsPaidFor(reader, body);
  // Default: one use and 24 hours.
  const settings = readSettings(
    reader,
    body,
    {
      maxUsage: 1,
      requiresCustomerDetail: false,
      expiresAtMs: nowMs + DAY_MS,
      methods: METHODS,
      redirectUrl: null,
      metadata: {},
      v2: NO_V2_SETTINGS,
    },
    1,
    nowMs,
  );
  const customer = readCustomer(reader, body, settings.maxUsage);
  if (reffNo === undefined || totalAmount === undefined || reader.problems.length > 0) return reader.problems;
  return { reffNo, title: settings.v2?.description ?? reffNo, totalAmount, items, customer, settings };
};

/** Whatever is left out stays as it is. */
export const readLinkUpdateV2 = (
  body: JsonObject,
  {
    status,
    settings,
    usage,
  }: { readonly status: StoredStatus; readonly settings: LinkSettings; readonly usage: number },
  nowMs: number,
): LinkUpdate | readonly Problem[] => {
  const reader = createInputReader();
  const sent = reader.text("status", body["status"], { oneOf: ["open", "closed", "expired"] });
  const changed = readSettings(reader, body, settings, Math.max(1, usage), nowMs);
  return reader.problems.length > 0
    ? reader.problems
    : { status: (sent as StoredStatus | undefined) ?? status, settings: changed };
};

/** By `total` items are ignored, by `items` the total is made of them. */
const readWhatIsPaidFor = (
  reader: InputReader,
  body: JsonObject,
): { readonly totalAmount: number | undefined; readonly items: readonly LinkItem[] } => {
  const type = reader.text("payment_link_type", body["payment_link_type"], {
    required: true,
    oneOf: ["total", "items"],
  });
  if (type !== "items") {
    const totalAmount = reader.integer("total_amount", body["total_amount"], {
      required: type === "total",
      min: MIN_TOTAL_AMOUNT,
    });
    return { totalAmount, items: [] };
  }
  const items = readItems(reader, body["items"]);
  const totalAmount = exactSum(items.map(({ quantity, unitPrice }) => quantity * unitPrice));
  if (items.length > 0 && (totalAmount === undefined || totalAmount < MIN_TOTAL_AMOUNT)) {
    reader.refuse("items", `must add up to at least ${MIN_TOTAL_AMOUNT}`);
  }
  return { totalAmount, items };
};

const readSettings = (
  reader: InputReader,
  body: JsonObject,
  current: LinkSettings,
  minUsage: number,
  nowMs: number,
): LinkSettings => {
  const maxUsage = reader.integer("max_usage", body["max_usage"], { min: 0, max: MAX_LIMIT }) ?? current.maxUsage;
  if (maxUsage !== 0 && maxUsage < minUsage) reader.refuse("max_usage", `must be at least ${minUsage}`);
  const v2 = readV2Settings(reader, body, current.v2 ?? NO_V2_SETTINGS, maxUsage);
  return {
    maxUsage,
    requiresCustomerDetail:
      v2.requiresNumber || v2.requiresEmail || (current.v2 === null && current.requiresCustomerDetail),
    expiresAtMs: readExpiredAt(reader, body["expired_at"], nowMs) ?? current.expiresAtMs,
    methods: keepIfAbsent(body, "whitelisted_payment_method", current.methods, (value) => readMethods(reader, value)),
    redirectUrl: current.redirectUrl,
    metadata: keepIfAbsent(body, "optional_metadata", current.metadata, (value) => readMetadata(reader, value)),
    v2,
  };
};

const readV2Settings = (reader: InputReader, body: JsonObject, current: V2Settings, maxUsage: number): V2Settings => {
  const text = (name: string, value: string | null): string | null =>
    keepIfAbsent(body, name, value, (sent) => reader.text(name, sent, { max: 255 }) ?? null);
  const url = (name: string, value: string | null): string | null =>
    keepIfAbsent(body, name, value, (sent) => readUrl(reader, name, sent));
  const flag = (name: string, value: boolean): boolean => {
    const wanted = reader.flag(name, body[name]) ?? value;
    if (wanted && maxUsage === 1) reader.refuse(name, "is only for links that can be paid more than once");
    return wanted;
  };
  return {
    description: text("description", current.description),
    successRedirectUrl: url("success_redirect_url", current.successRedirectUrl),
    expiredRedirectUrl: url("expired_redirect_url", current.expiredRedirectUrl),
    requiresNumber: flag("required_customer_number", current.requiresNumber),
    requiresEmail: flag("required_customer_email", current.requiresEmail),
  };
};

const readExpiredAt = (reader: InputReader, value: unknown, nowMs: number): number | undefined => {
  const text = reader.text("expired_at", value);
  if (text === undefined) return undefined;
  const expiresAtMs = momentOfIso(text);
  if (expiresAtMs === undefined) return reader.refuse("expired_at", "must be an ISO 8601 time");
  return expiresAtMs > nowMs ? expiresAtMs : reader.refuse("expired_at", "must be in the future");
};

/** For one payment alone, and by name and e-mail address together. */
const readCustomer = (reader: InputReader, body: JsonObject, maxUsage: number): PayerDetails | null => {
  const [name, email, phone] = ["customer_name", "customer_email", "customer_phone"].map((field) =>
    reader.text(field, body[field], { max: 255 }),
  );
  if (name === undefined && email === undefined && phone === undefined) return null;
  if (maxUsage !== 1) reader.refuse("customer_name", "is only for links that can be paid once");
  if (name === undefined) reader.refuse("customer_name", "is required with the customer email");
  if (email === undefined) reader.refuse("customer_email", "is required with the customer name");
  return { name: name ?? "", email: email ?? "", phone: phone ?? "" };
};
