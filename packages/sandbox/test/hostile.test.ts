import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import type { Sandbox } from "../src/index.ts";
import { readPage } from "./page.ts";
import { call, midtransCaller, type Reply, singapayCaller, startSandbox, textAt, xfersCaller } from "./support.ts";

/** What fetch would not send. */
const statusLineFor = (url: string, request: string): Promise<string> => {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => {
      socket.write(request.replaceAll("HOST", `${hostname}:${port}`));
    });
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve(text.split("\r\n")[0] ?? "");
    });
  });
};

const urlsOf = ({ control, midtrans, xfers, singapay }: Sandbox): readonly string[] => [
  control.url,
  midtrans.url,
  xfers.url,
  singapay.url,
];

describe("requests that are none", () => {
  const head = "Host: HOST\r\nConnection: close\r\n\r\n";
  test.each([
    ["another host's URL as the target", `GET http://evil.example/ HTTP/1.1\r\n${head}`, 403],
    ["no host", "GET / HTTP/1.0\r\n\r\n", 400],
    ["half a host", "GET / HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n", 400],
    ["dots out of the root", `GET /payment-links/../../../etc/passwd HTTP/1.1\r\n${head}`, 404],
    ["escaped dots", `GET /b2b/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1\r\n${head}`, 404],
    ["a target that starts like a host", `GET //evil.example/x HTTP/1.1\r\n${head}`, 404],
    ["a target that is no path", `OPTIONS * HTTP/1.1\r\n${head}`, 400],
    ["two lengths", `POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n${head}`, 400],
    ["a negative length", `POST / HTTP/1.1\r\nContent-Length: -1\r\n${head}`, 400],
    ["a path of 20,000 characters", `GET /${"x".repeat(20_000)} HTTP/1.1\r\n${head}`, 431],
    ["a length of 100 MB, and then nothing", `POST /pay HTTP/1.1\r\nContent-Length: 100000000\r\n${head}`, 413],
  ])("%s: refused by every server, which goes on", async (_name, request, status) => {
    const { sandbox } = await startSandbox();
    for (const url of urlsOf(sandbox)) {
      expect(await statusLineFor(url, request)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect((await call(url)).status).toBeLessThan(500);
    }
  });
});

describe("references that look like something else", () => {
  test.each(["__proto__", "constructor", "toString", "..."])("%s is a reference like any other", async (reference) => {
    const { sandbox } = await startSandbox();
    const midtrans = midtransCaller(sandbox);
    const details = { order_id: reference, gross_amount: 10_000 };
    const order = { transaction_details: details };
    expect((await midtrans("GET", `/v1/payment-links/${reference}`)).status).toBe(404);
    expect((await midtrans("POST", "/v1/payment-links", order)).status).toBe(200);
    expect((await midtrans("POST", "/v1/payment-links", order)).status).toBe(409);
    expect(textAt((await midtrans("GET", `/v1/payment-links/${reference}`)).json, "order_id")).toBe(reference);
    expect((await midtrans("GET", `/v2/${reference}/status`)).json["status_code"]).toBe("404");

    const attributes = {
      amount: 10_000,
      referenceId: reference,
      customerName: "John",
      customerEmail: "john@example.test",
      customerPhoneNumber: "08",
    };
    const sent = await xfersCaller(sandbox)("POST", "/api/v4/payment_links", { data: { attributes } });
    expect(textAt(sent.json, "data", "attributes", "referenceId")).toBe(reference);

    const singapay = await singapayCaller(sandbox);
    const manage = `/api/v1.0/payment-link-manage/${sandbox.singapay.credentials.accountId}`;
    const made = await singapay("POST", manage, {
      reff_no: reference,
      title: "Order",
      max_usage: 1,
      total_amount: 10_000,
      items: [{ name: "Coffee", quantity: 1, unit_price: 10_000 }],
      required_customer_detail: false,
      optional_metadata: JSON.parse('{"__proto__":{"polluted":true}}') as object,
    });
    expect((await call(textAt(made.json, "data", "payment_url"))).text).toContain(`Reference: ${reference}`);
    expect((await singapay("GET", `${manage}/${reference}`)).status).toBe(404);
    expect("polluted" in {}).toBe(false);
  });
});

describe("a link that ends in a hundred years", () => {
  test("is expired by hand and still read", async () => {
    const { sandbox } = await startSandbox();
    const api = midtransCaller(sandbox);
    const { json } = await api("POST", "/v1/payment-links", {
      transaction_details: { order_id: "a", gross_amount: 10_000 },
      expiry: { duration: 36_525, unit: "days" },
    });
    const link = textAt(json, "payment_url");
    await sandbox.expire(link);
    expect([(await call(link)).status, (await api("GET", "/v1/payment-links/a")).status]).toEqual([410, 200]);
  });
});

describe("forms that no page made", () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`;
  const post = (link: string, body: string): Promise<Reply> =>
    call(link, {
      method: "POST",
      headers: { Origin: new URL(link).origin, "Content-Type": "application/x-www-form-urlencoded" },
      body,
    });

  test.each([
    ["a hostile method", `method=${encodeURIComponent(hostile)}`, 400],
    ["a hostile payment", `payment=${encodeURIComponent(hostile)}`, 404],
    ["a hostile form id and no method", `form=${encodeURIComponent(hostile)}`, 400],
    ["another amount than the link's", "method=bca_va&amount=1", 400],
    ["an amount that is no number", "method=bca_va&amount=NaN", 400],
    ["an amount beyond numbers", "method=bca_va&amount=1e999", 400],
    ["an empty method", "method=", 400],
    ["the method of a prototype", "method=__proto__", 400],
    ["escapes that are none", "%=%&method=%E0%A4%A", 400],
    ["a payment and a method that differ", "payment=other&method=bca_va", 404],
    ["nothing", "", 400],
    ["1 MiB and more", `method=${"x".repeat(1024 * 1024)}`, 413],
  ])("%s: refused, escaped, and nothing is paid", async (_name, body, status) => {
    const { sandbox } = await startSandbox();
    const { json } = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
      transaction_details: { order_id: "a", gross_amount: 10_000 },
    });
    const link = textAt(json, "payment_url");
    const reply = await post(link, body);
    expect(reply.status).toBe(status);
    expect(reply.text).not.toMatch(/<script|<img/);
    expect(sandbox.deliveries).toEqual([]);
    expect((await call(link)).text).toContain("Waiting for payment");
  });

  test("a form kept open past the expiry, the deletion or the last use pays nothing", async () => {
    const { sandbox, clock } = await startSandbox();
    const api = midtransCaller(sandbox);
    const create = async (orderId: string, more: object = {}): Promise<string> =>
      textAt(
        (
          await api("POST", "/v1/payment-links", {
            transaction_details: { order_id: orderId, gross_amount: 10_000 },
            ...more,
          })
        ).json,
        "payment_url",
      );
    const expiring = await create("expiring", { expiry: { duration: 1, unit: "hours" } });
    const deleted = await create("deleted");
    const used = await create("used");
    await api("DELETE", "/v1/payment-links/deleted");
    await sandbox.pay(used);
    clock.advance(60 * 60_000);
    const before = sandbox.deliveries.length;
    for (const link of [expiring, deleted, used]) {
      const reply = await post(link, "method=bca_va&form=x");
      const page = readPage(reply).get("main");
      expect([reply.status, page.has("alert"), page.has("button")]).toEqual([409, true, false]);
    }
    expect(sandbox.deliveries).toHaveLength(before);
  });
});
