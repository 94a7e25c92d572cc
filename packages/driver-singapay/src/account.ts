// Which account a delivery is about: several under one credential send theirs to the same address, signed with the same key.
import type { JsonObject } from "@tautan/driver-kit/http";

/** How this gateway's account is called: `accountNumber` in deliveries, `accountId` everywhere else. */
export interface AccountNames {
  readonly accountId: string;
  readonly accountNumber: string | undefined;
}

/** `unsaid` where no name stands there, or only one of a kind that we do not know of our own. */
export type AccountOf = "ours" | "foreign" | "unsaid";

/**
 * Whose account objects of a delivery name, in `account_id` or in `account`. A payment's link has a number there, while every
 * other call goes by the ULID: docs.singapay.id, api-reference/webhooks/payment-link, and payment-link/show.
 */
export const accountOf = (objects: readonly (JsonObject | undefined)[], own: AccountNames): AccountOf => {
  const ours = [own.accountId, own.accountNumber].flatMap(nameIn);
  const named = objects.flatMap((each) =>
    each ? [...nameIn(each["account_id"]), ...nameIn(objectIn(each, "account")?.["id"])] : [],
  );
  if (named.some((each) => !ours.includes(each) && ours.some((name) => isNumber(name) === isNumber(each)))) {
    return "foreign";
  }
  return named.some((each) => ours.includes(each)) ? "ours" : "unsaid";
};

/** A ULID means the same in capitals and small letters; 0 is nobody's number. */
const nameIn = (value: unknown): readonly string[] => {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === "string" && text !== "" && text !== "0" ? [text.toUpperCase()] : [];
};

const isNumber = (name: string): boolean => /^\d+$/.test(name);

export const objectIn = (object: JsonObject, field: string): JsonObject | undefined => asObject(object[field]);

export const asObject = (value: unknown): JsonObject | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
