import { signXfersCallback } from "@tautan/driver-xfers/testing";
import { expect, test } from "vitest";
import { createLinks, delivery, linkBody, SIGNING_SECRET } from "./support.ts";

const body = JSON.stringify(linkBody({ status: "paid" }));

test("a callback is signed as Xfers signs it", async () => {
  const headers = await signXfersCallback(body, SIGNING_SECRET);
  expect(headers).toEqual(delivery(body).headers);
  const parsed = await createLinks().parseWebhook("xfers", { method: "POST", url: "/webhooks/xfers", headers, body });
  expect(parsed.isOk()).toBe(true);
});

test("with another secret it is refused", async () => {
  const headers = await signXfersCallback(body, "another-secret");
  const parsed = await createLinks().parseWebhook("xfers", { method: "POST", url: "/webhooks/xfers", headers, body });
  expect(parsed._unsafeUnwrapErr()).toMatchObject({ kind: "signature_invalid", problem: "mismatch" });
});
