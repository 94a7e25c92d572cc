import type { HistoryStatus, PaymentLinkHistory, PaymentMethod } from "@tautan/core";
import { describeMoney } from "./money.ts";
import type { Output } from "./output.ts";

type Colour = "green" | "yellow" | "red" | "dim";

const COLOURS: Readonly<Record<HistoryStatus, Colour>> = {
  reversed: "red",
  disputed: "red",
  refunded: "yellow",
  partially_refunded: "yellow",
  settled: "green",
  paid: "green",
  review: "yellow",
  authorized: "yellow",
  pending: "yellow",
  opened: "dim",
  cancelled: "dim",
  expired: "dim",
  failed: "red",
  unknown: "red",
};

/** The status of a payment in its colour. */
export const styledHistoryStatus = (status: HistoryStatus, output: Output): string =>
  output.style(COLOURS[status], status);

/** `virtual_account/bca`. */
export const describeMethod = ({ kind, channel }: Pick<PaymentMethod, "kind" | "channel">): string =>
  channel === undefined ? kind : `${kind}/${channel}`;

/** The amount of a payment, with its tip, and what was refunded of it. */
export const describePaid = ({ amount, tip, refunded }: PaymentLinkHistory): string =>
  [
    amount && describeMoney(amount),
    tip && `(tip ${describeMoney(tip)})`,
    refunded && `(refunded ${describeMoney(refunded)})`,
  ]
    .filter(Boolean)
    .join(" ");

/** Payments as a table. */
export const describeHistories = (histories: readonly PaymentLinkHistory[], output: Output): string =>
  histories.length === 0
    ? "No payments."
    : output.table(
        ["ID", "REFERENCE", "STATUS", "AMOUNT", "METHOD", "PAID AT"],
        histories.map((history) => [
          output.plain(history.id),
          output.plain(history.reference ?? ""),
          styledHistoryStatus(history.status, output),
          describePaid(history),
          history.method ? output.plain(describeMethod(history.method)) : "",
          history.paidAt ?? "",
        ]),
      );
