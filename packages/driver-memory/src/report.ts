import { PAYMENT_METHOD_KINDS, parseMoney } from "@tautan/core";
import { compareDecimals, toInstant } from "@tautan/core/driver";
import { type Attempt, isOpen, type StoredLink } from "./store.ts";

/** What a webhook and a read tell of an attempt. */
export interface AttemptReport {
  readonly link: { readonly id: string; readonly reference: string };
  readonly attempt: Attempt;
  /** Whether its time is over without a payment. */
  readonly expired: boolean;
}

export const reportOf = (link: StoredLink, attempt: Attempt, nowMs: number): AttemptReport => ({
  link: { id: link.id, reference: link.input.reference },
  attempt,
  expired: attempt.paidAt === undefined && attempt.failedAt === undefined && !isOpen(attempt, nowMs),
});

/**
 * Whether a delivery's body is a report. Its signature has proven who wrote it; the secret may be shared with another version
 * of this driver, or be known to a test that writes bodies of its own.
 */
export const isAttemptReport = (body: unknown): body is AttemptReport =>
  hasFields(body, { link: isLinkName, attempt: isAttempt, expired: (value) => typeof value === "boolean" });

type Check = (value: unknown) => boolean;

const hasFields = (value: unknown, checks: Readonly<Record<string, Check>>): boolean =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(checks).every(([name, check]) => check(Object.hasOwn(value, name) ? value[name as never] : undefined));

const isText: Check = (value) => typeof value === "string" && value !== "";
const isInstant: Check = (value) => value !== undefined && toInstant(value) === value;
const isAmount: Check = (value) => {
  const amount = parseMoney(value);
  return (
    amount !== undefined &&
    amount.amount === (value as { amount: unknown }).amount &&
    compareDecimals(amount.amount, "0") > 0
  );
};
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const isLinkName: Check = (value) => hasFields(value, { id: isText, reference: isText });

const isMethod: Check = (value) =>
  hasFields(value, {
    kind: (kind) => PAYMENT_METHOD_KINDS.some((each) => each === kind),
    channel: optional(isText),
    raw: optional(isText),
  });

const isRefund: Check = (value) => hasFields(value, { id: isText, amount: isAmount, at: isInstant });

const isAttempt: Check = (value) =>
  hasFields(value, {
    id: isText,
    method: isMethod,
    amount: isAmount,
    openedAt: isInstant,
    expiresAt: isInstant,
    paidAt: optional(isInstant),
    settledAt: optional(isInstant),
    failedAt: optional(isInstant),
    reversedAt: optional(isInstant),
    refunds: (refunds) => Array.isArray(refunds) && refunds.every(isRefund),
  });
