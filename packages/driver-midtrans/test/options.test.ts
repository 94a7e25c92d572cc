import { createPaymentLinks, idr } from "@tautan/core";
import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { expectToHide } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { createMidtransDriver, midtrans } from "@tautan/driver-midtrans";
import { describe, expect, test } from "vitest";
import { API, delivery, fixture, notification, OPTIONS, SERVER_KEY } from "./support.ts";

const http = mockHttp(API);
const LINK_PATH = "/v1/payment-links/inv-2026-0042";

describe("createMidtransDriver", () => {
  test("makes a frozen driver of contract 1", () => {
    const driver = createMidtransDriver(OPTIONS);
    expect(driver).toMatchObject({ contract: 1, name: "midtrans" });
    expect(Object.isFrozen(driver)).toBe(true);
  });

  test.each([
    ["sandbox", "https://api.sandbox.midtrans.com"],
    ["production", "https://api.midtrans.com"],
  ] as const)("%s is asked at %s", async (environment, host) => {
    const requested: string[] = [];
    const driver = createMidtransDriver({
      ...OPTIONS,
      environment,
      transport: {
        send: (request) => {
          requested.push(request.url);
          return Promise.reject(new Error("enough seen"));
        },
      },
    });
    const context = { clock: Date, signal: AbortSignal.timeout(1000) };
    await expect(Promise.resolve(driver.handlers.get("inv-2026-0042", context))).rejects.toThrow("enough seen");
    expect(requested).toEqual([host + LINK_PATH]);
  });

  // The environment is what the caller says: docs.midtrans.com shows the prefix SB- and promises nothing about it.
  test("a key's prefix does not decide its environment", () => {
    expect(createMidtransDriver({ ...OPTIONS, environment: "production" }).name).toBe("midtrans");
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ["no server key", { serverKey: undefined }, /serverKey: expected a text/],
    ["a blank server key", { serverKey: " " }, /serverKey: expected a text/],
    ["a server key with a line end", { serverKey: `${SERVER_KEY}\n` }, /serverKey: .*visible ASCII/],
    ["no environment", { environment: undefined }, /environment: expected one of sandbox, production/],
    ["an environment it does not know", { environment: "live" }, /environment/],
    ["plain http to another machine", { baseUrl: "http://midtrans.example" }, /baseUrl: expected https/],
    [
      "an address with a key in it",
      { baseUrl: `https://${SERVER_KEY}@midtrans.example` },
      /baseUrl: expected an address/,
    ],
    ["a transport that cannot send", { transport: {} }, /transport: expected a transport/],
    ["longReferences that is no flag", { longReferences: "yes" }, /longReferences: expected true or false/],
    ["an option it does not have", { clientKey: "x" }, /clientKey: there is no such option/],
  ])("%s is a TypeError that shows no value", (_name, changes, message) => {
    const make = () => createMidtransDriver({ ...OPTIONS, ...changes });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/^createMidtransDriver: /);
    expect(make).toThrow(message);
    try {
      make();
    } catch (error) {
      expectToHide(error, [SERVER_KEY]);
    }
  });
});

describe("configuration", () => {
  const entry = { driver: "midtrans", environment: "sandbox", serverKey: { env: "MIDTRANS_SERVER_KEY" } };
  const configure = (changes: object, env: Record<string, string> = { MIDTRANS_SERVER_KEY: SERVER_KEY }) =>
    createPaymentLinksFromConfig(
      { default: "midtrans", gateways: { midtrans: { ...entry, ...changes } } },
      { drivers: [midtrans], env },
    );

  test("the secret is named, and used for requests and for signatures", async () => {
    const links = (await configure({}))._unsafeUnwrap();
    http.reply("GET", LINK_PATH, { body: fixture("from-documents/link-details") });
    expect((await links.get("midtrans:inv-2026-0042")).isOk()).toBe(true);
    // The document's own example of a key and its header.
    expect(http.sent[0]?.headers.get("authorization")).toBe("Basic U0ItTWlkLXNlcnZlci1FWEFNUExFS0VZMDAwMTo=");
    expect((await links.parseWebhook("midtrans", delivery(notification()))).isOk()).toBe(true);
  });

  test.each<[string, object, Record<string, string> | undefined, string]>([
    ["a secret that is written out", { serverKey: SERVER_KEY }, undefined, "gateways.midtrans.serverKey"],
    ["a secret that is not set", {}, {}, "the environment variable MIDTRANS_SERVER_KEY is not set"],
    ["a field it does not have", { clientKey: { env: "X" } }, undefined, "clientKey"],
    ["an environment it does not know", { environment: "test" }, undefined, "gateways.midtrans.environment"],
  ])("%s is invalid_config", async (_name, changes, env, words) => {
    const error = (await configure(changes, env))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_config", outcome: "not_sent" });
    expect(error.message).toContain(words);
    expectToHide(error, [SERVER_KEY]);
  });
});

describe("a reference that ends as Midtrans ends the order ids of payments", () => {
  const create = (reference: string, references: "portable" | "provider") => {
    const gateways = { midtrans: createMidtransDriver(OPTIONS) };
    return createPaymentLinks({ default: "midtrans", gateways, references }).create({
      reference,
      amount: idr(190_000),
    });
  };

  test.each(["INV-1767225600", "INV-1767225600123", "a-b-1767225600-1767225600123"])(
    "%s is refused before anything is sent, in each form of references",
    async (reference) => {
      for (const references of ["portable", "provider"] as const) {
        const error = (await create(reference, references))._unsafeUnwrapErr();
        expect(error).toMatchObject({ kind: "unsupported", outcome: "not_sent" });
        expect(error.message).toContain("without - and 10 or 13 digits at the end, which Midtrans appends itself");
      }
    },
  );

  test.each(["INV-176722560", "INV-17672256001", "INV1767225600123", "1767225600123", "INV-1767225600-A"])(
    "%s has another end, and is sent",
    async (reference) => {
      http.reply("POST", "/v1/payment-links", { status: 400, body: { error_messages: ["enough seen"] } });
      expect((await create(reference, "portable"))._unsafeUnwrapErr().outcome).not.toBe("not_sent");
      expect(JSON.parse(http.sent[0]?.body ?? "")).toMatchObject({ transaction_details: { order_id: reference } });
    },
  );
});
