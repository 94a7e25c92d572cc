import { signMidtransNotification } from "@tautan/driver-midtrans/testing";
import { expect, test } from "vitest";
import { createLinks, delivery, notification, SERVER_KEY } from "./support.ts";

const { signature_key: expected, ...rest } = notification();
const fields = { ...rest, order_id: "INV-001-1767225600123", status_code: "200", gross_amount: "190000.00" };

test("a notification is signed as Midtrans signs it", async () => {
  const signed = await signMidtransNotification(fields, SERVER_KEY);
  expect(signed.signature_key).toBe(expected);
  expect((await createLinks().parseWebhook("midtrans", delivery(signed))).isOk()).toBe(true);
});

test("with another key it is refused", async () => {
  const signed = await signMidtransNotification(fields, "another-key");
  const parsed = await createLinks().parseWebhook("midtrans", delivery(signed));
  expect(parsed._unsafeUnwrapErr()).toMatchObject({ kind: "signature_invalid", problem: "mismatch" });
});
