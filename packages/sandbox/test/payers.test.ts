import { describe, expect, test } from "vitest";
import type { Sandbox } from "../src/index.ts";
import { groupCode } from "../src/pages/grouping.ts";
import { readPage } from "./page.ts";
import { call, midtransCaller, type Reply, singapayCaller, startSandbox, textAt, xfersCaller } from "./support.ts";

const midtransLink = async (sandbox: Sandbox, more: object = {}): Promise<string> => {
  const reply = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
    transaction_details: { order_id: "inv-1", gross_amount: 190_000 },
    usage_limit: 3,
    ...more,
  });
  return textAt(reply.json, "payment_url");
};

const xfersLink = async (sandbox: Sandbox): Promise<string> => {
  const attributes = {
    amount: 190_000,
    referenceId: "ORDER-1",
    customerName: "John",
    customerEmail: "john@example.test",
    customerPhoneNumber: "0811",
  };
  const reply = await xfersCaller(sandbox)("POST", "/api/v4/payment_links", { data: { attributes } });
  return textAt(reply.json, "data", "attributes", "paymentLinkUrl");
};

const singapayLink = async (sandbox: Sandbox, maxUsage = 3): Promise<string> => {
  const api = await singapayCaller(sandbox);
  const reply = await api("POST", `/api/v1.0/payment-link-manage/${sandbox.singapay.credentials.accountId}`, {
    reff_no: "ORD-1",
    title: "Order 1",
    max_usage: maxUsage,
    total_amount: 190_000,
    items: [{ name: "Coffee", quantity: 1, unit_price: 190_000 }],
    required_customer_detail: false,
  });
  return textAt(reply.json, "data", "payment_url");
};

/** What a browser does when a form of the page is used: sends it, and goes where the answer leads. */
const press = async (link: string, deed: string, fields: Record<string, string>): Promise<Reply> => {
  const reply = await call(link, {
    method: "POST",
    headers: { Origin: new URL(link).origin },
    body: new URLSearchParams({ ...fields, do: deed }),
  });
  const location = reply.headers.get("location");
  return location === null ? reply : call(new URL(location, link).href);
};

const paymentIn = (page: Reply): string =>
  /<input type="hidden" name="payment" value="([^"]+)">/.exec(page.text)?.[1] ?? "";

/** What the page says of the payments that it lists. */
const statusesIn = (page: Reply): readonly string[] => {
  const [, list = ""] = page.text.split("Payments on this link");
  return [...list.matchAll(/: ([\w ]+)(?=<)/g)].map(([, status = ""]) => status);
};

describe("choosing a method", () => {
  test("opens a payment and pays nothing yet", async () => {
    const { sandbox } = await startSandbox();
    const page = await press(await midtransLink(sandbox), "open", { method: "bca_va" });
    expect([page.status, page.text.includes("This payment is pending.")]).toEqual([200, true]);
    expect(statusesIn(page)).toEqual(["pending"]);
    expect(sandbox.deliveries).toHaveLength(1);
  });

  test("twice by a double click opens one payment", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    const form = "the id that the page gave the form";
    await Promise.all([1, 2].map(() => press(link, "open", { method: "bca_va", form })));
    expect(statusesIn(await call(link))).toEqual(["pending"]);
  });

  test("shows the number of the webhook, where one tells it", async () => {
    const { sandbox } = await startSandbox();
    for (const [link, method, path] of [
      [await midtransLink(sandbox), "bca_va", ["va_numbers", 0, "va_number"]],
      [
        await midtransLink(sandbox, { transaction_details: { order_id: "b", gross_amount: 1 } }),
        "permata_va",
        ["permata_va_number"],
      ],
      [
        await midtransLink(sandbox, { transaction_details: { order_id: "c", gross_amount: 1 } }),
        "echannel",
        ["bill_key"],
      ],
      [
        await midtransLink(sandbox, { transaction_details: { order_id: "d", gross_amount: 1 } }),
        "alfamart",
        ["payment_code"],
      ],
      [await singapayLink(sandbox), "VA_BRI", ["data", "payment_link_history", "payment_method_value"]],
    ] as const) {
      const page = await press(link, "open", { method });
      const number = textAt(JSON.parse(sandbox.deliveries.at(-1)?.body ?? ""), ...path);
      const name = /^(Virtual account number|Bill key|Payment code) without spaces$/;
      expect(readPage(page).get("textbox", name).element.getAttribute("value")).toBe(number);
      expect(page.text).toContain(`<p class="code-to-copy">${groupCode(number)}</p>`);
    }
  });

  test("keeps showing the same number at Xfers, which tells it to nobody", async () => {
    const { sandbox } = await startSandbox();
    const link = await xfersLink(sandbox);
    const first = await press(link, "open", { method: "BRI" });
    const [shown] = /<p class="code-to-copy">\d{4}( \d{4}){3}<\/p>/.exec(first.text) ?? [];
    expect(shown).toBeDefined();
    expect((await call(`${link}?payment=${paymentIn(first)}`)).text).toContain(shown);
  });

  test("shows a QR code that carries the amount", async () => {
    const { sandbox } = await startSandbox();
    const { text } = await press(await midtransLink(sandbox), "open", { method: "other_qris" });
    const [, qris = ""] = /<p class="code">([^<]+)<\/p>/.exec(text) ?? [];
    expect(text).toContain('<svg class="qr" role="img" aria-label="QRIS code for Rp190.000"');
    expect(qris).toMatch(/^000201010212.*5303360.*5406190000.*5802ID.*6304[0-9A-F]{4}$/);
  });
});

describe("a pending payment", () => {
  test.each([
    ["Midtrans", midtransLink, "gopay", "15 minutes", "15 March 2026 at 10:15 WIB"],
    ["Xfers", xfersLink, "BCA", "1 day", "16 March 2026 at 10:00 WIB"],
    ["SingaPay", singapayLink, "VA_BRI", "1 day", "16 March 2026 at 10:00 WIB"],
  ] as const)(
    "at %s says how long and until when it can be paid, and no longer once it is over",
    async (_name, createLink, method, duration, until) => {
      const { sandbox } = await startSandbox();
      const link = await createLink(sandbox);
      const page = await press(link, "open", { method });
      const main = readPage(page).get("main");
      expect([main.text.includes(`Pay within ${duration} by ${until}`), main.get("time").text]).toEqual([true, until]);
      const payment = paymentIn(page);
      expect((await press(link, "pay", { payment })).text).not.toContain("Pay within");
    },
  );
});

describe("the payer", () => {
  const gateways = [
    ["midtrans", midtransLink, "bca_va", ["paid", "refused", "expired"]],
    ["xfers", xfersLink, "BCA", ["paid", "failed", undefined]],
    ["singapay", singapayLink, "VA_BRI", ["paid", "failed", "expired"]],
  ] as const;

  describe.each(gateways)("%s", (_name, createLink, method, [paid, failed, expired]) => {
    const begin = async (): Promise<{ sandbox: Sandbox; link: string; payment: string }> => {
      const { sandbox } = await startSandbox();
      const link = await createLink(sandbox);
      return { sandbox, link, payment: paymentIn(await press(link, "open", { method })) };
    };

    test("pays", async () => {
      const { link, payment } = await begin();
      const page = await press(link, "pay", { payment });
      expect(page.text).toContain("Paid. Thank you.");
      expect(statusesIn(page)).toEqual([paid]);
    });

    test("is declined", async () => {
      const { link, payment } = await begin();
      const page = await press(link, "decline", { payment });
      expect(page.text).toContain(`This payment did not go through: ${failed}.`);
      expect(statusesIn(page)).toEqual([failed]);
    });

    test("abandons the payment, whose time runs out", async () => {
      const { link, payment } = await begin();
      const page = await press(link, "abandon", { payment });
      expect(page.status).toBe(200);
      expect(statusesIn(page)).toEqual(expired === undefined ? [] : [expired]);
      expect(page.text).not.toContain("Complete the payment");
    });

    test("cannot pay another amount: nothing is paid, and no webhook goes out", async () => {
      const { sandbox, link, payment } = await begin();
      const before = sandbox.deliveries.length;
      const page = await press(link, "pay_other_amount", { payment, amount: "1000" });
      expect([page.status, page.text.includes("An amount other than Rp190.000 is not accepted")]).toEqual([400, true]);
      expect(statusesIn(page)).toEqual(["pending"]);
      expect(sandbox.deliveries).toHaveLength(before);
      const right = await press(link, "pay_other_amount", { payment, amount: "190000" });
      expect(right.text).toContain("Paid. Thank you.");
    });
  });

  test("pays twice where the link has another use", async () => {
    for (const [createLink, method, status] of [
      [midtransLink, "bca_va", "paid"],
      [singapayLink, "VA_BRI", "paid"],
    ] as const) {
      const { sandbox } = await startSandbox();
      const link = await createLink(sandbox);
      const payment = paymentIn(await press(link, "open", { method }));
      expect(statusesIn(await press(link, "pay_twice", { payment }))).toEqual([status, status]);
    }
  });

  test("pays twice what allows one payment at SingaPay, where payments hold no use", async () => {
    const { sandbox } = await startSandbox();
    const link = await singapayLink(sandbox, 1);
    const payment = paymentIn(await press(link, "open", { method: "VA_BRI" }));
    expect(statusesIn(await press(link, "pay_twice", { payment }))).toEqual(["paid", "paid"]);
  });

  test.each([
    [
      "Midtrans, where the pending payment holds the link",
      (sandbox: Sandbox) => midtransLink(sandbox, { usage_limit: 1 }),
      "bca_va",
    ],
    ["Xfers, where a link is one payment", xfersLink, "BCA"],
  ])("pays once and is refused the second time at %s", async (_name, createLink, method) => {
    const { sandbox } = await startSandbox();
    const link = await createLink(sandbox);
    const payment = paymentIn(await press(link, "open", { method }));
    const page = await press(link, "pay_twice", { payment });
    expect([page.status, page.text.includes("Paid once. The second payment was refused:")]).toEqual([409, true]);
    expect(page.text).toContain("Paid. Thank you.");
    expect(statusesIn(page)).toHaveLength(1);
  });

  test.each([
    ["Midtrans", midtransLink, "bca_va"],
    ["SingaPay", singapayLink, "VA_BRI"],
  ])("pays a virtual account of %s after the link has expired", async (_name, createLink, method) => {
    const { sandbox } = await startSandbox();
    const link = await createLink(sandbox);
    const payment = paymentIn(await press(link, "open", { method }));
    expect((await press(link, "pay_late", { payment })).text).toContain("Paid. Thank you.");
    expect((await call(link)).status).toBe(410);
  });

  test("still finds the virtual account of an expired link under its own address", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    const payment = paymentIn(await press(link, "open", { method: "bca_va" }));
    await sandbox.expire(link);
    const page = await call(`${link}?payment=${payment}`);
    expect([page.status, page.text.includes("This payment is pending. This link has expired.")]).toEqual([200, true]);
    expect(page.text).toContain("Complete the payment");
  });

  test("cannot pay after the expiry at Xfers, where methods close with the link", async () => {
    const { sandbox } = await startSandbox();
    const link = await xfersLink(sandbox);
    const payment = paymentIn(await press(link, "open", { method: "BCA" }));
    const page = await press(link, "pay_late", { payment });
    expect([page.status, page.text.includes("The link is expired; to be paid it must be pending.")]).toEqual([
      409,
      true,
    ]);
    expect(sandbox.deliveries).toEqual([]);
  });
});

describe("a card", () => {
  const begin = async (): Promise<{ link: string; payment: string }> => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    return { link, payment: paymentIn(await press(link, "open", { method: "credit_card" })) };
  };

  test.each([
    ["4811 1111 1111 1114", "paid"],
    ["4811111111111114", "paid"],
    ["4911 1111 1111 1113", "refused"],
  ])("%s ends in %s", async (card, status) => {
    const { link, payment } = await begin();
    expect(statusesIn(await press(link, "pay", { payment, card }))).toEqual([status]);
  });

  test("that is none of the test cards is refused, and its number appears nowhere", async () => {
    const { link, payment } = await begin();
    const page = await press(link, "pay", { payment, card: "4000 1234 5678 9010" });
    expect([page.status, page.text.includes("This is not a test card.")]).toEqual([400, true]);
    expect(page.text).not.toContain("9010");
    expect(statusesIn(page)).toEqual(["pending"]);
  });

  test("that was refused is tried again under the same order id; after an expiry there is only a new start", async () => {
    const { link, payment } = await begin();
    const refused = await press(link, "decline", { payment });
    expect(paymentIn(refused)).toBe(payment);
    const again = await press(link, "open", { payment, method: "credit_card" });
    expect(paymentIn(again)).toBe(payment);
    const expired = await press(link, "abandon", { payment });
    expect([paymentIn(expired), expired.text.includes("Start again")]).toEqual(["", true]);
  });

  test("whose amount is only reserved shows no card form", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox, { enabled_payments: ["credit_card"], credit_card: { type: "authorize" } });
    const payment = paymentIn(await press(link, "open", { method: "credit_card" }));
    await press(link, "pay", { payment, card: "4811 1111 1111 1114" });
    const page = await call(`${link}?payment=${payment}`);
    expect(page.text).toContain("is reserved on your card");
    expect(page.text).not.toContain('name="card"');
    expect((await press(link, "pay", { payment })).text).toContain("Paid. Thank you.");
  });
});

describe("a form is refused", () => {
  test("with a button that the page does not have", async () => {
    const { sandbox } = await startSandbox();
    const page = await press(await midtransLink(sandbox), "steal", { method: "bca_va" });
    expect([page.status, page.text.includes("There is no such button")]).toEqual([400, true]);
  });

  test.each(["decline", "abandon", "pay_other_amount", "pay_twice", "pay_late"])(
    "that would %s without a payment, or one of another link",
    async (deed) => {
      const { sandbox } = await startSandbox();
      const link = await midtransLink(sandbox);
      expect((await press(link, deed, { method: "bca_va" })).status).toBe(400);
      const elsewhere = await press(link, deed, { payment: "inv-2-1234567890123", amount: "1" });
      expect([elsewhere.status, elsewhere.text.includes("This link has no payment")]).toEqual([404, true]);
      expect(sandbox.deliveries).toEqual([]);
      expect((await call(link)).status).toBe(200);
    },
  );

  test("once the payment is made", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    const { id } = await sandbox.pay(link, { method: "bca_va" });
    for (const deed of ["decline", "abandon", "pay_other_amount", "pay_twice", "pay_late"]) {
      const page = await press(link, deed, { payment: id, amount: "190000" });
      expect([page.status, page.text.includes("This payment is paid")]).toEqual([409, true]);
    }
    expect(sandbox.deliveries).toHaveLength(2);
    expect((await call(link)).status).toBe(200);
  });
});
