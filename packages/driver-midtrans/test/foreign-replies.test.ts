// Refusals that Midtrans did not write: what stands on the way may answer after it has passed the request on.
import { createPaymentLinks, idr } from "@tautan/core";
import { expectEach, FOREIGN_REFUSALS, jsonReply, ruledTransport } from "@tautan/driver-kit/testing";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { describe, expect, test } from "vitest";
import { fixture, OPTIONS } from "./support.ts";

const REQUEST = { reference: "INV-001", amount: idr(150_000) } as const;
const gone = jsonReply(404, { error_messages: ["Payment Link not found"] });
const details = { ...fixture("from-documents/link-details"), order_id: "INV-001" };

/** A gateway whose calls that change something are answered by what stands on the way. */
const behind = (foreign: (typeof FOREIGN_REFUSALS)[number][1], read = gone) => {
  const transport = ruledTransport(
    ({ method }) => (method === "GET" ? read : undefined),
    () => foreign,
  );
  const midtrans = createMidtransDriver({ ...OPTIONS, transport });
  const links = createPaymentLinks({ default: "midtrans", gateways: { midtrans } });
  const asked = () => transport.sent.map(({ method, purpose }) => `${method} ${purpose}`);
  return { links, asked };
};

describe("a refusal that Midtrans did not write", () => {
  test("create: unknown, looked up, sent once", () =>
    expectEach(FOREIGN_REFUSALS, 175, async (_name, foreign) => {
      const { links, asked } = behind(foreign);
      const error = (await links.create(REQUEST))._unsafeUnwrapErr();
      expect(error).toMatchObject({ outcome: "unknown", status: foreign.status });
      expect(["duplicate_reference", "invalid_request"]).not.toContain(error.kind);
      expect(error.hint).toMatch(/links\.find/);
      expect(asked()).toEqual(["POST create", "GET read"]);
    }));

  test("close and delete: unknown", () =>
    expectEach(FOREIGN_REFUSALS, 175, async (_name, foreign) => {
      const there = jsonReply(200, details);
      for (const operation of ["close", "delete"] as const) {
        const { links, asked } = behind(foreign, there);
        const error = (await links[operation]("midtrans:INV-001"))._unsafeUnwrapErr();
        expect(error).toMatchObject({ outcome: "unknown", status: foreign.status });
        expect(asked().filter((each) => each === "DELETE change")).toHaveLength(1);
      }
    }));

  test("a link is not called deleted if all calls meet it", () =>
    expectEach(FOREIGN_REFUSALS, 175, async (_name, foreign) => {
      for (const operation of ["close", "delete"] as const) {
        const { links } = behind(foreign, foreign);
        expect((await links[operation]("midtrans:INV-001"))._unsafeUnwrapErr().outcome).toBe("unknown");
      }
    }));
});

describe("a refusal of Midtrans' own", () => {
  test.each([
    [400, { error_messages: ["item_details is invalid"] }],
    [401, { error_messages: "Access denied due to unauthorized request" }],
    [403, { error_messages: ["Forbidden"] }],
    [404, { status_code: "404", status_message: "The requested resource is not found", id: "x" }],
    [413, { status_code: "413", status_message: "The request is larger than the server can process" }],
    [429, { status_code: "429", status_message: "Too many requests" }],
  ])("%d stays refused: nothing is looked up", async (status, body) => {
    const { links, asked } = behind(jsonReply(status, body));
    expect((await links.create(REQUEST))._unsafeUnwrapErr()).toMatchObject({ outcome: "refused", status });
    expect(asked()).toEqual(["POST create"]);
  });

  test("inside a reply with another status, a redirect above all, it counts for nothing", async () => {
    const body = { status_code: "404", status_message: "no" };
    const { links } = behind(jsonReply(302, body));
    expect((await links.create(REQUEST))._unsafeUnwrapErr()).toMatchObject({
      kind: "malformed_response",
      outcome: "unknown",
    });
  });
});

test("a confirmation says what it reads for, so that it waits behind all else", async () => {
  const transport = ruledTransport(() => jsonReply(200, details));
  const { handlers } = createMidtransDriver({ ...OPTIONS, transport });
  const context = { signal: new AbortController().signal, clock: { now: () => Date.parse("2026-01-01T00:00:00Z") } };
  // Core lists the histories of a link that confirm reads.
  await handlers.listHistories("INV-001", { limit: 1 }, { ...context, operation: "confirm" });
  await handlers.confirm({ kind: "link", providerId: "INV-001" }, context);
  await handlers.confirm({ kind: "history", providerId: "INV-001-1767225600123" }, context);
  expect(transport.sent.length).toBeGreaterThan(1);
  expect(new Set(transport.sent.map((each) => each.purpose))).toEqual(new Set(["confirm"]));
});

test("so do the reads that core adds to a confirmation", async () => {
  const [purchase] = fixture("from-documents/link-details")["purchases"] as readonly object[];
  const paid = { ...purchase, order_id: "INV-001-1767225600123", payment_status: "SETTLEMENT" };
  const transport = ruledTransport(() => jsonReply(200, { ...details, purchases: [paid] }));
  const midtrans = createMidtransDriver({ ...OPTIONS, transport });
  const links = createPaymentLinks({ default: "midtrans", gateways: { midtrans } });
  const hint = {
    kind: "notice",
    gateway: "midtrans",
    trust: "unsigned",
    resource: "link",
    id: "midtrans:INV-001",
  } as const;
  expect((await links.confirm(hint))._unsafeUnwrap().kind).toBe("link");
  expect(transport.sent.map((each) => each.purpose)).toEqual(["confirm", "confirm"]);
});
