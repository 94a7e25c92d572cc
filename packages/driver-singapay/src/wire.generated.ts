// Written by `npm run generate` from the schemas in wire.ts: do not edit.
import {
  isJsonObject,
  orUndefined,
  parseJsonObject,
  REFUSED,
  type ReaderOf,
  readAnyText,
  readDecimal,
  readIdText,
  readList,
  readText,
  readWebAddress,
  readWholeNumber,
  unlessAbsent,
} from "@tautan/driver-kit/http";
import type * as Wire from "./wire.ts";
import {
  hasMethods,
  inRupiah,
  isNot0,
  isWhole,
  readCurrency,
  readFlag,
  readInstant,
  readMetadata,
  readTextOrNull,
  referenceIfAny,
  withLimit,
} from "./wire-values.ts";

const readHistoryName = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const reff_no = readIdText(value["reff_no"]);
  if (reff_no === REFUSED) return REFUSED;
  return { reff_no };
};

const readId = (value: unknown) => {
  const read = readIdText(value);
  return read === REFUSED || !isNot0(read) ? REFUSED : read;
};

const readLinkName = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return { id: orUndefined(readId(value["id"])), reff_no: orUndefined(readIdText(value["reff_no"])) };
};

const readOption1 = (value: unknown) => {
  const read = readAnyText(value);
  return read === REFUSED ? REFUSED : parseJsonObject(read);
};

const readOption2 = (value: unknown) => (isJsonObject(value) ? value : REFUSED);

const readPaymentMethodAdditional = (value: unknown) => {
  const option1 = readOption1(value);
  if (option1 !== REFUSED) return option1;
  return readOption2(value);
};

const readWireAmountOption1 = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const valueRead = readDecimal(value["value"]);
  const currency = unlessAbsent(value["currency"], readCurrency);
  if (valueRead === REFUSED || currency === REFUSED) return REFUSED;
  return { value: valueRead, currency };
};

const readWireAmountOption2 = (value: unknown) => {
  const read = readDecimal(value);
  return read === REFUSED ? REFUSED : inRupiah(read);
};

const readWireAmount = (value: unknown) => {
  const option1 = readWireAmountOption1(value);
  if (option1 !== REFUSED) return option1;
  return readWireAmountOption2(value);
};

const readHistoryReply = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const reff_no = readIdText(value["reff_no"]);
  if (reff_no === REFUSED) return REFUSED;
  return {
    id: orUndefined(readId(value["id"])),
    reff_no,
    payment_link_reff_no: referenceIfAny(value["payment_link_reff_no"]),
    payment_link_id: orUndefined(readId(value["payment_link_id"])),
    payment_link: orUndefined(readLinkName(value["payment_link"])),
    status: orUndefined(readText(value["status"])),
    status_computed: orUndefined(readText(value["status_computed"])),
    is_expired: orUndefined(readFlag(value["is_expired"])),
    has_settle: orUndefined(readFlag(value["has_settle"])),
    payment_method_name: orUndefined(readText(value["payment_method_name"])),
    payment_method_additional: orUndefined(readPaymentMethodAdditional(value["payment_method_additional"])),
    amount: orUndefined(readWireAmount(value["amount"])),
    expired_at: orUndefined(readText(value["expired_at"])),
    processed_timestamp: orUndefined(readText(value["processed_timestamp"])),
    settle_at: orUndefined(readText(value["settle_at"])),
    created_at: orUndefined(readText(value["created_at"])),
  };
};

const readTotalAmount = (value: unknown) => {
  const read = readDecimal(value);
  return read === REFUSED || !isWhole(read) ? REFUSED : read;
};

const readItemsItem = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const name = readText(value["name"]);
  const quantity = readWholeNumber(value["quantity"]);
  const unit_price = readDecimal(value["unit_price"]);
  if (name === REFUSED || quantity === REFUSED || unit_price === REFUSED) return REFUSED;
  return { name, quantity, unit_price };
};

const readFieldsOfLinkReply = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readIdText(value["id"]);
  const reff_no = readIdText(value["reff_no"]);
  const payment_url = readWebAddress(value["payment_url"]);
  const total_amount = readTotalAmount(value["total_amount"]);
  const max_usage = readWholeNumber(value["max_usage"]);
  const current_usage = readWholeNumber(value["current_usage"]);
  if (
    id === REFUSED ||
    reff_no === REFUSED ||
    payment_url === REFUSED ||
    total_amount === REFUSED ||
    max_usage === REFUSED ||
    current_usage === REFUSED
  )
    return REFUSED;
  return {
    id,
    reff_no,
    title: orUndefined(readText(value["title"])),
    description: orUndefined(readText(value["description"])),
    source: orUndefined(readText(value["source"])),
    payment_url,
    status: orUndefined(readText(value["status"])),
    status_computed: orUndefined(readText(value["status_computed"])),
    total_amount,
    items: orUndefined(readList(value["items"], readItemsItem)),
    required_customer_detail: orUndefined(readFlag(value["required_customer_detail"])),
    required_customer_email: orUndefined(readFlag(value["required_customer_email"])),
    required_customer_number: orUndefined(readFlag(value["required_customer_number"])),
    customer_name: orUndefined(readText(value["customer_name"])),
    customer_email: orUndefined(readText(value["customer_email"])),
    customer_phone: orUndefined(readText(value["customer_phone"])),
    max_usage,
    current_usage,
    expired_at: orUndefined(readText(value["expired_at"])),
    whitelisted_payment_method: orUndefined(readList(value["whitelisted_payment_method"], readText)),
    redirect_url: orUndefined(readText(value["redirect_url"])),
    success_redirect_url: orUndefined(readText(value["success_redirect_url"])),
    expired_redirect_url: orUndefined(readText(value["expired_redirect_url"])),
    optional_metadata: orUndefined(readOption2(value["optional_metadata"])),
    created_at: orUndefined(readText(value["created_at"])),
    updated_at: orUndefined(readText(value["updated_at"])),
  };
};

const readLinkReply = (value: unknown) => readFieldsOfLinkReply(withLimit(value));

const readPaymentMethodsItem = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const code = readText(value["code"]);
  if (code === REFUSED) return REFUSED;
  return { code, group: orUndefined(readText(value["group"])) };
};

const readUncheckedData = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return {
    payment_methods: orUndefined(readList(value["payment_methods"], readPaymentMethodsItem)),
    available_codes: orUndefined(readList(value["available_codes"], readText)),
  };
};

const readData = (value: unknown) => {
  const read = readUncheckedData(value);
  return read === REFUSED || !hasMethods(read) ? REFUSED : read;
};

const readMethodsReply = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const data = readData(value["data"]);
  if (data === REFUSED) return REFUSED;
  return { data };
};

const readExpiredAt = (value: unknown) => (value === null ? null : readInstant(value));

const readWhitelistedPaymentMethod = (value: unknown) => (value === null ? null : readList(value, readText));

const readFieldsOfMutableFields = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const status = readText(value["status"]);
  const max_usage = readWholeNumber(value["max_usage"]);
  const current_usage = readWholeNumber(value["current_usage"]);
  const required_customer_detail = readFlag(value["required_customer_detail"]);
  const expired_at = readExpiredAt(value["expired_at"]);
  const whitelisted_payment_method = readWhitelistedPaymentMethod(value["whitelisted_payment_method"]);
  const redirect_url = readTextOrNull(value["redirect_url"]);
  const success_redirect_url = readTextOrNull(value["success_redirect_url"]);
  const optional_metadata = readMetadata(value["optional_metadata"]);
  if (
    status === REFUSED ||
    max_usage === REFUSED ||
    current_usage === REFUSED ||
    required_customer_detail === REFUSED ||
    expired_at === REFUSED ||
    whitelisted_payment_method === REFUSED ||
    redirect_url === REFUSED ||
    success_redirect_url === REFUSED ||
    optional_metadata === REFUSED
  )
    return REFUSED;
  return {
    status,
    max_usage,
    current_usage,
    required_customer_detail,
    expired_at,
    whitelisted_payment_method,
    redirect_url,
    success_redirect_url,
    optional_metadata,
  };
};

const readMutableFields = (value: unknown) => readFieldsOfMutableFields(withLimit(value));

const readPagination = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return {
    total_pages: orUndefined(readWholeNumber(value["total_pages"])),
    totalPages: orUndefined(readWholeNumber(value["totalPages"])),
  };
};

const readPageReply = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const data = readList(value["data"], readOption2);
  if (data === REFUSED) return REFUSED;
  return {
    data,
    pagination: orUndefined(readPagination(value["pagination"])),
    meta: orUndefined(readPagination(value["meta"])),
  };
};

const readAccessToken = (value: unknown) =>
  typeof value === "string" && /^[\x21-\x7e]+$/.test(value) ? value : REFUSED;

const readTokenReplyData = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const access_token = readAccessToken(value["access_token"]);
  if (access_token === REFUSED) return REFUSED;
  return { access_token, expires_in: orUndefined(readWholeNumber(value["expires_in"])) };
};

const readTokenReply = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const data = readTokenReplyData(value["data"]);
  if (data === REFUSED) return REFUSED;
  return { data };
};

const readTransaction = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const reff_no = readIdText(value["reff_no"]);
  const status = readText(value["status"]);
  if (reff_no === REFUSED || status === REFUSED) return REFUSED;
  return {
    reff_no,
    status,
    amount: orUndefined(readWireAmount(value["amount"])),
    processed_timestamp: orUndefined(readText(value["processed_timestamp"])),
  };
};

const readTransactionNotice = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const transaction = readTransaction(value["transaction"]);
  if (transaction === REFUSED) return REFUSED;
  return { transaction };
};

export const historyName: ReaderOf<typeof Wire.historyName> = {
  read: readHistoryName,
  schema: async () => (await import("./wire.ts")).historyName,
};

export const historyReply: ReaderOf<typeof Wire.historyReply> = {
  read: readHistoryReply,
  schema: async () => (await import("./wire.ts")).historyReply,
};

export const linkName: ReaderOf<typeof Wire.linkName> = {
  read: readLinkName,
  schema: async () => (await import("./wire.ts")).linkName,
};

export const linkReply: ReaderOf<typeof Wire.linkReply> = {
  read: readLinkReply,
  schema: async () => (await import("./wire.ts")).linkReply,
};

export const methodsReply: ReaderOf<typeof Wire.methodsReply> = {
  read: readMethodsReply,
  schema: async () => (await import("./wire.ts")).methodsReply,
};

export const mutableFields: ReaderOf<typeof Wire.mutableFields> = {
  read: readMutableFields,
  schema: async () => (await import("./wire.ts")).mutableFields,
};

export const pageReply: ReaderOf<typeof Wire.pageReply> = {
  read: readPageReply,
  schema: async () => (await import("./wire.ts")).pageReply,
};

export const tokenReply: ReaderOf<typeof Wire.tokenReply> = {
  read: readTokenReply,
  schema: async () => (await import("./wire.ts")).tokenReply,
};

export const transactionNotice: ReaderOf<typeof Wire.transactionNotice> = {
  read: readTransactionNotice,
  schema: async () => (await import("./wire.ts")).transactionNotice,
};

export const wireAmount: ReaderOf<typeof Wire.wireAmount> = {
  read: readWireAmount,
  schema: async () => (await import("./wire.ts")).wireAmount,
};
