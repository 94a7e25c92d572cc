import { createHash, createHmac } from "node:crypto";
import { type HistoryObservation, mergeHistories, type PaymentLinkHistory } from "@tautan/core";
import { describe, expect, test } from "vitest";
import { type Heard, openShop, type ShopGateway } from "./shop.ts";
import { minuteMs, pick, startMs } from "./support.ts";

// For each fault: the bytes that the merchant gets, and what the driver makes of them.

const gateways = ["midtrans", "xfers", "singapay"] as const;

/** The statuses a provider tells of when a link is paid in one go, in its own words. */
const told = { midtrans: ["pending", "settlement"], xfers: ["paid"], singapay: ["pending", "paid"] } as const;

const statusIn = ({ gateway, body }: Heard): unknown => {
  const json = JSON.parse(body.toString()) as unknown;
  if (gateway === "midtrans") return pick(json, "transaction_status");
  if (gateway === "xfers") return pick(json, "data", "attributes", "status");
  return pick(json, "data", "payment_link_history", "status") ?? pick(json, "data", "transaction", "status");
};

const historiesIn = (heard: readonly Heard[]): readonly PaymentLinkHistory[] =>
  heard.flatMap(({ parsed }) =>
    parsed.isErr()
      ? []
      : parsed.value.observations
          .filter((observation): observation is HistoryObservation => observation.kind === "history")
          .map(({ history }) => history),
  );

/** The signature a webhook of these bytes must have with this key. */
const signatureFor = ({ gateway, headers, body }: Heard, key: string): unknown => {
  const text = body.toString();
  if (gateway === "xfers") return createHmac("sha256", key).update(body).digest("hex");
  if (gateway === "midtrans") {
    const { order_id, status_code, gross_amount } = JSON.parse(text) as Record<string, string>;
    return createHash("sha512").update(`${order_id}${status_code}${gross_amount}${key}`).digest("hex");
  }
  const bearer = String(headers["authorization"]).replace("Bearer ", "");
  const hash = createHash("sha256")
    .update(sortedJson(JSON.parse(text)))
    .digest("hex");
  const message = `POST:/singapay:${bearer}:${hash}:${String(headers["x-timestamp"])}`;
  return createHmac("sha512", key).update(message).digest("hex");
};

const sortedJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return fields.length === 0 ? "[]" : `{${fields.map(([name, child]) => `"${name}":${sortedJson(child)}`).join()}}`;
};

const signatureOf = ({ gateway, headers, body }: Heard): unknown => {
  if (gateway === "midtrans") return pick(JSON.parse(body.toString()), "signature_key");
  return headers[gateway === "xfers" ? "xfers-signature" : "x-signature"];
};

describe("without chaos", () => {
  test.each(gateways)("%s: each webhook comes once, in order, and is taken", async (gateway) => {
    const { sandbox, heard, createUrl } = await openShop();
    await sandbox.pay(await createUrl(gateway));
    expect(heard.map(statusIn)).toEqual(told[gateway]);
    expect(heard.every(({ parsed }) => parsed.isOk())).toBe(true);
    expect(sandbox.deliveries.map(({ sending, faults, status }) => [sending, faults, status])).toEqual(
      told[gateway].map(() => [1, [], 200]),
    );
  });
});

describe("duplicate_webhook", () => {
  test.each(gateways)(
    "%s: the same bytes twice; the same evidence, and merging it changes nothing",
    async (gateway) => {
      const { sandbox, heard, createUrl } = await openShop();
      const url = await createUrl(gateway);
      const { id } = await sandbox.open(url);
      const before = heard.length;
      sandbox.chaos.set(gateway, "duplicate_webhook", { next: 1 });
      await sandbox.pay(url, { payment: id });
      const [first, second, ...others] = heard.slice(before);
      expect(others).toEqual([]);
      expect([second?.body, second?.headers]).toEqual([first?.body, first?.headers]);
      const [once, twice] = historiesIn(heard.slice(before));
      expect(once).toMatchObject({ isPaid: true });
      expect(twice).toEqual(once);
      expect(mergeHistories(once!, twice!)).toBe(once);
      expect(sandbox.deliveries.slice(-2).map(({ webhook, sending, faults }) => [webhook, sending, faults])).toEqual([
        [before + 1, 1, []],
        [before + 1, 1, ["duplicate_webhook"]],
      ]);
    },
  );
});

describe("reorder_webhooks", () => {
  test.each(["midtrans", "singapay"] as const)(
    "%s: the later one comes first; merged, it is paid in either order",
    async (gateway) => {
      const { sandbox, heard, createUrl } = await openShop();
      const url = await createUrl(gateway);
      sandbox.chaos.set(gateway, "reorder_webhooks", { next: 1 });
      await sandbox.pay(url);
      expect(heard.map(statusIn)).toEqual(told[gateway].toReversed());
      const [paid, pending] = historiesIn(heard);
      expect([paid?.isPaid, pending?.isPaid]).toEqual([true, false]);
      expect(mergeHistories(paid!, pending!)).toMatchObject({ status: "paid", isPaid: true });
      expect(mergeHistories(paid!, pending!)).toEqual(mergeHistories(pending!, paid!));
    },
  );

  test("xfers: completed before paid is settled in the end", async () => {
    const { sandbox, heard, createUrl } = await openShop();
    const url = await createUrl("xfers");
    sandbox.chaos.set("xfers", "reorder_webhooks", { next: 1 });
    await sandbox.pay(url);
    await sandbox.settle(url);
    expect(heard.map(statusIn)).toEqual(["completed", "paid"]);
    const [completed, paid] = historiesIn(heard);
    expect(mergeHistories(completed!, paid!)).toMatchObject({ status: "settled", isPaid: true });
  });

  test("one that nothing follows comes after delayMs by the clock", async () => {
    const { sandbox, heard, createUrl } = await openShop();
    sandbox.chaos.set("xfers", "reorder_webhooks", { next: 1, delayMs: 5_000 });
    await sandbox.pay(await createUrl("xfers"));
    await sandbox.advance(4_999);
    expect(heard).toEqual([]);
    await sandbox.advance(1);
    expect(heard.map(({ atMs }) => atMs)).toEqual([startMs + 5_000]);
    await sandbox.advance(minuteMs);
    expect(heard).toHaveLength(1);
  });
});

describe("delay_webhook", () => {
  test.each(gateways)("%s: comes late by the clock, and says what it would have said then", async (gateway) => {
    const { sandbox, heard, createUrl } = await openShop();
    const url = await createUrl(gateway);
    const { id } = await sandbox.open(url);
    const before = heard.length;
    sandbox.chaos.set(gateway, "delay_webhook", { next: 1, delayMs: 30 * minuteMs });
    await sandbox.pay(url, { payment: id });
    await sandbox.advance(30 * minuteMs - 1);
    expect(heard).toHaveLength(before);
    await sandbox.advance(1);
    const [late] = heard.slice(before);
    expect(late?.atMs).toBe(startMs + 30 * minuteMs);
    // Signed when it is sent, so that a window for timestamps does not refuse it.
    expect(late?.parsed.isOk()).toBe(true);
    expect(historiesIn([late!])).toMatchObject([{ isPaid: true }]);
    expect(sandbox.deliveries.at(-1)).toMatchObject({ faults: ["delay_webhook"], sending: 1, status: 200 });
  });
});

describe("drop_webhook", () => {
  test.each(gateways)("%s: never comes, is not tried again; the payment is found by asking", async (gateway) => {
    const { sandbox, links, heard, create } = await openShop();
    const created = await create(gateway);
    const link = created.isOk() ? created.value : undefined;
    sandbox.chaos.set(gateway, "drop_webhook", { probability: 1 });
    await sandbox.pay(link?.url ?? "");
    const count = sandbox.deliveries.length;
    // Longer than any provider tries again. SingaPay settles, and that is dropped as well.
    await sandbox.advance(23 * 60 * minuteMs);
    expect(heard).toEqual([]);
    expect(sandbox.deliveries.slice(count).every(({ webhook }) => webhook > count)).toBe(true);
    expect(sandbox.deliveries.slice(0, count).map(({ faults, error }) => [faults, error])).toEqual(
      told[gateway].map(() => [["drop_webhook"], "dropped by chaos"]),
    );
    const read = await links.get(link?.id ?? "none:none");
    expect(read.isOk() && read.value.usage?.used).toBe(1);
  });

  test("uses up nothing of what would have changed it", async () => {
    const { sandbox, heard, createUrl } = await openShop();
    sandbox.chaos.set("midtrans", "wrong_key", { next: 1 });
    sandbox.chaos.set("midtrans", "drop_webhook", { next: 1 });
    await sandbox.pay(await createUrl("midtrans"));
    expect(sandbox.deliveries.map(({ faults }) => faults)).toEqual([["drop_webhook"], ["wrong_key"]]);
    expect(heard).toHaveLength(1);
  });
});

describe("truncate_webhook", () => {
  const kinds = { midtrans: "malformed_webhook", xfers: "signature_invalid", singapay: "malformed_webhook" } as const;

  test.each(gateways)("%s: half of the body, refused; the whole one comes with the next try", async (gateway) => {
    const { sandbox, heard, createUrl } = await openShop();
    const url = await createUrl(gateway);
    const { id } = await sandbox.open(url);
    const before = heard.length;
    sandbox.chaos.set(gateway, "truncate_webhook", { next: 1 });
    await sandbox.pay(url, { payment: id });
    const [half] = heard.slice(before);
    expect(half?.headers["content-length"]).toBe(String(half?.body.byteLength));
    expect(() => JSON.parse(half?.body.toString() ?? "") as unknown).toThrow(SyntaxError);
    expect(half?.parsed.isErr() && half.parsed.error.kind).toBe(kinds[gateway]);
    await sandbox.advance(10 * minuteMs);
    const [, whole] = heard.slice(before);
    expect(whole?.body.toString().startsWith(half?.body.toString() ?? "")).toBe(true);
    expect(whole?.body.byteLength).toBeGreaterThan(half?.body.byteLength ?? 0);
    expect(historiesIn([whole!])).toMatchObject([{ isPaid: true }]);
  });
});

describe("wrong_key", () => {
  const keyOf = (gateway: ShopGateway, { sandbox }: Awaited<ReturnType<typeof openShop>>): string =>
    ({
      midtrans: sandbox.midtrans.credentials.serverKey,
      xfers: sandbox.xfers.credentials.signingSecret,
      singapay: sandbox.singapay.credentials.clientSecret,
    })[gateway];

  test.each(gateways)("%s: a signature of somebody else's key is signature_invalid", async (gateway) => {
    const shop = await openShop();
    const { sandbox, heard, createUrl } = shop;
    const url = await createUrl(gateway);
    sandbox.chaos.set(gateway, "wrong_key", { next: 1 });
    await sandbox.pay(url);
    const [forged] = heard;
    expect(signatureOf(forged!)).not.toBe(signatureFor(forged!, keyOf(gateway, shop)));
    expect(signatureOf(forged!)).toHaveLength(String(signatureFor(forged!, "x")).length);
    expect(forged?.parsed.isErr() && forged.parsed.error).toMatchObject({ kind: "signature_invalid" });
    await sandbox.advance(10 * minuteMs);
    const again = heard.at(-1)!;
    expect(signatureOf(again)).toBe(signatureFor(again, keyOf(gateway, shop)));
    expect(again.parsed.isOk()).toBe(true);
  });
});

describe("stale_timestamp", () => {
  test("singapay: signed for a moment more than a month ago is signature_expired; two days ago is not", async () => {
    const { sandbox, heard, createUrl } = await openShop();
    const url = await createUrl("singapay");
    const ageSeconds = 31 * 86_400;
    sandbox.chaos.set("singapay", "stale_timestamp", { next: 1, ageSeconds });
    await sandbox.open(url);
    sandbox.chaos.set("singapay", "stale_timestamp", { next: 1, ageSeconds: 2 * 86_400 });
    await sandbox.pay(url);
    const seconds = Math.floor(startMs / 1000);
    expect(heard.map(({ headers }) => headers["x-timestamp"])).toEqual([
      String(seconds - ageSeconds),
      String(seconds - 2 * 86_400),
    ]);
    for (const each of heard) {
      expect(signatureOf(each)).toBe(signatureFor(each, sandbox.singapay.credentials.clientSecret));
    }
    const [stale, fresh] = heard;
    expect(stale?.parsed.isErr() && stale.parsed.error.kind).toBe("signature_expired");
    expect(fresh?.parsed.isOk()).toBe(true);
  });

  // github.com/theotheobeats/tokko-v2-backend, commits de23793 and efe25fc: both were lost payments in production.
  test("singapay: a fifth retry, and one that is sent again by hand 47 hours later, are taken", async () => {
    const { sandbox, heard, createUrl } = await openShop();
    const url = await createUrl("singapay");
    await sandbox.open(url);
    const hook = heard.length;
    sandbox.chaos.set("singapay", "wrong_key", { next: 5 });
    await sandbox.pay(url);
    await sandbox.advance(6 * minuteMs);
    const last = heard.at(-1)!;
    expect([heard.length - hook, last.atMs - startMs, last.headers["x-timestamp"]]).toEqual([
      6,
      5 * minuteMs,
      String(Math.floor(startMs / 1000)),
    ]);
    expect(last.parsed.isOk()).toBe(true);
    await sandbox.advance(47 * 60 * minuteMs);
    await sandbox.resend(hook + 1);
    const again = heard.at(-1)!;
    expect([again.body, again.headers]).toEqual([last.body, last.headers]);
    expect(historiesIn([again]).map(({ isPaid }) => isPaid)).toEqual([true]);
  });

  test.each(["midtrans", "xfers"] as const)("%s signs no time, and has no such fault", async (gateway) => {
    const { sandbox } = await openShop();
    expect(() => {
      sandbox.chaos.set(gateway, "stale_timestamp", { next: 1 });
    }).toThrow(/stale_timestamp is for singapay\b.* only/);
  });
});

describe("webhook_before_response", () => {
  test.each(gateways)(
    "%s: paid before create returns, and the webhook names the link that it returns",
    async (gateway) => {
      const { sandbox, heard, create } = await openShop();
      sandbox.chaos.set(gateway, "webhook_before_response", { next: 1 });
      let heardWhenCreated = 0;
      const created = await create(gateway).then((result) => {
        heardWhenCreated = heard.length;
        return result;
      });
      expect([heardWhenCreated, heard.map(statusIn)]).toEqual([told[gateway].length, told[gateway]]);
      const paid = historiesIn(heard).at(-1);
      expect(paid).toMatchObject({ isPaid: true, reference: "INV-1" });
      const candidates = heard
        .at(-1)!
        .parsed._unsafeUnwrap()
        .observations.flatMap((observation) =>
          observation.kind === "history" ? observation.linkCandidates.map(({ id }) => id) : [],
        );
      expect(candidates).toContain(created.isOk() && created.value.id);
    },
  );

  test("strikes a link that is made, not a read or a refused request", async () => {
    const { sandbox, links, heard, create } = await openShop();
    await create("midtrans");
    sandbox.chaos.set("midtrans", "webhook_before_response", { next: 1 });
    await links.find({ gateway: "midtrans", reference: "INV-1" });
    await create("midtrans");
    expect(heard).toEqual([]);
    await create("midtrans", "INV-2");
    expect(heard).toHaveLength(2);
  });
});
