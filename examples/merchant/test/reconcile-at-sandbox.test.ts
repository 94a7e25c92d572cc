// Payments of which no webhook ever comes, found by reconcile at each provider of the sandbox: with how many requests.
import { createPaymentLinks, idr, type PaymentLink, type PaymentLinks } from "@tautan/core";
import { createManualClock, type ManualClock } from "@tautan/driver-memory";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createSingapayDriver } from "@tautan/driver-singapay";
import { createXfersDriver } from "@tautan/driver-xfers";
import { createLedger, type Ledger, type ReconcileReport, sqlite } from "@tautan/ledger";
import { createSandbox, type InitialLinks, type Sandbox } from "@tautan/sandbox";
import { describe, expect, onTestFinished, test } from "vitest";

const HOUR_MS = 3_600_000;
const MONDAY = "2026-03-02T03:00:00Z";

type Gateway = "midtrans" | "xfers" | "singapay";

interface Shop {
  readonly clock: ManualClock;
  readonly sandbox: Sandbox;
  readonly links: PaymentLinks;
  readonly ledger: Ledger<unknown, undefined>;
  readonly create: (gateway: Gateway, reference: string) => Promise<PaymentLink>;
  readonly reconcile: () => Promise<ReconcileReport>;
  /** What handlers are told, in order. */
  readonly drain: () => Promise<readonly string[]>;
  /** The requests since the last call. Those for a token are not counted. */
  readonly requests: (gateway: Gateway) => readonly string[];
}

const openShop = async (initialLinks: InitialLinks = {}): Promise<Shop> => {
  const clock = createManualClock(MONDAY);
  // No webhook URL is set: webhooks go nowhere.
  const sandbox = await createSandbox({ clock, initialLinks });
  onTestFinished(() => sandbox.close());
  const { signingSecret, ...xfersKeys } = sandbox.xfers.credentials;
  const environment = "sandbox";
  const links = createPaymentLinks({
    default: "midtrans",
    gateways: {
      midtrans: createMidtransDriver({ environment, baseUrl: sandbox.midtrans.url, ...sandbox.midtrans.credentials }),
      singapay: createSingapayDriver({ environment, baseUrl: sandbox.singapay.url, ...sandbox.singapay.credentials }),
      xfers: createXfersDriver({
        environment,
        baseUrl: `${sandbox.xfers.url}/api/v4`,
        ...xfersKeys,
        signingSecrets: [signingSecret],
      }),
    },
    clock,
  });
  const ledger = createLedger({ links, database: sqlite(":memory:"), clock });
  onTestFinished(() => ledger.end());
  let seen = 0;
  return {
    clock,
    sandbox,
    links,
    ledger: ledger as Ledger<unknown, undefined>,
    create: async (gateway, reference) => {
      const customer = gateway === "singapay" ? {} : { customer: CUSTOMER };
      const created = await ledger.create({ gateway, reference, title: "Concert", amount: idr(190_000), ...customer });
      return created._unsafeUnwrap();
    },
    reconcile: async () => (await ledger.reconcile())._unsafeUnwrap(),
    drain: async () => {
      const told: string[] = [];
      (await ledger.drain(({ type, reference }) => void told.push(`${reference} ${type}`)))._unsafeUnwrap();
      return told;
    },
    requests: (gateway) => {
      const since = sandbox.requests.slice(seen);
      seen = sandbox.requests.length;
      return since
        .filter(({ provider, path }) => provider === gateway && !path.includes("access-token"))
        .map(({ method, path }) => `${method} ${path}`);
    },
  };
};

const CUSTOMER = { name: "Sari", email: "sari@example.test", phone: "+628110000001" };

describe.each(["midtrans", "singapay", "xfers"] as const)("48 hours without a webhook at %s", (gateway) => {
  test("one run finds every payment, and asks a bounded number of times", async () => {
    const shop = await openShop();
    const paid: string[] = [];
    for (let index = 0; index < 8; index += 1) {
      const { url, reference } = await shop.create(gateway, `INV-${index}`);
      if (index % 2 === 1) continue;
      await shop.sandbox.pay(url);
      paid.push(reference);
      shop.clock.advance(HOUR_MS);
    }
    shop.clock.advance(48 * HOUR_MS);
    shop.requests(gateway);
    const report = await shop.reconcile();
    expect(report).toMatchObject({ looked: 8, unresolved: [], failed: [], more: false });
    expect(report.missed).toHaveLength(4);
    // SingaPay: one page of payments, and each link, because a page of links is not worth it for so few. The others: two for each link.
    expect(shop.requests(gateway)).toHaveLength(gateway === "singapay" ? 1 + 8 : 2 * 8);
    const told = await shop.drain();
    // Xfers reports no time of a payment: nothing is known to be late.
    expect(told.filter((each) => each.endsWith(" paid")).toSorted()).toEqual(paid.map((each) => `${each} paid`));
    expect(told.filter((each) => each.endsWith(" link_expired"))).toHaveLength(4);
    // Nothing is due, nothing is asked.
    expect(await shop.reconcile()).toMatchObject({ looked: 0, changed: 0, more: false });
    expect(shop.requests(gateway)).toEqual([]);
  });
});

test("1,000 links of SingaPay cost a page of payments and of links for each hundred", async () => {
  const singapay = Array.from({ length: 1_000 }, (_, index) => ({
    create: {
      reff_no: `INV-${String(index).padStart(4, "0")}`,
      title: "Concert",
      max_usage: 1,
      required_customer_detail: false,
      expired_at: Date.parse(MONDAY) + 24 * HOUR_MS,
      total_amount: 190_000,
      items: [{ name: "Ticket", quantity: 1, unit_price: 190_000 }],
    },
    payments: index % 5 === 0 ? [{}] : [],
  }));
  const shop = await openShop({ singapay });
  let cursor: string | undefined;
  do {
    const page = (await shop.ledger.adopt({ gateway: "singapay", limit: 100, cursor }))._unsafeUnwrap();
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  shop.clock.advance(2 * HOUR_MS);
  shop.requests("singapay");
  const report = await shop.reconcile();
  expect(report).toMatchObject({ looked: 1_000, failed: [], more: false });
  expect(report.missed).toHaveLength(200);
  const requests = shop.requests("singapay");
  expect(requests.filter((each) => each.includes("histor"))).toHaveLength(2);
  expect(requests).toHaveLength(2 + 10);
  expect((await shop.drain()).filter((each) => each.endsWith(" paid"))).toHaveLength(200);
});

test("after a close at Midtrans a refund of a known payment is found", async () => {
  const shop = await openShop();
  const { id, url } = await shop.create("midtrans", "INV-1");
  await shop.sandbox.pay(url, { method: "gopay" });
  (await shop.ledger.confirm(id))._unsafeUnwrap();
  (await shop.ledger.close(id))._unsafeUnwrap();
  await shop.drain();
  await shop.sandbox.refund(url);
  shop.clock.advance(2 * HOUR_MS);
  expect(await shop.reconcile()).toMatchObject({ looked: 1, changed: 1, failed: [] });
  expect(await shop.drain()).toEqual(["INV-1 refunded"]);
});

test("the page that the payer returns to learns of the payment before any webhook", async () => {
  const shop = await openShop();
  for (const gateway of ["midtrans", "singapay", "xfers"] as const) {
    const { url } = await shop.create(gateway, `INV-${gateway}`);
    const before = (await shop.ledger.confirm({ reference: `INV-${gateway}` }))._unsafeUnwrap();
    expect(before.histories.some(({ history }) => history.isPaid)).toBe(false);
    await shop.sandbox.pay(url);
    const after = (await shop.ledger.confirm({ reference: `INV-${gateway}` }))._unsafeUnwrap();
    expect(after.link.status).toBe("exhausted");
    expect(after.histories.map(({ history, mark }) => [history.isPaid, mark])).toEqual([[true, undefined]]);
    // What a read does not return is kept.
    expect(after.link.title).toBe("Concert");
  }
});
