import { sha512Hex } from "@tautan/driver-kit/http";

/** The fields that Midtrans signs. */
export interface SignedFields {
  readonly order_id: string;
  readonly status_code: string;
  /** With two decimals, as Midtrans writes it. */
  readonly gross_amount: string;
}

/**
 * For tests: a notification with the `signature_key` that Midtrans would write. Source:
 * https://docs.midtrans.com/docs/https-notification-webhooks
 *
 * @example
 * ```ts
 * import { signMidtransNotification } from "@tautan/driver-midtrans/testing";
 *
 * const fields = { order_id: "INV-001-1712345678901", status_code: "200", gross_amount: "190000.00" };
 * const body = JSON.stringify(await signMidtransNotification(fields, "your-server-key"));
 * ```
 */
export const signMidtransNotification = async <Fields extends SignedFields>(
  fields: Fields,
  serverKey: string,
): Promise<Fields & { readonly signature_key: string }> => {
  const { order_id, status_code, gross_amount } = fields;
  return { ...fields, signature_key: sha512Hex(order_id + status_code + gross_amount + serverKey) };
};
