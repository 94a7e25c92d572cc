import type { Trust } from "@tautan/core";
import type { DriverHistory } from "@tautan/core/driver";
import { factsAt, historyRecord } from "@tautan/core/driver";
import { methodOfPayment } from "./methods.ts";
import { rupiah } from "./money.ts";
import { meaningOfStatus } from "./status.ts";
import type { LinkDocument } from "./wire.ts";

const HISTORY_SUFFIX = "#1";

/** The history of a link. */
export const historyIdOfLink = (linkId: string): string => linkId + HISTORY_SUFFIX;

/** The link of a history; `undefined` if the id is not that of a history. */
export const linkIdOfHistory = (historyId: string): string | undefined => {
  const linkId = historyId.endsWith(HISTORY_SUFFIX) ? historyId.slice(0, -HISTORY_SUFFIX.length) : "";
  // In a URL, . and .. change the path.
  return ["", ".", ".."].includes(linkId) ? undefined : linkId;
};

/**
 * The only possible payment of a link, whether or not it was made. Xfers has no object for it: its id is the link's with `#1`,
 * and its times are unknown. So is its method, unless Xfers writes it as in a payment.
 */
export const historyFromWire = ({ data }: LinkDocument, raw: unknown, trust: Trust): DriverHistory => {
  const { facts, notes } = meaningOfStatus(data.attributes.status);
  const { paymentMethod } = data.attributes;
  const record = historyRecord({
    providerId: historyIdOfLink(data.id),
    trust,
    linkProviderId: data.id,
    linkReference: data.attributes.referenceId,
    amount: rupiah(data.attributes.amount),
    facts: factsAt(facts, () => undefined),
    method: paymentMethod && methodOfPayment({ type: paymentMethod.type, ...paymentMethod.instructions }),
    notes,
  });
  return { record, raw };
};

/** Whether somebody paid the link or tried to, or may have. */
export const hasHistory = ({ data }: LinkDocument): boolean => meaningOfStatus(data.attributes.status).hasHistory;
