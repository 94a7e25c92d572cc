import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { request as requestOverHttp } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Sandbox } from "../src/index.ts";
import { actionsIn, addressesIn, columnIn, factIn, look, outcomeOf, submit, valueOf } from "./inspect.ts";
import {
  call,
  checkSignature,
  hourMs,
  midtransCaller,
  pick,
  singapayCaller,
  startMerchant,
  startMs,
  startSandbox,
  textAt,
  xfersCaller,
} from "./support.ts";

const midtransLink = async (sandbox: Sandbox, orderId = "inv-1", more: object = {}): Promise<string> => {
  const reply = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
    transaction_details: { order_id: orderId, gross_amount: 190_000 },
    ...more,
  });
  return textAt(reply.json, "payment_url");
};

const xfersLink = async (sandbox: Sandbox, referenceId = "ORDER-1"): Promise<string> => {
  const attributes = {
    amount: 10_000,
    referenceId,
    customerName: "John",
    customerEmail: "john@example.test",
    customerPhoneNumber: "08",
  };
  const reply = await xfersCaller(sandbox)("POST", "/api/v4/payment_links", { data: { attributes } });
  return textAt(reply.json, "data", "attributes", "paymentLinkUrl");
};

const singapayLink = async (sandbox: Sandbox): Promise<string> => {
  const api = await singapayCaller(sandbox);
  const reply = await api("POST", `/api/v1.0/payment-link-manage/${sandbox.singapay.credentials.accountId}`, {
    reff_no: "ORD-1",
    title: "Order 1",
    max_usage: 1,
    total_amount: 75_000,
    items: [{ name: "Coffee", quantity: 3, unit_price: 25_000 }],
    required_customer_detail: false,
  });
  return textAt(reply.json, "data", "payment_url");
};

describe("the inspector shows", () => {
  test("links of every gateway, newest first, with their states and payments", async () => {
    const { sandbox, clock } = await startSandbox();
    await midtransLink(sandbox);
    clock.advance(1000);
    await sandbox.pay(await xfersLink(sandbox));
    clock.advance(1000);
    await singapayLink(sandbox);
    const page = await look(sandbox, "/links");
    expect(page.status).toBe(200);
    expect(columnIn(page, "Link")).toEqual(["Order 1 ORD-1", "ORDER-1 ORDER-1", "inv-1 inv-1"]);
    for (const path of ["/links", ""]) {
      const shown = await look(sandbox, path);
      expect(columnIn(shown, "Payments")).toEqual(["no payments", "1 payment, paid", "no payments"]);
      expect(columnIn(shown, "State")).toEqual(["open", "paid", "open"]);
      expect(columnIn(shown, "Gateway").slice(0, 3)).toEqual(["SingaPay", "Xfers", "Midtrans"]);
    }
  });

  test("the newest links first where the clock stands still, and was set back, also from a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tautan-sandbox-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const stateFile = join(folder, "state.sqlite");
    const first = await createSandbox({ clock: { frozenAt: startMs }, stateFile });
    onTestFinished(() => first.close());
    for (let index = 1; index <= 20; index += 1) await midtransLink(first, `M-${index}`);
    await xfersLink(first);
    await midtransLink(first, "M-21");
    const references = async (sandbox: Sandbox, path: string): Promise<readonly (string | undefined)[]> =>
      columnIn(await look(sandbox, path), "Link")
        .map((cell) => cell.split(" ").at(-1))
        .slice(0, 4);
    for (const path of ["", "/links"]) {
      expect(await references(first, path)).toEqual(["M-21", "ORDER-1", "M-20", "M-19"]);
    }
    await first.clock.set(startMs - 60_000);
    await midtransLink(first, "M-22");
    expect(await references(first, "")).toEqual(["M-22", "M-21", "ORDER-1", "M-20"]);
    await first.close();
    // Others may have taken the ports of before by now.
    const second = await createSandbox({ stateFile, ports: { control: 0, midtrans: 0, xfers: 0, singapay: 0 } });
    onTestFinished(() => second.close());
    expect(await references(second, "")).toEqual(["M-22", "M-21", "ORDER-1", "M-20"]);
    await xfersLink(second, "ORDER-2");
    expect(await references(second, "")).toEqual(["ORDER-2", "M-22", "M-21", "ORDER-1"]);
  });

  test("a link with its payments, and the webhooks and calls that are about it, no others", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    const other = await midtransLink(sandbox, "other");
    const { id } = await sandbox.pay(link);
    await sandbox.pay(other);
    const page = await look(sandbox, `/link?url=${encodeURIComponent(link)}`);
    expect(page.has("cell", id)).toBe(true);
    expect(addressesIn(page, "/inspector/deliveries/")).toEqual(["/inspector/deliveries/2", "/inspector/deliveries/1"]);
    expect(addressesIn(page, "/inspector/requests/")).toEqual(["/inspector/requests/1"]);
  });

  test("an API call with what was asked and answered, without the key", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    const page = await look(sandbox, "/requests/1");
    expect(page.text).toContain('{"transaction_details":{"order_id":"inv-1","gross_amount":190000}}');
    expect(page.text).toContain(link);
    expect(factIn(page, "Took")).toMatch(/^\d+ ms$/);
    expect(factIn(page, "Answer")).toBe("200 OK");
    expect(page.text).toContain("authorization: [redacted]");
    expect(page.html).not.toContain(
      Buffer.from(sandbox.midtrans.credentials.serverKey).toString("base64").slice(0, 20),
    );
  });

  test("a webhook with its answer, the base string and whether the signature holds", async () => {
    const merchant = await startMerchant();
    const { sandbox } = await startSandbox({ xfers: merchant.url });
    await sandbox.pay(await xfersLink(sandbox));
    const [delivery] = sandbox.deliveries;
    const page = await look(sandbox, "/deliveries/1");
    expect(delivery).toMatchObject({ status: 200, answer: "", durationMs: expect.any(Number) });
    expect([factIn(page, "Answer"), factIn(page, "URL")]).toEqual(["200 OK", `${merchant.url}/`]);
    expect(page.text).toContain("The signature is valid.");
    expect(page.text).toContain(`Base string${delivery?.body}`);
  });

  test("what chaos did to a webhook and to a call, and when a webhook is tried again", async () => {
    const merchant = await startMerchant();
    merchant.answerWith(502);
    const { sandbox } = await startSandbox({ xfers: `${merchant.url}/hook` });
    const link = await xfersLink(sandbox);
    sandbox.chaos.set("xfers", "wrong_key", { next: 1 });
    await sandbox.pay(link);
    await sandbox.advance(300_000);
    const [first, second] = [await look(sandbox, "/deliveries/1"), await look(sandbox, "/deliveries/2")];
    expect(factIn(first, "Chaos")).toBe("wrong_key");
    expect(first.text).toContain("The signature is not valid");
    expect(factIn(first, "Sent again")).toBe("2026-03-15 03:05:00 UTC");
    expect(first.all("time").map(({ element }) => element.getAttribute("datetime"))).toContain(
      "2026-03-15T03:05:00.123Z",
    );
    expect(factIn(second, "Sending")).toBe("2 of webhook 1");
    expect(second.text).toContain("The signature is valid.");
    sandbox.chaos.set("xfers", "reset_after_commit", { next: 1 });
    await expect(xfersLink(sandbox)).rejects.toThrow("fetch failed");
    expect(pick(sandbox.requests, 1, "body")).toContain("ORDER-1");
    expect(factIn(await look(sandbox, "/requests/2"), "Chaos")).toBe("reset_after_commit");
    const calls = await look(sandbox, "/requests");
    expect(columnIn(calls, "Answer")).toEqual(["no answer", "201 Created"]);
    expect(columnIn(calls, "Call")[0]).toBe("POST /api/v4/payment_links chaos: reset_after_commit");
  });

  test("only the gateways that were started", async () => {
    const sandbox = await createSandbox({ gateways: ["xfers"] });
    onTestFinished(() => sandbox.close());
    const pages = await Promise.all(["", "/send", "/links", "/deliveries"].map((path) => look(sandbox, path)));
    expect(pages.map(({ text }) => [text.includes("Xfers"), text.includes("Midtrans")])).toEqual(
      pages.map(() => [true, false]),
    );
  });

  test("what happens after a reset, on pages that were open before", async () => {
    const { sandbox } = await startSandbox();
    await sandbox.pay(await xfersLink(sandbox));
    const response = await fetch(`${sandbox.control.url}/inspector/changes`);
    const reader = response.body?.getReader();
    const next = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toBe("data: changed\n\n");
    await sandbox.reset();
    expect(await next()).toBe("data: changed\n\n");
    const emptied = await look(sandbox);
    expect([emptied.text.includes("No link yet."), emptied.text.includes("No webhook yet.")]).toEqual([true, true]);
    await midtransLink(sandbox);
    expect(await next()).toBe("data: changed\n\n");
    expect((await look(sandbox)).text).toContain("inv-1");
  });

  test("where webhooks go, and that no server listens there", async () => {
    const { sandbox } = await startSandbox({ xfers: "http://127.0.0.1:9/hook" });
    await sandbox.pay(await xfersLink(sandbox));
    const overview = await look(sandbox);
    const notices = overview.all("paragraph").map(({ text }) => text);
    expect(notices).toContain(
      "Xfers: No server listens at http://127.0.0.1:9/hook. Start your server there, or change the webhook URL; then resend.",
    );
    expect(notices).toContain("Midtrans: no webhook URL is set, so webhooks are only recorded.");
    expect(columnIn(overview, "Answer")).toEqual(["no server listens"]);
    expect((await look(sandbox, "/deliveries/1")).text).toContain("No server listens at http://127.0.0.1:9/hook.");
  });

  test("the inspector to a browser at /, and JSON to everyone else", async () => {
    const { sandbox } = await startSandbox();
    const visit = await call(`${sandbox.control.url}/`, { headers: { Accept: "text/html,*/*;q=0.8" } });
    expect([visit.status, visit.headers.get("location")]).toEqual([302, "/inspector"]);
    expect((await call(`${sandbox.control.url}/`)).json["endpoints"]).toContain("GET /inspector");
  });

  test.each(["/nothing", "/link", "/link?url=x", "/deliveries/1", "/deliveries/x", "/requests/0", "/requests/1.5"])(
    "%s: 404",
    async (path) => {
      const { sandbox } = await startSandbox();
      const { status, text } = await look(sandbox, path);
      expect([status, text.includes("no longer kept")]).toEqual([404, true]);
    },
  );
});

describe("the signature that the inspector explains", () => {
  test("is made from the base string it shows", async () => {
    const merchant = await startMerchant();
    const urls = Object.fromEntries(
      ["midtrans", "xfers", "singapay"].map((name) => [name, `${merchant.url}/${name}?a=1`]),
    );
    const { sandbox } = await startSandbox(urls);
    await sandbox.pay(await midtransLink(sandbox));
    await sandbox.pay(await xfersLink(sandbox));
    await sandbox.pay(await singapayLink(sandbox));
    const { signingSecret } = sandbox.xfers.credentials;
    const { clientSecret } = sandbox.singapay.credentials;
    const hash = {
      midtrans: (text: string) => createHash("sha512").update(text).digest("hex"),
      xfers: (text: string) => createHmac("sha256", signingSecret).update(text).digest("hex"),
      singapay: (text: string) => createHmac("sha512", clientSecret).update(text).digest("hex"),
    };
    expect(sandbox.deliveries).toHaveLength(5);
    for (const delivery of sandbox.deliveries) {
      const { sent, baseString, holds } = checkSignature(delivery);
      expect([holds, sent]).toEqual([true, hash[delivery.provider as keyof typeof hash](baseString ?? "")]);
      const altered = checkSignature({ ...delivery, body: delivery.body.replace(/\d/, "x") });
      if (delivery.provider !== "midtrans") expect(altered.holds).toBe(false);
    }
  });

  test.each(["midtrans", "xfers", "singapay"] as const)(
    "%s: a body that is no JSON has none that holds",
    (provider) => {
      const delivery = { provider, url: undefined, method: "POST", headers: {}, body: "<>", atMs: 0 } as const;
      expect(checkSignature(delivery)).toMatchObject({ holds: false, sent: undefined });
    },
  );
});

describe("the inspector sends", () => {
  test("a webhook again, two days later: the same bytes, the same headers", async () => {
    const merchant = await startMerchant();
    const { sandbox, clock } = await startSandbox({ singapay: merchant.url });
    await sandbox.pay(await singapayLink(sandbox));
    clock.advance(47 * hourMs);
    const reply = await submit(sandbox, "/deliveries/2/resend");
    expect([reply.status, reply.headers.get("location")]).toEqual([303, "/inspector/deliveries/3"]);
    const [, first, second] = merchant.received;
    expect([second?.body, second?.headers]).toEqual([first?.body, first?.headers]);
    expect(sandbox.deliveries.map(({ note }) => note)).toEqual([undefined, undefined, "copy of 2"]);
  });

  test("once, whatever the answer is, and spared by chaos", async () => {
    const merchant = await startMerchant();
    const { sandbox } = await startSandbox({ midtrans: merchant.url });
    await sandbox.pay(await midtransLink(sandbox));
    merchant.answerWith(500);
    sandbox.chaos.set("midtrans", "drop_webhook", { probability: 1 });
    await submit(sandbox, "/deliveries/2/resend");
    await sandbox.advance(86_400_000);
    expect(merchant.received).toHaveLength(3);
    expect(sandbox.deliveries.at(-1)).toMatchObject({ note: "copy of 2", webhook: 3, faults: [], status: 500 });
    expect(pick(sandbox.deliveries, 2, "retryAtMs")).toBeUndefined();
  });

  test("a webhook to another path with a signature for that one, of the first moment", async () => {
    const merchant = await startMerchant();
    const { sandbox, clock } = await startSandbox();
    await sandbox.pay(await singapayLink(sandbox));
    clock.advance(hourMs);
    sandbox.setWebhookUrl("singapay", `${merchant.url}/elsewhere`);
    await submit(sandbox, "/deliveries/2/resend");
    const [old, sent] = sandbox.deliveries.slice(1);
    expect(sent).toMatchObject({ body: old?.body, status: 200, url: `${merchant.url}/elsewhere` });
    expect(sent?.headers["X-Signature"]).not.toBe(old?.headers["X-Signature"]);
    expect(sent?.headers["X-Timestamp"]).toBe(old?.headers["X-Timestamp"]);
    expect(sent === undefined ? undefined : checkSignature(sent).holds).toBe(true);
  });

  test("an edited webhook, signed again or with its old signature", async () => {
    const merchant = await startMerchant();
    const { sandbox } = await startSandbox({ midtrans: merchant.url });
    await sandbox.pay(await midtransLink(sandbox));
    const body = sandbox.deliveries[1]?.body.replace("190000.00", "1000.00") ?? "";
    const signed = await submit(sandbox, "/deliveries/2/edited", { body, signature: "new" });
    const forged = await submit(sandbox, "/deliveries/2/edited", { body, signature: "old" });
    expect([outcomeOf(signed), outcomeOf(forged)]).toEqual([
      [303, "/inspector/deliveries/3"],
      [303, "/inspector/deliveries/4"],
    ]);
    expect((await look(sandbox, "/deliveries/3")).text).toContain("The signature is valid.");
    expect((await look(sandbox, "/deliveries/4")).text).toContain("The signature is not valid");
    expect(String(merchant.received.at(-1)?.body)).toBe(body);
    // But for the signature, the bytes are those of the edited body.
    const old = textAt(JSON.parse(body), "signature_key");
    const anew = textAt(JSON.parse(String(merchant.received.at(-2)?.body)), "signature_key");
    expect(String(merchant.received.at(-2)?.body)).toBe(body.replace(old, anew));
  });

  test("a body of one's own, with the line breaks that were typed", async () => {
    const merchant = await startMerchant();
    const { sandbox } = await startSandbox({ xfers: merchant.url });
    const reply = await submit(sandbox, "/send", { provider: "xfers", body: "any\r\ntext" });
    expect(reply.headers.get("location")).toBe("/inspector/deliveries/1");
    expect(String(merchant.received[0]?.body)).toBe("any\ntext");
    expect(sandbox.deliveries[0]).toMatchObject({ note: "sent by hand" });
  });

  test.each([
    ["midtrans", "{", "must be a JSON object"],
    ["midtrans", "{}", "order_id, status_code and gross_amount"],
    ["singapay", "[]", "must be a JSON object"],
  ])("no body for %s that cannot be signed: %s", async (provider, body, sentence) => {
    const { sandbox } = await startSandbox({ midtrans: "http://127.0.0.1:9", singapay: "http://127.0.0.1:9" });
    const refused = await submit(sandbox, "/send", { provider, body });
    expect([refused.status, refused.text.includes(sentence)]).toEqual([400, true]);
    expect(valueOf(refused, "textbox", "Body")).toBe(body);
    expect(sandbox.deliveries).toEqual([]);
  });

  test("nothing where no webhook URL is set, for no gateway that there is not, and nothing that is not kept", async () => {
    const { sandbox } = await startSandbox();
    await sandbox.pay(await midtransLink(sandbox));
    for (const path of ["/deliveries/1/resend", "/deliveries/1/edited", "/send"]) {
      const refused = await submit(sandbox, path, { provider: "xfers", body: "{}", signature: "old" });
      expect([refused.status, refused.text.includes("No webhook URL is set for")]).toEqual([409, true]);
    }
    expect((await submit(sandbox, "/deliveries/3/resend")).status).toBe(404);
    expect((await submit(sandbox, "/deliveries/3/edited", { body: "{}" })).status).toBe(404);
    expect((await submit(sandbox, "/send", { provider: "nobody", body: "{}" })).status).toBe(404);
    expect(sandbox.deliveries).toHaveLength(2);
  });
});

describe("the inspector does", () => {
  test("what happens next to a payment, and says what makes no sense", async () => {
    const { sandbox } = await startSandbox();
    const link = await xfersLink(sandbox);
    const { id } = await sandbox.open(link);
    const refused = await submit(sandbox, "/link", { link, do: "settle", payment: id });
    expect([refused.status, refused.text.includes("to settle it must be paid")]).toEqual([409, true]);
    const paid = await submit(sandbox, "/link", { link, do: "pay", payment: id });
    expect([paid.status, paid.headers.get("location")]).toEqual([
      303,
      `/inspector/link?url=${encodeURIComponent(link)}`,
    ]);
    expect(columnIn(await look(sandbox, `/link?url=${encodeURIComponent(link)}`), "Status")).toEqual(["paid"]);
    const other = await midtransLink(sandbox);
    await submit(sandbox, "/link", { link: other, do: "expire" });
    expect((await call(other)).status).toBe(410);
    const nameless = await submit(sandbox, "/link", { link, do: "pay", payment: "" });
    expect(outcomeOf(nameless)).toEqual([400, 'payment must be the id of a payment, but is "".']);
    expect(factIn(nameless, "Reference")).toBe("ORDER-1");
    expect((await submit(sandbox, "/link", { link, do: "teleport" })).status).toBe(404);
    expect((await submit(sandbox, "/link", { link: "x", do: "pay" })).status).toBe(404);
  });

  test("only what makes sense with a payment of that gateway as it is now", async () => {
    const { sandbox } = await startSandbox();
    const offered = async (link: string): Promise<readonly (string | undefined)[]> => {
      return actionsIn(await look(sandbox, `/link?url=${encodeURIComponent(link)}`));
    };
    const [midtrans, xfers, singapay] = [
      await midtransLink(sandbox, "M", { usage_limit: 9 }),
      await xfersLink(sandbox),
      await singapayLink(sandbox),
    ];
    for (const link of [midtrans, xfers, singapay]) {
      await sandbox.open(link);
      expect(await offered(link)).toEqual(["pay", "fail", "expire"]);
    }
    await sandbox.pay(xfers);
    await sandbox.pay(singapay);
    for (const link of [xfers, singapay]) {
      expect(await offered(link)).toEqual(["settle"]);
      await sandbox.settle(link);
      expect(await offered(link)).toEqual([]);
    }
    await sandbox.pay(midtrans);
    for (const [method, outcome, actions] of [
      ["permata_va", "paid", ["reverse"]],
      ["credit_card", "paid", ["settle"]],
      ["gopay", "paid", ["refund"]],
      ["bca_va", "failed", ["pay", "fail"]],
    ] as const) {
      const before = await offered(midtrans);
      await sandbox.pay(midtrans, { method, outcome });
      expect(await offered(midtrans)).toEqual([...before, ...actions]);
    }
    await sandbox.expire(midtrans);
    expect(await offered(midtrans)).toEqual(["reverse", "reverse", "settle", "refund"]);
    expect((await look(sandbox, `/link?url=${encodeURIComponent(midtrans)}`)).text).not.toContain("Expire the link");
  });

  test("a refund in part, of an amount that is written as one", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    const { id } = await sandbox.pay(link, { method: "gopay" });
    const refund = async (amount: string): Promise<readonly unknown[]> =>
      outcomeOf(await submit(sandbox, "/link", { link, do: "refund", payment: id, amount }));
    expect(await refund("1e4")).toEqual([400, expect.stringContaining("whole rupiah, as 5000 or 5.000")]);
    expect(await refund("190.001")).toEqual([400, expect.stringContaining("from Rp1 to Rp190.000")]);
    expect((await refund("40.000"))[0]).toBe(303);
    expect(pick(JSON.parse(sandbox.deliveries.at(-1)?.body ?? ""), "refund_amount")).toBe("40000.00");
    expect((await refund(" "))[0]).toBe(303);
    expect(pick(JSON.parse(sandbox.deliveries.at(-1)?.body ?? ""), "refund_amount")).toBe("190000.00");
    expect((await refund(""))[0]).toBe(409);
  });

  test("set and clear where webhooks go", async () => {
    const merchant = await startMerchant();
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    expect((await submit(sandbox, "/webhook-urls/midtrans", { url: merchant.url })).status).toBe(303);
    await sandbox.open(link);
    expect((await submit(sandbox, "/webhook-urls/midtrans", { url: "" })).status).toBe(303);
    await sandbox.pay(link);
    expect(merchant.received).toHaveLength(1);
    const refused = await submit(sandbox, "/webhook-urls/midtrans", { url: "ftp://e.test" });
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(/an absolute http or https URL.*but is "ftp:\/\/e\.test"\./);
    expect(refused.html).toContain('value="ftp://e.test"');
    expect((await submit(sandbox, "/webhook-urls/nobody", { url: "" })).status).toBe(404);
  });

  test("tell a page that is open of each change, until the sandbox closes", async () => {
    const { sandbox } = await startSandbox();
    const link = await xfersLink(sandbox);
    const response = await fetch(`${sandbox.control.url}/inspector/changes`);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const reader = response.body?.getReader();
    const next = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toBe("data: changed\n\n");
    // Xfers sends no webhook of a refusal.
    await sandbox.fail(link);
    expect(await next()).toBe("data: changed\n\n");
    await sandbox.close();
    await expect(next()).rejects.toThrow("terminated");
  });
});

describe("the inspector refuses", () => {
  test("forms from other sites", async () => {
    const merchant = await startMerchant();
    const { sandbox } = await startSandbox({ midtrans: merchant.url });
    const link = await midtransLink(sandbox);
    await sandbox.open(link);
    sandbox.chaos.set("xfers", "drop_webhook", { next: 1 });
    const forms = [
      ["/deliveries/1/resend", {}],
      ["/deliveries/1/edited", { body: "{}", signature: "old" }],
      ["/send", { provider: "xfers", body: "{}" }],
      ["/link", { link, do: "pay" }],
      ["/webhook-urls/midtrans", { url: "https://evil.example" }],
      ["/chaos", { provider: "midtrans", fault: "drop_webhook", next: "1" }],
      ["/chaos/clear", { provider: "midtrans", fault: "drop_webhook" }],
      ["/chaos/clear", { provider: "all" }],
      ["/clock/freeze", {}],
      ["/clock/resume", {}],
      ["/clock/set", { at: "2030-01-01T00:00:00Z" }],
      ["/clock/advance", { amount: "1", unit: "days" }],
      ["/reset", {}],
    ] as const;
    for (const [path, fields] of forms) {
      expect(outcomeOf(await submit(sandbox, path, fields, { Origin: "https://evil.example" }))).toEqual([
        403,
        "Forms of other sites are refused.",
      ]);
      expect((await submit(sandbox, path, fields, { Origin: "null", "Sec-Fetch-Site": "cross-site" })).status).toBe(
        403,
      );
    }
    expect(merchant.received).toHaveLength(1);
    expect(pick(sandbox.deliveries, 0, "url")).toBe(`${merchant.url}/`);
    expect([sandbox.clock.isFrozen, sandbox.clock.now()]).toEqual([false, startMs]);
    const set = sandbox.chaos.faults().flatMap(({ settings }) => Object.entries(settings));
    expect(set).toEqual([["xfers", { next: 1 }]]);
  });

  test("visits under another host's name", async () => {
    const { sandbox } = await startSandbox();
    const { port } = new URL(sandbox.control.url);
    const status = await new Promise((resolve) => {
      requestOverHttp({ host: "127.0.0.1", port, path: "/inspector", headers: { Host: "evil.example" } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });

  test("bodies above 1 MiB", async () => {
    const { sandbox } = await startSandbox({ xfers: "http://127.0.0.1:9" });
    const reply = await submit(sandbox, "/send", { provider: "xfers", body: "x".repeat(1024 * 1024) });
    expect(outcomeOf(reply)).toEqual([413, "A form of more than 1 MiB is refused."]);
    expect(reply.has("navigation", "Inspector")).toBe(true);
    expect(sandbox.deliveries).toEqual([]);
  });

  test("every script but its own file, and frames around it", async () => {
    const { sandbox } = await startSandbox();
    await midtransLink(sandbox, "inv-1", { title: "<script>alert(1)</script>" });
    const { html, text, headers } = await look(sandbox);
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(html.match(/<script[^>]*>/g)).toEqual(['<script src="/inspector/live.js" defer>']);
    expect(text).toContain("<script>alert(1)</script>");
    expect(html).not.toMatch(/\bon\w+=|url\(|@import/i);
    const script = await call(`${sandbox.control.url}/inspector/live.js`);
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  });
});

describe("with more links than a page has, and more webhooks than are kept", () => {
  test("the first page has a few rows of each kind, and the oldest webhooks are dropped with a note", async () => {
    const sandbox = await createSandbox({ clock: { frozenAt: startMs }, maxRecords: 1_000 });
    onTestFinished(() => sandbox.close());
    const links = [];
    for (let index = 0; index < 100; index += 1) {
      links.push(await midtransLink(sandbox, `inv-${index}`, { usage_limit: 6, title: `Order ${index}` }));
    }
    for (const link of links) for (let use = 0; use < 5; use += 1) await sandbox.pay(link, { method: "bca_va" });
    expect(sandbox.deliveries).toHaveLength(1_000);
    await sandbox.pay(links[0] ?? "", { method: "bca_va" });
    expect(sandbox.deliveries).toHaveLength(1_000);

    await look(sandbox);
    const startedMs = performance.now();
    await call(`${sandbox.control.url}/inspector`);
    console.log(`The inspector's first page took ${Math.round(performance.now() - startedMs)} ms.`);
    expect((await look(sandbox)).all("row")).toHaveLength(3 * (15 + 1));
    const list = await look(sandbox, "/deliveries");
    expect(list.all("row")).toHaveLength(50 + 1);
    expect(list.text).toContain("2 older webhooks were dropped to keep memory bounded.");
    expect((await look(sandbox, "/deliveries?page=20")).text).toContain("Page 20 of 20");
    for (const [path, note] of [
      ["/deliveries", "Page 20 of 20"],
      ["/links", "Page 2 of 2"],
      ["/requests", "Page 2 of 2"],
    ] as const) {
      const beyond = await look(sandbox, `${path}?page=999`);
      expect([beyond.text.includes(note), beyond.all("row").length]).toEqual([true, 50 + 1]);
    }
    expect((await look(sandbox, "/deliveries/2")).status).toBe(404);
    expect((await look(sandbox, "/deliveries/1002")).text).toContain("Webhook 1002: settlement inv-0-");
  }, 30_000);
});
