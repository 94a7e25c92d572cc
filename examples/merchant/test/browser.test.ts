import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { CreatePaymentLink, PaymentLinkHistory, PaymentLinks } from "@tautan/core";
import { idr } from "@tautan/core";
import { createSandbox, type DefaultProvider, type RecordingStep, type Sandbox } from "@tautan/sandbox";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { GATEWAY_KEYS } from "../src/configuration.ts";
import { type Merchant, orderOf } from "../src/merchant.ts";
import { launchChromium } from "./chromium.ts";
import { openShop } from "./support.ts";

const launched = await launchChromium();
const browser = "browser" in launched ? launched.browser : undefined;

const unavailable = "missing" in launched ? ` (NOT RUN: a Chromium is needed, but ${launched.missing})` : "";
if (unavailable !== "") console.warn(`\nThe pages were not tested in a browser${unavailable}.\n`);

afterAll(() => browser?.close());
// A browser that shares the processor with all other tests is slow.
vi.setConfig({ testTimeout: 120_000 });

/** Where `npm run pictures` wants the pictures of the README. */
const folderOfPictures = process.env["PICTURES"];

interface Stage {
  readonly sandbox: Sandbox;
  readonly links: PaymentLinks;
  readonly merchant: Merchant;
  readonly page: Page;
  readonly inspector: string;
  /** What the merchant has seen paid, settled or not, newest state last. */
  readonly seen: readonly PaymentLinkHistory[];
  /** Ids of the histories that were delivered. */
  readonly delivered: readonly string[];
  readonly refusals: readonly string[];
  readonly create: (gateway: DefaultProvider, request?: Partial<CreatePaymentLink>) => Promise<string>;
}

const openStage = async (
  options: { readonly javaScriptEnabled?: boolean; readonly locale?: string } = {},
): Promise<Stage> => {
  const shop = await openShop();
  const links = await shop.load(shop.configuration("midtrans"));
  const seen: PaymentLinkHistory[] = [];
  const delivered: string[] = [];
  const refusals: string[] = [];
  const merchant = await shop.serve(links, {
    onObservation: (confirmed) => {
      if (confirmed.kind === "history") seen.push(confirmed.history);
    },
    onDelivery: ({ id }) => void delivered.push(id),
    onRefusal: (_gateway, message) => void refusals.push(message),
  });
  const context = await browser!.newContext({ viewport: { width: 390, height: 844 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  let count = 0;
  return {
    sandbox: shop.sandbox,
    links,
    merchant,
    page,
    inspector: `${shop.sandbox.control.url}/inspector`,
    seen,
    delivered,
    refusals,
    create: async (gateway, request = {}) => {
      count += 1;
      const order = { ...orderOf(`ORDER-${count}`), ...request, gateway };
      return (await merchant.ledger.create(order as CreatePaymentLink))._unsafeUnwrap().url;
    },
  };
};

const press = (page: Page, name: string | RegExp): Promise<void> => page.getByRole("button", { name }).click();
const status = (page: Page): Promise<string> => page.getByRole("status").innerText();

/** What axe-core takes for serious or critical on the page, as `rule: element`. */
const seriousFindings = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run()")) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
};

describe.skipIf(browser === undefined)(`the pay page in a browser${unavailable}`, () => {
  test("a link is opened, a method chosen and paid; the merchant sees it paid, then settled; the inspector shows both webhooks", async () => {
    const { page, create, seen, delivered, sandbox, inspector } = await openStage();
    const url = await create("xfers");
    await page.goto(url);
    await page.getByLabel("BCA virtual account").check();
    await press(page, "Continue");
    expect(await page.locator(".code-to-copy").innerText()).toMatch(/^\d{4}( \d{4}){3}$/);
    expect(seen).toEqual([]);
    await press(page, "Complete the payment");
    expect(await status(page)).toBe("Paid. Thank you.");
    expect(seen.map((history) => history.status)).toEqual(["paid"]);
    expect(delivered).toHaveLength(1);

    await page.goto(inspector);
    await page.getByRole("link", { name: "Concert, day 1" }).click();
    await press(page, /^Settle /);
    expect(seen.map((history) => history.status)).toEqual(["paid", "settled"]);
    expect(delivered).toHaveLength(1);
    const webhooks = page.getByRole("link", { name: /^(paid|completed) ORDER-1$/ });
    expect(await webhooks.allInnerTexts()).toEqual(["completed ORDER-1", "paid ORDER-1"]);
    await webhooks.first().click();
    expect(await page.getByText("The signature is valid.").isVisible()).toBe(true);
    expect(sandbox.deliveries).toHaveLength(2);
  });

  test("a visit of a Stripe link is filled in, its card is refused, and another one is confirmed at the bank", async () => {
    const sandbox = await createSandbox({ gateways: ["stripe"], seed: 1 });
    onTestFinished(() => sandbox.close());
    const { url, credentials } = sandbox.stripe;
    const response = await fetch(`${url}/v1/payment_links`, {
      method: "POST",
      headers: { Authorization: `Bearer ${credentials.secretKey}` },
      body: new URLSearchParams({
        "line_items[0][price_data][currency]": "eur",
        "line_items[0][price_data][unit_amount]": "1999",
        "line_items[0][price_data][product_data][name]": "Concert ticket",
        "line_items[0][quantity]": "2",
        "line_items[0][adjustable_quantity][enabled]": "true",
      }),
    });
    const { url: link } = (await response.json()) as { readonly url: string };
    const context = await browser!.newContext({ viewport: { width: 390, height: 844 } });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(link);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel("Quantity: Concert ticket").fill("3");
    await page.getByLabel("Your email address").fill("sari@example.test");
    await page.getByLabel("Credit or debit card").check();
    await press(page, "Continue");
    await page.getByLabel("Card number").fill("4000 0000 0000 9995");
    await press(page, "Pay €59.97");
    expect(await status(page)).toBe("This payment did not go through: refused.");
    await page.getByLabel("Card number").fill("4000 0000 0000 3220");
    await press(page, "Pay €59.97");
    expect(await seriousFindings(page)).toEqual([]);
    await press(page, "Confirm at the bank");
    expect(await status(page)).toBe("Paid. Thank you.");
    // Wider than the page would be cut off.
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(sandbox.links[0]?.payments).toMatchObject([{ status: "paid", amount: 5_997, currency: "EUR" }]);
  });

  test("a card that fraud detection challenges is paid once the merchant approves it in the inspector", async () => {
    const { page, create, seen, delivered, inspector } = await openStage();
    const url = await create("midtrans", { methods: undefined });
    await page.goto(url);
    await page.getByLabel("Credit or debit card").check();
    await press(page, "Continue");
    await page.getByLabel("Card number").fill("4511 1111 1111 1117");
    await press(page, "Pay Rp190.000");
    await page.getByText("by Credit or debit card: under review").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect([seen.length, seen.some(({ isPaid }) => isPaid), delivered]).toEqual([2, false, []]);

    await page.goto(inspector);
    await page.getByRole("link", { name: "Concert, day 1" }).click();
    expect(await seriousFindings(page)).toEqual([]);
    await press(page, /^Approve /);
    await page.getByRole("button", { name: /^Settle / }).waitFor();
    expect([seen.at(-1)?.isPaid, delivered.length]).toEqual([true, 1]);
    await page.goto(url);
    await page.getByText("by Credit or debit card: paid").waitFor();
  });

  test("what a payer sees of each kind of method", async () => {
    const { page, create } = await openStage();
    const shown = async (gateway: DefaultProvider, method: string, expected: string): Promise<void> => {
      await page.goto(await create(gateway, { methods: undefined }));
      await page.getByLabel(method, { exact: true }).check();
      await press(page, "Continue");
      await page.getByText(expected).first().waitFor();
    };
    await shown("midtrans", "Mandiri Bill", "Bill key");
    await shown("midtrans", "Alfamart", "Show the code at the till of any Alfamart");
    await shown("midtrans", "GoPay", "GoPay asks you to confirm");
    await shown("midtrans", "Kredivo", "You continue at Kredivo");
    await shown("midtrans", "Credit or debit card", "4911 1111 1111 1113");
    await shown("xfers", "QRIS", "Scan the code");
    expect(await page.getByRole("img", { name: "QRIS code for Rp190.000" }).isVisible()).toBe(true);
  });

  test("the keyboard is enough, and shows where it is", async () => {
    const { page, create, delivered } = await openStage();
    const tabTo = async (name: string): Promise<void> => {
      for (let count = 0; count < 5; count += 1) {
        await page.keyboard.press("Tab");
        expect(await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")).toBe("3px");
        const shown = await page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent");
        if (String(shown).replaceAll(/\s+/g, " ").trim() === name) return;
      }
      throw new Error(`Five times Tab do not reach ${name}.`);
    };
    await page.goto(await create("xfers"));
    await tabTo("Bahasa Indonesia");
    await tabTo("BCA virtual account");
    await page.keyboard.press("Space");
    await tabTo("Continue");
    await page.keyboard.press("Enter");
    await page.getByText("This payment is pending.").waitFor();
    await tabTo("Complete the payment");
    await page.keyboard.press("Enter");
    await page.getByText("Paid. Thank you.").waitFor();
    expect(delivered).toHaveLength(1);
  });

  test("a payer who pays later finds the payment where it was", async () => {
    const { page, create, delivered } = await openStage();
    await page.goto(await create("midtrans"));
    await page.getByLabel("BRI virtual account").check();
    await press(page, "Continue");
    const number = await page.locator(".code-to-copy").innerText();
    await page.getByRole("link", { name: "Choose another payment method" }).click();
    expect(await status(page)).toBe("Waiting for payment");
    await page.getByRole("link", { name: "Rp190.000 by BRI virtual account: pending" }).click();
    expect(await page.locator(".code-to-copy").innerText()).toBe(number);
    expect(delivered).toEqual([]);
  });

  test("everything works without JavaScript", async () => {
    const { page, create, delivered, inspector } = await openStage({ javaScriptEnabled: false });
    await page.goto(await create("midtrans"));
    await page.getByLabel("QRIS").check();
    await press(page, "Continue");
    await press(page, "Complete the payment");
    expect(await status(page)).toBe("Paid. Thank you.");
    await page.goto(inspector);
    await page.getByRole("link", { name: /^settlement / }).click();
    await press(page, "Resend");
    await page.getByText("copy of 2").waitFor();
    expect(delivered).toHaveLength(1);
  });

  test("a denied card, then a good one, is one payment with two attempts", async () => {
    const { page, create, delivered } = await openStage();
    await page.goto(await create("midtrans", { methods: [{ kind: "card" }] }));
    await page.getByLabel("Credit or debit card").check();
    await press(page, "Continue");
    await page.getByLabel("Card number").fill("4911 1111 1111 1113");
    await press(page, "Pay Rp190.000");
    expect(await status(page)).toBe("This payment did not go through: refused.");
    expect(delivered).toEqual([]);
    await page.getByLabel("Credit or debit card").check();
    await press(page, "Try again");
    await press(page, "Pay Rp190.000");
    expect(await status(page)).toBe("Paid. Thank you.");
    expect(delivered).toHaveLength(1);
    expect(await page.locator("ol li").count()).toBe(1);
  });

  test("an open amount is typed in by the payer, within its bounds", async () => {
    const { page, create, seen } = await openStage();
    const amount = { open: { currency: "IDR", min: "5000", max: "50000" } } as const;
    await page.goto(await create("midtrans", { amount, items: undefined }));
    await page.getByLabel("Amount in rupiah").fill("4000");
    await page.getByLabel("BCA virtual account").check();
    await press(page, "Continue");
    // The browser itself refuses to send it.
    expect(await page.getByLabel("Amount in rupiah").and(page.locator(":invalid")).count()).toBe(1);
    await page.getByLabel("Amount in rupiah").fill("12345");
    await press(page, "Continue");
    await press(page, "Complete the payment");
    expect(await page.locator(".amount").innerText()).toBe("Rp12.345");
    expect(seen.at(-1)?.amount).toEqual(idr(12_345));
  });

  test("a number is copied without its spaces by a button, or by hand without JavaScript", async () => {
    const { page, create } = await openStage();
    const url = await create("xfers");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto(url);
    await page.getByLabel("BCA virtual account").check();
    await press(page, "Continue");
    const field = page.locator("#code");
    expect(await field.isVisible()).toBe(false);
    await press(page, "Copy: Virtual account number");
    await page.getByText("Copied").waitFor();
    const copied = String(await page.evaluate("navigator.clipboard.readText()"));
    expect(copied).toMatch(/^\d{16}$/);
    expect((await page.locator(".code-to-copy").innerText()).replaceAll(" ", "")).toBe(copied);

    const plain = await browser!.newContext({ javaScriptEnabled: false });
    onTestFinished(() => plain.close());
    const withoutScript = await plain.newPage();
    await withoutScript.goto(page.url());
    const selectable = withoutScript.getByLabel("Virtual account number without spaces");
    expect([await selectable.inputValue(), await selectable.isEditable()]).toEqual([copied, false]);
    expect(await withoutScript.getByRole("button", { name: /^Copy/ }).count()).toBe(0);
  });

  test("a number that the browser refuses to copy is selected for its user", async () => {
    const { page, create } = await openStage();
    await page.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.goto(await create("xfers"));
    await page.getByLabel("Alfamart").check();
    await press(page, "Continue");
    await press(page, "Copy: Payment code");
    const field = page.getByLabel("Payment code without spaces");
    expect(await page.evaluate("getSelection().toString()")).toBe(await field.inputValue());
  });

  test("the language is the browser's until it is switched, and then stays through forms and redirects", async () => {
    const { page, create } = await openStage({ locale: "id-ID" });
    const shows = (language: string, state: string): Promise<void> =>
      expect
        .poll(async () => [await page.locator("html").getAttribute("lang"), await status(page)], { timeout: 10_000 })
        .toEqual([language, state]);
    await page.goto(await create("midtrans"));
    await shows("id", "Menunggu pembayaran");
    await page.getByText("UJI COBA – bukan uang sungguhan").waitFor();
    await page.getByLabel("Virtual account BRI").check();
    await page.getByRole("link", { name: "English" }).click();
    await shows("en", "Waiting for payment");
    await page.getByLabel("BRI virtual account").check();
    await press(page, "Continue");
    await shows("en", "This payment is pending.");
    await press(page, "Complete the payment");
    await shows("en", "Paid. Thank you.");
    await page.getByRole("link", { name: "Bahasa Indonesia" }).click();
    await shows("id", "Pembayaran berhasil. Terima kasih.");
  });

  test("a link that is expired, used up, closed or unknown says so, and takes no payment", async () => {
    const { page, create, sandbox, links } = await openStage();
    const expired = await create("midtrans");
    await sandbox.expire(expired);
    const usedUp = await create("midtrans", { usage: { limit: 2 } });
    await sandbox.pay(usedUp);
    await sandbox.pay(usedUp);
    const closed = await create("singapay");
    await links.close((await links.find({ gateway: "singapay", reference: "ORDER-3" }))._unsafeUnwrap().id);
    for (const [url, sentence] of [
      [expired, "This link has expired."],
      [usedUp, "This link has been used up."],
      [closed, "This link is closed."],
      [`${sandbox.midtrans.url}/payment-links/none`, "This payment link does not exist or was deleted."],
    ] as const) {
      await page.goto(url);
      expect([await status(page), await page.getByRole("button").count()]).toEqual([sentence, 0]);
      expect(await seriousFindings(page)).toEqual([]);
    }
  });

  test("a script in a title is text, on the pay page and in the inspector", async () => {
    const { page, create, inspector } = await openStage();
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const title = "<script>alert(1)</script>";
    const url = await create("singapay", { title });
    await page.goto(url);
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe(title);
    await page.goto(inspector);
    await page.getByRole("link", { name: title }).click();
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe(title);
    expect(dialogs).toEqual([]);
  });
});

const step = (title: string, status: string): RecordingStep => ({
  title,
  atMs: 0,
  entries: [{ kind: "webhook", title, outcome: { text: "200 applied", tone: "good" }, request: { body: "{}" } }],
  rows: [{ table: "links", key: "1", values: { status, note: "x".repeat(200) } }],
});

describe.skipIf(browser === undefined)(`the inspector in a browser${unavailable}`, () => {
  test.each(["light", "dark"] as const)(
    "a recorded run is stepped through by keys and links on a phone, %s",
    async (colorScheme) => {
      const sandbox = await createSandbox({
        gateways: ["xfers"],
        replay: {
          format: "tautan-recording",
          version: 1,
          title: "a run",
          violations: ["doubled: payment-1"],
          steps: [step("made", "active"), step("paid", "exhausted"), step("settled", "exhausted")],
        },
      });
      onTestFinished(() => sandbox.close());
      const first = `${sandbox.control.url}/inspector/replay`;
      const context = await browser!.newContext({ viewport: { width: 390, height: 844 }, colorScheme });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      await page.goto(first);
      await page.getByText("doubled: payment-1").waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole("link", { name: "made" }).click();
      await page.waitForURL(`${first}/1`);
      for (const [key, shown] of [
        ["ArrowRight", 2],
        ["ArrowRight", 3],
        // There is no further step.
        ["ArrowRight", 3],
        ["ArrowLeft", 2],
      ] as const) {
        await page.keyboard.press(key);
        await page.waitForURL(`${first}/${shown}`);
      }
      expect(await page.locator("del").innerText()).toBe("active");
      expect(await page.locator("ins").innerText()).toBe("exhausted");
      expect(await seriousFindings(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);

      const plain = await browser!.newContext({ javaScriptEnabled: false });
      onTestFinished(() => plain.close());
      const withoutScript = await plain.newPage();
      await withoutScript.goto(page.url());
      await withoutScript.getByRole("link", { name: "Back" }).click();
      await withoutScript.getByText("Step 1 of 3").waitFor();
      await withoutScript.getByRole("link", { name: "Last" }).click();
      await withoutScript.getByText("Step 3 of 3").waitFor();
    },
  );

  test("an edited webhook is taken when it is signed again, and refused with its old signature", async () => {
    const { page, create, sandbox, inspector, refusals, seen } = await openStage();
    await sandbox.pay(await create("xfers"));
    await page.goto(`${inspector}/deliveries/1`);
    const body = await page.getByLabel("Body", { exact: true }).inputValue();
    const edited = body.replace('"status":"paid"', '"status":"completed"');
    expect(edited).not.toBe(body);
    await page.getByLabel("Body", { exact: true }).fill(edited);
    await press(page, "Send the edited webhook");
    await page.getByText("edited from 1", { exact: true }).waitFor();
    expect(await page.getByText("The signature is valid.").isVisible()).toBe(true);
    expect(seen.map((history) => history.status)).toEqual(["paid", "settled"]);

    await page.goto(`${inspector}/deliveries/1`);
    await page.getByLabel("Body", { exact: true }).fill(edited);
    await page.getByLabel("Keep the old signature").check();
    await press(page, "Send the edited webhook");
    await page.getByText("The signature is not valid").waitFor();
    expect(refusals).toHaveLength(1);
    expect(seen).toHaveLength(2);
  });

  test("a duplicate of a webhook is answered like the first, and delivers nothing twice", async () => {
    const { page, create, sandbox, inspector, delivered } = await openStage();
    for (const [index, gateway] of (["midtrans", "xfers", "singapay"] as const).entries()) {
      await sandbox.pay(await create(gateway));
      await page.goto(`${inspector}/deliveries/${sandbox.deliveries.length}`);
      await press(page, "Resend");
      await page.getByText(/^copy of \d+$/).waitFor();
      const [first, second] = sandbox.deliveries.slice(-2);
      expect([second?.body, second?.headers, second?.status]).toEqual([first?.body, first?.headers, 200]);
      expect(delivered).toHaveLength(index + 1);
    }
  });

  test("a webhook of one's own is signed and sent", async () => {
    const { page, inspector, sandbox } = await openStage();
    await page.goto(`${inspector}/send`);
    await page.getByLabel("Gateway").selectOption("SingaPay");
    await page.getByLabel("Body", { exact: true }).fill('{"event":"payment-link-of-tomorrow",\n"data":{}}');
    await press(page, "Sign and send");
    await page.getByText("The signature is valid.").waitFor();
    expect(sandbox.deliveries.at(-1)).toMatchObject({ status: 200, note: "sent by hand" });
  });

  test("an event that the gateway documents is chosen, edited and sent; the link's timeline then shows it", async () => {
    const { page, create, sandbox, inspector, seen } = await openStage();
    await sandbox.pay(await create("xfers"));
    await page.goto(inspector);
    await page.getByRole("link", { name: "Concert, day 1" }).click();
    await page.getByRole("link", { name: "Send a webhook about this link" }).click();
    await page.getByLabel("Event").selectOption("completed: the payment is settled");
    await press(page, "Show the body");
    expect(await page.getByLabel("Body", { exact: true }).inputValue()).toContain('"status":"completed"');
    await press(page, "Sign and send");
    await page.getByText("The signature is valid.").waitFor();
    expect(seen.map((history) => history.status)).toEqual(["paid", "settled"]);
    await page.goto(inspector);
    await page.getByRole("link", { name: "Concert, day 1" }).click();
    const timeline = page.getByRole("list", { name: "Timeline" }).getByRole("listitem");
    expect(await timeline.first().innerText()).toMatch(/completed ORDER-1[^]*200 OK[^]*sent by hand/);
    expect(await timeline.last().innerText()).toMatch(/API call[^]*POST/);
  });

  test("a command for curl is copied by a button, and is a text to select without a script", async () => {
    const { page, create, sandbox, inspector } = await openStage();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await sandbox.pay(await create("midtrans"));
    await page.goto(`${inspector}/deliveries/1`);
    const command = await page.getByLabel("Command for a shell").inputValue();
    expect(command).toMatch(/^curl --include 'http/);
    await press(page, "Copy");
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(command);
  });

  test("follows what happens while it is open", async () => {
    const { page, create, sandbox, inspector } = await openStage();
    const url = await create("midtrans");
    await page.goto(inspector);
    await page.getByText("No webhook yet.").waitFor();
    await sandbox.pay(url);
    await page.getByRole("link", { name: /^settlement / }).waitFor();
    expect(await page.getByText("1 payment, settlement").isVisible()).toBe(true);
  });

  test("a fault is set with its own values by the keyboard alone; a wrong one is refused where it was typed, and kept", async () => {
    const { page, create, sandbox, inspector } = await openStage();
    await page.goto(`${inspector}/chaos`);
    const summary = page.locator("#rate_limit > summary");
    await summary.focus();
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")).toBe("3px");
    await page.keyboard.press("Enter");
    // Past the gateway, the first of the list.
    for (const text of ["", "1", "", "soon"]) {
      await page.keyboard.press("Tab");
      if (text !== "") await page.keyboard.type(text);
    }
    await page.keyboard.press("Enter");
    const refusal = page.getByRole("alert");
    expect(await refusal.innerText()).toBe(
      'rate_limit: retryAfterSeconds must be a whole number from 0 to 86400, but is "soon"',
    );
    const form = page.locator("#rate_limit");
    expect(await form.getByLabel("The next times").inputValue()).toBe("1");
    expect(await page.locator(":focus").inputValue()).toBe("soon");
    expect(await page.locator(":focus").getAttribute("aria-describedby")).toContain("rate_limit-refusal");
    expect(await seriousFindings(page)).toEqual([]);

    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("7");
    await page.keyboard.press("Enter");
    await page.getByRole("cell", { name: "the next time, retryAfterSeconds 7" }).waitFor();
    expect(await form.getByText("Midtrans: set").isVisible()).toBe(true);
    const limited = await fetch(`${sandbox.midtrans.url}/v1/payment-links/none`);
    expect([limited.status, limited.headers.get("Retry-After")]).toEqual([429, "7"]);
    await form.getByText("Midtrans: happened once").waitFor();
    await page.getByText("No fault is set.").waitFor();
    // The form stays as it is while the rest of the page follows.
    expect(await form.getByLabel("The next times").isVisible()).toBe(true);
    await create("midtrans");
  });

  test("the clock goes by itself, stands still, and takes what is due with it", async () => {
    const { page, create, sandbox, inspector } = await openStage();
    const clock = page.locator('[data-live="clock"]');
    const url = await create("xfers");
    await page.goto(`${inspector}/clock`);
    const shown = await clock.getByRole("time").innerText();
    await expect.poll(() => clock.getByRole("time").innerText(), { timeout: 10_000 }).not.toBe(shown);
    await press(page, "Freeze");
    await clock.getByText("frozen").waitFor();
    await page.getByLabel("Date and time").fill("2030-01-01T00:00:00+07:00");
    await press(page, "Set the clock");
    expect(await clock.getByRole("time").innerText()).toBe("2029-12-31 17:00:00 UTC");
    await page.getByLabel("Or by").fill("3 weeks");
    await press(page, "Go forward");
    expect(await page.getByRole("alert").innerText()).toContain("enter a whole number of minutes");
    expect(await page.getByLabel("Or by").inputValue()).toBe("3 weeks");
    await press(page, "+30 days");
    expect(await clock.getByRole("time").innerText()).toBe("2030-01-30 17:00:00 UTC");
    sandbox.clock.resume();
    await clock.getByText("running").waitFor();
    await page.goto(url);
    expect(await status(page)).toBe("This link has expired.");
  });

  test("chaos, clock and reset need no JavaScript", async () => {
    const { page, create, sandbox, inspector } = await openStage({ javaScriptEnabled: false });
    const isSet = (): boolean => sandbox.chaos.faults().some(({ settings }) => Object.keys(settings).length > 0);
    await create("singapay");
    await page.goto(`${inspector}/chaos`);
    await page.locator("#delay_webhook > summary").click();
    const form = page.locator("#delay_webhook");
    await form.getByLabel("Gateway").selectOption("All gateways, each separately");
    await form.getByLabel("Or with a probability").fill("0.5");
    await form.getByLabel("Delay, delayMs").fill("1000");
    await press(page, "Set delay_webhook");
    expect(await page.getByRole("cell", { name: "with a probability of 0.5, delayMs 1000" }).count()).toBe(
      GATEWAY_KEYS.length,
    );
    await press(page, "Clear all of Xfers");
    expect(await page.getByRole("row").count()).toBe(1 + GATEWAY_KEYS.length - 1);
    await press(page, "Clear everything");
    await page.getByText("No fault is set.").waitFor();
    expect(isSet()).toBe(false);

    await page.goto(`${inspector}/clock`);
    await press(page, "Freeze");
    await press(page, "Resume");
    await press(page, "+1 day");
    expect(sandbox.clock.now()).toBeGreaterThan(Date.now() + 86_000_000);

    await page.getByRole("link", { name: "Reset" }).click();
    await page.getByText("1 link with 0 payments").waitFor();
    await page.getByRole("link", { name: "Keep everything" }).click();
    expect(sandbox.requests).not.toEqual([]);
    await page.getByRole("link", { name: "Reset" }).click();
    await press(page, "Reset the sandbox");
    await page.getByText("No link yet.").waitFor();
    expect(sandbox.requests).toEqual([]);
  });

  test("says so when no server listens where webhooks go, and sends again once somebody does", async () => {
    const { page, create, sandbox, inspector } = await openStage();
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    silent.close();
    await once(silent, "close");
    sandbox.setWebhookUrl("xfers", `http://127.0.0.1:${port}/hook`);
    await sandbox.pay(await create("xfers"));
    await page.goto(inspector);
    await page.getByText(`Xfers: No server listens at http://127.0.0.1:${port}/hook.`).waitFor();
    await page.getByRole("link", { name: /^paid / }).click();
    const merchant = createServer((_request, response) => response.end("thanks")).listen(port, "127.0.0.1");
    onTestFinished(() => void merchant.close());
    await once(merchant, "listening");
    await press(page, "Resend");
    await page.getByText("thanks").waitFor();
    expect(sandbox.deliveries.map(({ status, note }) => [status, note])).toEqual([
      [undefined, undefined],
      [200, "copy of 1"],
    ]);
  });
});

describe.skipIf(browser === undefined)(`what axe-core finds${unavailable}`, () => {
  test.each(["light", "dark"] as const)(
    "nothing serious on any page in %s colours; no page asks for anything from elsewhere",
    async (colorScheme) => {
      const { page, create, sandbox, inspector } = await openStage();
      await page.emulateMedia({ colorScheme });
      const elsewhere: string[] = [];
      page.on("request", (request) => {
        if (new URL(request.url()).hostname !== "127.0.0.1") elsewhere.push(request.url());
      });
      const blocked: string[] = [];
      page.on("console", (message) => {
        if (message.text().includes("Content Security Policy")) blocked.push(message.text());
      });
      const link = await create("midtrans", { methods: undefined });
      const detailed = await create("singapay", { methods: undefined });
      const paid = await create("xfers");
      const account = await sandbox.open(link, { method: "bca_va" });
      const card = await sandbox.open(link, { method: "credit_card" });
      const refused = await sandbox.fail(detailed, { method: "NICEPAY_CARD" });
      const code = await sandbox.open(detailed, { method: "QRIS" });
      await sandbox.pay(paid);
      const pages = [
        link,
        `${link}?payment=${account.id}`,
        `${link}?payment=${card.id}`,
        `${detailed}?payment=${code.id}`,
        `${detailed}?payment=${refused.id}`,
        `${link}?lang=id`,
        `${link}?lang=id&payment=${account.id}`,
        paid,
        inspector,
        `${inspector}/links`,
        `${inspector}/link?url=${encodeURIComponent(link)}`,
        `${inspector}/deliveries`,
        `${inspector}/deliveries/1`,
        `${inspector}/requests`,
        `${inspector}/requests/1`,
        `${inspector}/requests?q=ORDER-1&gateway=nobody&status=4xx`,
        `${inspector}/send`,
        `${inspector}/send?link=${encodeURIComponent(link)}&event=settlement`,
        `${inspector}/chaos`,
        `${inspector}/clock`,
        `${inspector}/reset`,
        `${inspector}/nothing`,
      ];
      sandbox.chaos.set("xfers", "rate_limit", { next: 2 });
      for (const url of pages) {
        await page.goto(url);
        await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
        expect({ url, findings: await seriousFindings(page) }).toEqual({ url, findings: [] });
      }
      expect({ elsewhere, blocked }).toEqual({ elsewhere: [], blocked: [] });
    },
  );

  test("no page is wider than a small phone", async () => {
    const { page, create, sandbox, inspector } = await openStage();
    await page.setViewportSize({ width: 360, height: 740 });
    const link = await create("singapay", { title: "W".repeat(200), methods: undefined });
    const { id } = await sandbox.open(link, { method: "QRIS" });
    sandbox.chaos.set("singapay", "stale_timestamp", { probability: 0.123456789, ageSeconds: 3_600 });
    const views = ["", "/links", `/link?url=${encodeURIComponent(link)}`, "/deliveries/1", "/requests/1", "/send"];
    views.push(`/send?link=${encodeURIComponent(link)}&event=product-expiration`, "/deliveries?q=x&status=y");
    views.push("/chaos", "/chaos?fault=stale_timestamp", "/clock", "/reset");
    const account = await sandbox.open(link, { method: "VA_CIMB" });
    const asPayers = ["", `?payment=${id}`, `?payment=${account.id}`].flatMap((query) => [
      link + query,
      `${link}${query === "" ? "?" : `${query}&`}lang=id`,
    ]);
    for (const url of [...asPayers, ...views.map((view) => inspector + view)]) {
      await page.goto(url);
      expect([url, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([url, 360]);
    }
  });
});

test.skipIf(browser === undefined)("the pictures of the README are small", async () => {
  const { page, create, sandbox, inspector } = await openStage();
  const url = await create("midtrans", { methods: undefined });
  const { id } = await sandbox.open(url, { method: "bca_va" });
  await sandbox.pay(await create("xfers"));
  await sandbox.pay(await create("singapay"));
  const views = [
    ["pay-page.png", `${url}?payment=${id}`, { width: 390, height: 844 }],
    ["inspector.png", inspector, { width: 1000, height: 600 }],
  ] as const;
  for (const [name, address, size] of views) {
    await page.setViewportSize(size);
    await page.goto(address);
    const picture = await page.screenshot();
    expect(picture.byteLength).toBeLessThan(100_000);
    if (folderOfPictures !== undefined) writeFileSync(join(folderOfPictures, name), picture);
  }
});
