import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Sandbox } from "../src/index.ts";
import { postOnce } from "../src/webhooks/post.ts";
import {
  call,
  midtransCaller,
  pick,
  type Reply,
  singapayCaller,
  startMerchant,
  startMs,
  startSandbox,
  textAt,
  xfersCaller,
} from "./support.ts";

const createLink = async (sandbox: Sandbox, orderId = "inv-1", more: object = {}): Promise<string> => {
  const reply = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
    transaction_details: { order_id: orderId, gross_amount: 10_000 },
    enabled_payments: ["permata_va", "credit_card"],
    usage_limit: 9,
    ...more,
  });
  return textAt(reply.json, "payment_url");
};

const send = (sandbox: Sandbox, path: string, body: unknown, init: RequestInit = {}): Promise<Reply> =>
  call(sandbox.control.url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...init,
  });

describe("the control API", () => {
  test("GET / tells where everything is and with which credentials", async () => {
    const { sandbox } = await startSandbox();
    const { status, json } = await call(sandbox.control.url);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      control: sandbox.control,
      midtrans: sandbox.midtrans,
      xfers: sandbox.xfers,
      singapay: sandbox.singapay,
      endpoints: expect.arrayContaining(["GET /links"]),
    });
  });

  test("does what the methods do", async () => {
    const { sandbox } = await startSandbox();
    const link = await createLink(sandbox);
    const opened = await send(sandbox, "/open", { link, method: "credit_card" });
    const payment = textAt(opened.json, "id");
    expect(opened).toMatchObject({
      status: 200,
      json: { provider: "midtrans", link, method: "credit_card", status: "pending" },
    });
    const act = async (action: string, body: object): Promise<unknown> =>
      (await send(sandbox, `/${action}`, { link, ...body })).json["status"];
    expect(await act("pay", { payment })).toBe("capture");
    expect(await act("settle", {})).toBe("settlement");
    expect(await act("refund", { amount: 5_000 })).toBe("partial_refund");
    expect(await act("refund", { payment })).toBe("refund");
    expect(await act("pay", { method: "permata_va" })).toBe("settlement");
    expect(await act("reverse", {})).toBe("deny");
    expect(await act("fail", { method: "credit_card" })).toBe("deny");
    const expired = await send(sandbox, "/expire", { link });
    expect([expired.status, expired.json]).toEqual([200, { link }]);
    expect(await send(sandbox, "/pay", { link })).toMatchObject({
      status: 409,
      json: { error: "No payment can be opened on this link: it has expired." },
    });
  });

  test("takes an amount for a link that leaves it open", async () => {
    const { sandbox } = await startSandbox();
    const link = await createLink(sandbox, "open", { payment_link_type: "DYNAMIC_AMOUNT" });
    expect((await send(sandbox, "/pay", { link, amount: 12_345 })).json["amount"]).toBe(12_345);
    expect((await send(sandbox, "/pay", { link })).json["amount"]).toBe(1);
  });

  test("lists links with their payments, requests without secrets, and deliveries", async () => {
    const { sandbox } = await startSandbox();
    const link = await createLink(sandbox, "inv-1", { title: "Concert" });
    const payment = await sandbox.open(link);
    const links = await call(`${sandbox.control.url}/links`);
    expect(links.json).toEqual([
      {
        number: 1,
        provider: "midtrans",
        link,
        reference: "inv-1",
        title: "Concert",
        state: "open",
        createdAtMs: startMs,
        payments: [payment],
      },
    ]);
    await call(link);
    const requests = await call(`${sandbox.control.url}/requests`);
    expect(requests.json).toMatchObject([
      { provider: "midtrans", method: "POST", path: "/v1/payment-links", status: 200, atMs: startMs },
    ]);
    expect(pick(requests.json, 0, "headers", "authorization")).toBe("[redacted]");
    expect(requests.text).not.toContain(
      Buffer.from(sandbox.midtrans.credentials.serverKey).toString("base64").slice(0, 20),
    );
    const deliveries = await call(`${sandbox.control.url}/deliveries`);
    expect(deliveries.json).toEqual(JSON.parse(JSON.stringify(sandbox.deliveries)));
    expect(deliveries.json).toMatchObject([{ provider: "midtrans", method: "POST" }]);
  });

  test("does not record a key that is not the sandbox's own", async () => {
    const { sandbox } = await startSandbox();
    const { url, credentials } = sandbox.singapay;
    for (const key of ["a-real-key", credentials.apiKey]) {
      await call(`${url}/api/v1.0/payment-link-manage/x`, {
        headers: { "X-PARTNER-ID": key, Authorization: "Bearer x" },
      });
    }
    expect(sandbox.requests.map(({ headers }) => headers["x-partner-id"])).toEqual(["[redacted]", credentials.apiKey]);
    expect(JSON.stringify(sandbox.requests)).not.toContain("a-real-key");
  });

  test("lists the links of every provider, as they are now", async () => {
    const { sandbox, clock } = await startSandbox();
    await createLink(sandbox, "M");
    const attributes = {
      amount: 10_000,
      referenceId: "X",
      customerName: "John",
      customerEmail: "john@example.test",
      customerPhoneNumber: "08",
    };
    const created = await xfersCaller(sandbox)("POST", "/api/v4/payment_links", { data: { attributes } });
    await sandbox.open(textAt(created.json, "data", "attributes", "paymentLinkUrl"));
    const api = await singapayCaller(sandbox);
    const order = await api("POST", `/api/v1.0/payment-link-manage/${sandbox.singapay.credentials.accountId}`, {
      reff_no: "S",
      title: "Order",
      max_usage: 2,
      total_amount: 10_000,
      items: [{ name: "Coffee", quantity: 1, unit_price: 10_000 }],
      required_customer_detail: false,
    });
    await sandbox.open(textAt(order.json, "data", "payment_url"));
    clock.advance(25 * 60 * 60_000);
    const { json } = await call(`${sandbox.control.url}/links`);
    expect(json).toMatchObject([
      { provider: "midtrans", reference: "M", state: "open", payments: [] },
      { provider: "xfers", reference: "X", state: "expired", payments: [{ method: "BCA", status: "expired" }] },
      { provider: "singapay", reference: "S", title: "Order", state: "open", payments: [{ status: "expired" }] },
    ]);
  });

  test("PUT /webhooks sets and clears where webhooks go", async () => {
    const { sandbox } = await startSandbox();
    const merchant = await startMerchant();
    const link = await createLink(sandbox);
    const put = (provider: string, body: unknown): Promise<Reply> =>
      send(sandbox, `/webhooks/${provider}`, body, { method: "PUT" });
    const url = `${merchant.url}/hook`;
    expect(await put("midtrans", { url })).toMatchObject({ status: 200, json: { provider: "midtrans", url } });
    const set = { midtrans: url, xfers: null, singapay: null };
    expect((await call(`${sandbox.control.url}/webhooks`)).json).toEqual(set);
    expect((await call(sandbox.control.url)).json["webhookUrls"]).toEqual(set);
    await sandbox.open(link);
    expect(merchant.received).toHaveLength(1);
    expect((await put("midtrans", { url: null })).status).toBe(200);
    await sandbox.pay(link);
    expect(merchant.received).toHaveLength(1);
    expect(sandbox.deliveries.map((delivery) => [delivery.url, delivery.status])).toEqual([
      [url, 200],
      [undefined, undefined],
    ]);
    expect((await put("other", { url })).status).toBe(404);
    for (const body of [{}, { url: 1 }, { url: "ftp://e.test" }, { url: "hook" }, "{"]) {
      expect((await put("midtrans", body)).status).toBe(400);
    }
    expect((await call(`${sandbox.control.url}/webhooks`)).json).toMatchObject({ midtrans: null });
  });

  test.each([
    ["a body that is no JSON", "{", 400],
    ["no link", {}, 400],
    ["a link that is no text", { link: 1 }, 400],
    ["a method that is no text", { link: "x", method: 1 }, 400],
    ["an amount that is no number", { link: "x", amount: "1" }, 400],
    ["a link elsewhere", { link: "https://app.sandbox.midtrans.com/payment-links/x" }, 404],
    ["a link that is no URL", { link: "x" }, 404],
  ])("refuses %s", async (_name, body, status) => {
    const { sandbox } = await startSandbox();
    const reply = await send(sandbox, "/pay", body);
    expect(reply).toMatchObject({ status, json: { error: expect.any(String) } });
  });

  test("an unknown link or path: 404; a body above 1 MiB: 413", async () => {
    const { sandbox } = await startSandbox();
    expect((await send(sandbox, "/pay", { link: `${sandbox.midtrans.url}/payment-links/none` })).status).toBe(404);
    expect((await send(sandbox, "/teleport", {})).json["error"]).toContain("GET / lists what there is");
    expect((await send(sandbox, "/pay", " ".repeat(1024 * 1024 + 1))).status).toBe(413);
  });

  test("refuses requests from other sites, and anything but JSON", async () => {
    const { sandbox } = await startSandbox();
    const link = await createLink(sandbox);
    const foreign = { "Content-Type": "application/json", Origin: "https://evil.example" };
    expect((await send(sandbox, "/pay", { link }, { headers: foreign })).status).toBe(403);
    expect((await call(`${sandbox.control.url}/links`, { headers: foreign })).status).toBe(403);
    for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
      expect((await send(sandbox, "/pay", { link }, { headers: { "Content-Type": type } })).status).toBe(415);
    }
    const bodiless = await send(sandbox, "/pay", undefined, { headers: {} });
    expect(bodiless).toMatchObject({ status: 400, json: { error: "The body must be a JSON object. It is empty." } });
    const own = { "Content-Type": "application/json; charset=utf-8", Origin: sandbox.control.url };
    expect((await send(sandbox, "/open", { link }, { headers: own })).status).toBe(200);
  });
});

describe("a call that needs to be told nothing more", () => {
  const calls = [
    ["POST", "/reset"],
    ["DELETE", "/chaos"],
    ["DELETE", "/chaos/midtrans"],
    ["DELETE", "/chaos/midtrans/rate_limit"],
  ] as const;

  const startWithDial = async (): Promise<Sandbox> => {
    const { sandbox } = await startSandbox();
    sandbox.chaos.set("midtrans", "rate_limit", { next: 1 });
    return sandbox;
  };

  const countSet = (sandbox: Sandbox): number =>
    sandbox.chaos.faults().filter(({ settings }) => Object.keys(settings).length > 0).length;

  test.each(calls)("%s %s: without a body, or with {}", async (method, path) => {
    const sandbox = await startWithDial();
    for (const init of [
      {},
      { headers: { "Content-Type": "application/x-www-form-urlencoded" } },
      { headers: { "Content-Type": "application/json" }, body: "{}" },
      { headers: { Origin: sandbox.control.url } },
    ]) {
      sandbox.chaos.set("midtrans", "rate_limit", { next: 1 });
      const { status } = await call(sandbox.control.url + path, { method, ...init });
      expect([status, countSet(sandbox)]).toEqual([200, 0]);
    }
  });

  test.each(calls)("%s %s: never from another site, be it that of nobody", async (method, path) => {
    const sandbox = await startWithDial();
    const { port } = new URL(sandbox.control.url);
    for (const origin of [
      "https://evil.example",
      "null",
      `http://localhost:${port}`,
      `https://127.0.0.1:${port}`,
      "",
    ]) {
      const { status } = await call(sandbox.control.url + path, { method, headers: { Origin: origin } });
      expect([origin, status]).toEqual([origin, 403]);
    }
    const form = { Origin: "null", "Content-Type": "application/x-www-form-urlencoded" };
    expect((await call(sandbox.control.url + path, { method, headers: form, body: "a=b" })).status).toBe(403);
    expect(countSet(sandbox)).toBe(1);
  });

  test.each(calls)("%s %s: not with a body, nor with a query", async (method, path) => {
    const sandbox = await startWithDial();
    const headers = { "Content-Type": "application/json" };
    for (const body of ['{"foo":1}', "{", "[]", "null"]) {
      expect(await call(sandbox.control.url + path, { method, headers, body })).toMatchObject({
        status: 400,
        json: { error: `${method} ${path} takes no body, or {}. It is ${body}.` },
      });
    }
    expect((await call(sandbox.control.url + path, { method, body: "{}" })).status).toBe(415);
    expect((await call(`${sandbox.control.url}${path}?seed=1`, { method })).status).toBe(400);
    expect(countSet(sandbox)).toBe(1);
  });
});

describe("a query", () => {
  test.each(["/", "/webhooks", "/links", "/requests", "/deliveries", "/clock", "/chaos"])(
    "GET %s takes none",
    async (path) => {
      const { sandbox } = await startSandbox();
      expect((await call(`${sandbox.control.url}${path}?`)).status).toBe(200);
      for (const query of ["limit=1", "limit", "=1"]) {
        const name = query.split("=")[0];
        expect(await call(`${sandbox.control.url}${path}?${query}`)).toMatchObject({
          status: 400,
          json: { error: `There is no query parameter "${name}" for GET ${path}.` },
        });
      }
    },
  );
});

describe("deliveries", () => {
  test("a failing merchant is recorded and does not make the action fail", async () => {
    const merchant = await startMerchant();
    const { sandbox } = await startSandbox({ midtrans: merchant.url });
    const link = await createLink(sandbox);
    merchant.answerWith(503);
    expect((await sandbox.open(link)).status).toBe("pending");
    merchant.answerWith(307);
    expect((await sandbox.pay(link)).status).toBe("settlement");
    expect(merchant.received).toHaveLength(2);
    expect(sandbox.deliveries.map(({ status }) => status)).toEqual([503, 307]);
  });

  test("a merchant that does not listen, hangs up or is gone is recorded with the reason", async () => {
    const rude = createServer((request) => request.socket.destroy());
    rude.listen(0, "127.0.0.1");
    await once(rude, "listening");
    const url = `http://127.0.0.1:${(rude.address() as AddressInfo).port}`;
    const { sandbox } = await startSandbox({ midtrans: url });
    const link = await createLink(sandbox);
    await sandbox.open(link);
    rude.close();
    await once(rude, "close");
    await sandbox.pay(link);
    expect(sandbox.deliveries.map(({ error }) => error)).toEqual([
      "socket hang up",
      expect.stringContaining("ECONNREFUSED"),
    ]);
    expect(sandbox.deliveries.every((delivery) => !("status" in delivery))).toBe(true);
  });

  test("a merchant may ask back while it answers", async () => {
    const { sandbox } = await startSandbox();
    const api = midtransCaller(sandbox);
    const seen: unknown[] = [];
    const server = createServer((_request, response) => {
      void api("GET", "/v1/payment-links/inv-1").then(({ json }) => {
        seen.push(pick(json, "purchases", 0, "payment_status"));
        response.end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.close();
    });
    sandbox.setWebhookUrl("midtrans", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await sandbox.pay(await createLink(sandbox));
    expect(seen).toEqual(["PENDING", "SETTLEMENT"]);
  });

  test("a merchant that cancels while it is told of the pending payment wins", async () => {
    const { sandbox } = await startSandbox();
    const api = midtransCaller(sandbox);
    const server = createServer((request, response) => {
      void (async () => {
        let body = "";
        for await (const chunk of request) body += String(chunk);
        const { transaction_status: status, transaction_id: id } = JSON.parse(body) as Record<string, string>;
        if (status === "pending") await api("POST", `/v2/${id}/cancel`);
        response.end();
      })();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.close();
    });
    sandbox.setWebhookUrl("midtrans", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await expect(sandbox.pay(await createLink(sandbox))).rejects.toThrow("is cancel; to be paid it must be pending");
  });

  test("closing gives up what is under way", async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { sandbox } = await startSandbox({ midtrans: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
    const opening = sandbox.open(await createLink(sandbox));
    await once(silent, "request");
    await sandbox.close();
    expect((await opening).status).toBe("pending");
    expect(sandbox.deliveries).toMatchObject([{ error: "the sandbox was closed" }]);
    await expect(sandbox.open("x")).rejects.toThrow("The sandbox is closed");
  });

  test("a merchant that never answers is given up after a while", async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const url = new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const never = new AbortController().signal;
    await expect(postOnce(url, { headers: {}, body: "" }, 1, never)).rejects.toThrow("aborted due to timeout");
  });

  test("setWebhookUrl and createSandbox refuse what is no URL", async () => {
    const { sandbox } = await startSandbox();
    expect(() => {
      sandbox.setWebhookUrl("xfers", "localhost:3000");
    }).toThrow(TypeError);
    await expect(createSandbox({ webhookUrls: { singapay: "/hook" } })).rejects.toThrow(TypeError);
  });
});

describe("starting and stopping", () => {
  test("takes the ports it is given, and frees all of them when one is taken", async () => {
    const first = await createSandbox();
    const ports = {
      midtrans: Number(new URL(first.midtrans.url).port),
      control: Number(new URL(first.control.url).port),
    };
    const others = { xfers: Number(new URL(first.xfers.url).port) };
    await expect(createSandbox({ ports: others })).rejects.toMatchObject({
      code: "EADDRINUSE",
      message: `createSandbox: ports.xfers: listen EADDRINUSE: address already in use 127.0.0.1:${others.xfers}; name another port in ports.xfers, or 0 for a free one`,
    });
    await first.close();
    await first.close();
    const second = await createSandbox({ ports });
    onTestFinished(() => second.close());
    expect([second.midtrans.url, second.control.url]).toEqual([first.midtrans.url, first.control.url]);
    await expect(fetch(first.xfers.url)).rejects.toThrow("fetch failed");
  });

  test.each([
    ["nowhere.invalid", "getaddrinfo"],
    ["203.0.113.1", "listen EADDRNOTAVAIL"],
  ])("a host that is not this machine is refused: %s", async (host, reason) => {
    await expect(createSandbox({ host })).rejects.toThrow(
      `createSandbox: host must be a name or an address of this machine, such as "127.0.0.1", but is "${host}": ${reason}`,
    );
  });

  test.each([
    ["on which nothing was said", ""],
    ["that are kept alive", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n"],
  ])("closing ends connections %s", async (_name, said) => {
    const sandbox = await createSandbox();
    const closed: Promise<void>[] = [];
    for (const { url } of [sandbox.control, sandbox.midtrans, sandbox.xfers, sandbox.singapay]) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      await once(socket, "connect");
      socket.on("error", () => undefined);
      closed.push(
        new Promise((resolve) => {
          socket.once("close", () => {
            resolve();
          });
        }),
      );
      socket.write(said);
      if (said !== "") await once(socket, "data");
    }
    await sandbox.close();
    expect(await Promise.all(closed)).toHaveLength(4);
  });

  test("listens under the name of a host", async () => {
    const sandbox = await createSandbox({ host: "localhost" });
    onTestFinished(() => sandbox.close());
    expect(sandbox.control.url).toMatch(/^http:\/\/localhost:\d+$/);
    const link = await createLink(sandbox);
    expect((await sandbox.pay(link)).link).toBe(link);
  });

  test("without options it runs on the time of the machine", async () => {
    const before = Date.now();
    const sandbox = await createSandbox();
    onTestFinished(() => sandbox.close());
    const { id } = await sandbox.open(await createLink(sandbox));
    const atMs = Number(id.slice(-13));
    expect([atMs >= before, atMs <= Date.now()]).toEqual([true, true]);
  });
});
