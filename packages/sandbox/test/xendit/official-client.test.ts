// The client that Xendit publishes, which nobody here wrote, pointed at the simulator.
import { describe, expect, test } from "vitest";
import { type Invoice, InvoiceCallbackFromJSON } from "xendit-node/invoice/models/index.js";
import { RefundCallbackFromJSON } from "xendit-node/refund/models/index.js";
import { dayMs, hourMs, startMs } from "../support.ts";
import { startXendit } from "./setting.ts";

/** The required members that its decoder left undefined, or made a date that is none, or an unknown word. */
const gapsIn = (decoded: object, required: readonly string[]): readonly string[] =>
  required.filter((name) => {
    const value: unknown = (decoded as Readonly<Record<string, unknown>>)[name];
    const isNoDate = value instanceof Date && Number.isNaN(value.getTime());
    return value === undefined || isNoDate || value === "UNKNOWN_ENUM_VALUE";
  });

// docs/invoice/Invoice.md of the client: all members that are not optional.
const INVOICE: readonly (keyof Invoice)[] = [
  "id",
  "externalId",
  "userId",
  "status",
  "merchantName",
  "merchantProfilePictureUrl",
  "amount",
  "currency",
  "expiryDate",
  "invoiceUrl",
  "availableBanks",
  "availableRetailOutlets",
  "availableEwallets",
  "availableQrCodes",
  "availableDirectDebits",
  "availablePaylaters",
  "shouldSendEmail",
  "created",
  "updated",
];

const failureOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (reason: unknown) => {
      const { status, errorCode } = reason as { status?: unknown; errorCode?: unknown };
      return [status, errorCode];
    },
  );

const data = {
  externalId: "INV-1",
  amount: 30_000,
  currency: "IDR",
  description: "Dua kopi",
  invoiceDuration: "3600",
  items: [{ name: "Kopi", price: 15_000, quantity: 2, referenceId: "K1" }],
  customer: { givenNames: "Sari", mobileNumber: "+628110000001" },
  customerNotificationPreference: { invoicePaid: ["email"] },
  metadata: { order: "7" },
} as const;

describe("invoices", () => {
  test("are created and read, with every required member", async () => {
    const { client } = await startXendit();
    const made = await client.Invoice.createInvoice({ data: data as never });
    expect(gapsIn(made, INVOICE)).toEqual([]);
    expect(made).toMatchObject({
      externalId: "INV-1",
      status: "PENDING",
      amount: 30_000,
      currency: "IDR",
      description: "Dua kopi",
      items: [{ name: "Kopi", price: 15_000, quantity: 2, referenceId: "K1" }],
      customer: { givenNames: "Sari", mobileNumber: "+628110000001" },
      metadata: { order: "7" },
      expiryDate: new Date(startMs + hourMs),
    });
    expect(
      made.availableBanks.flatMap((each) => gapsIn(each, ["bankCode", "collectionType", "accountHolderName"])),
    ).toEqual([]);
    expect(made.availableEwallets.map(({ ewalletType }) => ewalletType)).not.toContain("UNKNOWN_ENUM_VALUE");
    expect(made.availableRetailOutlets.map(({ retailOutletName }) => retailOutletName)).toEqual([
      "ALFAMART",
      "INDOMARET",
    ]);
    const read = await client.Invoice.getInvoiceById({ invoiceId: made.id ?? "" });
    expect(read).toEqual(made);
  });

  test("are listed by reference, status and time, page by page, the newest first", async () => {
    const { client, sandbox } = await startXendit();
    const ids: (string | undefined)[] = [];
    for (const externalId of ["INV-1", "INV-2", "INV-1"]) {
      ids.unshift((await client.Invoice.createInvoice({ data: { externalId, amount: 5 } })).id);
      await sandbox.advance(hourMs);
    }
    const list = async (query: Parameters<typeof client.Invoice.getInvoices>[0]) => {
      const page = await client.Invoice.getInvoices(query);
      expect(page.flatMap((each) => gapsIn(each, INVOICE))).toEqual([]);
      return page.map(({ id }) => id);
    };
    expect(await list({})).toEqual(ids);
    // Two invoices with one reference: nothing refuses the second.
    expect(await list({ externalId: "INV-1" })).toEqual([ids[0], ids[2]]);
    expect(await list({ limit: 2 })).toEqual(ids.slice(0, 2));
    expect(await list({ limit: 2, lastInvoice: ids[1] ?? "" })).toEqual([ids[2]]);
    expect(await list({ createdAfter: new Date(startMs + hourMs) })).toEqual(ids.slice(0, 2));
    const { invoiceUrl } = await client.Invoice.getInvoiceById({ invoiceId: ids[1] ?? "" });
    await sandbox.pay(invoiceUrl, { method: "OVO" });
    expect(await list({ statuses: ["PAID", "SETTLED"] })).toEqual([ids[1]]);
    expect(await list({ paidAfter: new Date(sandbox.clock.now()) })).toEqual([ids[1]]);
    expect(await list({ paidAfter: new Date(sandbox.clock.now() + 1) })).toEqual([]);
    expect(await list({ paymentChannels: ["OVO"] })).toEqual([ids[1]]);
    expect(await list({ clientTypes: ["DASHBOARD"] })).toEqual([]);
  });

  test("are expired, once", async () => {
    const { client } = await startXendit();
    const { id: invoiceId = "" } = await client.Invoice.createInvoice({ data: data as never });
    const expired = await client.Invoice.expireInvoice({ invoiceId });
    expect([gapsIn(expired, INVOICE), expired.status]).toEqual([[], "EXPIRED"]);
    expect(await failureOf(client.Invoice.expireInvoice({ invoiceId }))).toEqual([400, "INVALID_INVOICE_STATUS_ERROR"]);
  });

  test("of another sub-account do not exist", async () => {
    const { client } = await startXendit();
    const { id: invoiceId = "" } = await client.Invoice.createInvoice({ data: data as never, forUserId: "sub-1" });
    expect((await client.Invoice.getInvoiceById({ invoiceId, forUserId: "sub-1" })).userId).toBe("sub-1");
    expect(await failureOf(client.Invoice.getInvoiceById({ invoiceId }))).toEqual([404, "INVOICE_NOT_FOUND_ERROR"]);
    expect(await client.Invoice.getInvoices({})).toEqual([]);
  });

  test.each<[string, object, string]>([
    ["an e-mail address that is none", { payerEmail: "sari" }, "EMAIL_FORMAT_ERROR"],
    ["a currency that is not supported", { currency: "EUR" }, "UNSUPPORTED_CURRENCY"],
    ["a channel of another currency", { paymentMethods: ["GCASH"] }, "UNAVAILABLE_PAYMENT_METHOD_ERROR"],
    ["no channel", { paymentMethods: [] }, "NO_COLLECTION_METHODS_ERROR"],
    ["a reminder in weeks", { reminderTime: 1, reminderTimeUnit: "weeks" }, "INVALID_REMINDER_TIME"],
    ["no reference", { externalId: undefined }, "API_VALIDATION_ERROR"],
    ["an amount of nothing", { amount: 0 }, "API_VALIDATION_ERROR"],
  ])("with %s are refused with its code", async (_name, changes, code) => {
    const { client } = await startXendit();
    expect(await failureOf(client.Invoice.createInvoice({ data: { ...data, ...changes } as never }))).toEqual([
      400,
      code,
    ]);
  });
});

describe("refunds", () => {
  const paid = async (method: string) => {
    const setting = await startXendit();
    const { id: invoiceId = "", invoiceUrl } = await setting.client.Invoice.createInvoice({ data: data as never });
    await setting.sandbox.pay(invoiceUrl, { method });
    return { ...setting, invoiceId };
  };

  test("are made in parts, once for each key, and listed", async () => {
    const { client, invoiceId, sandbox } = await paid("DANA");
    const refund = (amount: number, idempotencyKey: string) =>
      client.Refund.createRefund({ idempotencyKey, data: { invoiceId, amount, reason: "REQUESTED_BY_CUSTOMER" } });
    const first = await refund(10_000, "k-1");
    expect(await refund(10_000, "k-1")).toEqual(first);
    await sandbox.idle();
    await refund(20_000, "k-2");
    const { data: all, hasMore } = await client.Refund.getAllRefunds({ invoiceId });
    expect([all.map(({ amount }) => amount), hasMore]).toEqual([[20_000, 10_000], false]);
    expect(
      all.flatMap((each) => gapsIn(each, ["id", "amount", "currency", "channelCode", "created", "updated"])),
    ).toEqual([]);
    const page = await client.Refund.getAllRefunds({ invoiceId, limit: 1 });
    expect([page.data.length, page.hasMore]).toEqual([1, true]);
    expect((await client.Refund.getAllRefunds({ invoiceId, afterId: page.data[0]?.id ?? "" })).data).toEqual([first]);
    expect(await failureOf(refund(1, "k-3"))).toEqual([400, "INELIGIBLE_TRANSACTION"]);
  });

  test("of a virtual account are refused", async () => {
    const { client, invoiceId } = await paid("BCA");
    const call = client.Refund.createRefund({ data: { invoiceId, reason: "OTHERS" } });
    expect(await failureOf(call)).toEqual([400, "INELIGIBLE_TRANSACTION"]);
  });
});

describe("callbacks", () => {
  // docs/invoice/InvoiceCallback.md of the client: all members that are not optional, and those of a payment.
  const CALLBACK = ["id", "externalId", "userId", "status", "merchantName", "amount", "created", "updated", "currency"];
  const PAYMENT = ["paidAmount", "paidAt", "paymentMethod", "paymentChannel", "paymentId"];

  test("are decoded, with every required member: paid, settled, expired and refunded", async () => {
    const { client, sandbox, callbacks } = await startXendit();
    const make = async () => (await client.Invoice.createInvoice({ data: data as never })).invoiceUrl;
    const [url] = [await make(), await make()];
    await sandbox.pay(url, { method: "OVO" });
    await sandbox.refund(url, { amount: 5_000 });
    await sandbox.advance(2 * dayMs);
    const all = callbacks();
    const flat = all.filter((each) => !("event" in each)).map(InvoiceCallbackFromJSON);
    expect(flat.map(({ status }) => status).toSorted()).toEqual(["EXPIRED", "PAID", "SETTLED"]);
    expect(flat.flatMap((each) => gapsIn(each, CALLBACK))).toEqual([]);
    expect(flat.filter(({ status }) => status !== "EXPIRED").flatMap((each) => gapsIn(each, PAYMENT))).toEqual([]);
    const [refunded] = all.filter((each) => "event" in each).map(RefundCallbackFromJSON);
    expect(gapsIn(refunded ?? {}, ["event", "businessId", "created", "data"])).toEqual([]);
    const required = [
      "id",
      "paymentId",
      "invoiceId",
      "paymentMethodType",
      "amount",
      "channelCode",
      "status",
      "reason",
      "country",
      "currency",
      "created",
      "updated",
    ];
    expect(gapsIn(refunded?.data ?? {}, required)).toEqual([]);
  });
});
