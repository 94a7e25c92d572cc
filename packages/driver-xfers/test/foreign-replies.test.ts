// Refusals that Xfers did not write: what stands on the way may answer after it has passed the request on.
import { createPaymentLinks } from "@tautan/core";
import { expectEach, FOREIGN_REFUSALS, jsonReply, ruledTransport } from "@tautan/driver-kit/testing";
import { createXfersDriver } from "@tautan/driver-xfers";
import { describe, expect, test } from "vitest";
import { errorBody, ID, linkBody, NOW, OPTIONS, REQUEST } from "./support.ts";

const behind = (foreign: (typeof FOREIGN_REFUSALS)[number][1], read = jsonReply(200, linkBody())) => {
  const transport = ruledTransport(
    ({ method }) => (method === "GET" ? read : undefined),
    () => foreign,
  );
  const driver = createXfersDriver({ ...OPTIONS, transport });
  const links = createPaymentLinks({ default: "xfers", gateways: { xfers: driver }, clock: { now: () => NOW } });
  return { driver, links, sent: transport.sent };
};

describe("a refusal that Xfers did not write", () => {
  test("create: unknown, and repeated word for word", () =>
    expectEach(FOREIGN_REFUSALS, 175, async (_name, foreign) => {
      const { links, sent } = behind(foreign);
      const error = (await links.create(REQUEST))._unsafeUnwrapErr();
      expect(error).toMatchObject({ outcome: "unknown", status: foreign.status });
      expect(["duplicate_reference", "invalid_request"]).not.toContain(error.kind);
      expect(sent.map((each) => each.purpose)).toEqual(["create", "create"]);
      expect(sent[1]?.body).toBe(sent[0]?.body);
    }));

  test("close: unknown, and sent once", () =>
    expectEach(FOREIGN_REFUSALS, 175, async (_name, foreign) => {
      const { links, sent } = behind(foreign);
      const error = (await links.close(`xfers:${ID}`))._unsafeUnwrapErr();
      expect(error).toMatchObject({ outcome: "unknown", status: foreign.status });
      expect(sent.map((each) => `${each.method} ${each.purpose}`)).toEqual(["POST change", "GET read"]);
    }));

  test("a simulation: unknown", () =>
    expectEach(FOREIGN_REFUSALS, 175, async (_name, foreign) => {
      const { driver } = behind(foreign);
      expect((await driver.simulate.receivePayment(ID))._unsafeUnwrapErr().outcome).toBe("unknown");
    }));

  test("a page with status 200 is no answer to a task", async () => {
    const { driver } = behind({ status: 200, header: () => "text/html", text: "<html></html>" });
    expect((await driver.simulate.settle(ID))._unsafeUnwrapErr()).toMatchObject({
      kind: "malformed_response",
      outcome: "unknown",
    });
  });
});

describe("a refusal of Xfers' own", () => {
  test.each([
    [400, "005"],
    [401, "002"],
    [403, "003"],
    [404, "004"],
    [409, "005"],
    [429, "005"],
  ])("%d with code %s stays refused, and is not repeated", async (status, code) => {
    const { links, sent } = behind(jsonReply(status, errorBody(code)));
    expect((await links.create(REQUEST))._unsafeUnwrapErr()).toMatchObject({ outcome: "refused", status });
    expect(sent).toHaveLength(1);
  });
});

test("a confirmation says what it reads for, so that it waits behind all else", async () => {
  const { driver, sent } = behind(jsonReply(500, {}));
  const context = { signal: new AbortController().signal, clock: { now: () => NOW } };
  // Core lists the histories of a link that confirm reads.
  await driver.handlers.listHistories(ID, { limit: 1 }, { ...context, operation: "confirm" });
  await driver.handlers.confirm({ kind: "link", providerId: ID }, context);
  await driver.handlers.confirm({ kind: "history", providerId: `${ID}#1` }, context);
  expect(sent.map((each) => each.purpose)).toEqual(["confirm", "confirm", "confirm"]);
});

test.each(["000", "001", "006", "010"])(
  "a fault's code %s beside a refusal's leaves the outcome unknown",
  async (code) => {
    const { links, sent } = behind(
      jsonReply(400, { errors: [{ code: "005", title: "Invalid parameters" }, { code }] }),
    );
    expect((await links.create(REQUEST))._unsafeUnwrapErr()).toMatchObject({ kind: "unavailable", outcome: "unknown" });
    expect(sent).toHaveLength(2);
  },
);
