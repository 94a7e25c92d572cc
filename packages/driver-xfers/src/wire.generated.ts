// Written by `npm run generate` from the schemas in wire.ts: do not edit.
import {
  isJsonObject,
  orUndefined,
  REFUSED,
  type ReaderOf,
  readDecimal,
  readText,
  readWebAddress,
} from "@tautan/driver-kit/http";
import type * as Wire from "./wire.ts";
import { isWholeRupiah } from "./wire-values.ts";

const readData = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const type = readText(value["type"]);
  if (type === REFUSED) return REFUSED;
  return { type };
};

const readCallbackHead = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const data = readData(value["data"]);
  if (data === REFUSED) return REFUSED;
  return { data };
};

const readAmount = (value: unknown) => {
  const read = readDecimal(value);
  return read === REFUSED || !isWholeRupiah(read) ? REFUSED : read;
};

const readInstructions = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  return {
    bankShortCode: orUndefined(readText(value["bankShortCode"])),
    providerCode: orUndefined(readText(value["providerCode"])),
    retailOutletName: orUndefined(readText(value["retailOutletName"])),
    retailOutletCode: orUndefined(readText(value["retailOutletCode"])),
  };
};

const readPaymentMethod = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const type = readText(value["type"]);
  if (type === REFUSED) return REFUSED;
  return { type, instructions: orUndefined(readInstructions(value["instructions"])) };
};

const readAttributes = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const status = readText(value["status"]);
  const amount = readAmount(value["amount"]);
  if (status === REFUSED || amount === REFUSED) return REFUSED;
  return {
    status,
    amount,
    referenceId: orUndefined(readText(value["referenceId"])),
    paymentLinkUrl: orUndefined(readWebAddress(value["paymentLinkUrl"])),
    description: orUndefined(readText(value["description"])),
    createdAt: orUndefined(readText(value["createdAt"])),
    expiredAt: orUndefined(readText(value["expiredAt"])),
    customerName: orUndefined(readText(value["customerName"])),
    customerEmail: orUndefined(readText(value["customerEmail"])),
    customerPhoneNumber: orUndefined(readText(value["customerPhoneNumber"])),
    paymentMethod: orUndefined(readPaymentMethod(value["paymentMethod"])),
  };
};

const readLinkDocumentData = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readText(value["id"]);
  const attributes = readAttributes(value["attributes"]);
  if (id === REFUSED || attributes === REFUSED) return REFUSED;
  return { id, attributes };
};

const readLinkDocument = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const data = readLinkDocumentData(value["data"]);
  if (data === REFUSED) return REFUSED;
  return { data };
};

const readId = (value: unknown) =>
  typeof value === "string" && /^paymentlink_\w{1,64}$/.test(value) ? value : REFUSED;

const readUnsignedCallbackData = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readId(value["id"]);
  if (id === REFUSED) return REFUSED;
  return { id };
};

const readUnsignedCallback = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const data = readUnsignedCallbackData(value["data"]);
  if (data === REFUSED) return REFUSED;
  return { data };
};

export const callbackHead: ReaderOf<typeof Wire.callbackHead> = {
  read: readCallbackHead,
  schema: async () => (await import("./wire.ts")).callbackHead,
};

export const linkDocument: ReaderOf<typeof Wire.linkDocument> = {
  read: readLinkDocument,
  schema: async () => (await import("./wire.ts")).linkDocument,
};

export const unsignedCallback: ReaderOf<typeof Wire.unsignedCallback> = {
  read: readUnsignedCallback,
  schema: async () => (await import("./wire.ts")).unsignedCallback,
};
