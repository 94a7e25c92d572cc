import type { Money, RefundRecord, Trust } from "@tautan/core";
import type { CreateInput, DriverError, DriverHistory, DriverLink, DriverLinkCandidate } from "@tautan/core/driver";
import {
  canonicalDecimal,
  driverError,
  epochMsOf,
  historyRecord,
  instantAt,
  invalidRequest,
  omitUndefined,
} from "@tautan/core/driver";
import { err, ok, Result } from "neverthrow";
import { codeOfMethod, methodOfCode } from "./methods.ts";
import { linkState, meaningOfPayment, refundPhase } from "./status.ts";
import type { WireLink, WirePayment, WireRefund } from "./wire.ts";

/** Digits behind the point by ISO 4217, which Contoh Pay follows for the rupiah too. Source: PROVIDER.md, Requests. */
const MINOR_UNIT_DIGITS: ReadonlyMap<string, number> = new Map([
  ["IDR", 2],
  ["JPY", 0],
  ["SGD", 2],
]);

/** The number of smallest units that an amount is, by moving the point in its text: no float ever holds a part of it. */
const toMinorUnits = ({ amount, currency }: Money): Result<number, DriverError> => {
  const digits = MINOR_UNIT_DIGITS.get(currency) ?? 0;
  const [whole = "", fraction = ""] = amount.split(".");
  const units = Number(whole + fraction.padEnd(digits, "0"));
  if (fraction.length <= digits && Number.isSafeInteger(units)) return ok(units);
  const message = `nothing was sent: ${amount} ${currency} is no whole number of ${digits}-digit minor units below 2^53`;
  return err(driverError("amount_unrepresentable", { message, path: "amount", outcome: "not_sent" }));
};

/** The amount that a number of smallest units is. A currency that is not documented cannot be placed. */
const fromMinorUnits = (units: number, currency: string): Result<Money, DriverError> => {
  const digits = MINOR_UNIT_DIGITS.get(currency);
  if (digits === undefined) {
    const message = "the answer has an amount in a currency that Contoh Pay does not document";
    return err(driverError("malformed_response", { message }));
  }
  const text = String(units).padStart(digits + 1, "0");
  const decimal = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return ok({ amount: canonicalDecimal(decimal) ?? decimal, currency });
};

/** The body of `POST /links`. The same input gives the same bytes, as a replay needs. Source: PROVIDER.md, Links. */
export const toWireCreate = (input: CreateInput<never>): Result<object, DriverError> => {
  if (input.providerOptions !== undefined) {
    const issue = { path: "providerOptions.contoh", message: "Contoh Pay has no options of its own" };
    return err(invalidRequest("the request", [issue]));
  }
  if ("open" in input.amount || input.usage.limit === "unlimited") return err(beyondCapabilities());
  const { currency } = input.amount;
  return toMinorUnits(input.amount).map((amount) =>
    omitUndefined({
      reference: input.reference,
      title: input.title,
      amount,
      currency,
      max_payments: input.usage.limit,
      methods: input.methods?.map(codeOfMethod),
      customer: input.customer,
      return_url: input.redirect?.url,
      metadata: input.metadata,
      expires_at: input.expiresAt === undefined ? null : Math.floor(epochMsOf(input.expiresAt) / 1000),
    }),
  );
};

/** Core lets neither through: the types of a handler's input do not know the capabilities. */
const beyondCapabilities = (): DriverError =>
  driverError("unsupported", {
    message: "nothing was sent: a link at Contoh Pay has a fixed amount and a limit",
    features: [],
    outcome: "not_sent",
  });

const atSeconds = (seconds: number | undefined) => (seconds === undefined ? undefined : instantAt(seconds * 1000));

/** The link that a reply or a webhook tells. */
export const linkFromWire = (wire: WireLink, raw: unknown): Result<DriverLink, DriverError> =>
  fromMinorUnits(wire.amount, wire.currency).map((amount) => ({
    providerId: wire.id,
    reference: wire.reference,
    url: wire.url,
    state: linkState(wire.status),
    title: wire.title,
    amount,
    usage: { limit: wire.max_payments, used: wire.payments_made, held: 0 },
    expiresAt: atSeconds(wire.expires_at),
    methods: wire.methods?.map(methodOfCode),
    customer: wire.customer && omitUndefined(wire.customer),
    redirect: wire.return_url === undefined ? undefined : { url: wire.return_url },
    metadata: wire.metadata,
    createdAt: atSeconds(wire.created_at),
    updatedAt: atSeconds(wire.updated_at),
    raw,
  }));

/** The history that a payment is: it can be paid once, and its id is the same in every source. */
export const historyFromWire = (wire: WirePayment, raw: unknown, trust: Trust): Result<DriverHistory, DriverError> =>
  fromMinorUnits(wire.amount, wire.currency).andThen((amount) => {
    const { facts, notes } = meaningOfPayment(wire);
    return refundsFromWire(wire).map((refunds) => ({
      record: historyRecord({
        providerId: wire.id,
        trust,
        linkProviderId: wire.link,
        linkReference: wire.reference,
        amount,
        method: wire.method === undefined ? undefined : methodOfCode(wire.method),
        facts: Object.fromEntries(Object.entries(facts).map(([fact, seconds]) => [fact, { at: atSeconds(seconds) }])),
        expiresAt: atSeconds(wire.expires_at),
        refunds,
        notes,
      }),
      raw,
    }));
  });

const refundsFromWire = ({ refunds, currency }: WirePayment): Result<readonly RefundRecord[], DriverError> => {
  const refundFromWire = (refund: WireRefund): Result<RefundRecord, DriverError> =>
    fromMinorUnits(refund.amount, currency).map((amount) =>
      omitUndefined({ id: refund.id, phase: refundPhase(refund), amount, at: atSeconds(refund.created_at) }),
    );
  return Result.combine(refunds.map(refundFromWire));
};

export const candidatesOf = ({ link, reference }: WirePayment): readonly DriverLinkCandidate[] => [
  { providerId: link, reference },
];
