import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  basic,
  type Caller,
  call,
  dayMs,
  hourMs,
  type Json,
  pick,
  type Reply,
  startMerchant,
  startSandbox,
  textAt,
  xfersCaller,
} from "./support.ts";

const root = "/api/v4/payment_links";

const attributes = {
  amount: 10_000,
  referenceId: "ORDER-1",
  description: "Order Number 0001",
  customerName: "John Doe",
  expiredAt: "2026-03-16T16:00:00+07:00",
  customerEmail: "john@example.test",
  customerPhoneNumber: "080000000000",
  paymentMethodOptions: { displayName: "Nama Tampilan" },
} as const;

const envelope = (changes: object = {}): object => ({ data: { attributes: { ...attributes, ...changes } } });
const task = (action: unknown): object => ({ data: { attributes: { action } } });
const payUrl = (reply: Reply): string => textAt(reply.json, "data", "attributes", "paymentLinkUrl");
const idOf = (reply: Reply): string => textAt(reply.json, "data", "id");

const statusOf = async (api: Caller, id: string): Promise<unknown> =>
  pick((await api("GET", `${root}/${id}`)).json, "data", "attributes", "status");

describe("Xfers authorization", () => {
  test.each([
    ["no header", {}],
    ["another API key", { Authorization: basic("test_other", "secret_tautan_sandbox") }],
    ["another secret key", { Authorization: basic("test_tautan_sandbox", "other") }],
  ])("%s: 401 with code 002", async (_name, headers) => {
    const { sandbox } = await startSandbox();
    for (const [method, path] of [
      ["POST", root],
      ["GET", `${root}/any`],
      ["POST", `${root}/any/tasks`],
    ] as const) {
      const reply = await call(sandbox.xfers.url + path, { method, headers });
      expect(reply).toMatchObject({ status: 401, json: { errors: [{ code: "002", title: "Access denied" }] } });
    }
  });
});

describe("Xfers create", () => {
  test("answers the documented object, byte for byte", async () => {
    const { sandbox } = await startSandbox();
    const reply = await xfersCaller(sandbox)("POST", root, envelope());
    const id = idOf(reply);
    expect(id).toMatch(/^paymentlink_[0-9a-f]{32}$/);
    expect(reply.status).toBe(201);
    expect(reply.headers.get("content-type")).toBe("application/vnd.api+json");
    expect(reply.text).toBe(
      `{"data":{"id":"${id}","type":"payment_links","attributes":{"status":"pending","amount":"10000.0",` +
        '"referenceId":"ORDER-1","createdAt":"2026-03-15 10:00:00 +0700","description":"Order Number 0001",' +
        `"expiredAt":"2026-03-16 16:00:00 +0700","paymentLinkUrl":"${sandbox.xfers.url}/${id}",` +
        '"customerName":"John Doe","customerEmail":"john@example.test","customerPhoneNumber":"080000000000",' +
        '"paymentMethodOptions":{"displayName":"Nama Tampilan"}}}}',
    );
  });

  test.each([
    ["2026-03-16T16:00:00", "2026-03-16 16:00:00 +0700"],
    ["2026-03-16T16:00:00.500", "2026-03-16 16:00:00 +0700"],
    ["2026-03-16T16:00:00Z", "2026-03-16 23:00:00 +0700"],
    ["2026-03-16T16:00:00+0800", "2026-03-16 15:00:00 +0700"],
  ])("reads the expiry %s, without an offset as of Jakarta", async (expiredAt, told) => {
    const api = xfersCaller((await startSandbox()).sandbox);
    const reply = await api("POST", root, envelope({ expiredAt }));
    expect([reply.status, pick(reply.json, "data", "attributes", "expiredAt")]).toEqual([201, told]);
  });

  test("gives optional attributes a default", async () => {
    const api = xfersCaller((await startSandbox()).sandbox);
    const reply = await api(
      "POST",
      root,
      envelope({ description: undefined, expiredAt: undefined, paymentMethodOptions: undefined }),
    );
    expect(pick(reply.json, "data", "attributes")).toMatchObject({
      description: null,
      expiredAt: "2026-03-16 10:00:00 +0700",
      paymentMethodOptions: {},
    });
  });

  test.each([
    ["no data", "data is required", {}],
    ["no attributes", "data.attributes is required", { data: {} }],
    ["no amount", "amount is required", envelope({ amount: undefined })],
    ["an amount as a string", "amount must be an integer", envelope({ amount: "10000" })],
    ["a fraction of a rupiah", "amount must be an integer", envelope({ amount: 10_000.5 })],
    ["an amount of nothing", "amount must be at least 1", envelope({ amount: 0 })],
    ["no referenceId", "referenceId is required", envelope({ referenceId: undefined })],
    ["a referenceId with an angle bracket", "referenceId must be", envelope({ referenceId: "a<b" })],
    ["a referenceId with a quotation mark", "referenceId must be", envelope({ referenceId: 'a"b' })],
    ["a referenceId with a backslash", "referenceId must be", envelope({ referenceId: "a\\b" })],
    ["a referenceId beyond ASCII", "referenceId must be", envelope({ referenceId: "é" })],
    ["a description with an angle bracket", "description must be", envelope({ description: "a>b" })],
    ["no customer name", "customerName is required", envelope({ customerName: "" })],
    ["no email", "customerEmail is required", envelope({ customerEmail: null })],
    ["an email that is none", "customerEmail must be", envelope({ customerEmail: "john" })],
    ["no phone number", "customerPhoneNumber is required", envelope({ customerPhoneNumber: undefined })],
    ["an expiry without a time", "expiredAt must be an ISO", envelope({ expiredAt: "2026-03-16" })],
    [
      "an expiry in the format of replies",
      "expiredAt must be an ISO",
      envelope({ expiredAt: "2026-03-16 16:00:00 +0700" }),
    ],
    ["an expiry on 30 February", "expiredAt must be an ISO", envelope({ expiredAt: "2027-02-30T16:00:00+07:00" })],
    [
      "an expiry with an offset of a hundred hours",
      "expiredAt must be an ISO",
      envelope({ expiredAt: "2027-02-01T00:00:00+99:99" }),
    ],
    ["half a surrogate pair", "customerName must be valid", envelope({ customerName: "John \uDF9F" })],
    ["an expiry in the past", "expiredAt must be in the future", envelope({ expiredAt: "2026-03-15T02:59:59Z" })],
    [
      "a display name that is a number",
      "paymentMethodOptions.displayName",
      envelope({ paymentMethodOptions: { displayName: 1 } }),
    ],
  ])("refuses %s with code 005", async (_name, detail, body) => {
    const api = xfersCaller((await startSandbox()).sandbox);
    const reply = await api("POST", root, body);
    expect(reply.status).toBe(400);
    expect(reply.json["errors"]).toContainEqual({
      code: "005",
      title: "Invalid parameters",
      detail: expect.stringMatching(`^${detail}`),
    });
  });

  test("refuses malformed JSON, and says everything that is wrong at once", async () => {
    const api = xfersCaller((await startSandbox()).sandbox);
    expect(await api("POST", root, "{")).toMatchObject({
      status: 400,
      json: { errors: [{ code: "005", detail: "The request body is not a JSON object" }] },
    });
    const reply = await api("POST", root, envelope({ amount: 0, customerName: undefined }));
    expect(reply.json["errors"]).toHaveLength(2);
  });
});

describe("Xfers referenceId as the key of a request", () => {
  test("the same attributes again give the first object, also when spelled in another order or paid since", async () => {
    const { sandbox, clock } = await startSandbox();
    const api = xfersCaller(sandbox);
    const first = await api("POST", root, envelope());
    clock.advance(hourMs);
    const reversed = Object.fromEntries(Object.entries(attributes).toReversed());
    const again = await api("POST", root, { data: { attributes: reversed } });
    expect([again.status, again.text]).toEqual([201, first.text]);
    await sandbox.pay(payUrl(first));
    clock.advance(2 * dayMs);
    const late = await api("POST", root, envelope());
    expect([late.status, idOf(late)]).toEqual([201, idOf(first)]);
  });

  test("other attributes under a known referenceId do not change the first result either", async () => {
    const api = xfersCaller((await startSandbox()).sandbox);
    const first = await api("POST", root, envelope());
    for (const other of [envelope({ amount: 20_000 }), envelope({ expiredAt: "2020-01-01T00:00:00+07:00" })]) {
      const again = await api("POST", root, other);
      expect([again.status, again.text]).toEqual([201, first.text]);
    }
  });
});

describe("Xfers get", () => {
  test("gives the same object as create, and 404 with code 004 for an unknown id", async () => {
    const api = xfersCaller((await startSandbox()).sandbox);
    const created = await api("POST", root, envelope());
    const shown = await api("GET", `${root}/${idOf(created)}`);
    expect([shown.status, shown.text]).toEqual([200, created.text]);
    expect(await api("GET", `${root}/paymentlink_0`)).toMatchObject({
      status: 404,
      json: { errors: [{ code: "004", title: "Record not found" }] },
    });
  });

  test("there is no list, update or delete", async () => {
    const api = xfersCaller((await startSandbox()).sandbox);
    const id = idOf(await api("POST", root, envelope()));
    for (const [method, path] of [
      ["GET", root],
      ["PUT", `${root}/${id}`],
      ["DELETE", `${root}/${id}`],
    ] as const) {
      expect(await api(method, path)).toMatchObject({ status: 404, json: { errors: [{ code: "004" }] } });
    }
  });

  test("becomes expired when its time has come", async () => {
    const { sandbox, clock } = await startSandbox();
    const api = xfersCaller(sandbox);
    const created = await api("POST", root, envelope());
    await sandbox.open(payUrl(created));
    clock.advance(30 * hourMs - 124);
    expect(await statusOf(api, idOf(created))).toBe("pending");
    clock.advance(1);
    expect(await statusOf(api, idOf(created))).toBe("expired");
    await expect(sandbox.pay(payUrl(created))).rejects.toThrow("The link is expired; to be paid it must be pending");
    expect(sandbox.deliveries).toEqual([]);
  });
});

describe("Xfers tasks", () => {
  test("receive_payment, then settle; the reply does not carry the status", async () => {
    const { sandbox } = await startSandbox();
    const api = xfersCaller(sandbox);
    const id = idOf(await api("POST", root, envelope()));
    const received = await api("POST", `${root}/${id}/tasks`, task("receive_payment"));
    expect([received.status, received.text]).toEqual([
      201,
      `{"data":{"type":"task","attributes":{"targetId":"${id}","targetType":"payment_link","action":"receive_payment"}}}`,
    ]);
    expect(await statusOf(api, id)).toBe("paid");
    await api("POST", `${root}/${id}/tasks`, task("settle"));
    expect(await statusOf(api, id)).toBe("completed");
    await sandbox.idle();
    const sent = sandbox.deliveries.map(({ body }) => pick(JSON.parse(body), "data", "attributes", "status"));
    expect(sent).toEqual(["paid", "completed"]);
  });

  test("cancel is for pending links, without a callback", async () => {
    const { sandbox } = await startSandbox();
    const api = xfersCaller(sandbox);
    const created = await api("POST", root, envelope());
    const id = idOf(created);
    expect((await api("POST", `${root}/${id}/tasks`, task("cancel"))).status).toBe(201);
    expect(await statusOf(api, id)).toBe("cancelled");
    for (const action of ["cancel", "receive_payment", "settle"]) {
      expect(await api("POST", `${root}/${id}/tasks`, task(action))).toMatchObject({
        status: 400,
        json: { errors: [{ code: "005", detail: expect.stringContaining("is cancelled") }] },
      });
    }
    await expect(sandbox.pay(payUrl(created))).rejects.toThrow("The link is cancelled");
    await sandbox.idle();
    expect(sandbox.deliveries).toEqual([]);
  });

  test.each([
    ["settle before payment", "settle", "settle needs it to be paid"],
    ["an unknown action", "refund", "action must be one of"],
    ["no action", undefined, "action is required"],
    ["an action that is no string", 1, "action must be a string"],
  ])("refuses %s with code 005", async (_name, action, detail) => {
    const api = xfersCaller((await startSandbox()).sandbox);
    const id = idOf(await api("POST", root, envelope()));
    const reply = await api("POST", `${root}/${id}/tasks`, task(action));
    expect(reply.status).toBe(400);
    expect(textAt(reply.json, "errors", 0, "detail")).toContain(detail);
  });

  test("a paid link cannot be cancelled, an unknown one not found", async () => {
    const { sandbox } = await startSandbox();
    const api = xfersCaller(sandbox);
    const created = await api("POST", root, envelope());
    await sandbox.pay(payUrl(created));
    expect((await api("POST", `${root}/${idOf(created)}/tasks`, task("cancel"))).status).toBe(400);
    expect((await api("POST", `${root}/unknown/tasks`, task("cancel"))).status).toBe(404);
    expect((await api("POST", `${root}/${idOf(created)}/tasks`, "{")).status).toBe(400);
  });
});

describe("Xfers callbacks", () => {
  test("for paid and completed, with the object of GET, signed over the raw bytes", async () => {
    const merchant = await startMerchant();
    const { sandbox } = await startSandbox({ xfers: `${merchant.url}/callbacks` });
    const api = xfersCaller(sandbox);
    const created = await api("POST", root, envelope({ description: "Tom & Jerry" }));
    expect((await sandbox.pay(payUrl(created), { method: "QRIS" })).status).toBe("paid");
    const shown = await api("GET", `${root}/${idOf(created)}`);
    expect((await sandbox.settle(payUrl(created))).status).toBe("completed");

    expect(merchant.received).toHaveLength(2);
    const [paid, completed] = merchant.received;
    expect(String(paid?.body)).toBe(shown.text);
    const signature = createHmac("sha256", sandbox.xfers.credentials.signingSecret)
      .update(paid?.body ?? "")
      .digest("hex");
    expect(paid).toMatchObject({ method: "POST", url: "/callbacks" });
    expect(paid?.headers).toEqual({
      "content-type": "application/json",
      "xfers-signature": signature,
      "content-length": String(paid?.body.byteLength),
      host: new URL(merchant.url).host,
      connection: "close",
    });
    expect(pick(JSON.parse(String(completed?.body)) as Json, "data", "attributes", "status")).toBe("completed");
  });

  test("none for a failure, a cancellation or an expiry", async () => {
    const { sandbox } = await startSandbox();
    const api = xfersCaller(sandbox);
    const failing = await api("POST", root, envelope({ referenceId: "A" }));
    expect((await sandbox.fail(payUrl(failing))).status).toBe("failed");
    const expiring = await api("POST", root, envelope({ referenceId: "B" }));
    await sandbox.expire(payUrl(expiring));
    expect(await statusOf(api, idOf(expiring))).toBe("expired");
    expect(sandbox.deliveries).toEqual([]);
  });
});

describe("Xfers payers", () => {
  test("see every method whose limits fit the amount", async () => {
    const { sandbox } = await startSandbox();
    const api = xfersCaller(sandbox);
    const small = payUrl(await api("POST", root, envelope({ amount: 1_000 })));
    await expect(sandbox.open(small, { method: "QRIS" })).rejects.toThrow("does not offer QRIS");
    await expect(sandbox.open(small, { method: "ALFAMART" })).rejects.toThrow("it offers BCA, BRI,");
    expect((await sandbox.open(small, { method: "SHOPEEPAY" })).status).toBe("pending");
    expect((await sandbox.pay(small)).method).toBe("SHOPEEPAY");
  });

  test("a payment can run out of time while the link stays payable", async () => {
    const { sandbox } = await startSandbox();
    const created = await xfersCaller(sandbox)("POST", root, envelope());
    const link = payUrl(created);
    await expect(sandbox.expire(link, { payment: idOf(created) })).rejects.toThrow("No method was chosen");
    const { id } = await sandbox.open(link, { method: "OVO" });
    await sandbox.expire(link, { payment: id });
    expect((await sandbox.pay(link)).method).toBe("BCA");
    await expect(sandbox.pay(link)).rejects.toThrow("The link is paid");
  });

  test("actions that make no sense are refused", async () => {
    const { sandbox } = await startSandbox();
    const link = payUrl(await xfersCaller(sandbox)("POST", root, envelope()));
    await expect(sandbox.settle(link)).rejects.toThrow("to settle it must be paid");
    await expect(sandbox.reverse(link)).rejects.toThrow("reverse is for Midtrans links");
    await expect(sandbox.refund(link)).rejects.toThrow("refund is for Midtrans");
    await expect(sandbox.pay(link, { payment: "other" })).rejects.toThrow("no payment other");
    await expect(sandbox.pay(link, { amount: 1 })).rejects.toThrow("fixed at Rp10.000");
  });
});
