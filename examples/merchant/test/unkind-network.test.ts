// What every driver does when the network or the gateway is unkind, over real sockets.
import { createPaymentLinks, idr, type PaymentLinkError, type PaymentLinks } from "@tautan/core";
import { createTransport } from "@tautan/driver-kit";
import { closedPort, expectEach, expectToHide, type RawServer, rawServer } from "@tautan/driver-kit/testing";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createSingapayDriver } from "@tautan/driver-singapay";
import { createXfersDriver } from "@tautan/driver-xfers";
import { describe, expect, test } from "vitest";

const CANARIES = [
  "CANARY-server",
  "test_CANARY-api",
  "CANARY-secret",
  "CANARY-signing",
  "CANARY-client",
  "CANARY-partner",
];
const GATEWAYS = ["midtrans", "xfers", "singapay"] as const;

const linksAt = (url: string, timeoutMs = 10_000): PaymentLinks => {
  const common = {
    environment: "sandbox",
    baseUrl: url,
    transport: createTransport({ retryDelayMs: 0, maxWaitMs: 0 }),
  } as const;
  return createPaymentLinks({
    default: "midtrans",
    timeoutMs,
    gateways: {
      midtrans: createMidtransDriver({ ...common, serverKey: "CANARY-server" }),
      xfers: createXfersDriver({
        ...common,
        apiKey: "test_CANARY-api",
        secretKey: "CANARY-secret",
        signingSecrets: ["CANARY-signing"],
      }),
      singapay: createSingapayDriver({
        ...common,
        clientId: "client",
        clientSecret: "CANARY-client",
        apiKey: "CANARY-partner",
        accountId: "account",
      }),
    },
  });
};
const order = (gateway: string) => ({
  gateway,
  reference: "INV-001",
  title: "Concert",
  amount: idr(190_000),
  customer: { name: "Sari CANARY-name", email: "CANARY-mail@example.test", phone: "+628110000777" },
  omitIfUnsupported: ["customer"] as const,
});
const PERSONAL = ["CANARY-name", "CANARY-mail", "8110000777"];
const ids = { midtrans: "midtrans:INV-001", xfers: "xfers:paymentlink_1", singapay: "singapay:301" } as const;

/** The requests that could have created, changed or stopped something, in what a raw server received. */
const writes = (server: RawServer): readonly string[] =>
  server.received.flatMap((text) => text.match(/^(POST|PUT|DELETE) (?!\/api\/v1\.1\/access-token)\S+/gm) ?? []);

/** How often a create whose answer is lost is sent: Xfers answers the identical request with the first result. */
const CREATES = { midtrans: 1, xfers: 2, singapay: 1 } as const;

const json = (body: object | string, status = "200 OK"): string => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`;
};
const TOKEN = json({
  status: 200,
  success: true,
  data: { access_token: "CANARY-token", token_type: "Bearer", expires_in: "3600" },
});

/** In SingaPay's own form: before a create, only SingaPay's own word counts for "no such link". */
const NO_SUCH_LINK = json({ status: 404, success: false, error: { code: 404, message: "Not found" } }, "404 Not Found");

/** A server that gives SingaPay its token and answers everything else as the test says. */
const serverThat = (answer: (socket: import("node:net").Socket, request: string) => void): Promise<RawServer> =>
  rawServer((socket, request) => {
    if (request.includes("/access-token/")) socket.end(TOKEN);
    else answer(socket, request);
  });

/** SingaPay's newest links are looked through before a create. */
const isLookBefore = (request: string): boolean => request.includes("per_page=25");
const NO_LINKS = json({ status: 200, success: true, data: [] });

const OPERATIONS = {
  create: (links: PaymentLinks, gateway: (typeof GATEWAYS)[number]) => links.create(order(gateway)),
  get: (links: PaymentLinks, gateway: (typeof GATEWAYS)[number]) => links.get(ids[gateway]),
  close: (links: PaymentLinks, gateway: (typeof GATEWAYS)[number]) => links.close(ids[gateway]),
  listHistories: (links: PaymentLinks, gateway: (typeof GATEWAYS)[number]) => links.listHistories(ids[gateway]),
} as const;
const everywhere = GATEWAYS.flatMap((gateway) =>
  Object.keys(OPERATIONS).map((operation) => [gateway, operation as keyof typeof OPERATIONS] as const),
);

const errorOf = async (
  url: string,
  gateway: (typeof GATEWAYS)[number],
  operation: keyof typeof OPERATIONS,
  timeoutMs?: number,
): Promise<PaymentLinkError> => {
  const error = (await OPERATIONS[operation](linksAt(url, timeoutMs), gateway))._unsafeUnwrapErr();
  expect(error).toMatchObject({
    gateway,
    operation,
    message: expect.stringMatching(/./),
    hint: expect.stringMatching(/./),
  });
  expectToHide(error, [...CANARIES, "CANARY-token", ...PERSONAL]);
  return error;
};

describe("nobody listens", () => {
  test.each(everywhere)("%s: %s was not sent", async (gateway, operation) => {
    expect(await errorOf(await closedPort(), gateway, operation)).toMatchObject({
      kind: "network",
      outcome: "not_sent",
      retryable: true,
    });
  });
});

describe("the gateway takes the request and never answers", () => {
  test.each(GATEWAYS)(
    "%s: a create ends as unknown, before its deadline, and is sent no more often than is safe",
    async (gateway) => {
      const server = await serverThat((socket, request) => {
        // Reads find nothing.
        if (isLookBefore(request)) socket.end(NO_LINKS);
        else if (request.startsWith("GET")) socket.end(NO_SUCH_LINK);
      });
      const error = await errorOf(server.url, gateway, "create", 1500);
      expect(error).toMatchObject({ kind: "timeout", outcome: "unknown" });
      expect(writes(server)).toHaveLength(CREATES[gateway]);
    },
  );

  test.each(everywhere.filter(([, operation]) => operation !== "create"))(
    "%s: %s ends before its deadline",
    async (gateway, operation) => {
      const server = await serverThat(() => {});
      expect(await errorOf(server.url, gateway, operation, 600)).toMatchObject({ kind: "timeout" });
      expect(writes(server).length).toBeLessThanOrEqual(1);
    },
  );
});

describe("the connection breaks while the answer comes", () => {
  test.each(GATEWAYS)("%s: a create ends as unknown and is sent no more often than is safe", async (gateway) => {
    const server = await serverThat((socket, request) => {
      if (isLookBefore(request)) socket.end(NO_LINKS);
      else if (request.startsWith("GET")) socket.end(NO_SUCH_LINK);
      else socket.resetAndDestroy();
    });
    expect(await errorOf(server.url, gateway, "create")).toMatchObject({ kind: "network", outcome: "unknown" });
    expect(writes(server)).toHaveLength(CREATES[gateway]);
  });
});

describe("answers that no gateway documents", () => {
  const ANSWERS: Record<string, string> = {
    "an HTML page": "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<html></html>",
    "an empty body": json(""),
    "JSON cut short": json('{"data":{"id"'),
    "an error inside a success": json({
      success: false,
      status_code: "500",
      error: { code: 500, message: "internal" },
    }),
    "an empty object": json({}),
    "a status word nobody knows": json({ data: { id: 7 }, transaction_status: "teleported" }),
  };
  test("every operation meets each of them: a typed error, never a success", () =>
    expectEach(
      everywhere.flatMap(([gateway, operation]) =>
        Object.keys(ANSWERS).map((name) => [gateway, operation, name] as const),
      ),
      72,
      async (gateway, operation, name) => {
        const server = await serverThat((socket) => socket.end(ANSWERS[name] ?? ""));
        if (gateway === "midtrans" && operation === "close") {
          // A DELETE whose answer is a success deletes, whatever its body says; only an error inside is an error.
          const closed = await linksAt(server.url).close(ids.midtrans);
          if (closed.isOk()) return;
        }
        await errorOf(server.url, gateway, operation);
        expect(writes(server).length).toBeLessThanOrEqual(operation === "get" || operation === "listHistories" ? 0 : 2);
      },
    ));

  test.each(everywhere)("%s: %s meets an endless body: cut at the limit", async (gateway, operation) => {
    const server = await serverThat((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n");
      const more = (): void => {
        if (socket.writable && socket.write("x".repeat(65_536))) setImmediate(more);
      };
      socket.on("drain", more);
      more();
    });
    expect(await errorOf(server.url, gateway, operation)).toMatchObject({ kind: "malformed_response" });
  });
});

describe("refusals that repeat what they were sent", () => {
  /** A gateway, or a proxy before it, that shows the whole request in its answer. */
  const echo = (status: string) => (socket: import("node:net").Socket, request: string) => {
    const body = {
      status: Number.parseInt(status, 10),
      success: false,
      error_messages: [request],
      errors: [{ code: "005", title: request, detail: request }],
      error: { code: 1, message: request, errors: { reff_no: [request] } },
    };
    socket.end(json(body, status));
  };
  const STATUSES = [
    "400 Bad Request",
    "401 Unauthorized",
    "403 Forbidden",
    "404 Not Found",
    "409 Conflict",
    "422 Unprocessable",
    "429 Slow Down",
    "500 Oh",
    "503 Busy",
  ];
  test("every operation meets each of them: no key and no customer in the error", () =>
    expectEach(
      everywhere.flatMap(([gateway, operation]) => STATUSES.map((status) => [gateway, operation, status] as const)),
      108,
      async (gateway, operation, status) => {
        const server = await serverThat((socket, request) => {
          if (isLookBefore(request)) socket.end(NO_LINKS);
          else echo(status)(socket, request);
        });
        const { kind, outcome } = await errorOf(server.url, gateway, operation);
        // A taken reference whose link cannot be looked at may be that of this very request.
        const isOpen = operation === "create" && kind === "duplicate_reference";
        expect(outcome === "refused").toBe(Number.parseInt(status, 10) < 500 && !isOpen);
      },
    ));

  test("a token call that is refused in the same way", async () => {
    const server = await rawServer(echo("401 Unauthorized"));
    expect(await errorOf(server.url, "singapay", "create")).toMatchObject({
      kind: "unauthenticated",
      outcome: "not_sent",
    });
  });
});

describe("printed objects", () => {
  test("drivers, links and gateways show no key", () => {
    const links = linksAt("http://127.0.0.1:1");
    expectToHide(links, CANARIES);
    for (const gateway of GATEWAYS) expectToHide(links.gateway(gateway), CANARIES);
  });
});

describe("forged webhooks", () => {
  test.each(GATEWAYS)("%s: the error shows neither the keys nor the body", async (gateway) => {
    const body = JSON.stringify({
      order_id: "CANARY-body",
      status_code: "200",
      gross_amount: "1",
      signature_key: "0".repeat(128),
    });
    const headers = {
      "content-type": "application/json",
      "xfers-signature": "0".repeat(64),
      "x-signature": "0".repeat(128),
      "x-timestamp": "1",
      authorization: "Bearer x",
    };
    const error = (
      await linksAt("http://127.0.0.1:1").parseWebhook(gateway, { method: "POST", url: "/", headers, body })
    )._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", acknowledgement: { status: 401 } });
    expectToHide(error, [...CANARIES, "CANARY-body"]);
  });
});
