import { inspect } from "node:util";
import { createPaymentLinks, mergeHistories } from "@tautan/core";
import { createContohDriver } from "tautan-driver-contoh";
import { describe, expect, test } from "vitest";
import type { SentWebhook } from "./simulator/contoh-pay.ts";
import { WEBHOOK_SECRET } from "./simulator/server.ts";
import { signatureOf } from "./simulator/signature.ts";
import { CUSTOMER, linksAnsweredWith, OPTIONS, observationIn, openShop, REQUEST, START } from "./support.ts";

const links = linksAnsweredWith(500, "expected nothing to be sent");

/** The known answer, made with OpenSSL: printf '%s' '1767225600.{"type":"payout.sent","data":{}}' | openssl dgst -sha256 -hmac whsec_contoh_7d2e */
const BODY = '{"type":"payout.sent","data":{}}';
const SIGNATURE = "t=1767225600,v1=f3c970b34a0787c4be9c4f675904ec53b89c3508a2a97bb75eafaedea9d4654b";

const webhook = (
  body: string,
  signature: string | undefined = signatureOf(body, WEBHOOK_SECRET, START),
): SentWebhook => ({
  method: "POST",
  url: "/webhooks/contoh",
  headers: signature === undefined ? {} : { "contoh-signature": signature },
  body,
});
const unsigned = (body: string): SentWebhook => ({ ...webhook(body), headers: {} });

const paidWebhook = async () => {
  const shop = await openShop();
  const link = (await shop.links.create({ ...REQUEST, customer: CUSTOMER }))._unsafeUnwrap();
  shop.provider.pay(shop.linkOf(link));
  return { ...shop, link, sent: shop.provider.sent.at(-1)! };
};

describe("signature", () => {
  test("a known answer", async () => {
    expect((await links.parseWebhook("contoh", webhook(BODY, SIGNATURE))).isOk()).toBe(true);
  });

  test("while a secret is replaced, one that fits is enough", async () => {
    const both = `${signatureOf(BODY, "whsec_old", START)},${signatureOf(BODY, WEBHOOK_SECRET, START).split(",")[1]}`;
    expect((await links.parseWebhook("contoh", webhook(BODY, both))).isOk()).toBe(true);
  });

  test.each<[string, SentWebhook, string]>([
    ["no header", unsigned(BODY), "missing"],
    ["an empty header", webhook(BODY, ""), "malformed"],
    ["no time", webhook(BODY, SIGNATURE.split(",")[1]), "malformed"],
    ["a signature cut short", webhook(BODY, SIGNATURE.slice(0, -1)), "malformed"],
    ["another key", webhook(BODY, signatureOf(BODY, "whsec_other", START)), "mismatch"],
    ["another body", webhook(BODY.replace("sent", "gone"), SIGNATURE), "mismatch"],
    ["another time", webhook(BODY, SIGNATURE.replace("1767225600", "1767225601")), "mismatch"],
  ])("%s is signature_invalid", async (_name, delivery, problem) => {
    const error = (await links.parseWebhook("contoh", delivery))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", problem, acknowledgement: { status: 401 } });
    expect(inspect(error)).not.toContain(WEBHOOK_SECRET);
  });

  test.each([
    ["five minutes old", -300_000, true],
    ["a second older", -301_000, false],
    ["five minutes ahead", 300_000, true],
    ["a second further ahead", 301_000, false],
  ])("a genuine webhook that is %s: taken %s", async (_name, offMs, isTaken) => {
    const parsed = await links.parseWebhook("contoh", webhook(BODY, signatureOf(BODY, WEBHOOK_SECRET, START + offMs)));
    expect(parsed.isOk()).toBe(isTaken);
    if (parsed.isErr()) {
      expect(parsed.error).toMatchObject({ kind: "signature_expired", acknowledgement: { status: 401 } });
      expect(parsed.error.message).toContain("expected a webhook sent within 300 s of now, got one from 301 s");
    }
  });

  test("webhookMaxAgeMs sets how old, and nothing about the future", async () => {
    const patient = createPaymentLinks({
      default: "contoh",
      clock: { now: () => START },
      gateways: { contoh: createContohDriver({ ...OPTIONS, webhookMaxAgeMs: 3_600_000 }) },
    });
    const sentAt = (offMs: number) =>
      patient.parseWebhook("contoh", webhook(BODY, signatureOf(BODY, WEBHOOK_SECRET, START + offMs)));
    expect((await sentAt(-3_600_000)).isOk()).toBe(true);
    for (const offMs of [-3_601_000, 301_000]) {
      expect((await sentAt(offMs))._unsafeUnwrapErr().kind).toBe("signature_expired");
    }
  });

  test("a forgery with an old time is a forgery", async () => {
    const old = webhook(BODY, signatureOf(BODY, "whsec_other", START - 86_400_000));
    expect((await links.parseWebhook("contoh", old))._unsafeUnwrapErr().kind).toBe("signature_invalid");
  });

  test.each(["", "[]", "null", "{}", '{"type":"payment.paid"}', '{"type":"payment.paid","data":{"id":"pay_1"}}'])(
    "%j that is genuine and cannot be read is malformed_webhook",
    async (body) => {
      const error = (await links.parseWebhook("contoh", webhook(body)))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "malformed_webhook", acknowledgement: { status: 400 } });
    },
  );
});

describe("what a webhook says", () => {
  test("a payment: proven, with its link, its amount and its method", async () => {
    const shop = await paidWebhook();
    const observation = await observationIn(shop, shop.sent);
    expect(observation).toMatchObject({
      kind: "history",
      trust: "signed",
      history: { isPaid: true, status: "paid", amount: REQUEST.amount, method: { channel: "bca" } },
      linkCandidates: [{ id: shop.link.id, reference: "INV-001" }],
    });
    expect((await shop.links.confirm(observation))._unsafeUnwrap()).toBe(observation);
  });

  test("every webhook of a payment and every read of it come to one history, in any order", async () => {
    const shop = await paidWebhook();
    shop.provider.settle(shop.linkOf(shop.link));
    const told = await Promise.all(shop.provider.sent.map((each) => observationIn(shop, each)));
    const histories = told.flatMap((each) => (each.kind === "history" ? [each.history] : []));
    const read = (await shop.links.listHistories(shop.link.id))._unsafeUnwrap().items;
    const all = [...histories, ...read];
    expect(all).toHaveLength(4);
    const [forth, back] = [all.reduce(mergeHistories), all.toReversed().reduce(mergeHistories)];
    expect(forth).toMatchObject({ status: "settled", conflicts: [] });
    expect(back).toEqual(forth);
  });

  test("a link that was closed", async () => {
    const shop = await openShop();
    const link = (await shop.links.create(REQUEST))._unsafeUnwrap();
    await shop.links.close(link.id);
    const observation = await observationIn(shop, shop.provider.sent.at(-1)!);
    expect(observation).toMatchObject({ kind: "link", trust: "signed", link: { id: link.id, status: "closed" } });
  });

  test("anything else is a value to acknowledge, never a payment", async () => {
    const delivery = (await links.parseWebhook("contoh", webhook(BODY)))._unsafeUnwrap();
    expect(delivery.acknowledgement.status).toBe(200);
    expect(delivery.observations).toEqual([
      { kind: "unknown", gateway: "contoh", trust: "signed", event: "payout.sent" },
    ]);
  });
});

describe("confirm", () => {
  test("what proves nothing by itself is read: a payment, a link", async () => {
    const shop = await paidWebhook();
    const { id } = shop.link;
    const observation = await observationIn(shop, shop.sent);
    const payment = (await shop.links.confirm({ ...observation, trust: "unsigned" }))._unsafeUnwrap();
    expect(payment).toMatchObject({ kind: "history", trust: "read", history: { isPaid: true } });
    const notice = { kind: "notice", gateway: "contoh", trust: "unsigned", resource: "link", id } as const;
    expect((await shop.links.confirm(notice))._unsafeUnwrap()).toMatchObject({
      kind: "link",
      trust: "read",
      link: { id, status: "exhausted" },
    });
  });

  test("a payment that is not there is not found", async () => {
    const { links: real } = await openShop();
    const notice = {
      kind: "notice",
      gateway: "contoh",
      trust: "unsigned",
      resource: "history",
      id: "contoh:pay_404",
    } as const;
    expect((await real.confirm(notice))._unsafeUnwrapErr().kind).toBe("not_found");
  });
});
