import { createPaymentLinks } from "@tautan/core";
import type { HttpFailure, HttpReply, HttpRequest } from "@tautan/driver-kit";
import { type MockReply, mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { err, ok, type Result } from "neverthrow";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { API, createLinks, fixture, notification, OPTIONS, SERVER_KEY } from "./support.ts";

const http = mockHttp(API);
const links = createLinks();
const LINK = "/v1/payment-links/INV-001";
const close = () => links.close("midtrans:INV-001");
const STOPPED = { id: "midtrans:INV-001", gateway: "midtrans", status: "deleted" };

const purchase = (millis: number, payment_status: unknown, payment_method: unknown = "BANK_TRANSFER") => ({
  order_id: `INV-001-${1767225600000 + millis}`,
  payment_status,
  payment_method,
  created_at: "2026-01-01T00:00:05.000Z",
});
const expirePath = (millis: number) => `/v2/INV-001-${1767225600000 + millis}/expire`;
const read = (...purchases: readonly object[]) =>
  http.reply("GET", LINK, { body: { ...fixture("from-documents/link-details"), order_id: "INV-001", purchases } });
const remove = (reply: MockReply = { body: fixture("docs/delete-reply") }) => http.reply("DELETE", LINK, reply);
const GONE: MockReply = { status: 404, body: { error_messages: ["Payment Link not found"] } };
const requests = () => http.sent.map(({ method, path }) => `${method} ${path}`);

/** The documented answer to an expire: the code 407 is a success. */
const EXPIRED: MockReply = {
  body: {
    ...notification({ transaction_status: "expire", settlement_time: undefined }),
    status_code: "407",
    status_message: "Success, transaction has expired",
  },
};

describe("close", () => {
  test("reads the link, deletes it, then expires each pending purchase by its order id", async () => {
    read(
      purchase(1, "PENDING"),
      purchase(2, "SETTLEMENT"),
      purchase(3, "pending", "QRIS"),
      purchase(4, "EXPIRE"),
      purchase(5, undefined, undefined),
    );
    remove();
    for (const millis of [1, 3]) http.reply("POST", expirePath(millis), EXPIRED);
    expect((await close())._unsafeUnwrap()).toEqual(STOPPED);
    expect(requests()).toEqual([`GET ${LINK}`, `DELETE ${LINK}`, `POST ${expirePath(1)}`, `POST ${expirePath(3)}`]);
    expect(http.sent[2]?.body).toBe("");
    expect(http.sent[2]?.headers.get("authorization")).toBe(
      `Basic ${Buffer.from(`${SERVER_KEY}:`).toString("base64")}`,
    );
  });

  // What a payer has done must not be undone by closing the link.
  test.each([
    ["AUTHORIZE"],
    ["CAPTURE"],
    ["SETTLEMENT"],
    ["DENY"],
    ["CANCEL"],
    ["EXPIRE"],
    ["FAILURE"],
    ["REFUND"],
    ["PARTIAL_REFUND"],
    ["CHARGEBACK"],
    ["PARTIAL_CHARGEBACK"],
    ["SOMETHING_NEW"],
    [undefined],
    [7],
  ])("a purchase that reads %s is left alone", async (word) => {
    read(purchase(1, word, "CREDIT_CARD"));
    remove();
    expect((await close())._unsafeUnwrap()).toEqual(STOPPED);
    expect(requests()).toEqual([`GET ${LINK}`, `DELETE ${LINK}`]);
  });

  test.each<[string, MockReply]>([
    ["412: it was paid in between", { body: { status_code: "412", status_message: "Merchant cannot modify" } }],
    ["404: it is known by its transaction id alone", { body: { status_code: "404", id: "x" } }],
    ["HTTP 407", { status: 407, body: { status_code: "407" } }],
    ["401", { status: 401 }],
    ["429", { status: 429 }],
    ["500", { status: 500 }],
    ["HTML", { body: "<html></html>" }],
  ])("an attempt that cannot be ended (%s) does not hide that the link is stopped", async (_name, reply) => {
    read(purchase(1, "PENDING"), purchase(2, "PENDING"));
    remove();
    http.reply("POST", expirePath(1), reply);
    http.reply("POST", expirePath(2), EXPIRED);
    expect((await close())._unsafeUnwrap()).toEqual(STOPPED);
    expect(requests().slice(2)).toEqual([`POST ${expirePath(1)}`, `POST ${expirePath(2)}`]);
  });

  test.each<[string, MockReply]>([
    ["404", { status: 404 }],
    ["405, as the newest index of the documents has it", { status: 405 }],
    ["500", { status: 500 }],
    ["HTML", { body: "<html></html>" }],
    ["another link", { body: { ...fixture("from-documents/link-details"), purchases: [purchase(1, "PENDING")] } }],
  ])("a link that cannot be read (%s) is stopped all the same", async (_name, reply) => {
    http.reply("GET", LINK, reply);
    remove();
    expect((await close())._unsafeUnwrap()).toEqual(STOPPED);
    expect(requests()).toEqual([`GET ${LINK}`, `DELETE ${LINK}`]);
  });

  test.each<[MockReply, string]>([
    [{ status: 401, body: { error_messages: "Access denied due to unauthorized request" } }, "unauthenticated"],
    [GONE, "not_found"],
    [{ status: 429, body: { error_messages: ["Too many requests"] } }, "rate_limited"],
  ])("if the link is not stopped ($1), attempts are not touched", async (reply, kind) => {
    read(purchase(1, "PENDING"));
    remove(reply);
    expect((await createLinks().close("midtrans:INV-001"))._unsafeUnwrapErr()).toMatchObject({
      kind,
      outcome: "refused",
    });
    expect(requests()).toEqual([`GET ${LINK}`, `DELETE ${LINK}`]);
  });

  test("it does not claim that attempts die", () => {
    expect(createMidtransDriver(OPTIONS).capabilities.close).toEqual({
      reversible: false,
      readableAfter: false,
      endsOpenPayments: false,
    });
  });
});

describe("close, when time runs out or the caller gives up", () => {
  const reply = (body: object): HttpReply => ({ status: 200, header: () => undefined, text: JSON.stringify(body) });
  const details = { ...fixture("from-documents/link-details"), order_id: "INV-001" };

  test("once the link is stopped, that is the answer", async () => {
    const controller = new AbortController();
    const sent: string[] = [];
    const send = (request: HttpRequest) => {
      sent.push(request.method);
      if (request.method === "GET") {
        return Promise.resolve(ok(reply({ ...details, purchases: [purchase(1, "PENDING"), purchase(2, "PENDING")] })));
      }
      if (request.method === "DELETE") return Promise.resolve(ok(reply(fixture("docs/delete-reply"))));
      return new Promise<never>((resolve) => {
        request.signal.addEventListener("abort", () => resolve(err({ reason: "aborted", sent: true }) as never));
        controller.abort();
      });
    };
    const slow = createPaymentLinks({
      default: "midtrans",
      gateways: { midtrans: createMidtransDriver({ ...OPTIONS, transport: { send } }) },
    });
    const closed = await slow.close("midtrans:INV-001", { signal: controller.signal });
    expect(closed._unsafeUnwrap()).toEqual(STOPPED);
    expect(sent).toEqual(["GET", "DELETE", "POST"]);
  });

  type Answer = Promise<Result<HttpReply, HttpFailure>>;
  const linksOver = (send: (request: HttpRequest) => Answer) =>
    createPaymentLinks({
      default: "midtrans",
      gateways: { midtrans: createMidtransDriver({ ...OPTIONS, transport: { send } }) },
    });
  const hang = ({ signal }: HttpRequest): Answer =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve(err({ reason: "timeout", sent: true })));
    });
  const deaf = (): Answer => new Promise(() => undefined);
  const useFakeTimers = () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
  };
  const pathOf = ({ url }: HttpRequest) => new URL(url).pathname;

  test.each<[string, (request: HttpRequest) => Answer]>([
    ["that never ends", hang],
    ["that ignores its signal", deaf],
    ["that throws", () => Promise.reject(new Error("bug in a transport"))],
  ])("a read %s leaves a call of 3 s the time to stop the link", async (_name, onRead) => {
    useFakeTimers();
    const deletes: boolean[] = [];
    const closing = linksOver(async (request) => {
      if (request.method === "GET") return onRead(request);
      deletes.push(request.signal.aborted);
      return ok(reply(fixture("docs/delete-reply")));
    }).close("midtrans:INV-001", { timeoutMs: 3000 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(deletes).toEqual([false]);
    expect((await closing)._unsafeUnwrap()).toEqual(STOPPED);
  });

  test.each<[string, (request: HttpRequest) => Answer]>([
    ["hangs", hang],
    ["ignores its signal", deaf],
    ["throws", () => Promise.reject(new Error("bug in a transport"))],
  ])("an expire that %s keeps no other attempt from being ended, and is no error", async (_name, onFirst) => {
    useFakeTimers();
    const sent: string[] = [];
    const pending = Array.from({ length: 12 }, (_, index) => purchase(index, "PENDING"));
    const closing = linksOver(async (request) => {
      if (request.method === "GET") return ok(reply({ ...details, purchases: pending }));
      if (request.method === "DELETE") return ok(reply(fixture("docs/delete-reply")));
      sent.push(pathOf(request));
      return pathOf(request) === expirePath(0) ? onFirst(request) : ok(reply({ status_code: "407" }));
    }).close("midtrans:INV-001");
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.toSorted()).toEqual(pending.map((_, index) => expirePath(index)).toSorted());
    await vi.advanceTimersByTimeAsync(3000);
    expect((await closing)._unsafeUnwrap()).toEqual(STOPPED);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("close, when the answer to the DELETE is lost", () => {
  test("the attempts of a link that is gone then are ended all the same", async () => {
    read(purchase(1, "PENDING"), purchase(2, "PENDING"));
    remove({ status: 500 });
    http.reply("GET", LINK, GONE);
    for (const millis of [1, 2]) http.reply("POST", expirePath(millis), EXPIRED);
    expect((await close())._unsafeUnwrap()).toEqual(STOPPED);
    expect(requests()).toEqual([
      `GET ${LINK}`,
      `DELETE ${LINK}`,
      `GET ${LINK}`,
      `POST ${expirePath(1)}`,
      `POST ${expirePath(2)}`,
    ]);
  });

  const NOT_DOCUMENTED: readonly (readonly [string, MockReply])[] = [
    ["an empty object", { body: {} }],
    ["a message that says nothing of the kind", { body: { message: "OK" } }],
    [
      "a message that says the opposite",
      { body: { message: "Payment Link with Order ID INV-001 could not be deleted" } },
    ],
    ["the link itself", { body: { ...fixture("from-documents/link-details"), order_id: "INV-001" } }],
    ["a list of messages", { body: { message: ["Payment Link with Order ID INV-001 deleted"] } }],
    ["a web page", { body: "<html></html>", headers: { "content-type": "text/html" } }],
    ["nothing", { status: 204 }],
  ];

  test.each(NOT_DOCUMENTED)(
    "200 with %s is not believed: the link that is still there is not stopped",
    async (_name, reply) => {
      for (const stop of [() => links.close("midtrans:INV-001"), () => links.delete("midtrans:INV-001")]) {
        if (http.sent.length === 0) read();
        remove(reply);
        read();
        expect((await stop())._unsafeUnwrapErr()).toMatchObject({ kind: "malformed_response", outcome: "unknown" });
      }
    },
  );

  test.each(NOT_DOCUMENTED)("200 with %s of a link that is gone then is success", async (_name, reply) => {
    remove(reply);
    http.reply("GET", LINK, GONE);
    expect((await links.delete("midtrans:INV-001"))._unsafeUnwrap()).toEqual(STOPPED);
  });

  test("those of a link that is still there are left alone, and the error stands", async () => {
    read(purchase(1, "PENDING"));
    remove({ status: 500 });
    for (const _ of [1, 2]) read(purchase(1, "PENDING"));
    expect((await close())._unsafeUnwrapErr()).toMatchObject({ kind: "unavailable", outcome: "unknown" });
    expect(requests()).toEqual([`GET ${LINK}`, `DELETE ${LINK}`, `GET ${LINK}`, `GET ${LINK}`]);
  });

  test("without attempts, the link is read once only", async () => {
    read();
    remove({ status: 500 });
    http.reply("GET", LINK, GONE);
    expect((await close())._unsafeUnwrap()).toEqual(STOPPED);
    expect(requests()).toEqual([`GET ${LINK}`, `DELETE ${LINK}`, `GET ${LINK}`]);
  });
});
