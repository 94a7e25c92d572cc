import { signSingapayWebhook } from "@tautan/driver-singapay/testing";
import { expect, test } from "vitest";
import { BEARER, CLIENT_SECRET, createClock, createLinks, delivery, SIGNED_AT, TARGET } from "./support.ts";

const body = JSON.stringify({ event: "balance.changed", data: { z: [{}], a: "a/b é" } });
const signing = { secret: CLIENT_SECRET, target: TARGET, atMs: SIGNED_AT * 1000, token: BEARER };

test("a webhook is signed as SingaPay signs it", async () => {
  const headers = await signSingapayWebhook(body, signing);
  expect(headers["x-signature"]).toBe(delivery(body).headers["X-Signature"]);
  const parsed = await createLinks(createClock(SIGNED_AT * 1000)).parseWebhook("singapay", {
    method: "POST",
    url: TARGET,
    headers,
    body,
  });
  expect(parsed.isOk()).toBe(true);
});

test("with another secret it is refused", async () => {
  const headers = await signSingapayWebhook(body, { ...signing, secret: "another-secret" });
  const parsed = await createLinks(createClock(SIGNED_AT * 1000)).parseWebhook("singapay", {
    method: "POST",
    url: TARGET,
    headers,
    body,
  });
  expect(parsed._unsafeUnwrapErr()).toMatchObject({ kind: "signature_invalid", problem: "mismatch" });
});
