import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Sandbox } from "../src/index.ts";
import { createLinkAt } from "./create-link.ts";
import { look } from "./inspect.ts";
import { openPage, type Page, type Part } from "./page.ts";
import { call, midtransCaller, minuteMs, type Reply, startMerchant, startMs } from "./support.ts";

const startFrozen = async (webhookUrl?: string): Promise<Sandbox> => {
  const sandbox = await createSandbox({ clock: { frozenAt: startMs }, seed: 1, webhookUrls: { xfers: webhookUrl } });
  onTestFinished(() => sandbox.close());
  return sandbox;
};

const entriesOf = async (sandbox: Sandbox, link: string): Promise<readonly Part[]> => {
  const page = await look(sandbox, `/link?url=${encodeURIComponent(link)}`);
  return page.get("list", "Timeline").all("listitem");
};

/** The id of the first form on a page. */
const valueOfForm = (page: Page): string => page.element.querySelector('[name="form"]')?.getAttribute("value") ?? "";

/** Each entry without its time, durations and ids. */
const shown = (entries: readonly Part[]): readonly string[] =>
  entries.map(({ text }) => text.replaceAll(/ \d+ ms| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC|paymentlink_\w+/g, ""));

describe("the timeline of a link", () => {
  test("has its creation, what the payer did, each sending of webhooks with its answer and gap, and what is due", async () => {
    const merchant = await startMerchant();
    merchant.answerWith(500);
    const sandbox = await startFrozen(merchant.url);
    const link = await createLinkAt(sandbox, "xfers", "INV-1");
    await createLinkAt(sandbox, "xfers", "INV-10");
    await (await openPage(link)).press("Pay at once", { "BCA virtual account": true });
    await sandbox.advance(15 * minuteMs);
    const entries = await entriesOf(sandbox, link);
    expect(shown(entries)).toEqual([
      "Webhook Sending 4 of webhook 1 is due",
      "Webhook paid INV-1 500 Internal Server Error Sending 3 of webhook 1, 10 minutes later Your server answered with an empty body.",
      "Webhook paid INV-1 500 Internal Server Error Sending 2 of webhook 1, 5 minutes later Your server answered with an empty body.",
      "Clock Clock moved forward by 15 minutes to",
      "Webhook paid INV-1 500 Internal Server Error Your server answered with an empty body.",
      "Pay page Payer paid",
      expect.stringMatching(/^API call POST \/api\/v4\/payment_links 201 Created Answer: {"data":{"id":/),
    ]);
    expect(entries.map((entry) => entry.all("time")[0]?.text.slice(11, 19))).toEqual([
      "03:30:00",
      "03:15:00",
      "03:05:00",
      "03:00:00",
      "03:00:00",
      "03:00:00",
      "03:00:00",
    ]);
  });

  test("leads to the page of each entry", async () => {
    const sandbox = await startFrozen();
    const link = await createLinkAt(sandbox, "midtrans", "INV-1");
    const { id } = await sandbox.pay(link, { method: "gopay" });
    await sandbox.advance(1);
    const page = await look(sandbox, `/link?url=${encodeURIComponent(link)}`);
    const addresses = page
      .get("list", "Timeline")
      .all("link")
      .map(({ element }) => element.getAttribute("href"));
    expect(addresses).toEqual([
      "/inspector/clock",
      "/inspector/deliveries/2",
      "/inspector/deliveries/1",
      `/inspector/link?url=${encodeURIComponent(link)}#payment-${id}`,
      "/inspector/requests/1",
    ]);
    expect(page.element.querySelector(`[id="payment-${id}"]`)?.textContent).toContain(id);
  });

  test("has a form once that was sent twice, with the payment that it opened", async () => {
    const sandbox = await startFrozen();
    const link = await createLinkAt(sandbox, "midtrans", "INV-1");
    const form = valueOfForm(await openPage(link));
    const send = (): Promise<Reply> =>
      call(link, {
        method: "POST",
        redirect: "manual",
        headers: { Origin: new URL(link).origin },
        body: new URLSearchParams({ form, do: "open", method: "bca_va" }),
      });
    const replies = [...(await Promise.all([send(), send()])), await send()];
    expect(replies.map(({ status }) => status)).toEqual([303, 303, 303]);
    const entries = await entriesOf(sandbox, link);
    const chosen = entries.filter(({ text }) => text.startsWith("Pay page"));
    expect(chosen.map((entry) => entry.get("link", "Payer chose a method").element.getAttribute("href"))).toEqual([
      expect.stringMatching(/#payment-INV-1-\d+$/),
    ]);
  });

  test("says how far the clock was moved back", async () => {
    const sandbox = await startFrozen();
    const link = await createLinkAt(sandbox, "xfers", "INV-1");
    await sandbox.clock.set(startMs - 500);
    await sandbox.clock.set(startMs - 60 * minuteMs);
    const text = (await entriesOf(sandbox, link)).map((entry) => entry.text).join("\n");
    expect(text).toContain("Clock moved back by 500 ms ");
    expect(text).toContain("Clock moved back by 59 minutes 59 seconds ");
  });

  test("has what was refused, with the reason, and what chaos did", async () => {
    const sandbox = await startFrozen();
    const link = await createLinkAt(sandbox, "midtrans", "INV-1");
    sandbox.chaos.set("midtrans", "server_error", { next: 1 });
    await midtransCaller(sandbox)("GET", "/v1/payment-links/INV-1");
    await sandbox.pay(link, { method: "bca_va", outcome: "failed" });
    await expect(sandbox.refund(link)).rejects.toThrow("refund");
    sandbox.clock.resume();
    sandbox.clock.freeze();
    const [frozen, resumed, refund, deny, pending, failed, call] = shown(await entriesOf(sandbox, link));
    expect([frozen, resumed]).toEqual(["Clock Clock frozen", "Clock Clock resumed"]);
    expect(refund).toMatch(/^Simulation Payment was refunded refused .+/);
    expect([deny?.includes("recorded only"), pending?.includes("pending INV-1")]).toEqual([true, true]);
    expect(failed).toBe("Simulation Payment was refused");
    expect(call).toMatch(/^API call GET .+ 500 Internal Server Error chaos: server_error Answer: /);
  });

  test("is kept in a file, across a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tautan-sandbox-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const stateFile = join(folder, "state.sqlite");
    const first = await createSandbox({ clock: { frozenAt: startMs }, stateFile });
    onTestFinished(() => first.close());
    await first.pay(await createLinkAt(first, "xfers", "INV-1"));
    await first.close();
    const second = await createSandbox({ stateFile, ports: { control: 0, midtrans: 0, xfers: 0, singapay: 0 } });
    onTestFinished(() => second.close());
    await second.advance(minuteMs);
    const page = await (await look(second, "/links")).follow("INV-1");
    expect(shown(page.get("list", "Timeline").all("listitem")).map((entry) => entry.slice(0, 14))).toEqual([
      "Clock Clock mo",
      "Webhook paid I",
      "Simulation Pay",
      "API call POST ",
    ]);
  });
});
