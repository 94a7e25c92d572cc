import { describe, expect, test } from "vitest";
import { type Sandbox } from "../src/index.ts";
import { submit } from "./inspect.ts";
import { openShop, type ShopGateway } from "./shop.ts";
import {
  type Caller,
  call,
  midtransCaller,
  pick,
  type Reply,
  singapayCaller,
  startSandbox,
  xfersCaller,
} from "./support.ts";

// A call that the provider carried out, and whose answer is somebody else's: the client must not take it for a refusal.

const gateways = ["midtrans", "xfers", "singapay"] as const;

const callers: Readonly<Record<ShopGateway, (sandbox: Sandbox) => Caller | Promise<Caller>>> = {
  midtrans: midtransCaller,
  xfers: xfersCaller,
  singapay: singapayCaller,
};

const creations: Readonly<Record<ShopGateway, readonly [path: string, body: object]>> = {
  midtrans: ["/v1/payment-links", { transaction_details: { order_id: "INV-1", gross_amount: 20_000 } }],
  xfers: [
    "/api/v4/payment_links",
    {
      data: {
        attributes: {
          amount: 20_000,
          referenceId: "INV-1",
          customerName: "Sari",
          customerEmail: "sari@example.test",
          customerPhoneNumber: "08",
        },
      },
    },
  ],
  singapay: [
    "/api/v1.0/payment-link-manage/01K0SANDB0XACC0VNT00000001",
    {
      reff_no: "INV-1",
      title: "Concert",
      max_usage: 1,
      total_amount: 20_000,
      items: [{ name: "Ticket", quantity: 1, unit_price: 20_000 }],
      required_customer_detail: false,
    },
  ],
};

const referencesIn = async ({ control }: Sandbox): Promise<readonly unknown[]> => {
  const links = (await call(`${control.url}/links`)).json as unknown as readonly unknown[];
  return links.map((link) => pick(link, "reference"));
};

const page = (title: string): string =>
  `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;

describe.each(gateways)("%s: a link that was made, but", (gateway) => {
  test.each([400, 401, 403, 404, 409, 422, 429, 499, 500, 502, 503, 504, 524])(
    "whose answer is a web page with %i",
    async (status) => {
      const { sandbox } = await startSandbox();
      const api = await callers[gateway](sandbox);
      sandbox.chaos.set(gateway, "html_body_after_commit", { next: 1, status });
      const reply = await api("POST", ...creations[gateway]);
      expect([reply.status, reply.headers.get("content-type"), reply.text]).toEqual([
        status,
        "text/html; charset=utf-8",
        page(`${status} from the proxy`),
      ]);
      expect(await referencesIn(sandbox)).toEqual(["INV-1"]);
      expect(sandbox.requests.at(-1)).toMatchObject({ status, faults: ["html_body_after_commit"], answer: reply.text });
    },
  );

  test("whose answer is a 503 in the shape of the provider", async () => {
    const { sandbox } = await startSandbox();
    const api = await callers[gateway](sandbox);
    sandbox.chaos.set(gateway, "server_error_after_commit", { next: 1, status: 503 });
    const reply = await api("POST", ...creations[gateway]);
    const text = "Something went wrong, try again later";
    const bodies = {
      midtrans: { error_messages: [text] },
      xfers: { errors: [{ code: "010", title: "Service temporarily unavailable", detail: text }] },
      singapay: { status: 503, success: false, error: { code: 503, message: text } },
    };
    expect([reply.status, reply.json]).toEqual([503, bodies[gateway]]);
    expect(await referencesIn(sandbox)).toEqual(["INV-1"]);
  });

  test("before which nothing was made, where the page comes before the call", async () => {
    const { sandbox } = await startSandbox();
    const api = await callers[gateway](sandbox);
    sandbox.chaos.set(gateway, "html_body", { next: 1, status: 422 });
    const reply = await api("POST", ...creations[gateway]);
    expect([reply.status, reply.text]).toEqual([422, page("422 from the proxy")]);
    expect(await referencesIn(sandbox)).toEqual([]);
  });
});

describe("a page after the call", () => {
  const set = { provider: "midtrans", fault: "html_body_after_commit", next: "1", probability: "", status: "404" };
  const dial = { next: 1, status: 404 };

  test.each([
    ["the control API", (sandbox: Sandbox) => putChaos(sandbox, "html_body_after_commit", dial)],
    ["the form of the inspector", (sandbox: Sandbox) => submit(sandbox, "/chaos", set)],
  ] as const)("is set by %s, and hides a delete that was carried out", async (_name, turn) => {
    const { sandbox } = await startSandbox();
    const api = midtransCaller(sandbox);
    await api("POST", ...creations.midtrans);
    expect((await turn(sandbox)).status).toBeLessThan(400);
    expect((await api("DELETE", "/v1/payment-links/INV-1")).text).toBe(page("404 from the proxy"));
    const read = await api("GET", "/v1/payment-links/INV-1");
    expect([read.status, read.json]).toEqual([404, { error_messages: ["Payment Link not found"] }]);
  });

  test("takes no status that a page cannot have", async () => {
    const { sandbox } = await startSandbox();
    const refused = await putChaos(sandbox, "html_body_after_commit", { next: 1, status: 204 });
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining("status must be one of 502, 200, 400"),
    ]);
  });

  // Midtrans finds a link by its order id, SingaPay by reading its list, Xfers gives the first result again.
  test.each(gateways)("%s: of a create leaves one link, and the driver finds it", async (gateway) => {
    const shop = await openShop();
    await shop.links.list({ gateway: "singapay" });
    shop.sandbox.chaos.set(gateway, "html_body_after_commit", { next: 1, status: 502 });
    const created = await shop.create(gateway);
    expect(created.isOk() && created.value.reference).toBe("INV-1");
    expect(await referencesIn(shop.sandbox)).toEqual(["INV-1"]);
  });
});

const putChaos = ({ control }: Sandbox, fault: string, setting: object): Promise<Reply> =>
  call(`${control.url}/chaos/midtrans/${fault}`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(setting),
  });
