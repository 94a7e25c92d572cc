import { describe, expect, test } from "vitest";
import type { Sandbox } from "../src/index.ts";
import { createLinkAt } from "./create-link.ts";
import { dayMs, hourMs, pick, startMerchant, startMs, startSandbox, xfersCaller } from "./support.ts";

const root = "/api/v4/payment_links";

/** The status and the time, in hours, of each callback. */
const callbacks = ({ deliveries }: Sandbox): readonly unknown[] =>
  deliveries.map(({ body, atMs }) => [
    pick(JSON.parse(body), "data", "attributes", "status"),
    (atMs - startMs) / hourMs,
  ]);

const statusOf = async (sandbox: Sandbox, link: string): Promise<unknown> => {
  const { json } = await xfersCaller(sandbox)("GET", `${root}${new URL(link).pathname}`);
  return pick(json, "data", "attributes", "status");
};

describe("Xfers settlement by the clock", () => {
  test.each([
    ["BCA", 24],
    ["MANDIRI", 24],
    ["QRIS", 24],
    ["SHOPEEPAY", 24],
    ["OVO", 24],
    ["ALFAMART", 72],
    ["INDOMARET", 72],
  ])("%s: completed %d hours after the payment, with its callback", async (method, hours) => {
    const merchant = await startMerchant();
    const { sandbox } = await startSandbox({ xfers: merchant.url });
    const link = await createLinkAt(sandbox, "xfers");
    expect((await sandbox.pay(link, { method })).status).toBe("paid");
    await sandbox.advance(hours * hourMs - 1);
    expect(await statusOf(sandbox, link)).toBe("paid");
    await sandbox.advance(7 * dayMs);
    expect(await statusOf(sandbox, link)).toBe("completed");
    expect(callbacks(sandbox)).toEqual([
      ["paid", 0],
      ["completed", hours],
    ]);
    expect(merchant.received).toHaveLength(2);
  });

  test.each(["BRI", "BNI", "SAHABAT_SAMPOERNA"])(
    "%s is real time: paid, and completed at the next look",
    async (method) => {
      const { sandbox } = await startSandbox();
      const link = await createLinkAt(sandbox, "xfers");
      expect((await sandbox.pay(link, { method })).status).toBe("paid");
      expect(await statusOf(sandbox, link)).toBe("completed");
      await sandbox.idle();
      expect(callbacks(sandbox)).toEqual([
        ["paid", 0],
        ["completed", 0],
      ]);
      await expect(sandbox.settle(link)).rejects.toThrow("The link is completed");
    },
  );

  test("by hand before, and then not again", async () => {
    const { sandbox } = await startSandbox();
    const link = await createLinkAt(sandbox, "xfers");
    await sandbox.pay(link);
    await sandbox.settle(link);
    await sandbox.advance(7 * dayMs);
    expect(callbacks(sandbox)).toEqual([
      ["paid", 0],
      ["completed", 0],
    ]);
  });

  test("a payment received by a task is settled a day later; its method is not known", async () => {
    const { sandbox } = await startSandbox();
    const link = await createLinkAt(sandbox, "xfers");
    const body = { data: { attributes: { action: "receive_payment" } } };
    await xfersCaller(sandbox)("POST", `${root}${new URL(link).pathname}/tasks`, body);
    await sandbox.advance(7 * dayMs);
    expect(callbacks(sandbox)).toEqual([
      ["paid", 0],
      ["completed", 24],
    ]);
  });

  test("what was not paid is never settled", async () => {
    const { sandbox } = await startSandbox();
    await sandbox.open(await createLinkAt(sandbox, "xfers", "A"));
    await sandbox.fail(await createLinkAt(sandbox, "xfers", "B"));
    await sandbox.advance(7 * dayMs);
    expect(callbacks(sandbox)).toEqual([]);
  });
});
