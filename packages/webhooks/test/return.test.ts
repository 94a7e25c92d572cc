import { createPaymentLinks, idr } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createSandbox } from "@tautan/sandbox";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ConfirmReturn, createReturnHandler, type ReturnHandlerOptions } from "../src/index.ts";
import { CUSTOMER, type MemoryShop, openMemoryShop } from "./support/memory-shop.ts";

const URL_OF = (reference: string): string => `https://shop.example/thanks?reference=${reference}`;

type Open = (shop: MemoryShop, options?: ReturnHandlerOptions) => ConfirmReturn;

const withLedger: Open = ({ ledger, clock }, options) => createReturnHandler({ ledger }, { clock, ...options });
const withoutLedger: Open = ({ links, clock }, options) => createReturnHandler({ links }, { clock, ...options });

describe.each<[string, Open]>([
  ["with a ledger", withLedger],
  ["without one", withoutLedger],
])("%s", (_mode, open) => {
  const opened = (options?: ReturnHandlerOptions) => {
    const shop = openMemoryShop();
    return { shop, confirmReturn: open(shop, options) };
  };
  const statusOf = async (confirmReturn: ConfirmReturn): Promise<string> =>
    (await confirmReturn(URL_OF("INV-001")))._unsafeUnwrap().status;

  test("a paid link is paid, whatever the URL claims", async () => {
    const { shop, confirmReturn } = opened();
    await shop.create();
    await shop.gateway.simulate.pay("INV-001");
    const returned = (await confirmReturn(`${URL_OF("INV-001")}&transaction_status=deny`))._unsafeUnwrap();
    expect(returned).toMatchObject({
      status: "paid",
      isConfirmed: true,
      link: { reference: "INV-001", gateway: "shop", title: "Concert", amount: { amount: "190000", currency: "IDR" } },
      payments: [{ isPaid: true, amount: { amount: "190000" } }],
    });
  });

  test("an unpaid one is not, though the URL claims it", async () => {
    const { shop, confirmReturn } = opened();
    const { url } = await shop.create();
    const returned = (await confirmReturn(`${URL_OF("INV-001")}&transaction_status=settlement`))._unsafeUnwrap();
    expect(returned).toMatchObject({ status: "unpaid", link: { url, acceptsPayments: true }, payments: [] });
  });

  test.each<[string, string, (shop: MemoryShop) => Promise<unknown>]>([
    ["pending", "a payment that has begun", ({ gateway }) => gateway.simulate.open("INV-001")],
    ["unpaid", "one that failed", ({ gateway }) => gateway.simulate.fail("INV-001")],
    ["review", "another amount", ({ gateway }) => gateway.simulate.pay("INV-001", { amount: idr(1_000) })],
    [
      "refunded",
      "a refund",
      async ({ gateway }) => {
        await gateway.simulate.pay("INV-001");
        await gateway.simulate.refund("INV-001");
      },
    ],
    [
      "reversed",
      "a reversal",
      async ({ gateway }) => {
        await gateway.simulate.pay("INV-001");
        await gateway.simulate.reverse("INV-001");
      },
    ],
    ["expired", "a link whose time is up", async ({ clock }) => clock.advance(25 * 60 * 60 * 1000)],
    [
      "closed",
      "a link that was closed",
      async ({ links }) =>
        (await links.close((await links.find({ reference: "INV-001" }))._unsafeUnwrap().id))._unsafeUnwrap(),
    ],
  ])("%s: %s", async (status, _name, happen) => {
    const { shop, confirmReturn } = opened();
    await shop.create({ usage: { limit: 2 } });
    await happen(shop);
    expect(await statusOf(confirmReturn)).toBe(status);
  });

  test("no data of the payer is in it, because anyone can type the URL", async () => {
    const { shop, confirmReturn } = opened();
    await shop.create({ metadata: { seat: "CANARY" } });
    await shop.gateway.simulate.pay("INV-001");
    const shown = JSON.stringify(await confirmReturn(URL_OF("INV-001")));
    for (const datum of [...Object.values(CUSTOMER), "CANARY"]) expect(shown).not.toContain(datum);
  });

  test("reloads within three seconds cost one read, also at once", async () => {
    const { shop, confirmReturn } = opened();
    await shop.create();
    await Promise.all(Array.from({ length: 20 }, () => statusOf(confirmReturn)));
    const once = shop.asked.length;
    expect(once).toBeLessThanOrEqual(2);
    shop.clock.advance(2_999);
    await statusOf(confirmReturn);
    expect(shop.asked).toHaveLength(once);
    shop.clock.advance(1);
    await shop.gateway.simulate.pay("INV-001");
    expect(await statusOf(confirmReturn)).toBe("paid");
    expect(shop.asked).toHaveLength(2 * once);
  });

  test("askEveryMs changes that", async () => {
    const { shop, confirmReturn } = opened({ askEveryMs: 0 });
    await shop.create();
    await statusOf(confirmReturn);
    const once = shop.asked.length;
    await statusOf(confirmReturn);
    expect(shop.asked).toHaveLength(2 * once);
  });

  test.each([
    ["no query", "https://shop.example/thanks"],
    ["an empty parameter", "https://shop.example/thanks?reference="],
    ["another parameter", "/thanks?ref=INV-001"],
    ["an endless one", URL_OF("x".repeat(256))],
    ["a fragment only", "https://shop.example/thanks#?reference=INV-001".replace("?", "%3F")],
  ])("a URL with %s names no link", async (_name, url) => {
    const { shop, confirmReturn } = opened();
    await shop.create();
    expect((await confirmReturn(url))._unsafeUnwrapErr()).toMatchObject({ kind: "no_reference", retryable: false });
    expect(shop.asked).toEqual([]);
  });

  test.each(["INV-002", "../INV-001", "'; DROP TABLE tautan_links; --", "%00"])(
    "unknown_link: %s",
    async (reference) => {
      const { shop, confirmReturn } = opened();
      await shop.create();
      const error = (await confirmReturn(URL_OF(encodeURIComponent(reference))))._unsafeUnwrapErr();
      expect(["unknown_link", "invalid_request", "invalid_query"]).toContain(error.kind);
    },
  );

  test.each<[string, unknown]>([
    ["a URL", new URL(URL_OF("INV-001"))],
    ["a Fetch request", new Request(URL_OF("INV-001"))],
    ["a request of Node", { url: "/thanks?reference=INV-001" }],
    ["a request of Express in a router", { url: "/", originalUrl: "/thanks?reference=INV-001" }],
    ["a query", "?reference=INV-001"],
  ])("takes %s", async (_name, request) => {
    const { shop, confirmReturn } = opened();
    await shop.create();
    expect((await confirmReturn(request as never)).isOk()).toBe(true);
  });

  test("the parameter can have another name", async () => {
    const { shop, confirmReturn } = opened({ parameter: "order" });
    await shop.create();
    expect((await confirmReturn("/thanks?order=INV-001&reference=INV-002"))._unsafeUnwrap().link.reference).toBe(
      "INV-001",
    );
  });

  test.each<[string, object]>([
    ["parameter", { parameter: "" }],
    ["askEveryMs", { askEveryMs: -1 }],
    ["timeoutMs", { timeoutMs: 0 }],
    ["timeout", { timeout: 5 }],
  ])("refuses a wrong %s", (name, options) => {
    expect(() => open(openMemoryShop(), options as never)).toThrow(new RegExp(`^createReturnHandler: ${name}: `));
  });
});

describe("with a ledger", () => {
  test("a made-up reference costs no request to a gateway", async () => {
    const shop = openMemoryShop();
    const confirmReturn = withLedger(shop);
    await shop.create();
    for (const guess of ["INV-002", "INV-003"]) {
      expect((await confirmReturn(URL_OF(guess)))._unsafeUnwrapErr().kind).toBe("unknown_link");
    }
    expect(shop.asked).toEqual([]);
  });

  test("if the gateway does not answer, the ledger's state is shown as such", async () => {
    const shop = openMemoryShop();
    const confirmReturn = withLedger(shop);
    await shop.create();
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    (await shop.ledger.ingest("shop", webhook))._unsafeUnwrap();
    shop.isDown = true;
    for (const _again of [1, 2]) {
      expect((await confirmReturn(URL_OF("INV-001")))._unsafeUnwrap()).toMatchObject({
        status: "paid",
        isConfirmed: false,
      });
    }
  });

  test("a webhook between two reloads shows at once", async () => {
    const shop = openMemoryShop();
    const confirmReturn = withLedger(shop);
    await shop.create();
    expect((await confirmReturn(URL_OF("INV-001")))._unsafeUnwrap().status).toBe("unpaid");
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    (await shop.ledger.ingest("shop", webhook))._unsafeUnwrap();
    expect((await confirmReturn(URL_OF("INV-001")))._unsafeUnwrap().status).toBe("paid");
  });

  test("one payment too many is for review, and does not hide the one that is right", async () => {
    const shop = openMemoryShop();
    const confirmReturn = withLedger(shop, { askEveryMs: 0 });
    await shop.create();
    await shop.gateway.simulate.pay("INV-001", { amount: idr(1) });
    expect((await confirmReturn(URL_OF("INV-001")))._unsafeUnwrap()).toMatchObject({
      status: "review",
      payments: [{ isPaid: true, mark: "mismatched" }],
    });
  });

  test("what it finds is handed to the events, once", async () => {
    const shop = openMemoryShop();
    await shop.create();
    await shop.gateway.simulate.pay("INV-001");
    await withLedger(shop)(URL_OF("INV-001"));
    const types: string[] = [];
    await shop.ledger.drain(({ type }) => void types.push(type));
    expect(types.filter((type) => type === "paid")).toEqual(["paid"]);
  });
});

test("without a ledger, the error of a gateway that does not answer is returned", async () => {
  const shop = openMemoryShop();
  await shop.create();
  shop.isDown = true;
  expect((await withoutLedger(shop)(URL_OF("INV-001")))._unsafeUnwrapErr()).toMatchObject({ kind: "network" });
});

describe("Midtrans names the payment in the URL", () => {
  const openMidtrans = async () => {
    const sandbox = await createSandbox();
    onTestFinished(() => sandbox.close());
    const { url: baseUrl, credentials } = sandbox.midtrans;
    const midtrans = createMidtransDriver({ environment: "sandbox", baseUrl, ...credentials });
    const links = createPaymentLinks({ default: "other", gateways: { midtrans, other: openMemoryShop().gateway } });
    const request = {
      gateway: "midtrans",
      reference: "INV-7",
      title: "Concert",
      amount: idr(190_000),
      customer: CUSTOMER,
    } as const;
    const link = (await links.create({ ...request, usage: { limit: 2 } }))._unsafeUnwrap();
    const confirmReturn = createReturnHandler({ links }, { askEveryMs: 0 });
    return { sandbox, link, statusOf: async (query: string) => (await confirmReturn(query))._unsafeUnwrap().status };
  };

  test("of a link with several payers, each sees his own", async () => {
    const { sandbox, link, statusOf } = await openMidtrans();
    const paid = await sandbox.pay(link.url, { method: "bca_va" });
    const waiting = await sandbox.open(link.url, { method: "bni_va" });
    expect(await statusOf(`?order_id=${paid.id}&status_code=201&transaction_status=pending`)).toBe("paid");
    expect(await statusOf(`?order_id=${waiting.id}&status_code=200&transaction_status=settlement`)).toBe("pending");
    expect(await statusOf(`?reference=INV-7&order_id=${waiting.id}`).catch(() => "other gateway")).toBe("pending");
  });

  test("of a link with several payers, nobody is shown as paid because another has paid", async () => {
    const { sandbox, link, statusOf } = await openMidtrans();
    await sandbox.pay(link.url, { method: "bca_va" });
    expect(await statusOf("?order_id=INV-7-1712345678901&transaction_status=settlement")).toBe("pending");
  });

  test("a payment that the link does not have shows the link", async () => {
    const { statusOf } = await openMidtrans();
    expect(await statusOf("?order_id=INV-7-1712345678901&transaction_status=settlement")).toBe("unpaid");
  });
});
