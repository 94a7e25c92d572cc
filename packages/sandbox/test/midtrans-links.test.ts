import { describe, expect, test } from "vitest";
import { basic, type Caller, call, dayMs, midtransCaller, minuteMs, startSandbox, textAt } from "./support.ts";

const minimal = (orderId: string, more: object = {}): object => ({
  transaction_details: { order_id: orderId, gross_amount: 10_000 },
  ...more,
});

const errorsOf = async (api: Caller, body: unknown): Promise<readonly [number, unknown]> => {
  const reply = await api("POST", "/v1/payment-links", body);
  return [reply.status, reply.json["error_messages"]];
};

describe("Midtrans authorization", () => {
  test.each([
    ["no header", {}],
    ["another key", { Authorization: basic("SB-Mid-server-other", "") }],
    ["a password beside the key", { Authorization: basic("SB-Mid-server-tautan-sandbox", "secret") }],
    ["a bearer token", { Authorization: "Bearer SB-Mid-server-tautan-sandbox" }],
    ["something that is not base64", { Authorization: "Basic %%%" }],
  ])("%s: 401 whose error_messages is a string", async (_name, headers) => {
    const { sandbox } = await startSandbox();
    for (const [method, path] of [
      ["POST", "/v1/payment-links"],
      ["GET", "/v1/payment-links/any"],
      ["DELETE", "/v1/payment-links/any"],
    ] as const) {
      const reply = await call(sandbox.midtrans.url + path, { method, headers });
      expect([reply.status, reply.text]).toEqual([
        401,
        '{"error_messages":"Access denied due to unauthorized request"}',
      ]);
    }
  });

  test("under /v2: 401 in the shape of the Core API", async () => {
    const { sandbox } = await startSandbox();
    const reply = await call(`${sandbox.midtrans.url}/v2/any/status`);
    expect([reply.status, reply.json]).toEqual([
      401,
      {
        status_code: "401",
        status_message: "Transaction cannot be authorized with the current client/server key.",
      },
    ]);
  });
});

describe("Midtrans Create Payment Link", () => {
  test("answers 200 with exactly the order id and the pay page on the own server", async () => {
    const { sandbox } = await startSandbox();
    const api = midtransCaller(sandbox);
    const reply = await api("POST", "/v1/payment-links", {
      transaction_details: { order_id: "concert-ticket-05", gross_amount: 190_000, payment_link_id: "amazing-ticket" },
      credit_card: { secure: true },
      usage_limit: 5,
      expiry: { duration: 30, unit: "days" },
      item_details: [{ id: "tix-001", name: "Exclusive Tour Concert Day 1", price: 95_000, quantity: 2 }],
      customer_details: { first_name: "John", last_name: "Doe", email: "john@example.test", phone: "+62181000000000" },
    });
    expect(reply.status).toBe(200);
    expect(reply.text).toBe(
      `{"order_id":"concert-ticket-05","payment_url":"${sandbox.midtrans.url}/payment-links/amazing-ticket"}`,
    );
  });

  test("makes up a slug that cannot be guessed when none is sent", async () => {
    const api = midtransCaller((await startSandbox()).sandbox);
    const reply = await api("POST", "/v1/payment-links", minimal("a"));
    expect(reply.json["payment_url"]).toMatch(/\/payment-links\/[0-9a-f]{32}$/);
  });

  test("malformed JSON and JSON that is no object: the documented message", async () => {
    const api = midtransCaller((await startSandbox()).sandbox);
    for (const body of ["{", "", "[]", '"text"', "null", `${"[".repeat(5_000)}${"]".repeat(5_000)}`]) {
      expect(await errorsOf(api, body)).toEqual([400, ["Invalid JSON data provided."]]);
    }
  });

  test("an order id that was used: 409, also after its link was deleted", async () => {
    const api = midtransCaller((await startSandbox()).sandbox);
    await api("POST", "/v1/payment-links", minimal("order-123"));
    const taken = [409, ["The Order ID 'order-123' has been taken"]];
    expect(await errorsOf(api, minimal("order-123"))).toEqual(taken);
    await api("DELETE", "/v1/payment-links/order-123");
    expect(await errorsOf(api, minimal("order-123"))).toEqual(taken);
  });

  test("a slug that was used: 400 with the documented message", async () => {
    const api = midtransCaller((await startSandbox()).sandbox);
    const withSlug = (orderId: string): object => ({
      transaction_details: { order_id: orderId, gross_amount: 10_000, payment_link_id: "payment-112" },
    });
    await api("POST", "/v1/payment-links", withSlug("a"));
    expect(await errorsOf(api, withSlug("b"))).toEqual([400, ["This Payment Link ID 'payment-112' has been taken"]]);
    // The same request again is about its order id.
    expect((await errorsOf(api, withSlug("a")))[0]).toBe(409);
  });

  test("several messages at once", async () => {
    const api = midtransCaller((await startSandbox()).sandbox);
    await api("POST", "/v1/payment-links", {
      transaction_details: { order_id: "a", gross_amount: 10_000, payment_link_id: "taken" },
    });
    expect(
      await errorsOf(api, {
        transaction_details: { order_id: "b", gross_amount: 0.5, payment_link_id: "taken" },
        usage_limit: 1_000_001,
      }),
    ).toEqual([
      400,
      [
        "This Payment Link ID 'taken' has been taken",
        "transaction_details.gross_amount must be an integer",
        "usage_limit must be at most 1000000",
      ],
    ]);
    expect(
      await errorsOf(api, { transaction_details: { order_id: "b", gross_amount: 1, payment_link_id: "Not_Ok" } }),
    ).toEqual([400, ["payment_link_id must only contain alphanumeric characters [a-z, 0-9] and hyphens [-]"]]);
  });

  const details = (more: object): object => ({
    transaction_details: { order_id: "a", gross_amount: 10_000, ...more },
  });
  const item = (more: object): object =>
    minimal("a", { item_details: [{ name: "Pillow", price: 10_000, quantity: 1, ...more }] });
  const customer = (more: object): object => minimal("a", { customer_details: { first_name: "John", ...more } });

  const starting = (start: string): object =>
    minimal("a", { expiry: { duration: 1, unit: "days", start_time: start } });
  const expiring = (expiry: object): object => minimal("a", { expiry });
  const dynamic = (bounds: object): object =>
    minimal("a", { payment_link_type: "DYNAMIC_AMOUNT", dynamic_amount: bounds });
  const finish = (url: string): object => minimal("a", { callbacks: { finish: url } });
  const card = (options: object): object => minimal("a", { credit_card: options });

  test.each<readonly [string, string, unknown]>([
    ["no transaction_details", "transaction_details is required", {}],
    ["no order id", "transaction_details.order_id is required", { transaction_details: { gross_amount: 1 } }],
    ["an order id of 51 characters", "transaction_details.order_id", details({ order_id: "a".repeat(51) })],
    ["an order id with a space", "transaction_details.order_id", details({ order_id: "a b" })],
    ["an order id with a slash", "transaction_details.order_id", details({ order_id: "a/b" })],
    ["no amount", "transaction_details.gross_amount is required", { transaction_details: { order_id: "a" } }],
    ["an amount as a string", "transaction_details.gross_amount", details({ gross_amount: "10000" })],
    ["an amount with decimals", "transaction_details.gross_amount", details({ gross_amount: 10_000.5 })],
    ["an amount of nothing", "transaction_details.gross_amount", details({ gross_amount: 0 })],
    ["a slug of 51 characters", "transaction_details.payment_link_id", details({ payment_link_id: "a".repeat(51) })],
    ["a slug in upper case", "payment_link_id must only", details({ payment_link_id: "ABC" })],
    ["an item without a name", "item_details.0.name is required", item({ name: undefined })],
    ["an item's name of 51 characters", "item_details.0.name", item({ name: "n".repeat(51) })],
    ["a price with decimals", "item_details.0.price", item({ price: 10_000.1 })],
    ["a quantity of nothing", "item_details.0.quantity", item({ quantity: 0 })],
    ["an item's id of 51 characters", "item_details.0.id", item({ id: "i".repeat(51) })],
    ["an item's id with a fraction", "item_details.0.id must be a string", item({ id: 1.5 })],
    ["items that are no array", "item_details must be an array", minimal("a", { item_details: {} })],
    ["no name, email or phone", "customer_details must have", minimal("a", { customer_details: { last_name: "Doe" } })],
    ["a first name of 51 characters", "customer_details.first_name", customer({ first_name: "n".repeat(51) })],
    ["a phone of 21 characters", "customer_details.phone", customer({ phone: "0".repeat(21) })],
    ["an email that is none", "customer_details.email", customer({ email: "john" })],
    ["notes of 256 characters", "customer_details.notes", customer({ notes: "n".repeat(256) })],
    [
      "an unknown required field",
      "customer_details.customer_details_required_fields.0",
      customer({ customer_details_required_fields: ["last_name"] }),
    ],
    ["a usage limit of nothing", "usage_limit", minimal("a", { usage_limit: 0 })],
    ["a usage limit above a million", "usage_limit", minimal("a", { usage_limit: 1_000_001 })],
    ["an expiry without a unit", "expiry.unit is required", minimal("a", { expiry: { duration: 1 } })],
    ["an expiry without a duration", "expiry.duration is required", minimal("a", { expiry: { unit: "days" } })],
    ["an expiry of more than a hundred years", "expiry.duration", expiring({ duration: 36_526, unit: "days" })],
    ["an expiry past all dates", "expiry.duration", expiring({ duration: Number.MAX_SAFE_INTEGER, unit: "days" })],
    ["a start with an offset of a hundred hours", "expiry.start_time", starting("2026-03-15 10:00 +99:99")],
    ["half a surrogate pair", "title must be valid Unicode", minimal("a", { title: "Concert \uD83C" })],
    ["an expiry in weeks", "expiry.unit", minimal("a", { expiry: { duration: 1, unit: "weeks" } })],
    ["a start without an offset", "expiry.start_time", starting("2026-03-15 10:00")],
    ["a start on a day that does not exist", "expiry.start_time", starting("2026-02-30 10:00:00 +0700")],
    ["an unknown method", "enabled_payments.1", minimal("a", { enabled_payments: ["bca_va", "cash"] })],
    ["a title of 41 characters", "title", minimal("a", { title: "t".repeat(41) })],
    ["an unknown link type", "payment_link_type", minimal("a", { payment_link_type: "OPEN" })],
    ["a smallest amount above the largest", "dynamic_amount.max_amount", dynamic({ min_amount: 2, max_amount: 1 })],
    ["a preset amount out of bounds", "dynamic_amount.preset_amount", dynamic({ max_amount: 1, preset_amount: 2 })],
    ["a finish URL of 256 characters", "callbacks.finish", finish(`https://e.test/${"p".repeat(241)}`)],
    ["a finish URL that runs a script", "callbacks.finish", finish("javascript:alert(1)")],
    ["a secure flag as a string", "credit_card.secure", card({ secure: "true" })],
    ["an unknown acquiring bank", "credit_card.bank", card({ bank: "other" })],
    ["an unknown card channel", "credit_card.channel", card({ channel: "visa" })],
    ["an unknown card type", "credit_card.type", card({ type: "capture" })],
    ["a BIN of 9 digits", "credit_card.whitelist_bins.0", card({ whitelist_bins: ["123456789"] })],
    [
      "an installment term in words",
      "credit_card.installment.terms.bca.0",
      card({ installment: { terms: { bca: ["three"] } } }),
    ],
    ["a virtual account with letters", "bca_va.va_number", minimal("a", { bca_va: { va_number: "12345a" } })],
    ["a custom field of 256 characters", "custom_field1", minimal("a", { custom_field1: "c".repeat(256) })],
  ])("refuses %s", async (_name, start, body) => {
    const { sandbox } = await startSandbox();
    const api = midtransCaller(sandbox);
    const [status, messages] = await errorsOf(api, body);
    expect(status).toBe(400);
    expect(messages).toContainEqual(expect.stringMatching(`^${start}`));
    expect((await api("GET", "/v1/payment-links/a")).status).toBe(404);
  });

  test.each<readonly [string, object]>([
    ["the longest order id with every symbol", details({ order_id: `aZ09-_~.${"x".repeat(28)}` })],
    [
      "a discount as a negative price",
      minimal("a", {
        item_details: [
          { name: "Pillow", price: 15_000, quantity: 1 },
          { name: "Discount", price: -5_000, quantity: 1 },
        ],
      }),
    ],
    ["a blank list of methods", minimal("a", { enabled_payments: [] })],
    ["an expiry of a hundred years", expiring({ duration: 36_525, unit: "days" })],
    ["a title of symbols beyond the basic plane", minimal("a", { title: "\u{1F39F}" })],
    ["fields nobody documents", minimal("a", { anything: { goes: true } })],
    [
      "amount and items of a dynamic link, which it ignores",
      {
        transaction_details: { order_id: "a", gross_amount: "ignored" },
        item_details: "ignored",
        payment_link_type: "DYNAMIC_AMOUNT",
      },
    ],
  ])("accepts %s", async (_name, body) => {
    const api = midtransCaller((await startSandbox()).sandbox);
    expect((await api("POST", "/v1/payment-links", body)).status).toBe(200);
  });
});

describe("Midtrans Get Payment Link Details", () => {
  test("gives the link in the documented names, flat expiry and UTC times inside objects", async () => {
    const { sandbox } = await startSandbox();
    const api = midtransCaller(sandbox);
    const created = await api("POST", "/v1/payment-links", {
      transaction_details: { order_id: "inv-2026-0042", gross_amount: 150_000, payment_link_id: "k3v9q2m7" },
      usage_limit: 2,
      expiry: { start_time: "2026-04-01 18:00 +0700", duration: 20, unit: "days" },
      enabled_payments: ["bca_va", "credit_card"],
      credit_card: { secure: true, whitelist_bins: ["48111111", "bni"] },
      item_details: [{ id: "sku-7", name: "Annual plan", price: 150_000, quantity: 1, brand: "B" }],
      customer_details: { first_name: "Sari", phone: "+628110000001" },
    });
    const paid = await sandbox.pay(textAt(created.json, "payment_url"));
    const { json } = await api("GET", "/v1/payment-links/inv-2026-0042");
    const time = "2026-03-15T03:00:00.123Z";
    const id = Number(json["id"]);
    const internal = { payment_link_id: id, created_at: time, updated_at: time };
    expect(json).toEqual({
      id: expect.stringMatching(/^\d+$/),
      payment_link_url: `${sandbox.midtrans.url}/payment-links/k3v9q2m7`,
      order_id: "inv-2026-0042",
      payment_link_type: "FIXED_AMOUNT",
      merchant_id: "G000000001",
      payment_link_id: "k3v9q2m7",
      enabled_payments: ["bca_va", "credit_card"],
      usage_limit: 2,
      usage: 1,
      gross_amount: 150_000,
      credit_card_3d_secure: true,
      whitelist_bins: ["48111111", "bni"],
      expiry_start: "2026-04-01 18:00 +0700",
      expiry_duration: 20,
      expiry_unit: "days",
      item_details: [
        {
          id: expect.any(Number),
          item_id: "sku-7",
          name: "Annual plan",
          price: 150_000,
          quantity: 1,
          brand: "B",
          category: null,
          merchant_name: null,
          ...internal,
        },
      ],
      customer_details: {
        id: expect.any(Number),
        first_name: "Sari",
        last_name: null,
        email: null,
        phone: "+628110000001",
        notes: null,
        ...internal,
      },
      purchases: [
        {
          id: expect.any(Number),
          snap_token: expect.stringMatching(/^[0-9a-f-]{36}$/),
          order_id: paid.id,
          payment_status: "SETTLEMENT",
          payment_method: "BANK_TRANSFER",
          ...internal,
        },
      ],
    });
  });

  test("without an expiry and customer: null; the unit comes back as it was sent", async () => {
    const api = midtransCaller((await startSandbox()).sandbox);
    await api("POST", "/v1/payment-links", minimal("plain"));
    await api("POST", "/v1/payment-links", minimal("hour", { expiry: { duration: 1, unit: "hour" } }));
    expect((await api("GET", "/v1/payment-links/plain")).json).toMatchObject({
      usage_limit: 1,
      expiry_start: null,
      expiry_duration: null,
      expiry_unit: null,
      customer_details: null,
      item_details: [],
      purchases: [],
    });
    expect((await api("GET", "/v1/payment-links/hour")).json).toMatchObject({
      expiry_start: "2026-03-15 10:00 +0700",
      expiry_duration: 1,
      expiry_unit: "hour",
    });
  });

  test("an unknown order id: 404; the slug is none", async () => {
    const api = midtransCaller((await startSandbox()).sandbox);
    await api("POST", "/v1/payment-links", {
      transaction_details: { order_id: "a", gross_amount: 1, payment_link_id: "slug" },
    });
    for (const id of ["slug", "nothing", "%E0%A4%A"]) {
      expect((await api("GET", `/v1/payment-links/${id}`)).status).toBe(404);
    }
    expect((await api("GET", "/v1/payment-links/a")).status).toBe(200);
  });
});

describe("Midtrans Delete Payment Link", () => {
  test("answers with the order id, and 404 when repeated", async () => {
    const { sandbox } = await startSandbox();
    const api = midtransCaller(sandbox);
    const created = await api("POST", "/v1/payment-links", minimal("1525840754698"));
    const deleted = await api("DELETE", "/v1/payment-links/1525840754698");
    expect([deleted.status, deleted.text]).toEqual([
      200,
      '{"message":"Payment Link with Order ID 1525840754698 deleted"}',
    ]);
    expect((await api("DELETE", "/v1/payment-links/1525840754698")).status).toBe(404);
    expect((await api("GET", "/v1/payment-links/1525840754698")).status).toBe(404);
    await expect(sandbox.pay(textAt(created.json, "payment_url"))).rejects.toThrow("it was deleted");
  });
});

describe("Midtrans paths and methods", () => {
  test("an unknown path: 404 in the shape of its API; a wrong method: 405", async () => {
    const api = midtransCaller((await startSandbox()).sandbox);
    expect(await api("GET", "/v1/other")).toMatchObject({
      status: 404,
      json: { error_messages: ["The requested resource is not found"] },
    });
    expect(await api("POST", "/v2/x/teleport")).toMatchObject({ status: 404, json: { status_code: "404" } });
    expect(await api("PUT", "/v1/payment-links/a", {})).toMatchObject({
      status: 405,
      json: { error_messages: ["HTTP method is not allowed"] },
    });
    expect(await api("POST", "/v2/x/status", {})).toMatchObject({ status: 405, json: { status_code: "405" } });
  });
});

describe("Midtrans link expiry", () => {
  test.each([
    ["minute", minuteMs],
    ["minutes", minuteMs],
    ["hour", 60 * minuteMs],
    ["hours", 60 * minuteMs],
    ["day", dayMs],
    ["days", dayMs],
  ])("2 %s after the start no payment can be opened", async (unit, unitMs) => {
    const { sandbox, clock } = await startSandbox();
    const api = midtransCaller(sandbox);
    const created = await api(
      "POST",
      "/v1/payment-links",
      minimal("a", { expiry: { duration: 2, unit }, usage_limit: 2 }),
    );
    const link = textAt(created.json, "payment_url");
    clock.advance(2 * unitMs - 1);
    expect((await sandbox.pay(link)).status).toBe("settlement");
    clock.advance(1);
    await expect(sandbox.open(link)).rejects.toThrow("No payment can be opened on this link: it has expired.");
  });

  test("counts from a start time with seconds and another offset", async () => {
    const { sandbox, clock } = await startSandbox();
    const api = midtransCaller(sandbox);
    // 08:00:30 in UTC+2 is 13:00:30 in Jakarta, three hours from now.
    const expiry = { start_time: "2026-03-15 08:00:30 +0200", duration: 1, unit: "minutes" };
    const link = textAt((await api("POST", "/v1/payment-links", minimal("a", { expiry }))).json, "payment_url");
    expect((await api("GET", "/v1/payment-links/a")).json["expiry_start"]).toBe("2026-03-15 13:00 +0700");
    clock.advance(3 * 60 * minuteMs + 89_000);
    await sandbox.fail(link);
    clock.advance(1_000);
    await expect(sandbox.open(link)).rejects.toThrow("it has expired");
  });

  test("expired by hand: the details say so too", async () => {
    const { sandbox, clock } = await startSandbox();
    const api = midtransCaller(sandbox);
    const links = ["a", "b"].map(async (orderId) => {
      const more = orderId === "a" ? { expiry: { duration: 3, unit: "days" } } : {};
      return textAt((await api("POST", "/v1/payment-links", minimal(orderId, more))).json, "payment_url");
    });
    for (const [index, link] of (await Promise.all(links)).entries()) {
      await sandbox.expire(link);
      await expect(sandbox.pay(link)).rejects.toThrow("it has expired");
      const { json } = await api("GET", `/v1/payment-links/${["a", "b"][index]}`);
      const [date, time] = String(json["expiry_start"]).split(" ");
      const lengthMs = Number(json["expiry_duration"]) * (json["expiry_unit"] === "days" ? dayMs : minuteMs);
      expect(Date.parse(`${date}T${time}:00+07:00`) + lengthMs).toBeLessThanOrEqual(clock.now());
    }
  });
});
