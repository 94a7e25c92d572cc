// Written by `npm run generate` from the schemas in wire.ts: do not edit.
import {
  isJsonObject,
  orUndefined,
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
import { readCurrency, wordOrKind } from "./wire-values.ts";

const readCreateReply = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const order_id = readText(value["order_id"]);
  const payment_url = readWebAddress(value["payment_url"]);
  if (order_id === REFUSED || payment_url === REFUSED) return REFUSED;
  return { order_id, payment_url };
};

const readDynamicAmount = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return {
    min_amount: orUndefined(readDecimal(value["min_amount"])),
    max_amount: orUndefined(readDecimal(value["max_amount"])),
    preset_amount: orUndefined(readDecimal(value["preset_amount"])),
  };
};

const readCustomerDetails = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return {
    first_name: orUndefined(readText(value["first_name"])),
    email: orUndefined(readText(value["email"])),
    phone: orUndefined(readText(value["phone"])),
  };
};

const readItemDetailsItem = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const name = readText(value["name"]);
  const price = readDecimal(value["price"]);
  const quantity = readWholeNumber(value["quantity"]);
  if (name === REFUSED || price === REFUSED || quantity === REFUSED) return REFUSED;
  return { name, price, quantity, item_id: orUndefined(readIdText(value["item_id"])) };
};

const readPurchasesItem = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const order_id = readText(value["order_id"]);
  if (order_id === REFUSED) return REFUSED;
  return {
    order_id,
    payment_status: wordOrKind(value["payment_status"]),
    payment_method: orUndefined(readText(value["payment_method"])),
    created_at: orUndefined(readText(value["created_at"])),
    updated_at: orUndefined(readText(value["updated_at"])),
  };
};

const readPurchases = (value: unknown) => readList(value, readPurchasesItem);

const readLinkReply = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const order_id = readText(value["order_id"]);
  const payment_link_url = readWebAddress(value["payment_link_url"]);
  const purchases = unlessAbsent(value["purchases"], readPurchases);
  if (order_id === REFUSED || payment_link_url === REFUSED || purchases === REFUSED) return REFUSED;
  return {
    order_id,
    payment_link_url,
    payment_link_id: orUndefined(readText(value["payment_link_id"])),
    payment_link_type: orUndefined(readText(value["payment_link_type"])),
    gross_amount: orUndefined(readDecimal(value["gross_amount"])),
    dynamic_amount: orUndefined(readDynamicAmount(value["dynamic_amount"])),
    title: orUndefined(readText(value["title"])),
    enabled_payments: orUndefined(readList(value["enabled_payments"], readAnyText)),
    usage_limit: orUndefined(readWholeNumber(value["usage_limit"])),
    usage: orUndefined(readWholeNumber(value["usage"])),
    expiry_start: orUndefined(readText(value["expiry_start"])),
    expiry_duration: orUndefined(readWholeNumber(value["expiry_duration"])),
    expiry_unit: orUndefined(readText(value["expiry_unit"])),
    customer_details: orUndefined(readCustomerDetails(value["customer_details"])),
    item_details: orUndefined(readList(value["item_details"], readItemDetailsItem)),
    purchases,
    created_at: orUndefined(readText(value["created_at"])),
    updated_at: orUndefined(readText(value["updated_at"])),
    deletedAt: Boolean(value["deletedAt"]),
    delete_at: Boolean(value["delete_at"]),
    canceled_at: Boolean(value["canceled_at"]),
  };
};

const readVaNumbersItem = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return { bank: orUndefined(readText(value["bank"])) };
};

const readRefundsItem = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return {
    refund_chargeback_id: orUndefined(readIdText(value["refund_chargeback_id"])),
    refund_amount: orUndefined(readDecimal(value["refund_amount"])),
    created_at: orUndefined(readText(value["created_at"])),
  };
};

const readTransaction = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const order_id = readText(value["order_id"]);
  const transaction_id = readText(value["transaction_id"]);
  const transaction_status = readText(value["transaction_status"]);
  const status_code = readIdText(value["status_code"]);
  const gross_amount = readDecimal(value["gross_amount"]);
  const currency = unlessAbsent(value["currency"], readCurrency);
  const payment_type = readText(value["payment_type"]);
  if (
    order_id === REFUSED ||
    transaction_id === REFUSED ||
    transaction_status === REFUSED ||
    status_code === REFUSED ||
    gross_amount === REFUSED ||
    currency === REFUSED ||
    payment_type === REFUSED
  )
    return REFUSED;
  return {
    order_id,
    transaction_id,
    transaction_status,
    status_code,
    gross_amount,
    currency,
    payment_type,
    fraud_status: wordOrKind(value["fraud_status"]),
    transaction_time: orUndefined(readText(value["transaction_time"])),
    settlement_time: orUndefined(readText(value["settlement_time"])),
    expiry_time: orUndefined(readText(value["expiry_time"])),
    custom_field1: orUndefined(readText(value["custom_field1"])),
    va_numbers: orUndefined(readList(value["va_numbers"], readVaNumbersItem)),
    permata_va_number: orUndefined(readIdText(value["permata_va_number"])),
    store: orUndefined(readText(value["store"])),
    acquirer: orUndefined(readText(value["acquirer"])),
    payment_option_type: orUndefined(readText(value["payment_option_type"])),
    refund_amount: orUndefined(readDecimal(value["refund_amount"])),
    refunds: orUndefined(readList(value["refunds"], readRefundsItem)),
  };
};

export const createReply: ReaderOf<typeof Wire.createReply> = {
  read: readCreateReply,
  schema: async () => (await import("./wire.ts")).createReply,
};

export const linkReply: ReaderOf<typeof Wire.linkReply> = {
  read: readLinkReply,
  schema: async () => (await import("./wire.ts")).linkReply,
};

export const transaction: ReaderOf<typeof Wire.transaction> = {
  read: readTransaction,
  schema: async () => (await import("./wire.ts")).transaction,
};
