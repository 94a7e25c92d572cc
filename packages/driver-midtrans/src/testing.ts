import { loadDigests } from "@tautan/driver-kit/http";

/** The fields that Midtrans signs. */
export interface SignedFields {
  readonly order_id: string;
  readonly status_code: string;
  /** As Midtrans writes it, with two decimals. */
  readonly gross_amount: string;
}

/** For tests: a notification with the `signature_key` that Midtrans would write. Source: docs.midtrans.com, HTTP(S) Notification. */
export const signMidtransNotification = async <Fields extends SignedFields>(
  fields: Fields,
  serverKey: string,
): Promise<Fields & { readonly signature_key: string }> => {
  const { sha512Hex } = await loadDigests();
  const { order_id, status_code, gross_amount } = fields;
  return { ...fields, signature_key: sha512Hex(order_id + status_code + gross_amount + serverKey) };
};
