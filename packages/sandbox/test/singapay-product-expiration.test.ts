import { describe, expect, test } from "vitest";
import { events, links, type Setting, setUp } from "./singapay-setting.ts";
import { dayMs, hourMs, type Json, pick, startMerchant, startMs } from "./support.ts";

const update = { status: "open", max_usage: 3, required_customer_detail: false } as const;

/** The references of the links in each webhook about expired links. */
const announced = ({ webhooks }: Setting): readonly unknown[] => {
  const batches = webhooks().filter(({ event }) => event === "product-expiration");
  return batches.map((body) => (pick(body, "data", "payment_links") as readonly Json[]).map((row) => row["reff_no"]));
};

/** The path of the newest link. */
const newestPath = async ({ api }: Setting): Promise<string> =>
  `${links}/${Number(pick((await api("GET", links)).json, "data", 0, "id"))}`;

const inHours = (hours: number): string => String(startMs + hours * hourMs);

describe("SingaPay product-expiration", () => {
  test("one webhook for all links whose time is over, with the link as the paid webhook shows it", async () => {
    const setting = await setUp();
    const { sandbox, clock, create, webhooks } = setting;
    const link = await create("ORD-1", { expired_at: inHours(1) });
    await create("ORD-2", { expired_at: inHours(1) });
    await create("ORD-3", { expired_at: inHours(2) });
    await create("ORD-4");
    clock.advance(hourMs - 1);
    await sandbox.idle();
    expect(webhooks()).toEqual([]);
    clock.advance(1);
    await sandbox.idle();
    const row = {
      id: 301,
      reff_no: "ORD-1",
      title: "Order 1001",
      payment_date: "2026-03-15T03:00:00.000000Z",
      payment_url: link,
      status: "open",
      required_customer_detail: false,
      max_usage: 3,
      current_usage: 0,
      expired_at: "2026-03-15T04:00:00.000000Z",
      total_amount: "75000.00",
      account_id: 35,
      created_at: "2026-03-15T03:00:00.000000Z",
      updated_at: "2026-03-15T03:00:00.000000Z",
    };
    expect(webhooks()).toEqual([
      {
        status: 200,
        success: true,
        event: "product-expiration",
        timestamp: "15 Mar 2026 11:00:00",
        data: {
          payment_links: [row, { ...row, id: 302, reff_no: "ORD-2", payment_url: link.replace("ORD-1", "ORD-2") }],
          virtual_accounts: [],
          qris_transactions: [],
        },
      },
    ]);
  });

  test("each link once, at its time, and signed like any other webhook", async () => {
    const merchant = await startMerchant();
    const setting = await setUp(merchant.url);
    const { sandbox, create } = setting;
    await create("ORD-1", { expired_at: inHours(1) });
    await create("ORD-2", { expired_at: inHours(2) });
    await sandbox.advance(dayMs);
    await sandbox.advance(dayMs);
    expect(announced(setting)).toEqual([["ORD-1"], ["ORD-2"]]);
    expect(sandbox.deliveries.map(({ atMs, status }) => [(atMs - startMs) / hourMs, status])).toEqual([
      [1, 200],
      [2, 200],
    ]);
    expect(merchant.received.map(({ headers }) => headers["x-signature"])).toEqual([
      expect.stringMatching(/^[0-9a-f]{128}$/),
      expect.stringMatching(/^[0-9a-f]{128}$/),
    ]);
  });

  test("a link that is given more time is told of at its new expiry, before and after the old one", async () => {
    const setting = await setUp();
    const { sandbox, api, create } = setting;
    await create("ORD-1", { expired_at: inHours(2) });
    const path = await newestPath(setting);
    await api("PUT", path, { ...update, expired_at: inHours(3) });
    await sandbox.advance(2 * hourMs);
    expect(announced(setting)).toEqual([]);
    await sandbox.advance(hourMs);
    expect(announced(setting)).toEqual([["ORD-1"]]);
    await api("PUT", path, { ...update, expired_at: inHours(5) });
    await sandbox.advance(hourMs);
    expect(announced(setting)).toEqual([["ORD-1"]]);
    await sandbox.advance(hourMs);
    expect(announced(setting)).toEqual([["ORD-1"], ["ORD-1"]]);
    await api("PUT", path, { ...update, expired_at: null });
    await sandbox.advance(dayMs);
    expect(announced(setting)).toHaveLength(2);
  });

  test("a link that was closed when it expired is told of when it is opened again, as of then", async () => {
    const setting = await setUp();
    const { sandbox, api, create } = setting;
    await create("ORD-1", { expired_at: inHours(1) });
    const path = await newestPath(setting);
    await api("PUT", path, { ...update, status: "closed", expired_at: inHours(1) });
    await sandbox.advance(dayMs);
    expect(announced(setting)).toEqual([]);
    await api("PUT", path, { ...update, status: "open", expired_at: inHours(1) });
    await sandbox.idle();
    expect(announced(setting)).toEqual([["ORD-1"]]);
    expect(setting.webhooks().at(-1)?.["timestamp"]).toBe("16 Mar 2026 10:00:00");
  });

  test("a link of v2, too", async () => {
    const setting = await setUp();
    const { sandbox, api } = setting;
    const path = "/api/v2.0/payment-link";
    await api("POST", `${path}/${sandbox.singapay.credentials.accountId}`, {
      reff_no: "ORD-1",
      payment_link_type: "total",
      total_amount: 75_000,
    });
    await api("PUT", `${path}/update/301`, { expired_at: "2026-03-17T10:00:00+07:00" });
    await sandbox.advance(dayMs);
    expect(announced(setting)).toEqual([]);
    await sandbox.advance(dayMs);
    expect(announced(setting)).toEqual([["ORD-1"]]);
  });

  test("expired by hand: told of before the action resolves, and once for each time", async () => {
    const setting = await setUp();
    const { sandbox, create, webhooks } = setting;
    const link = await create("ORD-1");
    await sandbox.expire(link);
    expect(events(webhooks())).toEqual(["product-expiration"]);
    await sandbox.expire(link);
    await sandbox.advance(dayMs);
    expect(announced(setting)).toEqual([["ORD-1"]]);
    await sandbox.expire(link);
    expect(announced(setting)).toEqual([["ORD-1"], ["ORD-1"]]);
  });

  test("a closed link is not told of until it is opened again; a deleted one never is", async () => {
    const setting = await setUp();
    const { sandbox, api, create } = setting;
    await create("ORD-1", { expired_at: inHours(1) });
    const path = await newestPath(setting);
    await api("PUT", path, { ...update, status: "closed" });
    await create("ORD-2", { expired_at: inHours(1) });
    await api("DELETE", await newestPath(setting));
    await sandbox.advance(dayMs);
    expect(announced(setting)).toEqual([]);
    await api("PUT", path, { ...update, status: "open" });
    await sandbox.idle();
    expect(announced(setting)).toEqual([["ORD-1"]]);
  });

  test("a link whose uses are all made has a time, too, and one set to expired keeps its own", async () => {
    const setting = await setUp();
    const { sandbox, api, create } = setting;
    await sandbox.pay(await create("ORD-1", { max_usage: 1, expired_at: inHours(1) }));
    await create("ORD-2", { expired_at: inHours(2) });
    await api("PUT", await newestPath(setting), { ...update, status: "expired" });
    await sandbox.idle();
    expect(announced(setting)).toEqual([]);
    await sandbox.advance(2 * hourMs);
    expect(announced(setting)).toEqual([["ORD-1"], ["ORD-2"]]);
  });

  test("a clock that is set back tells nobody anew", async () => {
    const setting = await setUp();
    const { sandbox, create } = setting;
    await create("ORD-1", { expired_at: inHours(1) });
    await sandbox.advance(hourMs);
    await sandbox.clock.set(startMs);
    await sandbox.advance(dayMs);
    expect(announced(setting)).toEqual([["ORD-1"]]);
  });
});
