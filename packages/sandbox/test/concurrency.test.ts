import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Sandbox } from "../src/index.ts";
import { call, midtransCaller, singapayCaller, startMerchant, startSandbox, textAt, xfersCaller } from "./support.ts";

type CreateLink = (sandbox: Sandbox, limit: number) => Promise<string>;

const midtransLink: CreateLink = async (sandbox, limit) => {
  const { json } = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
    transaction_details: { order_id: "inv-1", gross_amount: 10_000 },
    usage_limit: limit,
  });
  return textAt(json, "payment_url");
};

const singapayLink: CreateLink = async (sandbox, limit) => {
  const api = await singapayCaller(sandbox);
  const { json } = await api("POST", `/api/v1.0/payment-link-manage/${sandbox.singapay.credentials.accountId}`, {
    reff_no: "ORD-1",
    title: "Order",
    max_usage: limit,
    total_amount: 10_000,
    items: [{ name: "Coffee", quantity: 1, unit_price: 10_000 }],
    required_customer_detail: false,
  });
  return textAt(json, "data", "payment_url");
};

const xfersLink: CreateLink = async (sandbox) => {
  const attributes = {
    amount: 10_000,
    referenceId: "ORDER-1",
    customerName: "John",
    customerEmail: "john@example.test",
    customerPhoneNumber: "08",
  };
  const { json } = await xfersCaller(sandbox)("POST", "/api/v4/payment_links", { data: { attributes } });
  return textAt(json, "data", "attributes", "paymentLinkUrl");
};

const methods = { midtrans: "bca_va", singapay: "VA_BRI", xfers: "QRIS" } as const;
const providers = [
  ["midtrans", midtransLink, 3],
  ["singapay", singapayLink, 3],
  ["midtrans", midtransLink, 1],
  ["singapay", singapayLink, 1],
  ["xfers", xfersLink, 1],
] as const;

describe("ten payers at once", () => {
  test.each(providers)(
    "%s: through the control API, as many pay as the link allows",
    async (provider, create, limit) => {
      const merchant = await startMerchant();
      const { sandbox } = await startSandbox({ [provider]: merchant.url });
      const link = await create(sandbox, limit);
      const tries = await Promise.allSettled(Array.from({ length: 10 }, () => sandbox.pay(link)));
      const paid = tries.filter((each) => each.status === "fulfilled").map(({ value }) => value.id);
      expect([paid.length, new Set(paid).size]).toEqual([limit, limit]);
      for (const each of tries) {
        if (each.status === "rejected") expect(each.reason).toMatchObject({ name: "RefusedAction", status: 409 });
      }
    },
  );

  test.each(providers)("%s: through the page, as many pay as the link allows", async (provider, create, limit) => {
    const merchant = await startMerchant();
    const { sandbox } = await startSandbox({ [provider]: merchant.url });
    const link = await create(sandbox, limit);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        call(link, {
          method: "POST",
          headers: { Origin: new URL(link).origin },
          body: new URLSearchParams({ method: methods[provider] }),
        }),
      ),
    );
    const locations = answers.filter(({ status }) => status === 303).map(({ headers }) => headers.get("location"));
    expect([locations.length, new Set(locations).size]).toEqual([limit, limit]);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(10 - limit);
  });

  test.each(providers.slice(0, 2))("%s: one payment that all of them name is paid once", async (_provider, create) => {
    const { sandbox } = await startSandbox();
    const link = await create(sandbox, 3);
    const { id } = await sandbox.open(link);
    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => sandbox.pay(link, { payment: id })));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("a payer who opens and pays in one go at SingaPay", () => {
  test("is stopped where the merchant closes the link in between; a virtual account noted before is not", async () => {
    const { sandbox } = await startSandbox();
    const api = await singapayCaller(sandbox);
    const link = await singapayLink(sandbox, 3);
    const noted = await sandbox.open(link, { method: "VA_BCA" });
    const server = createServer((request, response) => {
      request.resume();
      void api("PUT", `/api/v1.0/payment-link-manage/${sandbox.singapay.credentials.accountId}/301`, {
        status: "closed",
        max_usage: 3,
        required_customer_detail: false,
      }).then(() => response.end());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => {
      server.close();
    });
    sandbox.setWebhookUrl("singapay", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await expect(sandbox.pay(link, { method: "QRIS" })).rejects.toThrow(
      "No payment can be opened on this link: it is closed.",
    );
    expect(await sandbox.pay(link, { payment: noted.id })).toMatchObject({ status: "paid" });
  });
});
