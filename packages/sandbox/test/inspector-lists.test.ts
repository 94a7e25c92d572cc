import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Sandbox } from "../src/index.ts";
import { createLinkAt } from "./create-link.ts";
import { columnIn, look, valueOf } from "./inspect.ts";
import { midtransCaller, STARTED_NAMES, startMerchant, startMs, startSandbox } from "./support.ts";

/** Three links, of which two are paid, with webhooks that were taken, refused and only recorded. */
const startShop = async (): Promise<Sandbox> => {
  const merchant = await startMerchant();
  const { sandbox } = await startSandbox({ midtrans: merchant.url });
  const midtrans = await createLinkAt(sandbox, "midtrans", "INV-1");
  const singapay = await createLinkAt(sandbox, "singapay", "INV-2");
  await createLinkAt(sandbox, "xfers", "ORDER-3");
  await sandbox.pay(midtrans, { method: "gopay" });
  merchant.answerWith(404);
  await sandbox.refund(midtrans);
  await sandbox.pay(singapay);
  await midtransCaller(sandbox)("GET", "/v1/payment-links/none");
  return sandbox;
};

const referencesIn = (page: Parameters<typeof columnIn>[0]): readonly (string | undefined)[] =>
  columnIn(page, "Link").map((cell) => cell.split(" ").at(-1));

describe("links are found", () => {
  test.each([
    ["?q=inv", ["INV-2", "INV-1"]],
    ["?q=ORDER-3", ["ORDER-3"]],
    ["?gateway=singapay", ["INV-2"]],
    ["?status=open", ["ORDER-3", "INV-2", "INV-1"]],
    ["?status=refund", ["INV-1"]],
    ["?status=paid", ["INV-2"]],
    ["?q=INV&gateway=midtrans&status=refund", ["INV-1"]],
  ])("with %s", async (query, expected) => {
    expect(referencesIn(await look(await startShop(), `/links${query}`))).toEqual(expected);
  });

  test("by a form, whose URL can be shared, and which keeps what was chosen", async () => {
    const sandbox = await startShop();
    const page = await (await look(sandbox, "/links")).press("Filter", { Search: "INV", Gateway: "SingaPay" });
    expect(new URL(page.url).search).toBe("?q=INV&gateway=singapay&status=");
    expect(referencesIn(page)).toEqual(["INV-2"]);
    expect(page.text).toContain("1 of 3, newest first");
    expect([valueOf(page, "searchbox", "Search"), valueOf(page, "combobox", "Gateway")]).toEqual(["INV", "singapay"]);
    expect(referencesIn(await page.follow("Clear"))).toHaveLength(3);
  });

  test("not at all, which is said, with a way back", async () => {
    const page = await look(await startShop(), "/links?q=INV-9");
    expect(page.text).toContain("Nothing matches.");
    expect(referencesIn(await page.follow("Show all 3"))).toHaveLength(3);
  });
});

describe("webhooks are found", () => {
  test.each([
    ["?q=INV-1", ["refund", "settlement", "pending"]],
    ["?q=INV-2", ["payment-link-transaction", "payment-link-inquiry"]],
    ["?gateway=singapay", ["payment-link-transaction", "payment-link-inquiry"]],
    ["?event=settlement", ["settlement"]],
    ["?status=4xx", ["refund"]],
    ["?status=404", ["refund"]],
    ["?status=retry", ["refund"]],
    ["?status=2xx&q=INV-1", ["settlement", "pending"]],
    ["?status=recorded", ["payment-link-transaction", "payment-link-inquiry"]],
    ["?status=none", []],
  ])("with %s", async (query, events) => {
    const page = await look(await startShop(), `/deliveries${query}`);
    expect(columnIn(page, "Webhook").map((cell) => cell.split(" ")[0])).toEqual(events);
  });

  test("by the events that the gateways document", async () => {
    const { sandbox } = await startSandbox();
    const offered = (await look(sandbox, "/deliveries"))
      .get("combobox", "Event")
      .all("option")
      .map(({ text }) => text);
    expect(offered).toEqual(expect.arrayContaining(["Any", "settlement", "paid", "payment-link-inquiry"]));
  });
});

describe("API calls are found", () => {
  test.each([
    ["?status=4xx", ["GET /v1/payment-links/none"]],
    ["?gateway=xfers", ["POST /api/v4/payment_links"]],
    ["?q=inv-1", ["POST /v1/payment-links"]],
    ["?q=GET", ["GET /v1/payment-links/none"]],
    ["?status=none", []],
  ])("with %s", async (query, calls) => {
    const page = await look(await startShop(), `/requests${query}`);
    expect(columnIn(page, "Call")).toEqual(calls);
  });
});

test.each([
  ["/links?gateway=nobody", `gateway must be one of ${STARTED_NAMES}, but is "nobody", so it is ignored.`],
  ["/links?event=paid", 'There is no filter "event" here, so it is ignored; there are q, gateway, status.'],
  ["/deliveries?status=ok", 'or an HTTP status, but is "ok", so it is ignored.'],
  ["/requests?page=0", 'page must be a whole number, 1 or more, but is "0": this is page 1.'],
  [`/requests?q=${"x".repeat(201)}`, "q is longer than 200 characters, so it is ignored."],
  [`/links?status=${encodeURIComponent('"><script>')}`, 'but is "\\"><script>", so it is ignored.'],
])("what makes no sense in %.30s is ignored, and named", async (path, sentence) => {
  const page = await look(await startShop(), path);
  expect([page.status, page.get("alert").text]).toEqual([200, expect.stringContaining(sentence)]);
  expect(page.all("row").length).toBeGreaterThan(3);
  expect(page.html).not.toContain("<script>");
});

test("10,000 webhooks are searched for the payments of one link, page by page", async () => {
  const sandbox = await createSandbox({ clock: { frozenAt: startMs } });
  onTestFinished(() => sandbox.close());
  for (let index = 0; index < 1_000; index += 1) {
    const link = await createLinkAt(sandbox, "midtrans", `INV-${index}`);
    for (let use = 0; use < 5; use += 1) await sandbox.pay(link, { method: "bca_va" });
  }
  const startedMs = performance.now();
  const page = await look(sandbox, "/deliveries?q=INV-99&event=settlement&status=recorded");
  console.log(`A search of 10,000 webhooks took ${Math.round(performance.now() - startedMs)} ms.`);
  expect(page.all("row")).toHaveLength(1 + 50);
  expect(page.text).toContain("55 of 10000, newest first");
  const second = await page.follow("Older");
  expect(new URL(second.url).search).toBe("?q=INV-99&event=settlement&status=recorded&page=2");
  expect([second.all("row").length, second.text.includes("Page 2 of 2")]).toEqual([1 + 5, true]);
}, 120_000);
