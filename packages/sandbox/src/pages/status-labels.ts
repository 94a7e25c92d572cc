const LABELS: ReadonlyMap<string, string> = new Map([
  ["authorize", "reserved"],
  ["cancel", "cancelled"],
  ["capture", "paid"],
  ["challenge", "under review"],
  ["chargeback", "charged back"],
  ["completed", "paid"],
  ["deny", "refused"],
  ["expire", "expired"],
  ["partial_chargeback", "charged back in part"],
  ["partial_refund", "refunded in part"],
  ["refund", "refunded"],
  ["settlement", "paid"],
]);

/** A provider's word for the status of a payment, for who pays. */
export const statusLabel = (status: string): string => LABELS.get(status) ?? status;
