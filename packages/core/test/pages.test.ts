import { idr } from "@tautan/core";
import { type DriverLink, driverError, historyRecord } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { createStub, linkOf, linksWith } from "./support/stub-driver.ts";

const link = (reference: string): DriverLink => linkOf({ reference, amount: idr(190_000), usage: { limit: 1 } });
const NEXT: Readonly<Record<string, string | undefined>> = { start: "p2", p2: "p3", p3: undefined };

describe("all pages, one after another", () => {
  test("of links, to the last; each page says how to begin there", async () => {
    const stub = createStub({
      list: async ({ cursor = "start" }) => {
        const nextCursor = NEXT[cursor];
        return ok({ items: [link(cursor)], ...(nextCursor !== undefined && { nextCursor }) });
      },
    });
    const links = linksWith(stub);
    const seen: string[] = [];
    for await (const page of links.listPages({ limit: 1 })) {
      seen.push(...page._unsafeUnwrap().items.map((each) => each.reference));
    }
    expect(seen).toEqual(["start", "p2", "p3"]);
    expect(stub.calls.map(([, input]) => input)).toEqual([
      { limit: 1 },
      { limit: 1, cursor: "p2" },
      { limit: 1, cursor: "p3" },
    ]);
    const fromSecond: string[] = [];
    for await (const page of links.gateway("gw").listPages({ cursor: "gw:p2" })) {
      fromSecond.push(...page._unsafeUnwrap().items.map((each) => each.reference));
    }
    expect(fromSecond).toEqual(["p2", "p3"]);
  });

  test("of a link's histories", async () => {
    const record = historyRecord({ providerId: "h", trust: "read" });
    const stub = createStub({
      listHistories: async (_id, { cursor }) =>
        ok({ items: [{ record, raw: {} }], ...(cursor === undefined && { nextCursor: "p2" }) }),
    });
    let count = 0;
    for await (const page of linksWith(stub).listHistoryPages("gw:x")) count += page._unsafeUnwrap().items.length;
    expect(count).toBe(2);
  });

  test("nothing is asked before the first page is wanted, nor after the caller stops", async () => {
    const stub = createStub({ list: async () => ok({ items: [], nextCursor: "p2" }) });
    const pages = linksWith(stub).listPages();
    expect(stub.calls).toEqual([]);
    for await (const _page of pages) break;
    expect(stub.calls).toHaveLength(1);
  });

  test("the first error is the last page", async () => {
    const stub = createStub({
      list: async ({ cursor }) =>
        cursor === undefined
          ? ok({ items: [link("A")], nextCursor: "p2" })
          : err(driverError("rate_limited", { message: "slow down" })),
    });
    const kinds: string[] = [];
    for await (const page of linksWith(stub).listPages()) kinds.push(page.isOk() ? "ok" : page.error.kind);
    expect(kinds).toEqual(["ok", "rate_limited"]);
  });

  test("pages that go round in a circle end in an error", async () => {
    const stub = createStub({ list: async ({ cursor }) => ok({ items: [], nextCursor: cursor === "a" ? "b" : "a" }) });
    const kinds: string[] = [];
    for await (const page of linksWith(stub).listPages()) kinds.push(page.isOk() ? "ok" : page.error.kind);
    expect(kinds).toEqual(["ok", "ok", "ok", "malformed_response"]);
  });

  test.each([[null], [{ limit: 0 }], [{ gateway: "other" }], [{ cursor: 7 }]])(
    "%j is an error, not a throw",
    async (query) => {
      const kinds: string[] = [];
      for await (const page of linksWith(createStub({ list: async () => ok({ items: [] }) })).listPages(
        query as never,
      )) {
        kinds.push(page.isOk() ? "ok" : page.error.outcome);
      }
      expect(kinds).toEqual([query === null ? "ok" : "not_sent"]);
    },
  );

  test("only where there is one", () => {
    const operations = { ...createStub().driver.capabilities.operations, list: { unsupported: "no" } };
    const gateway = linksWith(createStub({ listHistories: async () => ok({ items: [] }) }, { operations })).gateway(
      "gw",
    );
    expect("listPages" in gateway).toBe(false);
    expect("listHistoryPages" in gateway).toBe(true);
  });
});

describe("the recent histories of a whole account", () => {
  const record = historyRecord({ providerId: "h", linkReference: "INV-001", trust: "read", facts: { paid: {} } });
  const start = (nextCursor?: string) => {
    const asked: unknown[] = [];
    const stub = createStub({
      listRecentHistories: async (since, page) => {
        asked.push([since, page]);
        return ok({ items: [{ record, raw: {} }], ...(nextCursor !== undefined && { nextCursor }) });
      },
    });
    return { links: linksWith(stub), stub, asked };
  };

  test("reach the driver as an instant and a page, and come back under the key", async () => {
    const { links, asked } = start("p2");
    const since = "2026-01-01T07:00:00+07:00";
    const page = (await links.listRecentHistories({ since, limit: 10 }))._unsafeUnwrap();
    expect(page).toMatchObject({
      items: [{ id: "gw:h", reference: "INV-001", status: "paid" }],
      nextCursor: "gw:p2",
    });
    const next = { since: new Date(since), cursor: page.nextCursor };
    expect((await links.gateway("gw").listRecentHistories(next)).isOk()).toBe(true);
    expect(asked).toEqual([
      ["2026-01-01T00:00:00.000Z", { limit: 10 }],
      ["2026-01-01T00:00:00.000Z", { limit: 25, cursor: "p2" }],
    ]);
  });

  test.each<[string, object, string]>([
    ["no time", {}, "since"],
    ["a time without an offset", { since: "2026-01-01T00:00:00" }, "since"],
    ["a limit of 0", { since: new Date(0), limit: 0 }, "limit"],
    ["a field that there is not", { since: new Date(0), until: new Date(0) }, "until"],
  ])("%s is refused before anything is sent", async (_name, query, path) => {
    const { links, stub } = start();
    const error = (await links.listRecentHistories(query as never))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent", issues: [{ path }] });
    expect(stub.calls).toEqual([]);
  });

  test("nothing instead of a query is refused", async () => {
    expect((await start().links.listRecentHistories(undefined as never))._unsafeUnwrapErr().kind).toBe(
      "invalid_request",
    );
  });

  test("another gateway's are not asked of this one", async () => {
    const { links, stub } = start();
    const query = { since: new Date(0), gateway: "other" } as never;
    expect((await links.gateway("gw").listRecentHistories(query))._unsafeUnwrapErr().kind).toBe("invalid_request");
    expect(stub.calls).toEqual([]);
  });
});
