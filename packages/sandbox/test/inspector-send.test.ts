import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Sandbox } from "../src/index.ts";
import { createProviderSet } from "../src/provider.ts";
import { createLinkAt } from "./create-link.ts";
import { look, outcomeOf, submit, valueOf } from "./inspect.ts";
import type { Page } from "./page.ts";
import { checkSignature, providers, startedProviders, startMerchant, startMs } from "./support.ts";

const start = async (webhookUrl?: string): Promise<Sandbox> => {
  const webhookUrls = { midtrans: webhookUrl, xfers: webhookUrl, singapay: webhookUrl };
  const sandbox = await createSandbox({ clock: { frozenAt: startMs }, seed: 1, webhookUrls });
  onTestFinished(() => sandbox.close());
  return sandbox;
};

const set = createProviderSet(providers);

const sendPage = (sandbox: Sandbox, link: string, more = ""): Promise<Page> =>
  look(sandbox, `/send?link=${encodeURIComponent(link)}${more}`);

const bodyOf = (page: Page): string => valueOf(page, "textbox", "Body");

describe("a documented webhook", () => {
  test("is chosen by link, payment and event; its body is shown, edited, signed and sent", async () => {
    const merchant = await startMerchant();
    const sandbox = await start(merchant.url);
    const link = await createLinkAt(sandbox, "midtrans", "INV-1");
    const first = await sandbox.open(link, { method: "bca_va" });
    await sandbox.open(link, { method: "credit_card" });
    const chosen = await (await look(sandbox, "/send")).press("Choose", { Link: "INV-1" });
    const shown = await chosen.press("Show the body", {
      Payment: `${first.id}: Rp20.000 by bca_va, pending`,
      Event: "settlement: paid, and settled for cards",
    });
    const body = bodyOf(shown);
    expect(JSON.parse(body)).toMatchObject({
      order_id: first.id,
      transaction_status: "settlement",
      status_code: "200",
      gross_amount: "20000.00",
      settlement_time: "2026-03-15 10:00:00",
      va_numbers: [{ bank: "bca" }],
    });
    expect([merchant.received.length, valueOf(shown, "combobox", "Gateway")]).toEqual([2, "midtrans"]);
    const sent = await shown.press("Sign and send", { Body: body.replace("20000.00", "10000.00") });
    expect(sent.text).toContain("The signature is valid.");
    expect(String(merchant.received.at(-1)?.body)).toContain('"gross_amount":"10000.00"');
    // The payment is as it was.
    expect((await look(sandbox, `/link?url=${encodeURIComponent(link)}`)).all("cell", "pending")).toHaveLength(2);
  });

  test.each(
    startedProviders.flatMap(({ name, webhookEvents }) => webhookEvents.map((event) => [name, event.name] as const)),
  )("%s: %s has a body that is signed, and that reports this event", async (provider, event) => {
    const merchant = await startMerchant();
    const sandbox = await start(merchant.url);
    const link = await createLinkAt(sandbox, provider, "INV-1");
    await sandbox.open(link);
    const page = await sendPage(sandbox, link, `&event=${event}`);
    await page.press("Sign and send");
    const delivery = sandbox.deliveries.at(-1);
    if (delivery === undefined) throw new Error("Nothing was sent.");
    expect([delivery.note, delivery.status, checkSignature(delivery).holds]).toEqual(["sent by hand", 200, true]);
    const [reported] = set.get(provider).eventOf(JSON.parse(delivery.body));
    expect(reported).toBe(event === "challenge" ? "capture" : event);
  });

  test("is the one that the gateway then sends, but for what only the payment itself makes", async () => {
    const sandbox = await start();
    const link = await createLinkAt(sandbox, "xfers", "INV-1");
    await sandbox.open(link);
    const body = bodyOf(await sendPage(sandbox, link, "&event=paid"));
    await sandbox.pay(link);
    expect(body).toBe(sandbox.deliveries[0]?.body);
  });

  test("is offered for each gateway as its definition has it, and for its link", async () => {
    const sandbox = await start();
    for (const { name, webhookEvents } of startedProviders) {
      const page = await sendPage(sandbox, await createLinkAt(sandbox, name, "INV-1"));
      const offered = page.get("combobox", "Event").all("option");
      expect(offered.map(({ element }) => element.getAttribute("value"))).toEqual(webhookEvents.map((one) => one.name));
    }
    expect((await look(sandbox, "/send")).get("combobox", "Link").all("option")).toHaveLength(3);
  });
});

describe("the page that sends webhooks refuses", () => {
  test("events, links and payments that there are not, and says which there are", async () => {
    const sandbox = await start();
    const link = await createLinkAt(sandbox, "singapay", "INV-1");
    expect(outcomeOf(await sendPage(sandbox, link, "&event=rain"))).toEqual([
      400,
      'SingaPay documents no webhook "rain"; it documents payment-link-inquiry, payment-link-transaction, transaction-expiration, settlement.completed, product-expiration.',
    ]);
    expect(outcomeOf(await look(sandbox, "/send?link=http://127.0.0.1/x"))).toEqual([
      400,
      'There is no link "http://127.0.0.1/x" here; choose one of the list.',
    ]);
    expect(outcomeOf(await sendPage(sandbox, link, "&event=product-expiration&payment=9"))).toEqual([
      400,
      'This link has no payment "9"; choose one of the list.',
    ]);
  });

  test("an event about a payment while the link has none; one about the link it shows", async () => {
    const sandbox = await start();
    const link = await createLinkAt(sandbox, "singapay", "INV-1");
    expect(outcomeOf(await sendPage(sandbox, link, "&event=payment-link-transaction"))).toEqual([
      400,
      "payment-link-transaction is about a payment, and this link has none yet: open its pay page and choose a method.",
    ]);
    expect(bodyOf(await sendPage(sandbox, link, "&event=product-expiration"))).toContain('"reff_no":"INV-1"');
  });

  test("to send where no URL is set, and keeps what was chosen and typed", async () => {
    const sandbox = await start();
    const link = await createLinkAt(sandbox, "xfers", "INV-1");
    const body = `{"typed":"by hand"}`;
    const refused = await (await sendPage(sandbox, link, "&event=paid")).press("Sign and send", { Body: body });
    expect([refused.status, refused.get("alert").text]).toEqual([
      409,
      "No webhook URL is set for Xfers, so there is nowhere to send to. Set one on the overview.",
    ]);
    expect([bodyOf(refused), valueOf(refused, "combobox", "Event")]).toEqual([body, "paid"]);
    expect((await submit(sandbox, "/send", { provider: "xfers", body, link: "x", event: "y" })).status).toBe(409);
  });
});
