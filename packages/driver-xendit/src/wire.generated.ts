// Written by `npm run generate` from the schemas in wire.ts: do not edit.
import {
  isJsonObject,
  orUndefined,
  REFUSED,
  type ReaderOf,
  readBoolean,
  readDecimal,
  readList,
  readObject,
  readText,
  readWebAddress,
  readWholeNumber,
} from "@tautan/driver-kit/http";
import type * as Wire from "./wire.ts";
import { customerOfSession, isAbove0, itemOfSession } from "./wire-values.ts";

const readEnvelope = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const event = readText(value["event"]);
  if (event === REFUSED) return REFUSED;
  return {
    event,
    business_id: orUndefined(readText(value["business_id"])),
    data: orUndefined(readObject(value["data"])),
  };
};

const readAmount = (value: unknown) => {
  const read = readDecimal(value);
  return read === REFUSED || !isAbove0(read) ? REFUSED : read;
};

const readCurrency = (value: unknown) => (typeof value === "string" && /^[A-Z]{3}$/.test(value) ? value : REFUSED);

const readItemsItem = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const name = readText(value["name"]);
  const price = readDecimal(value["price"]);
  const quantity = readWholeNumber(value["quantity"]);
  if (name === REFUSED || price === REFUSED || quantity === REFUSED) return REFUSED;
  return { name, price, quantity, reference_id: orUndefined(readText(value["reference_id"])) };
};

const readCustomer = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return {
    given_names: orUndefined(readText(value["given_names"])),
    surname: orUndefined(readText(value["surname"])),
    email: orUndefined(readText(value["email"])),
    mobile_number: orUndefined(readText(value["mobile_number"])),
    phone_number: orUndefined(readText(value["phone_number"])),
  };
};

const readInvoice = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readText(value["id"]);
  const status = readText(value["status"]);
  const amount = readAmount(value["amount"]);
  if (id === REFUSED || status === REFUSED || amount === REFUSED) return REFUSED;
  return {
    id,
    external_id: orUndefined(readText(value["external_id"])),
    status,
    amount,
    currency: orUndefined(readCurrency(value["currency"])),
    paid_amount: orUndefined(readAmount(value["paid_amount"])),
    paid_at: orUndefined(readText(value["paid_at"])),
    payment_id: orUndefined(readText(value["payment_id"])),
    credit_card_charge_id: orUndefined(readText(value["credit_card_charge_id"])),
    payment_method: orUndefined(readText(value["payment_method"])),
    payment_channel: orUndefined(readText(value["payment_channel"])),
    bank_code: orUndefined(readText(value["bank_code"])),
    ewallet_type: orUndefined(readText(value["ewallet_type"])),
    retail_outlet_name: orUndefined(readText(value["retail_outlet_name"])),
    invoice_url: orUndefined(readWebAddress(value["invoice_url"])),
    expiry_date: orUndefined(readText(value["expiry_date"])),
    description: orUndefined(readText(value["description"])),
    items: orUndefined(readList(value["items"], readItemsItem)),
    customer: orUndefined(readCustomer(value["customer"])),
    payer_email: orUndefined(readText(value["payer_email"])),
    success_redirect_url: orUndefined(readWebAddress(value["success_redirect_url"])),
    metadata: orUndefined(readObject(value["metadata"])),
    created: orUndefined(readText(value["created"])),
    updated: orUndefined(readText(value["updated"])),
  };
};

const readInvoiceCallback = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readText(value["id"]);
  const status = readText(value["status"]);
  const amount = readAmount(value["amount"]);
  if (id === REFUSED || status === REFUSED || amount === REFUSED) return REFUSED;
  return {
    id,
    external_id: orUndefined(readText(value["external_id"])),
    status,
    amount,
    currency: orUndefined(readCurrency(value["currency"])),
    paid_amount: orUndefined(readAmount(value["paid_amount"])),
    paid_at: orUndefined(readText(value["paid_at"])),
    payment_id: orUndefined(readText(value["payment_id"])),
    credit_card_charge_id: orUndefined(readText(value["credit_card_charge_id"])),
    payment_method: orUndefined(readText(value["payment_method"])),
    payment_channel: orUndefined(readText(value["payment_channel"])),
    bank_code: orUndefined(readText(value["bank_code"])),
    ewallet_type: orUndefined(readText(value["ewallet_type"])),
    retail_outlet_name: orUndefined(readText(value["retail_outlet_name"])),
    user_id: orUndefined(readText(value["user_id"])),
  };
};

const readRefund = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readText(value["id"]);
  if (id === REFUSED) return REFUSED;
  return {
    id,
    status: orUndefined(readText(value["status"])),
    failure_code: orUndefined(readText(value["failure_code"])),
    amount: orUndefined(readDecimal(value["amount"])),
    currency: orUndefined(readCurrency(value["currency"])),
    created: orUndefined(readText(value["created"])),
    invoice_id: orUndefined(readText(value["invoice_id"])),
    payment_id: orUndefined(readText(value["payment_id"])),
  };
};

const readRefundPage = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const data = readList(value["data"], readRefund);
  if (data === REFUSED) return REFUSED;
  return { data, has_more: orUndefined(readBoolean(value["has_more"])) };
};

const readItemsItemAsItCame = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const name = readText(value["name"]);
  const net_unit_amount = readDecimal(value["net_unit_amount"]);
  const quantity = readWholeNumber(value["quantity"]);
  if (name === REFUSED || net_unit_amount === REFUSED || quantity === REFUSED) return REFUSED;
  return { name, net_unit_amount, quantity, reference_id: orUndefined(readText(value["reference_id"])) };
};

const readSessionItemsItem = (value: unknown) => {
  const read = readItemsItemAsItCame(value);
  return read === REFUSED ? REFUSED : itemOfSession(read);
};

const readIndividualDetail = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return { given_names: orUndefined(readText(value["given_names"])), surname: orUndefined(readText(value["surname"])) };
};

const readCustomerAsItCame = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return {
    email: orUndefined(readText(value["email"])),
    mobile_number: orUndefined(readText(value["mobile_number"])),
    phone_number: orUndefined(readText(value["phone_number"])),
    individual_detail: orUndefined(readIndividualDetail(value["individual_detail"])),
  };
};

const readSessionCustomer = (value: unknown) => {
  const read = readCustomerAsItCame(value);
  return read === REFUSED ? REFUSED : customerOfSession(read);
};

const readSession = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const payment_session_id = readText(value["payment_session_id"]);
  const status = readText(value["status"]);
  const amount = readAmount(value["amount"]);
  const currency = readCurrency(value["currency"]);
  if (payment_session_id === REFUSED || status === REFUSED || amount === REFUSED || currency === REFUSED)
    return REFUSED;
  return {
    payment_session_id,
    reference_id: orUndefined(readText(value["reference_id"])),
    status,
    amount,
    currency,
    payment_link_url: orUndefined(readWebAddress(value["payment_link_url"])),
    payment_id: orUndefined(readText(value["payment_id"])),
    payment_request_id: orUndefined(readText(value["payment_request_id"])),
    expires_at: orUndefined(readText(value["expires_at"])),
    description: orUndefined(readText(value["description"])),
    items: orUndefined(readList(value["items"], readSessionItemsItem)),
    customer: orUndefined(readSessionCustomer(value["customer"])),
    success_return_url: orUndefined(readWebAddress(value["success_return_url"])),
    metadata: orUndefined(readObject(value["metadata"])),
    created: orUndefined(readText(value["created"])),
    updated: orUndefined(readText(value["updated"])),
  };
};

export const envelope: ReaderOf<typeof Wire.envelope> = {
  read: readEnvelope,
  schema: async () => (await import("./wire.ts")).envelope,
};

export const invoice: ReaderOf<typeof Wire.invoice> = {
  read: readInvoice,
  schema: async () => (await import("./wire.ts")).invoice,
};

export const invoiceCallback: ReaderOf<typeof Wire.invoiceCallback> = {
  read: readInvoiceCallback,
  schema: async () => (await import("./wire.ts")).invoiceCallback,
};

export const refund: ReaderOf<typeof Wire.refund> = {
  read: readRefund,
  schema: async () => (await import("./wire.ts")).refund,
};

export const refundPage: ReaderOf<typeof Wire.refundPage> = {
  read: readRefundPage,
  schema: async () => (await import("./wire.ts")).refundPage,
};

export const session: ReaderOf<typeof Wire.session> = {
  read: readSession,
  schema: async () => (await import("./wire.ts")).session,
};
