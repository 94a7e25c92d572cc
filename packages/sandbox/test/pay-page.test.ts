import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Sandbox } from "../src/index.ts";
import { readPage } from "./page.ts";
import {
  call,
  dayMs,
  midtransCaller,
  pick,
  type Reply,
  singapayCaller,
  startSandbox,
  textAt,
  xfersCaller,
} from "./support.ts";

const midtransLink = async (sandbox: Sandbox, more: object = {}, details: object = {}): Promise<string> => {
  const reply = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
    transaction_details: { order_id: "inv-1", gross_amount: 190_000, ...details },
    ...more,
  });
  return textAt(reply.json, "payment_url");
};

const xfersLink = async (sandbox: Sandbox, more: object = {}): Promise<string> => {
  const attributes = {
    amount: 10_000,
    referenceId: "ORDER-1",
    customerName: "John",
    customerEmail: "john@example.test",
    customerPhoneNumber: "08",
    ...more,
  };
  const reply = await xfersCaller(sandbox)("POST", "/api/v4/payment_links", { data: { attributes } });
  return textAt(reply.json, "data", "attributes", "paymentLinkUrl");
};

const singapayLink = async (sandbox: Sandbox, more: object = {}): Promise<string> => {
  const api = await singapayCaller(sandbox);
  const reply = await api("POST", "/api/v1.0/payment-link-manage/01K0SANDB0XACC0VNT00000001", {
    reff_no: "ORD-1",
    title: "Order 1",
    max_usage: 1,
    total_amount: 75_000,
    items: [{ name: "Coffee", quantity: 3, unit_price: 25_000 }],
    required_customer_detail: false,
    ...more,
  });
  return textAt(reply.json, "data", "payment_url");
};

/** What a browser sends when the form on the page is used. */
const submit = (link: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Reply> =>
  call(link, {
    method: "POST",
    headers: { Origin: new URL(link).origin, ...headers },
    body: new URLSearchParams(fields),
  });

/** The id of the form on a page. */
const formIn = (page: string): string => /<input type="hidden" name="form" value="([^"]+)">/.exec(page)?.[1] ?? "";

const hostile = `<script>alert("x")</script>'"&`;

describe("the pay page", () => {
  test("shows title, items, amount, reference and the allowed methods", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox, {
      title: "Concert, day 1",
      enabled_payments: ["credit_card", "bca_va"],
      item_details: [{ name: "Ticket", price: 95_000, quantity: 2 }],
    });
    const { status, text, headers } = await call(link);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain("text/html");
    for (const part of [
      '<html lang="en">',
      "<title>Concert, day 1</title>",
      "<h1>Concert, day 1</h1>",
      "Reference: inv-1",
      '<td>Ticket</td><td class="number">2</td><td class="number">Rp190.000</td>',
      "Rp190.000",
      "Waiting for payment",
    ]) {
      expect(text).toContain(part);
    }
    const page = readPage({ text });
    const payer = page.get("main");
    for (const [group, label, code] of [
      ["Card", "Credit or debit card", "credit_card"],
      ["Bank transfer (virtual account)", "BCA virtual account", "bca_va"],
    ] as const) {
      const radio = payer.get("group", group).get("radio", label).element;
      expect([radio.getAttribute("value"), radio.hasAttribute("required")]).toEqual([code, true]);
    }
    expect(payer.get("button", "Continue").element.getAttribute("value")).toBe("open");
    const controls = page.get("complementary", "Sandbox controls");
    expect(controls.get("button", "Pay at once").element.getAttribute("value")).toBe("pay");
    expect(text).not.toContain("gopay");
  });

  test("runs no script but the one that copies numbers, loads nothing and cannot be framed", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    const { text, headers } = await call(link);
    expect(text).not.toMatch(/<script|<link|<img|\bon\w+=|url\(|@import/i);
    const { id } = await sandbox.open(link, { method: "bca_va" });
    const withNumber = (await call(`${link}?payment=${id}`)).text;
    expect(withNumber.replace("<script>", "")).not.toMatch(/<script|<link|<img|\bon\w+=|url\(|@import/i);
    const hashOf = (tag: string): string => {
      const [, content = ""] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(withNumber) ?? [];
      return createHash("sha256").update(content).digest("base64");
    };
    expect(headers.get("content-security-policy")).toBe(
      `default-src 'none'; style-src 'sha256-${hashOf("style")}'; script-src 'sha256-${hashOf("script")}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
  });

  test("escapes every text of the merchant and of the payer", async () => {
    const { sandbox } = await startSandbox();
    const pages = [
      await call(
        await midtransLink(sandbox, {
          title: hostile,
          item_details: [{ name: hostile, price: 190_000, quantity: 1 }],
          callbacks: { finish: `https://shop.example/?q=${hostile}` },
        }),
      ),
      await call(await xfersLink(sandbox, { description: "Tom & Jerry's", referenceId: "a&b'c" })),
      await call(
        await singapayLink(sandbox, {
          title: hostile,
          reff_no: `R&'"<b>`,
          items: [{ name: hostile, quantity: 1, unit_price: 75_000 }],
          redirect_url: `https://shop.example/?q=${hostile}`,
        }),
      ),
    ];
    for (const { status, text } of pages) {
      expect(status).toBe(200);
      expect(text).not.toContain("<script");
      expect(text).not.toContain("<b>");
      expect(text).not.toMatch(/href="[^"]*"[^ >]/);
    }
    expect(pages[0]?.text).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&quot;&amp;");
    expect(pages[1]?.text).toContain("Tom &amp; Jerry&#39;s");
  });

  test.each([
    ["Midtrans", midtransLink, "bni_va", "BNI virtual account", "Rp190.000"],
    ["Xfers", xfersLink, "QRIS", "QRIS", "Rp10.000"],
    ["SingaPay", singapayLink, "VA_BRI", "BRI virtual account", "Rp75.000"],
  ])(
    "of %s: paying comes back with 303 to the same page, which says what was paid, how, and offers no more",
    async (_name, create, method, methodName, amount) => {
      const { sandbox } = await startSandbox();
      const link = await create(sandbox);
      const posted = await submit(link, { method });
      expect(posted.status).toBe(303);
      const location = new URL(posted.headers.get("location") ?? "", link);
      expect(location.href.startsWith(`${link}?paid=`)).toBe(true);
      for (const url of [location.href, link]) {
        const { status, text } = await call(url);
        expect(status).toBe(200);
        expect(text).toContain("Paid. Thank you.");
        expect(text).toContain(`<p class="amount">${amount}</p>`);
        expect(text).toContain(`Payment method: ${methodName}`);
        expect(text).toContain(`by ${methodName}: paid`);
        expect(readPage({ text }).get("main").has("button")).toBe(false);
        expect(text).not.toContain("Make another payment");
      }
      const again = await submit(link, { method });
      expect([again.status, again.text.includes('role="alert"')]).toEqual([409, true]);
    },
  );

  test.each([
    ["Midtrans", (sandbox: Sandbox) => midtransLink(sandbox, { usage_limit: 2 }), "bca_va"],
    ["SingaPay", (sandbox: Sandbox) => singapayLink(sandbox, { max_usage: 2 }), "QRIS"],
  ])("of %s: each payer of a link for two is thanked, the last one too", async (_name, create, method) => {
    const { sandbox } = await startSandbox();
    const link = await create(sandbox);
    const thanks: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      const posted = await submit(link, { method });
      thanks.push(new URL(posted.headers.get("location") ?? "", link).href);
      const { status, text } = await call(thanks.at(-1) ?? "");
      expect([status, text.includes("Paid. Thank you."), readPage({ text }).get("main").has("button")]).toEqual([
        200,
        true,
        false,
      ]);
      expect(text.includes('<a href="?">Make another payment</a>')).toBe(count === 0);
    }
    const plain = await call(link);
    expect([plain.status, plain.text.includes("This link has been used up.")]).toEqual([410, true]);
    expect((await call(thanks[0] ?? "")).text).toContain("Paid. Thank you.");
  });

  test("only a payment that was made on this link is thanked for", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox, { usage_limit: 5 });
    const other = await midtransLink(sandbox, {}, { order_id: "other" });
    const elsewhere = await sandbox.pay(other);
    const pending = await sandbox.open(link, { method: "bca_va" });
    const refused = await sandbox.fail(link, { method: "credit_card" });
    const reversed = await sandbox.pay(link, { method: "permata_va" });
    await sandbox.reverse(link, { payment: reversed.id });
    for (const id of [elsewhere.id, pending.id, refused.id, reversed.id, "", "undefined", "<script>", "%E0%A4%A"]) {
      const { status, text } = await call(`${link}?paid=${id}`);
      expect([status, text.includes("Waiting for payment"), text.includes("<form")]).toEqual([200, true, true]);
      expect(text).not.toContain("Thank you");
      expect(text).not.toContain("<script>");
    }
    await sandbox.expire(link);
    expect((await call(`${link}?paid=${pending.id}`)).status).toBe(410);
  });

  test("a card that is only authorized is not thanked for", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox, {
      enabled_payments: ["credit_card"],
      credit_card: { type: "authorize" },
    });
    const posted = await submit(link, { method: "credit_card" });
    const { text } = await call(new URL(posted.headers.get("location") ?? "", link).href);
    expect(text).toContain("A payment on this link is pending.");
    expect(text).not.toContain("Thank you");
  });

  test("a link that Xfers was told is paid thanks without a method", async () => {
    const { sandbox } = await startSandbox();
    const link = await xfersLink(sandbox);
    await xfersCaller(sandbox)("POST", `/api/v4/payment_links${new URL(link).pathname}/tasks`, {
      data: { attributes: { action: "receive_payment" } },
    });
    const { text } = await call(link);
    expect(text).toContain("Paid. Thank you.");
    expect(text).toContain("Payment method: unknown");
  });

  test("one item stands under Item, several under Items", async () => {
    const { sandbox } = await startSandbox();
    const item = { name: "Ticket", price: 95_000, quantity: 2 };
    const one = await call(await midtransLink(sandbox, { item_details: [item] }));
    expect(one.text).toContain("<caption>Item</caption>");
    const half = { ...item, quantity: 1 };
    const two = await call(await midtransLink(sandbox, { item_details: [half, half] }, { order_id: "two" }));
    expect(two.text).toContain("<caption>Items</caption>");
  });

  test("expired, used up, deleted: 410 and no form; an unknown one: 404", async () => {
    const { sandbox, clock } = await startSandbox();
    const used = await midtransLink(sandbox, { usage_limit: 2 }, { order_id: "used" });
    await sandbox.pay(used);
    expect((await call(used)).text).toContain("<form");
    await sandbox.pay(used);
    const deleted = await midtransLink(sandbox, {}, { order_id: "deleted" });
    await midtransCaller(sandbox)("DELETE", "/v1/payment-links/deleted");
    const cancelled = await xfersLink(sandbox);
    await xfersCaller(sandbox)("POST", `/api/v4/payment_links${new URL(cancelled).pathname}/tasks`, {
      data: { attributes: { action: "cancel" } },
    });
    const failed = await xfersLink(sandbox, { referenceId: "ORDER-2" });
    await sandbox.fail(failed);
    const expiring = await xfersLink(sandbox, { referenceId: "ORDER-3" });
    clock.advance(2 * dayMs);
    for (const [link, sentence] of [
      [used, "This link has been used up."],
      [deleted, "This link is closed."],
      [cancelled, "This link is closed."],
      [failed, "This payment has failed."],
      [expiring, "This link has expired."],
    ] as const) {
      const { status, text } = await call(link);
      expect([status, text.includes(sentence), text.includes("<form")]).toEqual([410, true, false]);
    }
    for (const path of ["/payment-links/nothing", "/payment-links/%E0%A4%A"]) {
      const { status, text } = await call(sandbox.midtrans.url + path);
      expect([status, text.includes("No such link")]).toEqual([404, true]);
    }
    for (const unknown of [`${sandbox.xfers.url}/paymentlink_0`, `${sandbox.singapay.url}/b2b/%E0%A4%A`]) {
      expect((await call(unknown)).status).toBe(404);
      expect((await submit(unknown, { method: "QRIS" })).status).toBe(404);
    }
  });

  test("a form that is sent twice is one payment; a form of its own is another", async () => {
    const { sandbox } = await startSandbox();
    const pages = [
      await midtransLink(sandbox, { usage_limit: 5 }),
      await singapayLink(sandbox, { max_usage: 5 }),
      await xfersLink(sandbox),
      await midtransLink(sandbox, {}, { order_id: "single" }),
    ];
    for (const [link, method] of pages.map((link, index) => [
      link,
      ["bca_va", "VA_BRI", "QRIS", "bca_va"][index] ?? "",
    ])) {
      const form = formIn((await call(link ?? "")).text);
      const clicks = await Promise.all([1, 2, 3].map(() => submit(link ?? "", { method: method ?? "", form })));
      clicks.push(await submit(link ?? "", { method: method ?? "", form }));
      expect(clicks.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
      expect(new Set(clicks.map(({ headers }) => headers.get("location"))).size).toBe(1);
    }
    const [many = ""] = pages;
    const second = await submit(many, { method: "bca_va", form: formIn((await call(many)).text) });
    expect(second.status).toBe(303);
    const { json } = await call(`${sandbox.control.url}/links`);
    expect([0, 1, 2, 3].map((index) => (pick(json, index, "payments") as unknown[]).length)).toEqual([2, 1, 1, 1]);
  });

  test("a form that was refused can be sent again, and one form does not pay two links", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox, { enabled_payments: ["bca_va"] });
    const other = await midtransLink(sandbox, {}, { order_id: "other" });
    const form = formIn((await call(link)).text);
    expect((await submit(link, { method: "gopay", form })).status).toBe(400);
    const paid = await submit(link, { method: "bca_va", form });
    expect(paid.status).toBe(303);
    const elsewhere = await submit(other, { method: "bca_va", form });
    expect([elsewhere.status, elsewhere.headers.get("location") === paid.headers.get("location")]).toEqual([
      303,
      false,
    ]);
  });

  test("is not kept by the browser, but a refused form is, so that going back does not send it again", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    expect((await call(link)).headers.get("cache-control")).toBe("no-store");
    expect((await submit(link, {})).headers.get("cache-control")).toBeNull();
  });

  test("a visitor does not take over what another payer has pending", async () => {
    const { sandbox } = await startSandbox();
    const link = await singapayLink(sandbox, { max_usage: 3, required_customer_detail: true });
    const pending = await sandbox.open(link, { method: "QRIS" });
    const mine = { name: "Budi", email: "budi@example.test", phone: "0812" };
    const posted = await submit(link, { method: "QRIS", ...mine });
    expect(posted.headers.get("location")).not.toContain(pending.id);
    expect(JSON.parse(sandbox.deliveries.at(-1)?.body ?? "")).toMatchObject({ data: { customer: mine } });
  });

  test.each([
    ["an email that is none", { email: "budi" }, "must look like"],
    ["an email with spaces", { email: "a b@c.test" }, "must look like"],
    ["a phone of letters", { phone: "abc" }, "Your phone number must look like 0812 3456 7890"],
    ["a phone of three digits", { phone: "081" }, "Your phone number must look like"],
    ["a phone with a name", { phone: "0812 3456 Budi" }, "Your phone number must look like"],
    ["a name that never ends", { name: "n".repeat(256) }, "at most 255 characters"],
    ["a phone that never ends", { phone: "0".repeat(256) }, "at most 255 characters"],
    ["a name of spaces", { name: "   " }, "Fill in your name"],
  ])("refuses %s", async (_name, wrong, sentence) => {
    const { sandbox } = await startSandbox();
    const link = await singapayLink(sandbox, { required_customer_detail: true });
    const details = { name: "Budi", email: "budi@example.test", phone: "+62 (812) 3456-7890", ...wrong };
    const refused = await submit(link, { method: "QRIS", ...details });
    expect([refused.status, refused.text.includes(sentence)]).toEqual([400, true]);
    expect(sandbox.deliveries).toEqual([]);
  });

  test("keeps what was filled in where a form is refused, and escapes it", async () => {
    const { sandbox } = await startSandbox();
    const link = await singapayLink(sandbox, { required_customer_detail: true });
    const refused = await submit(link, { method: "QRIS", name: hostile, email: "budi", phone: "0812" });
    expect(refused.text).toContain('value="QRIS" required checked>');
    expect(refused.text).toContain('value="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&quot;&amp;"');
    expect(refused.text).toContain('value="0812"');
    expect(refused.text).not.toContain("<script");
    expect((await call(link)).text).not.toContain(" checked");
    const open = await midtransLink(sandbox, {
      payment_link_type: "DYNAMIC_AMOUNT",
      dynamic_amount: { max_amount: 9_000 },
    });
    expect((await submit(open, { method: "bca_va", amount: "9001" })).text).toContain('value="9001"');
  });

  test("keeps no detail that the link does not ask for", async () => {
    const { sandbox } = await startSandbox();
    await submit(await singapayLink(sandbox), { method: "QRIS", name: hostile, email: "x".repeat(9_000) });
    expect(JSON.parse(sandbox.deliveries.at(-1)?.body ?? "")).toMatchObject({
      data: { customer: { name: "", email: "" } },
    });
  });

  test("a link held by a pending payment offers to complete it", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    const { id } = await sandbox.open(link);
    const { status, text } = await call(link);
    expect(status).toBe(200);
    expect(text).toContain(`<input type="hidden" name="payment" value="${id}">`);
    expect((await submit(link, { payment: id })).status).toBe(303);
    expect((await call(link)).text).toContain("Paid. Thank you.");
  });

  test("an open amount is a number field within its bounds", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox, {
      payment_link_type: "DYNAMIC_AMOUNT",
      dynamic_amount: { min_amount: 5_000, max_amount: 9_000, preset_amount: 6_000 },
      usage_limit: 2,
    });
    const { text } = await call(link);
    expect(text).toMatch(/<input id="amount" name="amount" type="number"[^>]* min="5000" max="9000" value="6000"/);
    expect(text).toContain("Rp5.000 to Rp9.000");
    for (const amount of [
      "0x1b58",
      "7e3",
      "7000.0",
      "7000,5",
      "70.00",
      "7.0000",
      "07.000",
      "+7000",
      "-7000",
      "",
      "abc",
      "١",
    ]) {
      const refused = await submit(link, { method: "bca_va", amount });
      expect([refused.status, refused.text.includes("in whole rupiah, for example 190000 or 190.000.")]).toEqual([
        400,
        true,
      ]);
    }
    for (const amount of ["4999", "9001", "9.001", "9".repeat(400)]) {
      const refused = await submit(link, { method: "bca_va", amount });
      expect([refused.status, refused.text.includes("whole rupiah, from Rp5.000 to Rp9.000")]).toEqual([400, true]);
    }
    expect(text).toContain("The amount is yours to choose");
    for (const amount of ["7000", " 7.000 "]) {
      const posted = await submit(link, { method: "bri_va", amount });
      expect(posted.status).toBe(303);
      const thanks = await call(new URL(posted.headers.get("location") ?? "", link).href);
      expect(thanks.text).toContain('<p class="amount">Rp7.000</p>');
      expect(thanks.text).not.toContain("The amount is yours to choose");
      expect(pick(sandbox.deliveries.at(-1), "body")).toContain('"gross_amount":"7000.00"');
    }
  });

  test("of an open amount, paid for good or held, shows the amount that was chosen", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox, { payment_link_type: "DYNAMIC_AMOUNT" });
    await sandbox.open(link, { amount: 12_345 });
    expect((await call(link)).text).toContain('<p class="amount">Rp12.345</p>');
    await sandbox.pay(link);
    expect((await call(link)).text).toContain('<p class="amount">Rp12.345</p>');
  });

  test("asks for the details a link requires, and passes them on", async () => {
    const { sandbox } = await startSandbox();
    const link = await singapayLink(sandbox, { required_customer_detail: true });
    expect((await call(link)).text).toMatch(
      /<label for="email">.*<\/label>\s*<input id="email" name="email" type="email"[^>]* required>/,
    );
    const refused = await submit(link, { method: "QRIS", name: "Sari", email: " " });
    expect([refused.status, refused.text.includes("Fill in your email address to continue.")]).toEqual([400, true]);
    await submit(link, { method: "QRIS", name: "Sari", email: "sari@shop.example", phone: "0812000111" });
    expect(pick(JSON.parse(sandbox.deliveries.at(-1)?.body ?? ""), "data", "customer")).toEqual({
      id: null,
      name: "Sari",
      email: "sari@shop.example",
      phone: "0812000111",
    });

    const required = {
      customer_required: true,
      customer_details: { email: "a@b.test", customer_details_required_fields: ["phone"] },
    };
    const { text } = await call(await midtransLink(sandbox, required));
    expect([text.includes('name="phone"'), text.includes('name="email"')]).toEqual([true, false]);
  });

  test("leads back to the merchant", async () => {
    const { sandbox } = await startSandbox();
    const link = await singapayLink(sandbox, { redirect_url: "https://shop.example/thanks" });
    expect((await call(link)).text).toContain('<a href="https://shop.example/thanks" rel="noreferrer">');
    const finish = await midtransLink(sandbox, { callbacks: { finish: "https://shop.example/done" } });
    expect((await call(finish)).text).toContain('<a href="https://shop.example/done" rel="noreferrer">');
  });

  test("refuses a form without a method, with one the link lacks, or that is no form", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox, { enabled_payments: ["bca_va"] });
    expect((await submit(link, {})).text).toContain("Choose a payment method to continue.");
    expect((await submit(link, { method: "gopay" })).status).toBe(400);
    const json = { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"method":"bca_va"}' };
    expect((await call(link, json)).status).toBe(400);
    expect(sandbox.deliveries).toEqual([]);
  });

  test("refuses forms from other sites", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    expect((await submit(link, { method: "bca_va" }, { Origin: "https://evil.example" })).status).toBe(403);
    expect((await submit(link, { method: "bca_va" }, { Origin: "null", "Sec-Fetch-Site": "cross-site" })).status).toBe(
      403,
    );
    // A script elsewhere can send a body without a content type; it is taken for a form.
    expect((await call(link, { method: "POST", body: new Blob(["method=bca_va"]) })).status).toBe(403);
    expect(sandbox.deliveries).toEqual([]);
  });
});
