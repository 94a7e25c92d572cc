/** The state of a payment, as its payer understands it. Providers translate their own words into these. */
export type PaymentStatus =
  | "pending"
  | "reserved"
  | "under_review"
  | "paid"
  | "refused"
  | "failed"
  | "expired"
  | "cancelled"
  | "refunded"
  | "refunded_in_part"
  | "charged_back"
  | "charged_back_in_part";
