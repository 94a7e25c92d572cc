import type { RefundRecord, Trust } from "@tautan/core";
import type { DriverError, DriverHistory, DriverLinkCandidate } from "@tautan/core/driver";
import { historyRecord, omitUndefined } from "@tautan/core/driver";
import { Result } from "neverthrow";
import { methodOfCode } from "./methods.ts";
import { fromMinorUnits } from "./money.ts";
import { meaningOfPayment, refundPhase } from "./status.ts";
import { atSeconds } from "./times.ts";
import type { WirePayment, WireRefund } from "./wire.ts";

/** The history of a payment: it can be paid once, and its id is the same in every source. */
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
