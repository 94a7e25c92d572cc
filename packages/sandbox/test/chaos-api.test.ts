import { connect, type Socket } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { ApiFaultName, FaultSetting } from "../src/index.ts";
import { openShop, type Shop, type ShopGateway } from "./shop.ts";
import { basic, call, pick, singapayCaller, textAt } from "./support.ts";

// For each fault: the bytes that a client gets, and what the driver makes of them.

const gateways = ["midtrans", "xfers", "singapay"] as const;

/** A read that every provider answers, byte for byte as a client would send it. */
const rawRead = async ({ sandbox }: Shop, gateway: ShopGateway): Promise<string> => {
  const { midtrans, xfers, singapay } = sandbox;
  const paths = {
    midtrans: "/v1/payment-links/INV-1",
    xfers: "/api/v4/payment_links/x",
    singapay: "/api/v1.0/payment-link-manage/payment-methods",
  };
  const token = gateway === "singapay" ? await tokenOf(singapay) : "";
  const authorization = {
    midtrans: basic(midtrans.credentials.serverKey, ""),
    xfers: basic(xfers.credentials.apiKey, xfers.credentials.secretKey),
    singapay: `Bearer ${token}\r\nX-PARTNER-ID: ${singapay.credentials.apiKey}`,
  };
  const { host } = new URL(sandbox[gateway].url);
  return `GET ${paths[gateway]} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization[gateway]}\r\n\r\n`;
};

const tokenOf = async ({ url, credentials }: Shop["sandbox"]["singapay"]): Promise<string> => {
  const reply = await call(`${url}/api/v1.0/access-token/b2b`, {
    method: "POST",
    headers: {
      "X-PARTNER-ID": credentials.apiKey,
      Authorization: basic(credentials.clientId, credentials.clientSecret),
      "Content-Type": "application/json",
    },
    body: '{"grant_type":"client_credentials"}',
  });
  return textAt(reply.json, "data", "access_token");
};

interface Wire {
  readonly socket: Socket;
  /** Everything the server has sent. */
  text(): string;
  /** How the connection ended: an error's code, or `closed`. */
  readonly end: Promise<string>;
}

const send = async ({ sandbox }: Shop, gateway: ShopGateway, request: string): Promise<Wire> => {
  const { hostname, port } = new URL(sandbox[gateway].url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => {
    socket.destroy();
  });
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  const end = new Promise<string>((resolve) => {
    socket.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? "");
    });
    socket.once("close", () => {
      resolve("closed");
    });
  });
  await new Promise<void>((resolve) => {
    socket.write(request, () => {
      resolve();
    });
  });
  return { socket, text: () => text, end };
};

/** The whole answer of a server that is asked to hang up afterwards. */
const answerTo = async (shop: Shop, gateway: ShopGateway): Promise<string> => {
  const request = await rawRead(shop, gateway);
  const setting = pendingChaos.get(shop);
  if (setting !== undefined) shop.sandbox.chaos.set(gateway, ...setting);
  const wire = await send(shop, gateway, request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
  await wire.end;
  return wire.text();
};

/** Set once the token is there, so that the fault strikes the call that is looked at. */
const pendingChaos = new WeakMap<Shop, readonly [ApiFaultName, FaultSetting]>();

const strikeNext = (shop: Shop, fault: ApiFaultName, parameters: object = {}): void => {
  pendingChaos.set(shop, [fault, { next: 1, ...parameters }]);
};

/** Until the server has decided what becomes of the request. */
const untilRecorded = async ({ sandbox }: Shop, fault: ApiFaultName, count = 1): Promise<void> => {
  const strikes = (): number => sandbox.requests.filter(({ faults }) => faults.includes(fault)).length;
  await expect.poll(strikes).toBe(count);
};

/** A driver that has its token already, so that the fault strikes what the test is about. */
const openWarmShop = async (): Promise<Shop> => {
  const shop = await openShop();
  await shop.links.list({ gateway: "singapay" });
  return shop;
};

// A call has 30 seconds, two thirds of them for a request whose effect can be found out in the rest.
const firstShareMs = 20_500;
const lastShareMs = 10_000;

/** How often a driver sends what creates a link before it gives up: Xfers documents that a repeat changes nothing. */
const sendings = { midtrans: 1, singapay: 1, xfers: 2 } as const;

/** Lets time pass once the fault has struck so often, without waiting for it. */
const passDeadline = async (shop: Shop, fault: ApiFaultName, count: number, ms: number): Promise<void> => {
  await untilRecorded(shop, fault, count);
  vi.advanceTimersByTime(ms);
};

const linkCount = async ({ sandbox }: Shop): Promise<number> =>
  ((await call(`${sandbox.control.url}/links`)).json as unknown as unknown[]).length;

const creations = (shop: Shop, gateway: ShopGateway): number =>
  shop.calls(gateway).filter((line) => line.startsWith("POST")).length;

describe.each(["timeout_before_commit", "timeout_after_commit"] as const)("%s", (fault) => {
  test.each(gateways)("%s: not one byte comes, and the connection stays open", async (gateway) => {
    const shop = await openShop();
    const request = await rawRead(shop, gateway);
    shop.sandbox.chaos.set(gateway, fault, { next: 1 });
    const wire = await send(shop, gateway, request);
    await untilRecorded(shop, fault);
    expect(shop.sandbox.requests.at(-1)).not.toHaveProperty("status");
    expect([wire.text(), wire.socket.readyState]).toEqual(["", "open"]);
    await shop.sandbox.reset();
    expect([await wire.end, wire.text()]).toEqual(["closed", ""]);
  });
});

describe.each(["reset_before_commit", "reset_after_commit"] as const)("%s", (fault) => {
  test.each(gateways)("%s: RST, and not one byte before it", async (gateway) => {
    const shop = await openShop();
    const request = await rawRead(shop, gateway);
    shop.sandbox.chaos.set(gateway, fault, { next: 1 });
    const wire = await send(shop, gateway, request);
    expect([await wire.end, wire.text()]).toEqual(["ECONNRESET", ""]);
  });
});

const unanswered = [
  ["timeout_before_commit", "timeout", 0],
  ["timeout_after_commit", "timeout", 1],
  ["reset_before_commit", "network", 0],
  ["reset_after_commit", "network", 1],
] as const;

/** The deadlines of drivers count in these; sockets go on in real time. */
const fakeTimers = (): void => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
};

describe.each(unanswered)("a create that meets %s", (fault, kind, made) => {
  const isTimeout = kind === "timeout";

  // Midtrans finds a link by its order id, SingaPay by reading its list.
  test.each(["midtrans", "singapay"] as const)(
    "%s: is sent once; what became of it is read, or unknown where nothing is found",
    async (gateway) => {
      const shop = await openWarmShop();
      shop.strikeCreate(gateway, fault, { next: 1 });
      if (isTimeout) fakeTimers();
      const creating = shop.create(gateway);
      if (isTimeout) await passDeadline(shop, fault, 1, firstShareMs);
      const created = await creating;
      if (made === 1) {
        expect(created.isOk() && created.value.reference).toBe("INV-1");
      } else {
        expect(created.isErr() && created.error).toMatchObject({ kind, outcome: "unknown" });
      }
      expect([creations(shop, gateway), await linkCount(shop)]).toEqual([1, made]);
    },
  );

  test("xfers: the identical request is sent once more, and gives the one link there is", async () => {
    const shop = await openWarmShop();
    shop.sandbox.chaos.set("xfers", fault, { next: 1 });
    if (isTimeout) fakeTimers();
    const creating = shop.create("xfers");
    if (isTimeout) await passDeadline(shop, fault, 1, firstShareMs);
    expect((await creating).isOk()).toBe(true);
    expect([creations(shop, "xfers"), await linkCount(shop)]).toEqual([2, 1]);
  });

  test("xfers: where that meets it, too, the outcome is unknown, and there is no third", async () => {
    const shop = await openWarmShop();
    shop.sandbox.chaos.set("xfers", fault, { probability: 1 });
    if (isTimeout) fakeTimers();
    const creating = shop.create("xfers");
    if (isTimeout) await passDeadline(shop, fault, 1, firstShareMs);
    if (isTimeout) await passDeadline(shop, fault, 2, lastShareMs);
    const created = await creating;
    expect(created.isErr() && created.error).toMatchObject({ kind, outcome: "unknown" });
    expect([creations(shop, "xfers"), await linkCount(shop)]).toEqual([2, made]);
  });
});

describe("rate_limit", () => {
  test.each(gateways)("%s: 429 with Retry-After, in the provider's shape", async (gateway) => {
    const shop = await openShop();
    strikeNext(shop, "rate_limit", { retryAfterSeconds: 7 });
    const answer = await answerTo(shop, gateway);
    expect(answer).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/);
    expect(answer.toLowerCase()).toContain("\r\nretry-after: 7\r\n");
    const shapes = { midtrans: '{"error_messages":["', xfers: '{"errors":[{"code":"', singapay: '{"status":429,' };
    expect(answer).toContain(shapes[gateway]);
  });

  test.each(gateways)("%s: rate_limited with retryAfterMs, refused, nothing made", async (gateway) => {
    const shop = await openWarmShop();
    shop.strikeCreate(gateway, "rate_limit", { next: 1, retryAfterSeconds: 7 });
    const created = await shop.create(gateway);
    expect(created.isErr() && created.error).toMatchObject({
      kind: "rate_limited",
      retryAfterMs: 7_000,
      outcome: "refused",
      retryable: true,
      status: 429,
    });
    expect([creations(shop, gateway), await linkCount(shop)]).toEqual([1, 0]);
  });

  test("a read waits as long as is asked, and is sent again", async () => {
    const shop = await openShop();
    await shop.createUrl("midtrans");
    shop.sandbox.chaos.set("midtrans", "rate_limit", { next: 1, retryAfterSeconds: 0 });
    const found = await shop.links.find({ gateway: "midtrans", reference: "INV-1" });
    expect(found.isOk()).toBe(true);
    expect(shop.sandbox.requests.slice(1).map(({ status, faults }) => [status, faults])).toEqual([
      [429, ["rate_limit"]],
      [200, []],
    ]);
  });
});

describe("server_error", () => {
  test.each([500, 502, 503, 504])("%i in the shape of each provider", async (status) => {
    for (const gateway of gateways) {
      const shop = await openShop();
      strikeNext(shop, "server_error", { status });
      const answer = await answerTo(shop, gateway);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      const [, body = ""] = answer.split("\r\n\r\n");
      expect(() => JSON.parse(body) as unknown).not.toThrow();
    }
  });

  test.each(gateways)("%s: unavailable, outcome unknown, sent no more than is safe", async (gateway) => {
    const shop = await openWarmShop();
    shop.strikeCreate(gateway, "server_error", { next: sendings[gateway], status: 503 });
    const created = await shop.create(gateway);
    expect(created.isErr() && created.error).toMatchObject({ kind: "unavailable", outcome: "unknown", status: 503 });
    expect([creations(shop, gateway), await linkCount(shop)]).toEqual([sendings[gateway], 0]);
  });

  test.each(gateways)("%s: a read is sent again after 503, and is not after 500", async (gateway) => {
    const shop = await openWarmShop();
    const created = await shop.create(gateway);
    const id = created.isOk() ? created.value.id : "none:none";
    shop.sandbox.chaos.set(gateway, "server_error", { next: 1, status: 503 });
    expect((await shop.links.get(id)).isOk()).toBe(true);
    shop.sandbox.chaos.set(gateway, "server_error", { next: 1, status: 500 });
    const read = await shop.links.get(id);
    expect(read.isErr() && read.error).toMatchObject({ kind: "unavailable", status: 500 });
  });
});

describe("html_body", () => {
  test.each(gateways)("%s: a web page instead of JSON", async (gateway) => {
    const shop = await openShop();
    strikeNext(shop, "html_body");
    const answer = await answerTo(shop, gateway);
    expect(answer).toMatch(/^HTTP\/1\.1 502 /);
    expect(answer.toLowerCase()).toContain("\r\ncontent-type: text/html; charset=utf-8\r\n");
    expect(answer).toContain("\r\n\r\n<!doctype html>");
  });

  test.each(gateways)(
    "%s: with 502 unavailable, with 200 malformed_response, both of unknown outcome",
    async (gateway) => {
      const shop = await openWarmShop();
      for (const [status, kind] of [
        [502, "unavailable"],
        [200, "malformed_response"],
      ] as const) {
        shop.strikeCreate(gateway, "html_body", { next: sendings[gateway], status });
        const created = await shop.create(gateway, `INV-${status}`);
        expect(created.isErr() && created.error).toMatchObject({ kind, outcome: "unknown" });
      }
      expect([creations(shop, gateway), await linkCount(shop)]).toEqual([2 * sendings[gateway], 0]);
    },
  );
});

describe("slow_bytes", () => {
  test.each(gateways)("%s: each byte is a chunk of its own, and together they are the answer", async (gateway) => {
    const shop = await openShop();
    const whole = bodyOf(await answerTo(shop, gateway));
    strikeNext(shop, "slow_bytes", { pauseMs: 0 });
    const slow = await answerTo(shop, gateway);
    expect(slow.toLowerCase()).toContain("\r\ntransfer-encoding: chunked\r\n");
    const chunks = bodyOf(slow).split("\r\n");
    expect(chunks.slice(-3)).toEqual(["0", "", ""]);
    const sizes = chunks.slice(0, -3).filter((_, index) => index % 2 === 0);
    expect(new Set(sizes)).toEqual(new Set(["1"]));
    expect(
      chunks
        .slice(0, -3)
        .filter((_, index) => index % 2 === 1)
        .join(""),
    ).toBe(whole);
  });

  test.each(gateways)("%s: the driver waits for the last byte", async (gateway) => {
    const shop = await openWarmShop();
    shop.sandbox.chaos.set(gateway, "slow_bytes", { next: 1, pauseMs: 0 });
    expect((await shop.create(gateway)).isOk()).toBe(true);
  });

  test("midtrans: an answer that never ends meets the deadline; the link that was made is found", async () => {
    const shop = await openWarmShop();
    shop.sandbox.chaos.set("midtrans", "slow_bytes", { next: 1, pauseMs: 600_000 });
    fakeTimers();
    const creating = shop.create("midtrans");
    await passDeadline(shop, "slow_bytes", 1, firstShareMs);
    expect((await creating).isOk()).toBe(true);
    expect([creations(shop, "midtrans"), await linkCount(shop)]).toEqual([1, 1]);
  });
});

describe("expired_token", () => {
  test("401 for a token that was good, until there is a new one", async () => {
    const shop = await openShop();
    const api = await singapayCaller(shop.sandbox);
    const methods = "/api/v1.0/payment-link-manage/payment-methods";
    expect((await api("GET", methods)).status).toBe(200);
    shop.sandbox.chaos.set("singapay", "expired_token", { next: 1 });
    for (const _ of ["struck", "still expired"]) {
      expect(await api("GET", methods)).toMatchObject({
        status: 401,
        json: { success: false, error: { code: 401, message: "Invalid credentials" } },
      });
    }
    expect((await (await singapayCaller(shop.sandbox))("GET", methods)).status).toBe(200);
  });

  test("the driver fetches another one and sends the refused request again, once", async () => {
    const shop = await openWarmShop();
    shop.strikeCreate("singapay", "expired_token", { next: 1 });
    expect((await shop.create("singapay")).isOk()).toBe(true);
    expect(shop.sandbox.requests.slice(3).map(({ method, status }) => [method, status])).toEqual([
      ["POST", 401],
      ["POST", 200],
      ["POST", 200],
    ]);
    expect(await linkCount(shop)).toBe(1);
  });

  test("a second time it is unauthenticated and refused", async () => {
    const shop = await openWarmShop();
    shop.strikeCreate("singapay", "expired_token", { next: 2 });
    const created = await shop.create("singapay");
    expect(created.isErr() && created.error).toMatchObject({ kind: "unauthenticated", outcome: "refused" });
    expect(await linkCount(shop)).toBe(0);
  });

  test("is for SingaPay alone", async () => {
    const { sandbox } = await openShop();
    expect(() => {
      sandbox.chaos.set("midtrans", "expired_token", { next: 1 });
    }).toThrow("expired_token is for singapay only");
  });
});

describe("pay pages", () => {
  test("are spared: chaos is for the API", async () => {
    const shop = await openShop();
    const url = await shop.createUrl("midtrans");
    shop.sandbox.chaos.set("midtrans", "server_error", { probability: 1 });
    expect((await call(url)).status).toBe(200);
    expect(pick((await call(`${shop.sandbox.midtrans.url}/v2/x/status`)).json, "status_code")).toBe("500");
  });
});

const bodyOf = (answer: string): string => answer.slice(answer.indexOf("\r\n\r\n") + 4);
