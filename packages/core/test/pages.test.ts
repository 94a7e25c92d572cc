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
