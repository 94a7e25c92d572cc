// Written by `npm run generate` from the schemas in wire.ts: do not edit.
import { isJsonObject, REFUSED, type ReaderOf, readBoolean, readList, readText } from "@tautan/driver-kit/http";
import type * as Wire from "./wire.ts";
import { isAmount, isInstant } from "./wire-values.ts";

const readLink = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readText(value["id"]);
  const reference = readText(value["reference"]);
  if (id === REFUSED || reference === REFUSED) return REFUSED;
  return { id, reference };
};

const readKind = (
  value: unknown,
):
  | "card"
  | "virtual_account"
  | "qris"
  | "qr"
  | "ewallet"
  | "retail"
  | "paylater"
  | "online_banking"
  | "direct_debit"
  | "bank_transfer"
  | "other"
  | typeof REFUSED =>
  value === "card" ||
  value === "virtual_account" ||
  value === "qris" ||
  value === "qr" ||
  value === "ewallet" ||
  value === "retail" ||
  value === "paylater" ||
  value === "online_banking" ||
  value === "direct_debit" ||
  value === "bank_transfer" ||
  value === "other"
    ? value
    : REFUSED;

const readMethod = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const kind = readKind(value["kind"]);
  const channel = "channel" in value ? readText(value["channel"]) : undefined;
  if (kind === REFUSED || channel === REFUSED) return REFUSED;
  return { kind, ...(channel !== undefined && { channel }) };
};

const readAmount = (value: unknown) => (isAmount(value) ? value : REFUSED);

const readOpenedAt = (value: unknown) => (isInstant(value) ? value : REFUSED);

const readPhase = (value: unknown): "opened" | "won" | "lost" | typeof REFUSED =>
  value === "opened" || value === "won" || value === "lost" ? value : REFUSED;

const readDispute = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readText(value["id"]);
  const phase = readPhase(value["phase"]);
  const at = readOpenedAt(value["at"]);
  if (id === REFUSED || phase === REFUSED || at === REFUSED) return REFUSED;
  return { id, phase, at };
};

const readRefundsItem = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readText(value["id"]);
  const amount = readAmount(value["amount"]);
  const at = readOpenedAt(value["at"]);
  if (id === REFUSED || amount === REFUSED || at === REFUSED) return REFUSED;
  return { id, amount, at };
};

const readPayment = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const id = readText(value["id"]);
  const method = "method" in value ? readMethod(value["method"]) : undefined;
  const amount = readAmount(value["amount"]);
  const openedAt = readOpenedAt(value["openedAt"]);
  const expiresAt = readOpenedAt(value["expiresAt"]);
  const paidAt = "paidAt" in value ? readOpenedAt(value["paidAt"]) : undefined;
  const settledAt = "settledAt" in value ? readOpenedAt(value["settledAt"]) : undefined;
  const failedAt = "failedAt" in value ? readOpenedAt(value["failedAt"]) : undefined;
  const reversedAt = "reversedAt" in value ? readOpenedAt(value["reversedAt"]) : undefined;
  const dispute = "dispute" in value ? readDispute(value["dispute"]) : undefined;
  const refunds = readList(value["refunds"], readRefundsItem);
  if (
    id === REFUSED ||
    method === REFUSED ||
    amount === REFUSED ||
    openedAt === REFUSED ||
    expiresAt === REFUSED ||
    paidAt === REFUSED ||
    settledAt === REFUSED ||
    failedAt === REFUSED ||
    reversedAt === REFUSED ||
    dispute === REFUSED ||
    refunds === REFUSED
  )
    return REFUSED;
  return {
    id,
    ...(method !== undefined && { method }),
    amount,
    openedAt,
    expiresAt,
    ...(paidAt !== undefined && { paidAt }),
    ...(settledAt !== undefined && { settledAt }),
    ...(failedAt !== undefined && { failedAt }),
    ...(reversedAt !== undefined && { reversedAt }),
    ...(dispute !== undefined && { dispute }),
    refunds,
  };
};

const readOption1 = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const link = readLink(value["link"]);
  const payment = readPayment(value["payment"]);
  const expired = readBoolean(value["expired"]);
  if (link === REFUSED || payment === REFUSED || expired === REFUSED) return REFUSED;
  return { link, payment, expired };
};

const readResource = (value: unknown): "link" | "history" | typeof REFUSED =>
  value === "link" || value === "history" ? value : REFUSED;

const readNotice = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const resource = readResource(value["resource"]);
  const id = readText(value["id"]);
  if (resource === REFUSED || id === REFUSED) return REFUSED;
  return { resource, id };
};

const readOption2 = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  const notice = readNotice(value["notice"]);
  if (notice === REFUSED) return REFUSED;
  return { notice };
};

const readEvent = (value: unknown) => (typeof value === "string" && /^[a-z_]{1,40}$/.test(value) ? value : REFUSED);

const readOption3 = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  for (const key in value) if (key !== "event") return REFUSED;
  const event = readEvent(value["event"]);
  if (event === REFUSED) return REFUSED;
  return { event };
};

const readEventsItem = (value: unknown) => {
  const option1 = readOption1(value);
  if (option1 !== REFUSED) return option1;
  const option2 = readOption2(value);
  if (option2 !== REFUSED) return option2;
  return readOption3(value);
};

const readEvents = (value: unknown) => {
  const list = readList(value, readEventsItem);
  return list === REFUSED || list.length < 1 ? REFUSED : list;
};

const readWebhookBodyOption1 = (value: unknown) => {
  if (!isJsonObject(value)) return REFUSED;
  for (const key in value) if (key !== "events") return REFUSED;
  const events = readEvents(value["events"]);
  if (events === REFUSED) return REFUSED;
  return { events };
};

const readWebhookBody = (value: unknown) => {
  const option1 = readWebhookBodyOption1(value);
  if (option1 !== REFUSED) return option1;
  return readEventsItem(value);
};

export const webhookBody: ReaderOf<typeof Wire.webhookBody> = {
  read: readWebhookBody,
  schema: async () => (await import("./wire.ts")).webhookBody,
};
