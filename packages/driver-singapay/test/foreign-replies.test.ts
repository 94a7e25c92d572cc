// Refusals that SingaPay did not write: what stands on the way may answer after it has passed the request on.
import { createPaymentLinks } from "@tautan/core";
import { expectEach, FOREIGN_REFUSALS, jsonReply, ruledTransport } from "@tautan/driver-kit/testing";
import { describe, expect, test } from "vitest";
import { createClock, createDriver, fixture, link, TOKEN_PATH } from "./support.ts";

const REQUEST = { reference: "ORD-1001", amount: { amount: "75000", currency: "IDR" } } as const;

const token = jsonReply(200, fixture("token-reply"));
const empty = jsonReply(200, { status: 200, success: true, data: [], pagination: { total: 0 } });
const found = jsonReply(200, { status: 200, success: true, data: link() });

/** The newest links are looked through before a create. */
const isLookBefore = ({ url }: { readonly url: string }): boolean => url.endsWith("?page=1&per_page=25");

const behind = (foreign: (typeof FOREIGN_REFUSALS)[number][1], read = empty) => {
  const transport = ruledTransport(
    ({ url }) => (url.endsWith(TOKEN_PATH) ? token : undefined),
    (request) => (isLookBefore(request) ? empty : undefined),
    ({ method }) => (method === "GET" ? read : undefined),
    () => foreign,
  );
  const driver = createDriver({ transport });
  const links = createPaymentLinks({ default: "singapay", gateways: { singapay: driver }, clock: createClock() });
  const asked = () =>
    transport.sent
      .filter((request) => request.purpose !== "token" && !isLookBefore(request))
      .map(({ method, purpose }) => `${method} ${purpose}`);
  return { driver, links, asked, sent: transport.sent };
};

describe("a refusal that SingaPay did not write", () => {
  test("create: unknown, looked for, sent once", () =>
    expectEach(FOREIGN_REFUSALS, 175, async (_name, foreign) => {
      const { links, asked } = behind(foreign);
      const error = (await links.create(REQUEST))._unsafeUnwrapErr();
      expect(error).toMatchObject({ outcome: "unknown", status: foreign.status });
      expect(["duplicate_reference", "invalid_request"]).not.toContain(error.kind);
      expect(asked()).toEqual(["POST create", "GET read"]);
    }));

  test("changes: unknown, sent once", () =>
    expectEach(FOREIGN_REFUSALS, 175, async (_name, foreign) => {
      const calls = [
        ["PUT", (links: ReturnType<typeof behind>["links"]) => links.update("singapay:301", { usage: { limit: 9 } })],
        ["PUT", (links: ReturnType<typeof behind>["links"]) => links.close("singapay:301")],
        ["DELETE", (links: ReturnType<typeof behind>["links"]) => links.delete("singapay:301")],
      ] as const;
      for (const [method, change] of calls) {
        const { links, asked } = behind(foreign, found);
        const error = (await change(links))._unsafeUnwrapErr();
        expect(error).toMatchObject({ outcome: "unknown", status: foreign.status });
        expect(error.kind).not.toBe("has_histories");
        expect(asked().filter((each) => !each.startsWith("GET"))).toEqual([`${method} change`]);
      }
    }));

  test("a token that such a 401 speaks of is renewed before the next call", async () => {
    const { links, sent } = behind({ status: 401, header: () => "text/html", text: "<html></html>" });
    await links.create(REQUEST);
    await links.list({ limit: 10 });
    // One for the first call, one for the read that looks for the link; that one was not refused.
    expect(sent.filter((each) => each.purpose === "token")).toHaveLength(2);
  });

  test("a link is not called deleted if all calls meet it", () =>
    expectEach(FOREIGN_REFUSALS, 175, async (_name, foreign) => {
      const { links } = behind(foreign, foreign);
      expect((await links.delete("singapay:301"))._unsafeUnwrapErr().outcome).toBe("unknown");
    }));
});

describe("an answer that contradicts itself", () => {
  test("HTTP 400 with the code of a success is no refusal: the link is looked for, and nothing is sent again", async () => {
    const { links, asked } = behind(
      jsonReply(400, { response_code: "SP000", response_message: "Successful", data: link() }),
    );
    expect((await links.create(REQUEST))._unsafeUnwrapErr()).toMatchObject({ outcome: "unknown", status: 400 });
    expect(asked()).toEqual(["POST create", "GET read"]);
  });

  test.each<[string, object]>([
    ["a link", { status: 200, success: true, data: link() }],
    ["no data", { status: 200, success: true }],
    ["another message", { status: 200, success: true, data: { message: "Payment Link is being processed" } }],
    ["the second envelope and no message", { response_code: "SP000", response_message: "Successful" }],
  ])("a deletion that is answered with %s is not believed: the link is read", async (_name, body) => {
    const there = behind(jsonReply(200, body), found);
    expect((await there.links.delete("singapay:301"))._unsafeUnwrapErr()).toMatchObject({
      kind: "malformed_response",
      outcome: "unknown",
    });
    expect(there.asked()).toEqual(["DELETE change", "GET read"]);
    const gone = { status: 404, success: false, error: { code: 404, message: "No result" } };
    const { links } = behind(jsonReply(200, body), jsonReply(404, gone));
    expect((await links.delete("singapay:301"))._unsafeUnwrap().status).toBe("deleted");
  });
});

describe("a refusal of SingaPay's own", () => {
  test.each([
    ["the first envelope", 422, { status: 422, success: false, error: { code: 422, message: "Validation error" } }],
    ["the second envelope", 400, { response_code: "SP012", response_message: "Bad request" }],
    ["the second envelope", 403, { response_code: "SP015" }],
    ["the first envelope", 429, { status: 429, success: false, error: { code: 429, message: "Slow down" } }],
  ])("in %s, %d stays refused: nothing is looked for", async (_name, status, body) => {
    const { links, asked } = behind(jsonReply(status, body));
    expect((await links.create(REQUEST))._unsafeUnwrapErr()).toMatchObject({ outcome: "refused", status });
    expect(asked()).toEqual(["POST create"]);
  });

  test("of the token sends the create once more, with a fresh one", async () => {
    const body = { status: 401, success: false, error: { code: 401, message: "Invalid credentials" } };
    const { links, asked } = behind(jsonReply(401, body));
    expect((await links.create(REQUEST))._unsafeUnwrapErr().outcome).toBe("refused");
    expect(asked()).toEqual(["POST create", "POST create"]);
  });
});

test("a confirmation says what it reads for, so that it waits behind all else", async () => {
  const { driver, asked } = behind(empty, found);
  const context = { signal: new AbortController().signal, clock: createClock() };
  // Core lists the histories of a link that confirm reads.
  await driver.handlers.listHistories("301", { limit: 1 }, { ...context, operation: "confirm" });
  await driver.handlers.confirm({ kind: "link", providerId: "301" }, context);
  await driver.handlers.confirm({ kind: "history", providerId: "PL-1" }, context);
  expect(new Set(asked())).toEqual(new Set(["GET confirm"]));
  expect(asked().length).toBeGreaterThan(1);
});
