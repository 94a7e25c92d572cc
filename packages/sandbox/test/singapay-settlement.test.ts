import { describe, expect, test } from "vitest";
import { events, histories, type Setting, setUp } from "./singapay-setting.ts";
import { dayMs, hourMs, type Json, pick } from "./support.ts";

const settlements = ({ webhooks }: Setting): readonly Json[] =>
  webhooks().filter(({ event }) => event === "settlement.completed");

/** Of each payment, newest first. */
const settledAt = async ({ api }: Setting): Promise<readonly unknown[]> => {
  const rows = (await api("GET", histories)).json["data"] as readonly Json[];
  return rows.map((row) => row["settle_at"]);
};

describe("SingaPay settlement", () => {
  // The form of a body of production: github.com/theotheobeats/tokko-v2-backend, settlement-webhook.test.ts.
  test("by the clock, at noon in Jakarta of the same day: all that is due in one batch of totals", async () => {
    const setting = await setUp();
    const { sandbox, clock, create } = setting;
    const link = await create("ORD-1");
    await sandbox.pay(link, { method: "ALFAMART" });
    clock.advance(2 * hourMs - 124);
    await sandbox.pay(link, { method: "VA_BRI" });
    expect(await settledAt(setting)).toEqual([null, null]);
    clock.advance(1);
    await sandbox.pay(link, { method: "QRIS" });
    const noon = "2026-03-15T12:00:00+07:00";
    expect(await settledAt(setting)).toEqual([null, noon, noon]);
    await sandbox.idle();
    expect(settlements(setting)).toEqual([
      {
        status: 200,
        success: true,
        event: "settlement.completed",
        timestamp: "15 Mar 2026 12:00:00",
        data: {
          settlement: {
            id: 1201,
            reference_no: expect.stringMatching(/^SETTLEMENT-1-[0-9A-F]{13}$/),
            title: "Settlement Main (15/03/2026 - 15/03/2026)",
            status: "completed",
            settlement_type: "ALL",
            settlement_method: "balance",
            is_auto_created: true,
            start_date: "15 Mar 2026 00:00:00",
            end_date: "15 Mar 2026 23:59:59",
            amount: 144_500,
            total_admin_fee: 5_500,
            total_vendor_fee: 3_300,
            total_our_margin: 2_200,
            settlement_fee: 0,
            total_to_transfer: 144_500,
            total_refunded: 0,
            currency: "IDR",
            transfer_status: null,
            approved_by: "SYSTEM",
            approved_at: "15 Mar 2026 12:00:00",
            recipient: { bank_code: null, account_number: null, account_name: null },
          },
          total_transactions: 2,
        },
      },
    ]);
    expect(Object.keys(settlements(setting)[0]?.["data"] as object)).toEqual(["settlement", "total_transactions"]);
  });

  test("what is due at different times comes in batches of their own, each once", async () => {
    const setting = await setUp();
    const { sandbox, create } = setting;
    const link = await create("ORD-1");
    await sandbox.pay(link);
    await sandbox.advance(2 * hourMs);
    await sandbox.pay(link);
    await sandbox.advance(3 * dayMs);
    const batches = settlements(setting).map(({ timestamp, data }) => [timestamp, pick(data, "total_transactions")]);
    expect(batches).toEqual([
      ["15 Mar 2026 12:00:00", 1],
      ["16 Mar 2026 12:00:00", 1],
    ]);
    const references = settlements(setting).map((body) => pick(body, "data", "settlement", "reference_no"));
    expect(new Set(references).size).toBe(2);
  });

  test("by hand before, which somebody approves, and then not again", async () => {
    const setting = await setUp();
    const { sandbox, create, webhooks } = setting;
    const link = await create("ORD-1");
    await sandbox.pay(link, { method: "QRIS" });
    await sandbox.settle(link);
    expect(events(webhooks()).at(-1)).toBe("settlement.completed");
    expect(pick(webhooks().at(-1), "data")).toMatchObject({
      settlement: {
        settlement_method: "balance",
        is_auto_created: false,
        amount: 74_500,
        approved_by: "Sandbox Finance",
        approved_at: "15 Mar 2026 10:00:00",
      },
      total_transactions: 1,
    });
    await sandbox.advance(2 * dayMs);
    expect(settlements(setting)).toHaveLength(1);
    expect(await settledAt(setting)).toEqual(["2026-03-15T10:00:00+07:00"]);
  });

  test("what was not paid is never settled", async () => {
    const setting = await setUp();
    const { sandbox, create } = setting;
    const link = await create("ORD-1");
    await sandbox.open(link);
    await sandbox.fail(link, { method: "QRIS" });
    await sandbox.advance(2 * dayMs);
    expect(settlements(setting)).toEqual([]);
    expect(await settledAt(setting)).toEqual([null, null]);
  });

  test("the payment of a link that has expired or was closed is settled all the same", async () => {
    const setting = await setUp();
    const { sandbox, create } = setting;
    const link = await create("ORD-1");
    await sandbox.pay(link);
    await sandbox.expire(link);
    await sandbox.advance(dayMs);
    expect(settlements(setting)).toHaveLength(1);
  });
});
