// The account of a delivery: all accounts of a credential use the same address and the same key.
import type { JsonObject } from "@tautan/driver-kit/http";

/** The ids of this gateway's account: `accountNumber` in deliveries, `accountId` everywhere else. */
export interface AccountNames {
  readonly accountId: string;
  readonly accountNumber: string | undefined;
}

/** `unsaid` if there is no id, or only one of a kind that we do not know for our own account. */
export type AccountOf = "ours" | "foreign" | "unsaid";

/**
 * The account that objects of a delivery name, in `account_id` or in `account`. A payment's link has a number there, while
 * every other call uses the ULID: https://docs.singapay.id/api-reference/webhooks/payment-link, and payment-link/show.
 */
export const accountOf = (objects: readonly (JsonObject | undefined)[], own: AccountNames): AccountOf => {
  const named: string[] = [];
  for (const each of objects) {
    if (each) addName(named, each["account_id"]);
    if (each) addName(named, objectIn(each, "account")?.["id"]);
  }
  if (named.length === 0) return "unsaid";
  const ours: string[] = [];
  addName(ours, own.accountId);
  addName(ours, own.accountNumber);
  if (named.some((each) => !ours.includes(each) && ours.some((name) => isNumber(name) === isNumber(each)))) {
    return "foreign";
  }
  return named.some((each) => ours.includes(each)) ? "ours" : "unsaid";
};

/** The case of a ULID does not matter; 0 is not the number of any account. */
const addName = (names: string[], value: unknown): void => {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text === "string" && text !== "" && text !== "0") names.push(text.toUpperCase());
};

const isNumber = (name: string): boolean => /^\d+$/.test(name);

export const objectIn = (object: JsonObject, field: string): JsonObject | undefined => asObject(object[field]);

export const asObject = (value: unknown): JsonObject | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
