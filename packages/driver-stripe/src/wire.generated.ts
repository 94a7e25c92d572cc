// Written by `npm run generate` from the schemas in wire.ts: do not edit.
import {
  isJsonObject,
  orUndefined,
  REFUSED,
  type ReaderOf,
  readAnyText,
  readBoolean,
  readInteger,
  readList,
  readObject,
  readRecord,
  readWebAddress,
  unlessAbsent,
} from "@tautan/driver-kit/http";
import type * as Wire from "./wire.ts";
import { idOfObject, objectOfId } from "./wire-values.ts";

const readId = (value: unknown) =>
  typeof value === "string" && value !== "" && (value.length <= 255 || Array.from(value).length <= 255)
    ? value
    : REFUSED;

const readChargeObject = (value: unknown): "charge" | typeof REFUSED => (value === "charge" ? value : REFUSED);

const readIntegerFrom0 = (value: unknown) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : REFUSED;

const readOption2AsItCame = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readId(value["id"]);
  if (id === REFUSED) return REFUSED;
  return { id };
};

const readOption2 = (value: unknown) => {
  const read = readOption2AsItCame(value);
  return read === REFUSED ? REFUSED : idOfObject(read);
};

const readChargePaymentIntent = (value: unknown) => {
  const option1 = readId(value);
  if (option1 !== REFUSED) return option1;
  return readOption2(value);
};

const readPaymentMethodDetails = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const type = readAnyText(value["type"]);
  if (type === REFUSED) return REFUSED;
  return { type };
};

const readRefund = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readId(value["id"]);
  const amount = readIntegerFrom0(value["amount"]);
  const currency = readAnyText(value["currency"]);
  const created = readIntegerFrom0(value["created"]);
  if (id === REFUSED || amount === REFUSED || currency === REFUSED || created === REFUSED) return REFUSED;
  return {
    id,
    status: orUndefined(readAnyText(value["status"])),
    amount,
    currency,
    created,
    payment_intent: orUndefined(readChargePaymentIntent(value["payment_intent"])),
  };
};

const readRefunds = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const data = readList(value["data"], readRefund);
  const has_more = readBoolean(value["has_more"]);
  if (data === REFUSED || has_more === REFUSED) return REFUSED;
  return { data, has_more };
};

const readCharge = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readId(value["id"]);
  const object = readChargeObject(value["object"]);
  const status = readAnyText(value["status"]);
  const created = readIntegerFrom0(value["created"]);
  const currency = readAnyText(value["currency"]);
  const amount_refunded = readIntegerFrom0(value["amount_refunded"]);
  const disputed = readBoolean(value["disputed"]);
  const refunds = unlessAbsent(value["refunds"], readRefunds);
  if (
    id === REFUSED ||
    object === REFUSED ||
    status === REFUSED ||
    created === REFUSED ||
    currency === REFUSED ||
    amount_refunded === REFUSED ||
    disputed === REFUSED ||
    refunds === REFUSED
  )
    return REFUSED;
  return {
    id,
    object,
    status,
    created,
    currency,
    amount_refunded,
    disputed,
    payment_intent: orUndefined(readChargePaymentIntent(value["payment_intent"])),
    metadata: orUndefined(readRecord(value["metadata"], readAnyText)),
    payment_method_details: orUndefined(readPaymentMethodDetails(value["payment_method_details"])),
    refunds,
  };
};

const readDispute = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readId(value["id"]);
  const status = readAnyText(value["status"]);
  const amount = readIntegerFrom0(value["amount"]);
  const currency = readAnyText(value["currency"]);
  const created = readIntegerFrom0(value["created"]);
  if (id === REFUSED || status === REFUSED || amount === REFUSED || currency === REFUSED || created === REFUSED)
    return REFUSED;
  return {
    id,
    status,
    amount,
    currency,
    created,
    payment_intent: orUndefined(readChargePaymentIntent(value["payment_intent"])),
  };
};

const readData = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const object = readObject(value["object"]);
  if (object === REFUSED) return REFUSED;
  return { object };
};

const readEvent = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readId(value["id"]);
  const type = readId(value["type"]);
  const created = readIntegerFrom0(value["created"]);
  const livemode = readBoolean(value["livemode"]);
  const data = readData(value["data"]);
  if (id === REFUSED || type === REFUSED || created === REFUSED || livemode === REFUSED || data === REFUSED)
    return REFUSED;
  return { id, type, created, livemode, account: orUndefined(readAnyText(value["account"])), data };
};

const readCustomUnitAmount = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return {
    minimum: orUndefined(readIntegerFrom0(value["minimum"])),
    maximum: orUndefined(readIntegerFrom0(value["maximum"])),
    preset: orUndefined(readIntegerFrom0(value["preset"])),
  };
};

const readPrice = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readId(value["id"]);
  const currency = readAnyText(value["currency"]);
  if (id === REFUSED || currency === REFUSED) return REFUSED;
  return {
    id,
    currency,
    unit_amount: orUndefined(readIntegerFrom0(value["unit_amount"])),
    custom_unit_amount: orUndefined(readCustomUnitAmount(value["custom_unit_amount"])),
  };
};

const readItem = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readId(value["id"]);
  const amount_total = readInteger(value["amount_total"]);
  const currency = readAnyText(value["currency"]);
  const price = unlessAbsent(value["price"], readPrice);
  if (id === REFUSED || amount_total === REFUSED || currency === REFUSED || price === REFUSED) return REFUSED;
  return {
    id,
    description: orUndefined(readAnyText(value["description"])),
    quantity: orUndefined(readInteger(value["quantity"])),
    amount_total,
    currency,
    price,
  };
};

const readItemsReply = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const data = readList(value["data"], readItem);
  const has_more = readBoolean(value["has_more"]);
  if (data === REFUSED || has_more === REFUSED) return REFUSED;
  return { data, has_more };
};

const readIntegerAbove0 = (value: unknown) =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : REFUSED;

const readCompletedSessions = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const limit = readIntegerAbove0(value["limit"]);
  const count = readIntegerFrom0(value["count"]);
  if (limit === REFUSED || count === REFUSED) return REFUSED;
  return { limit, count };
};

const readRestrictions = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const completed_sessions = readCompletedSessions(value["completed_sessions"]);
  if (completed_sessions === REFUSED) return REFUSED;
  return { completed_sessions };
};

const readRedirect = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const url = readWebAddress(value["url"]);
  if (url === REFUSED) return REFUSED;
  return { url };
};

const readAfterCompletion = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return { redirect: orUndefined(readRedirect(value["redirect"])) };
};

const readPhoneNumberCollection = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const enabled = readBoolean(value["enabled"]);
  if (enabled === REFUSED) return REFUSED;
  return { enabled };
};

const readNameCollection = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return { individual: orUndefined(readPhoneNumberCollection(value["individual"])) };
};

const readLinkReply = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readId(value["id"]);
  const active = readBoolean(value["active"]);
  const url = readWebAddress(value["url"]);
  const restrictions = unlessAbsent(value["restrictions"], readRestrictions);
  const line_items = unlessAbsent(value["line_items"], readItemsReply);
  if (id === REFUSED || active === REFUSED || url === REFUSED || restrictions === REFUSED || line_items === REFUSED)
    return REFUSED;
  return {
    id,
    active,
    url,
    currency: orUndefined(readAnyText(value["currency"])),
    metadata: orUndefined(readRecord(value["metadata"], readAnyText)),
    restrictions,
    after_completion: orUndefined(readAfterCompletion(value["after_completion"])),
    phone_number_collection: orUndefined(readPhoneNumberCollection(value["phone_number_collection"])),
    name_collection: orUndefined(readNameCollection(value["name_collection"])),
    payment_method_types: orUndefined(readList(value["payment_method_types"], readAnyText)),
    line_items,
  };
};

const readListReply = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const data = readList(value["data"], readObject);
  const has_more = readBoolean(value["has_more"]);
  if (data === REFUSED || has_more === REFUSED) return REFUSED;
  return { data, has_more };
};

const readPaymentIntentObject = (value: unknown): "payment_intent" | typeof REFUSED =>
  value === "payment_intent" ? value : REFUSED;

const readLastPaymentError = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return { charge: orUndefined(readAnyText(value["charge"])) };
};

const readOption1 = (value: unknown) => {
  const read = readId(value);
  return read === REFUSED ? REFUSED : objectOfId(read);
};

const readLatestCharge = (value: unknown) => {
  const option1 = readOption1(value);
  if (option1 !== REFUSED) return option1;
  return readCharge(value);
};

const readPaymentIntent = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readId(value["id"]);
  const object = readPaymentIntentObject(value["object"]);
  const status = readAnyText(value["status"]);
  const created = readIntegerFrom0(value["created"]);
  const last_payment_error = unlessAbsent(value["last_payment_error"], readLastPaymentError);
  const latest_charge = unlessAbsent(value["latest_charge"], readLatestCharge);
  if (
    id === REFUSED ||
    object === REFUSED ||
    status === REFUSED ||
    created === REFUSED ||
    last_payment_error === REFUSED ||
    latest_charge === REFUSED
  )
    return REFUSED;
  return {
    id,
    object,
    status,
    created,
    canceled_at: orUndefined(readIntegerFrom0(value["canceled_at"])),
    metadata: orUndefined(readRecord(value["metadata"], readAnyText)),
    payment_method_types: orUndefined(readList(value["payment_method_types"], readAnyText)),
    last_payment_error,
    latest_charge,
  };
};

const readSessionPaymentIntent = (value: unknown) => {
  const option1 = readOption1(value);
  if (option1 !== REFUSED) return option1;
  return readPaymentIntent(value);
};

const readSession = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readId(value["id"]);
  const mode = readAnyText(value["mode"]);
  const payment_status = readAnyText(value["payment_status"]);
  const created = readIntegerFrom0(value["created"]);
  const payment_intent = unlessAbsent(value["payment_intent"], readSessionPaymentIntent);
  if (
    id === REFUSED ||
    mode === REFUSED ||
    payment_status === REFUSED ||
    created === REFUSED ||
    payment_intent === REFUSED
  )
    return REFUSED;
  return {
    id,
    payment_link: orUndefined(readChargePaymentIntent(value["payment_link"])),
    mode,
    status: orUndefined(readAnyText(value["status"])),
    payment_status,
    amount_total: orUndefined(readIntegerFrom0(value["amount_total"])),
    currency: orUndefined(readAnyText(value["currency"])),
    created,
    expires_at: orUndefined(readIntegerFrom0(value["expires_at"])),
    metadata: orUndefined(readRecord(value["metadata"], readAnyText)),
    payment_intent,
  };
};

export const charge: ReaderOf<typeof Wire.charge> = {
  read: readCharge,
  schema: async () => (await import("./wire.ts")).charge,
};

export const dispute: ReaderOf<typeof Wire.dispute> = {
  read: readDispute,
  schema: async () => (await import("./wire.ts")).dispute,
};

export const event: ReaderOf<typeof Wire.event> = {
  read: readEvent,
  schema: async () => (await import("./wire.ts")).event,
};

export const item: ReaderOf<typeof Wire.item> = {
  read: readItem,
  schema: async () => (await import("./wire.ts")).item,
};

export const itemsReply: ReaderOf<typeof Wire.itemsReply> = {
  read: readItemsReply,
  schema: async () => (await import("./wire.ts")).itemsReply,
};

export const linkReply: ReaderOf<typeof Wire.linkReply> = {
  read: readLinkReply,
  schema: async () => (await import("./wire.ts")).linkReply,
};

export const listReply: ReaderOf<typeof Wire.listReply> = {
  read: readListReply,
  schema: async () => (await import("./wire.ts")).listReply,
};

export const paymentIntent: ReaderOf<typeof Wire.paymentIntent> = {
  read: readPaymentIntent,
  schema: async () => (await import("./wire.ts")).paymentIntent,
};

export const price: ReaderOf<typeof Wire.price> = {
  read: readPrice,
  schema: async () => (await import("./wire.ts")).price,
};

export const refund: ReaderOf<typeof Wire.refund> = {
  read: readRefund,
  schema: async () => (await import("./wire.ts")).refund,
};

export const session: ReaderOf<typeof Wire.session> = {
  read: readSession,
  schema: async () => (await import("./wire.ts")).session,
};
