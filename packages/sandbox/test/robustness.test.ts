import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Sandbox } from "../src/index.ts";
import { basic, call, singapayCaller, startSandbox, textAt } from "./support.ts";

/** fetch would not send another Host header. */
const statusFor = (url: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .once("error", reject)
      .end();
  });

/** Small, seeded: the same requests each time. */
const seededRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
};

const urlsOf = ({ control, midtrans, xfers, singapay }: Sandbox): readonly string[] => [
  control.url,
  midtrans.url,
  xfers.url,
  singapay.url,
];

describe("the Host header", () => {
  test("names the host the sandbox listens on, or is refused", async () => {
    const { sandbox } = await startSandbox();
    for (const url of urlsOf(sandbox)) {
      const { port } = new URL(url);
      for (const host of [
        "evil.example",
        `evil.example:${port}`,
        `127.0.0.1.evil.example:${port}`,
        "169.254.169.254",
      ]) {
        expect(await statusFor(url, { Host: host })).toBe(403);
      }
      for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "localhost", `[::1]:${port}`]) {
        expect(await statusFor(url, { Host: host })).not.toBe(403);
      }
    }
  });
});

describe("bodies", () => {
  const mebibyte = 1024 * 1024;

  test.each([["with its length"], ["in chunks"]])(
    "above 1 MiB, at Midtrans above 16 KiB, sent %s are refused in the shape of the provider",
    async (way) => {
      const { sandbox } = await startSandbox();
      const post = (url: string, headers: Record<string, string>, byteCount: number): ReturnType<typeof call> => {
        const bytes = new Uint8Array(byteCount).fill(32);
        const body = way === "in chunks" ? new Blob([bytes]).stream() : bytes;
        return call(url, { method: "POST", headers, body, duplex: "half" } as RequestInit);
      };
      const midtrans = { Authorization: basic(sandbox.midtrans.credentials.serverKey, "") };
      const links = `${sandbox.midtrans.url}/v1/payment-links`;
      for (const byteCount of [16 * 1024 + 1, mebibyte + 1]) {
        expect(await post(links, midtrans, byteCount)).toMatchObject({
          status: 413,
          json: { error_messages: ["The request body is too large"] },
        });
      }
      expect(await post(`${sandbox.midtrans.url}/v2/x/refund`, midtrans, 16 * 1024 + 1)).toMatchObject({
        status: 413,
        json: { status_code: "413", status_message: "The request body is too large" },
      });
      expect((await post(links, midtrans, 16 * 1024)).status).toBe(400);
      expect(await post(`${sandbox.xfers.url}/api/v4/payment_links`, {}, mebibyte + 1)).toMatchObject({
        status: 413,
        json: { errors: [{ code: "005" }] },
      });
      expect(await post(`${sandbox.singapay.url}/api/v1.1/access-token/b2b`, {}, mebibyte + 1)).toMatchObject({
        status: 413,
        json: { success: false, error: { code: 413 } },
      });
    },
  );
});

describe("a connection that is kept alive", () => {
  const post = (url: string, agent: Agent, body: string): Promise<readonly unknown[]> =>
    new Promise((resolve, reject) => {
      request(url, { method: "POST", agent, headers: { "Content-Length": body.length } }, (answer) => {
        answer.resume().once("end", () => {
          resolve([answer.statusCode, answer.headers.connection]);
        });
      })
        .once("error", reject)
        .end(body);
    });

  test("ends where a body is above 1 MiB, so that the next call comes through on another", async () => {
    const { sandbox } = await startSandbox();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => {
      agent.destroy();
    });
    for (const url of urlsOf(sandbox)) {
      for (const byteCount of [1_200_000, 20_000_000]) {
        expect(await post(url, agent, "x".repeat(byteCount))).toEqual([413, "close"]);
        const [status, connection] = await post(url, agent, "x");
        expect([status === 413, connection]).toEqual([false, "keep-alive"]);
      }
    }
  });
});

describe("a thousand malformed requests", () => {
  const junk = [
    "",
    "{",
    "[]",
    "null",
    "0",
    '"',
    '{"a":',
    '{"data":{"attributes":[]}}',
    '{"data":null}',
    '{"__proto__":{"a":1}}',
    '{"transaction_details":{"order_id":{}}}',
    '{"transaction_details":[],"item_details":[null,1,"x"]}',
    '{"reff_no":[],"items":[[]],"optional_metadata":1}',
    '{"grant_type":{}}',
    "\u0000\uD800",
    "%00=%FF&method=",
    `{"a":${"[".repeat(2_000)}${"]".repeat(2_000)}}`,
    `{"title":"${"t".repeat(70_000)}"}`,
    '{"total_amount":1e999,"max_usage":-0,"expired_at":99999999999999999999}',
    '{"data":{"attributes":{"amount":1e400,"expiredAt":"+275760-09-13T00:00:00Z","action":{"toString":1}}}}',
  ];
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
  const types = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
    "\u00e9",
  ];

  const bombard = async (
    sandbox: Sandbox,
    baseUrl: string,
    paths: readonly string[],
    headers: Record<string, string>,
    seed: number,
  ): Promise<ReadonlySet<number>> => {
    const random = seededRandom(seed);
    const pickFrom = (items: readonly string[]): string => items[Math.floor(random() * items.length)] ?? "";
    const statuses = new Set<number>();
    for (let batch = 0; batch < 50; batch += 1) {
      const calls = Array.from({ length: 20 }, async () => {
        const method = pickFrom(methods);
        const withAuth =
          random() < 0.7 ? headers : { Authorization: pickFrom(["Basic", "Basic !", "Bearer", "Digest x"]) };
        const init = { method, headers: { ...withAuth, "Content-Type": pickFrom(types) } };
        const body = method === "GET" || method === "OPTIONS" ? {} : { body: pickFrom(junk) };
        const reply = await call(baseUrl + pickFrom(paths), { ...init, ...body });
        statuses.add(reply.status);
      });
      await Promise.all(calls);
    }
    expect((await call(sandbox.control.url)).status).toBe(200);
    return statuses;
  };

  test("never crash Midtrans", async () => {
    const { sandbox } = await startSandbox();
    const paths = [
      "/v1/payment-links",
      "/v1/payment-links/%",
      "/v1/payment-links/%00",
      "/v2/%2F/status",
      "/v2/x/cancel",
      "/v2//expire",
      "/payment-links/x",
      "/payment-links/",
      "//",
      "/?q=%",
      "/v1/payment-links/../../x",
    ];
    const headers = { Authorization: basic(sandbox.midtrans.credentials.serverKey, "") };
    const statuses = await bombard(sandbox, sandbox.midtrans.url, paths, headers, 1);
    expect([...statuses].filter((status) => status >= 500)).toEqual([]);
    expect(statuses).toContain(400);
  });

  test("never crash Xfers", async () => {
    const { sandbox } = await startSandbox();
    const paths = [
      "/api/v4/payment_links",
      "/api/v4/payment_links/%",
      "/api/v4/payment_links/x/tasks",
      "/api",
      "/x",
      "/%",
      "/api/v4/payment_links//tasks",
      "//x",
    ];
    const { apiKey, secretKey } = sandbox.xfers.credentials;
    const statuses = await bombard(sandbox, sandbox.xfers.url, paths, { Authorization: basic(apiKey, secretKey) }, 2);
    expect([...statuses].filter((status) => status >= 500)).toEqual([]);
    expect(statuses).toContain(400);
  });

  test("never crash SingaPay", async () => {
    const { sandbox } = await startSandbox();
    const api = await singapayCaller(sandbox);
    const account = sandbox.singapay.credentials.accountId;
    const created = await api("POST", `/api/v1.0/payment-link-manage/${account}`, {
      reff_no: "R",
      title: "T",
      max_usage: 1,
      total_amount: 10_000,
      required_customer_detail: false,
      items: [{ name: "a", quantity: 1, unit_price: 10_000 }],
    });
    expect(textAt(created.json, "data", "reff_no")).toBe("R");
    const manage = `/api/v1.0/payment-link-manage/${account}`;
    const paths = [
      manage,
      `${manage}/301`,
      `${manage}/%`,
      `${manage}?page=%FF&per_page=1e3`,
      `/api/v2.0/payment-link/${account}`,
      "/api/v2.0/payment-link/301",
      "/api/v2.0/payment-link/update/301",
      "/api/v1.1/access-token/b2b",
      "/api/v1.0/access-token/b2b",
      `/api/v1.0/payment-link-histories/${account}?amount=%00&created_at_from=0000-00-00`,
      `/api/v1.0/payment-link-histories/${account}/-1`,
      "/b2b/%",
      "/b2b/R",
      "/api/v1.0/payment-link-manage/payment-methods",
    ];
    const token = await call(`${sandbox.singapay.url}/api/v1.0/access-token/b2b`, {
      method: "POST",
      headers: {
        Authorization: basic(sandbox.singapay.credentials.clientId, sandbox.singapay.credentials.clientSecret),
        "X-PARTNER-ID": sandbox.singapay.credentials.apiKey,
        "Content-Type": "application/json",
      },
      body: '{"grant_type":"client_credentials"}',
    });
    const headers = {
      Authorization: `Bearer ${textAt(token.json, "data", "access_token")}`,
      "X-PARTNER-ID": sandbox.singapay.credentials.apiKey,
    };
    const statuses = await bombard(sandbox, sandbox.singapay.url, paths, headers, 3);
    expect([...statuses].filter((status) => status >= 500)).toEqual([]);
    expect(statuses).toContain(422);
  });
});

describe("independence", () => {
  test("no source file knows the other packages of the project", () => {
    const root = join(import.meta.dirname, "../src");
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(40);
    const strangers = files.filter((name) =>
      /from "@tautan\/|import\("@tautan\/|from "(?:\.\.\/)+(?:core|driver)/.test(
        readFileSync(join(root, name), "utf8"),
      ),
    );
    expect(strangers).toEqual([]);
  });
});
