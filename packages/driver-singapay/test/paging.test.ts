import { idr, type PreparedCreate } from "@tautan/core";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { beforeEach, describe, expect, test } from "vitest";
import {
  API,
  callsOf,
  createClock,
  createLinks,
  fixture,
  HISTORIES,
  historiesPath,
  history,
  LINKS,
  type Links,
  link,
  NOW,
  pagePath,
  refusal,
  startLinks,
  success,
} from "./support.ts";

const http = mockHttp(API);
describe("list: cursors", () => {
  test.each(["x", "0.0.25", "1.0.0", "1.0.1000", "-1.0.25", "1.0", "1.0.25.", "99999999.0.25"])(
    "one that no page gave is refused before anything is sent: %s",
    async (cursor) => {
      const page = await createLinks().list({ cursor: `singapay:${cursor}` });
      expect(page._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_request", outcome: "not_sent" });
      expect(http.sent).toEqual([]);
    },
  );
});

let links: Links;
const rowsOf = (count: number, first = 1000): readonly object[] =>
  Array.from({ length: count }, (_, index) => link({ id: first - index, reff_no: `OTHER-${first - index}` }));
const paths = () => callsOf(http).map((each) => each.path);

describe("create: a look among the newest before it", () => {
  test.each([25, 100])("that finds nothing among %i of many more lets the create go", async (count) => {
    links = startLinks(http);
    http.reply("GET", `${LINKS}?page=1&per_page=25`, success(rowsOf(count), { pagination: { total_pages: 40 } }));
    http.reply("POST", LINKS, success(link()));
    const created = await links.create({
      reference: "ORD-1001",
      title: "Order 1001",
      amount: idr(75_000),
      usage: { limit: 3 },
      expiresAt: "2026-03-20T16:59:59Z",
    });
    expect(created._unsafeUnwrap().reference).toBe("ORD-1001");
    expect(callsOf(http).map((each) => each.method)).toEqual(["GET", "POST"]);
  });
});

describe("resume: all links since the create was prepared are looked at, and no older ones", () => {
  const REQUEST = { reference: "ORD-1001", title: "Order 1001", amount: idr(75_000), usage: { limit: 3 } } as const;
  const sentAt = new Date(NOW);
  /** Rows of one page, this many hours older than the create and less. */
  const page = (first: number, ...hoursOld: readonly number[]) =>
    success(
      hoursOld.map((hours, index) =>
        link({ id: first - index, reff_no: `OTHER-${first - index}`, created_at: at(NOW - hours * 3_600_000) }),
      ),
      { pagination: { total_pages: 40 } },
    );
  const at = (ms: number): string => `${new Date(ms + 7 * 3_600_000).toISOString().slice(0, 19)}+07:00`;
  const resumeLater = async () => {
    const prepared = (await createLinks().prepare(REQUEST))._unsafeUnwrap().candidates[0] as PreparedCreate;
    links = startLinks(http, createClock(NOW + 3_600_000));
    return links.resume(prepared, { sentAt });
  };

  test("a link on a later page is found, and nothing is sent", async () => {
    http.reply("GET", pagePath(1), page(900, 0, 0, 0));
    const asAsked = { items: undefined, required_customer_detail: false, whitelisted_payment_method: [] };
    const row = link({ ...asAsked, redirect_url: undefined, optional_metadata: undefined, created_at: at(NOW) });
    http.reply("GET", pagePath(2), success([row], { pagination: { total_pages: 40 } }));
    expect((await resumeLater())._unsafeUnwrap().reference).toBe("ORD-1001");
    expect(callsOf(http).map((each) => each.method)).toEqual(["GET", "GET"]);
  });

  test("older rows end the search: there is none, so that it is sent", async () => {
    http.reply("GET", pagePath(1), page(900, 0, 0.5));
    http.reply("GET", pagePath(2), page(800, 0.9, 1.5));
    http.reply("POST", LINKS, success(link()));
    expect((await resumeLater())._unsafeUnwrap().reference).toBe("ORD-1001");
    expect(callsOf(http).map((each) => each.method)).toEqual(["GET", "GET", "POST"]);
  });

  test("a page that is not sorted by age ends nothing, and what was not searched proves nothing", async () => {
    for (let each = 1; each <= 20; each += 1) http.reply("GET", pagePath(each), page(900 - each, 2, 0));
    expect((await resumeLater())._unsafeUnwrapErr()).toMatchObject({ kind: "rejected", outcome: "unknown" });
    expect(callsOf(http).every((each) => each.method === "GET")).toBe(true);
  });
});

describe("find: a search through the list, newest first", () => {
  beforeEach(() => {
    links = startLinks(http);
  });

  test("the exact request, and the link of the reference", async () => {
    http.reply("GET", pagePath(1), success([...rowsOf(3), link()]));
    expect((await links.find({ reference: "ORD-1001" }))._unsafeUnwrap()).toMatchObject({
      id: "singapay:301",
      reference: "ORD-1001",
    });
    expect(paths()).toEqual([`${LINKS}?page=1&per_page=100`]);
  });

  test.each<[string, object, number]>([
    ["pagination in snake case", { pagination: { total: 3, per_page: 100, current_page: 1, total_pages: 1 } }, 1],
    ["pagination in camel case", { pagination: { total: 3, perPage: 100, currentPage: 1, totalPages: 1 } }, 1],
    ["meta in snake case", { meta: { total_pages: 1 } }, 1],
    ["meta in camel case", { meta: { totalPages: "1" } }, 1],
    ["nothing: an empty page is the end", {}, 2],
    ["pagination of another form: an empty page is the end", { pagination: [], meta: "one" }, 2],
    ["pagination without a number: an empty page is the end", { pagination: { total_pages: null } }, 2],
  ])("a list that ends by %s", async (_name, more, pages) => {
    http.reply("GET", pagePath(1), success(rowsOf(3), more));
    if (pages === 2) http.reply("GET", pagePath(2), success([]));
    const error = (await links.find({ reference: "ORD-404" }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "not_found", outcome: "refused" });
    expect(error.message).toContain("among all 3");
    expect(callsOf(http)).toHaveLength(pages);
  });

  test("a page that is not full is not the end", async () => {
    http.reply("GET", pagePath(1), success(rowsOf(2), { pagination: { total_pages: 3 } }));
    http.reply("GET", pagePath(2), success(rowsOf(1, 900), { pagination: { total_pages: 3 } }));
    http.reply("GET", pagePath(3), success([link()], { pagination: { total_pages: 3 } }));
    expect((await links.find({ reference: "ORD-1001" })).isOk()).toBe(true);
  });

  test("after twenty pages the search ends without a result, which is not the same as not found", async () => {
    for (let page = 1; page <= 20; page += 1) http.reply("GET", pagePath(page), success(rowsOf(5, page * 100)));
    const error = (await links.find({ reference: "ORD-404" }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "rejected", outcome: "refused", retryable: false });
    expect(error.message).toContain("newest 100, and older ones were not searched");
    expect(error.hint).toContain("link.id");
  });

  test("a reference that is part of another does not fit", async () => {
    http.reply("GET", pagePath(1), success([link({ reff_no: "ORD-10011" }), link({ reff_no: "ord-1001" })]));
    http.reply("GET", pagePath(2), success([]));
    expect((await links.find({ reference: "ORD-1001" }))._unsafeUnwrapErr().kind).toBe("not_found");
  });

  test("a reference that is told as a number fits, and rows of any form are passed over", async () => {
    const odd = [{}, { reff_no: { toString: 1 } }, { reff_no: null }, { reff_no: ["1001"] }];
    http.reply("GET", pagePath(1), success([...odd, link({ reff_no: 1001 })]));
    expect((await links.find({ reference: "1001" }))._unsafeUnwrap().reference).toBe("1001");
  });

  test("a row that is found and cannot be read is malformed", async () => {
    http.reply("GET", pagePath(1), success([link({ payment_url: null })]));
    expect((await links.find({ reference: "ORD-1001" }))._unsafeUnwrapErr().kind).toBe("malformed_response");
  });

  test("an error on a later page is the answer", async () => {
    http.reply("GET", pagePath(1), success(rowsOf(100)));
    http.reply("GET", pagePath(2), refusal(403));
    expect((await links.find({ reference: "ORD-1001" }))._unsafeUnwrapErr().kind).toBe("forbidden");
  });
});

describe("list", () => {
  beforeEach(() => {
    links = startLinks(http);
  });

  test("pages as large as asked for, and a cursor to go on", async () => {
    const pagination = { total: 5, per_page: 2, current_page: 1, total_pages: 3 };
    http.reply("GET", pagePath(1, 2), success(rowsOf(2), { pagination }));
    const first = (await links.list({ limit: 2 }))._unsafeUnwrap();
    expect(first.items.map((each) => each.id)).toEqual(["singapay:1000", "singapay:999"]);
    http.reply("GET", pagePath(2, 2), success(rowsOf(2, 998), { pagination }));
    const second = (await links.list({ limit: 2, cursor: first.nextCursor }))._unsafeUnwrap();
    expect(second.items.map((each) => each.id)).toEqual(["singapay:998", "singapay:997"]);
    http.reply("GET", pagePath(3, 2), success(rowsOf(1, 996), { pagination }));
    const third = (await links.list({ limit: 2, cursor: second.nextCursor }))._unsafeUnwrap();
    expect(third.items).toHaveLength(1);
    expect("nextCursor" in third).toBe(false);
  });

  test("another limit in between neither skips nor repeats a link", async () => {
    http.reply("GET", pagePath(1, 4), success(rowsOf(4)));
    const first = (await links.list({ limit: 4 }))._unsafeUnwrap();
    http.reply("GET", pagePath(2, 4), success(rowsOf(4, 996)));
    const second = (await links.list({ limit: 3, cursor: first.nextCursor }))._unsafeUnwrap();
    http.reply("GET", pagePath(2, 4), success(rowsOf(4, 996)));
    http.reply("GET", pagePath(3, 4), success([]));
    const third = (await links.list({ limit: 100, cursor: second.nextCursor }))._unsafeUnwrap();
    expect([first, second, third].flatMap(({ items }) => items.map((each) => Number(each.providerId)))).toEqual([
      1000, 999, 998, 997, 996, 995, 994, 993,
    ]);
    expect("nextCursor" in third).toBe(false);
  });

  test("a short page is filled up from the next", async () => {
    http.reply("GET", pagePath(1, 3), success(rowsOf(1)));
    http.reply("GET", pagePath(2, 3), success(rowsOf(3, 900)));
    const page = (await links.list({ limit: 3 }))._unsafeUnwrap();
    expect(page.items.map((each) => each.providerId)).toEqual(["1000", "900", "899"]);
    expect(page.nextCursor).toBeDefined();
  });

  test("a row that cannot be read is an error, not a gap", async () => {
    http.reply("GET", pagePath(1, 25), success([link(), link({ total_amount: "many" })]));
    expect((await links.list())._unsafeUnwrapErr().kind).toBe("malformed_response");
  });

  test("an empty account", async () => {
    http.reply("GET", pagePath(1, 25), success([], { meta: { total: 0, total_pages: 0 } }));
    expect((await links.list())._unsafeUnwrap()).toEqual({ items: [] });
  });
});

describe("listRecentHistories: an account's payments since a time", () => {
  beforeEach(() => {
    links = startLinks(http);
  });
  const since = "2026-03-15T03:00:00Z";
  const payment = (id: number, changes: object = {}) => history({ id, reff_no: `ATT-${id}`, ...changes });

  test("the exact request, and whose payment a row is", async () => {
    const rows = [payment(9102, { payment_link_reff_no: "ORD-2" }), payment(9101)];
    http.reply("GET", historiesPath(1), success(rows, { pagination: { total_pages: 1 } }));
    const page = (await links.listRecentHistories({ since }))._unsafeUnwrap();
    expect(paths()).toEqual([`${HISTORIES}?page=1&per_page=100&sort_by=id&sort_order=desc`]);
    expect(page).not.toHaveProperty("nextCursor");
    expect(page.items).toMatchObject([
      { id: "singapay:ATT-9102", reference: "ORD-2", status: "paid" },
      { id: "singapay:ATT-9101", reference: "ORD-1001", status: "paid" },
    ]);
  });

  test("a row that is more than an hour older ends the list; clocks may differ by less", async () => {
    const rows = [
      payment(3, { created_at: "2026-03-15T09:00:00+07:00" }),
      payment(2, { created_at: "2026-03-15T08:59:59+07:00" }),
      payment(1, { created_at: "2026-03-15T10:00:00+07:00" }),
    ];
    http.reply("GET", historiesPath(1), success(rows, { pagination: { total_pages: 9 } }));
    const page = (await links.listRecentHistories({ since }))._unsafeUnwrap();
    expect(page.items.map(({ providerId }) => providerId)).toEqual(["ATT-3"]);
    expect(page).not.toHaveProperty("nextCursor");
  });

  test("a row that names no link is a history of none, and one that cannot be read hides no other", async () => {
    const unnamed = payment(2, {
      payment_link_reff_no: undefined,
      payment_link_id: undefined,
      payment_link: undefined,
    });
    http.reply("GET", historiesPath(1), success([unnamed], { pagination: { total_pages: 1 } }));
    const [item] = (await links.listRecentHistories({ since }))._unsafeUnwrap().items;
    expect(item).toMatchObject({ providerId: "ATT-2", status: "paid" });
    expect(item).not.toHaveProperty("reference");
    http.reply("GET", historiesPath(1), success([payment(2), { id: 1 }], { pagination: { total_pages: 1 } }));
    expect((await links.listRecentHistories({ since }))._unsafeUnwrapErr().kind).toBe("malformed_response");
  });

  test("pages go on where the one before ended", async () => {
    http.reply("GET", historiesPath(1), success([payment(3), payment(2)], { pagination: { total_pages: 1 } }));
    const first = (await links.listRecentHistories({ since, limit: 1 }))._unsafeUnwrap();
    http.reply("GET", historiesPath(1), success([payment(3), payment(2)], { pagination: { total_pages: 1 } }));
    const second = await links.listRecentHistories({ since, limit: 1, cursor: first.nextCursor });
    expect([first, second._unsafeUnwrap()].flatMap(({ items }) => items.map((each) => each.providerId))).toEqual([
      "ATT-3",
      "ATT-2",
    ]);
  });
});

describe("listHistories: an account's payments, of which a link's are picked", () => {
  beforeEach(() => {
    links = startLinks(http);
  });

  const withLink = (changes: object = {}) => http.reply("GET", `${LINKS}/301`, success(link(changes)));
  const payment = (id: number, changes: object = {}) => history({ id, reff_no: `ATT-${id}`, ...changes });
  const others = { payment_link_reff_no: "SOMEBODY-ELSE" };

  test("the exact requests, and what a row says", async () => {
    withLink();
    http.reply(
      "GET",
      historiesPath(1),
      success([payment(9102, others), history()], { pagination: { total_pages: 1 } }),
    );
    const page = (await links.listHistories("singapay:301"))._unsafeUnwrap();
    expect(paths()).toEqual([`${LINKS}/301`, `${HISTORIES}?page=1&per_page=100&sort_by=id&sort_order=desc`]);
    expect("nextCursor" in page).toBe(false);
    expect(page.items).toHaveLength(1);
    expect(page.items[0]).toMatchObject({
      id: "singapay:30170120260315101500",
      gateway: "singapay",
      providerId: "30170120260315101500",
      linkId: "singapay:301",
      reference: "ORD-1001",
      status: "paid",
      isPaid: true,
      amount: { amount: "75000", currency: "IDR" },
      method: { kind: "virtual_account", channel: "bri", raw: "VA BRI" },
      openedAt: "2026-03-15T03:15:00.000Z",
      paidAt: "2026-03-15T03:20:30.000Z",
      expiresAt: "2026-03-16T03:15:00.000Z",
      notes: [],
      record: { otherIds: ["9101"] },
    });
    expect(page.items[0]?.raw).toEqual(fixture("history"));
  });

  test.each<[object, string, boolean]>([
    [{ status: "pending", status_computed: "pending" }, "pending", false],
    [{ status: "pending", status_computed: "expired", is_expired: true }, "expired", false],
    [{ status: "pending", status_computed: undefined, is_expired: true }, "expired", false],
    [{ status: "failed", status_computed: "failed" }, "failed", false],
    [{ status: "expired", status_computed: "expired", is_expired: true }, "expired", false],
    [{ status: "paid", status_computed: "paid", is_expired: true }, "paid", true],
    [{ status: "paid", status_computed: "expired", is_expired: true }, "paid", true],
    [{ has_settle: true, settle_at: "2026-03-17T10:00:00+07:00" }, "settled", true],
    [{ has_settle: true, settle_at: null }, "settled", true],
    [{ status: "settled", status_computed: "settled" }, "settled", true],
    [{ status: "unpaid", status_computed: "unpaid" }, "unknown", false],
    [{ status: "constructor", status_computed: "__proto__" }, "unknown", false],
    [{ status: null, status_computed: null }, "unknown", false],
    [{ status: "pending", status_computed: "pending", has_settle: true }, "pending", false],
  ])("%j is %s", async (changes, status, isPaid) => {
    withLink();
    http.reply("GET", historiesPath(1), success([history(changes)], { pagination: { total_pages: 1 } }));
    const [item] = (await links.listHistories("singapay:301"))._unsafeUnwrap().items;
    expect(item).toMatchObject({ status, isPaid });
  });

  test("settlement has a time, and a payment without one has none: `payment_date` is not taken for it", async () => {
    withLink();
    const rows = [history({ has_settle: true, settle_at: "2026-03-17T10:00:00+07:00", processed_timestamp: null })];
    http.reply("GET", historiesPath(1), success(rows, { pagination: { total_pages: 1 } }));
    const [item] = (await links.listHistories("singapay:301"))._unsafeUnwrap().items;
    expect(item?.settledAt).toBe("2026-03-17T03:00:00.000Z");
    expect(item?.record.attempts[0]?.facts.paid).toEqual({});
  });

  test.each<[string, object]>([
    ["a number for an amount", { amount: 75000 }],
    ["an amount with a currency", { amount: { value: "75000.00", currency: "IDR" } }],
    ["a number for an id and none for others", { payment_link_id: 301, payment_link: null }],
    [
      "fields of another form that are not needed",
      { locations: [], balance_after: {}, ip_address: 7, customer_name: [] },
    ],
  ])("reads the same with %s", async (_name, changes) => {
    const [one, other] = [history(), history(changes)];
    for (const row of [one, other]) {
      withLink();
      http.reply("GET", historiesPath(1), success([row], { pagination: { total_pages: 1 } }));
    }
    const expected = await links.listHistories("singapay:301");
    expect(await links.listHistories("singapay:301")).toEqual(expected);
  });

  test("goes through pages until the limit, and on from there", async () => {
    withLink();
    const pages = { pagination: { totalPages: 3 } };
    http.reply("GET", historiesPath(1), success([payment(9, others), payment(8), payment(7)], pages));
    http.reply(
      "GET",
      historiesPath(2),
      success([payment(6, others), payment(5), payment(4, others), payment(3)], pages),
    );
    const first = (await links.listHistories("singapay:301", { limit: 3 }))._unsafeUnwrap();
    expect(first.items.map((each) => each.providerId)).toEqual(["ATT-8", "ATT-7", "ATT-5"]);
    withLink();
    http.reply(
      "GET",
      historiesPath(2),
      success([payment(6, others), payment(5), payment(4, others), payment(3)], pages),
    );
    http.reply("GET", historiesPath(3), success([payment(2, others)], pages));
    const second = await links.listHistories("singapay:301", { limit: 3, cursor: first.nextCursor });
    expect(second._unsafeUnwrap().items.map((each) => each.providerId)).toEqual(["ATT-3"]);
    expect("nextCursor" in second._unsafeUnwrap()).toBe(false);
  });

  test("a payment that is made in between moves rows to the next page, and none is told twice", async () => {
    withLink();
    http.reply("GET", historiesPath(1), success([payment(9), payment(8)]));
    http.reply("GET", historiesPath(2), success([payment(8), payment(7)]));
    http.reply("GET", historiesPath(3), success([]));
    const page = (await links.listHistories("singapay:301"))._unsafeUnwrap();
    expect(page.items.map((each) => each.providerId)).toEqual(["ATT-9", "ATT-8", "ATT-7"]);
  });

  test.each([[undefined], [null], [{}]])("rows without an id of their own are all told: %j", async (id) => {
    withLink();
    const rows = [payment(9, { id }), payment(8, { id })];
    http.reply("GET", historiesPath(1), success(rows, { pagination: { total_pages: 1 } }));
    expect((await links.listHistories("singapay:301"))._unsafeUnwrap().items).toHaveLength(2);
  });

  test("stops at rows that are more than an hour older than the link", async () => {
    withLink();
    const rows = [
      payment(9, { created_at: "2026-03-15T09:00:00+07:00" }),
      payment(8, { created_at: "2026-03-15T08:59:59+07:00" }),
      payment(7, { created_at: "2026-03-15T10:30:00+07:00" }),
    ];
    http.reply("GET", historiesPath(1), success(rows));
    const page = (await links.listHistories("singapay:301"))._unsafeUnwrap();
    expect(page.items.map((each) => each.providerId)).toEqual(["ATT-9"]);
    expect("nextCursor" in page).toBe(false);
  });

  test.each<[string, object, object]>([
    ["link", { created_at: null }, {}],
    ["row", {}, { created_at: "yesterday" }],
  ])("where the %s does not tell when it was made, the list is read to its end", async (_name, ofLink, ofRow) => {
    withLink(ofLink);
    http.reply("GET", historiesPath(1), success([payment(9, { created_at: "2020-01-01T00:00:00Z", ...ofRow })]));
    http.reply("GET", historiesPath(2), success([]));
    expect((await links.listHistories("singapay:301"))._unsafeUnwrap().items).toHaveLength(1);
  });

  test("after twenty pages without an end there is a cursor to go on, even with nothing found", async () => {
    withLink();
    for (let page = 1; page <= 20; page += 1) http.reply("GET", historiesPath(page), success([payment(page, others)]));
    const first = (await links.listHistories("singapay:301"))._unsafeUnwrap();
    expect(first.items).toEqual([]);
    withLink();
    http.reply("GET", historiesPath(21), success([payment(1)], { pagination: { total_pages: 21 } }));
    const second = await links.listHistories("singapay:301", { cursor: first.nextCursor });
    expect(second._unsafeUnwrap().items).toHaveLength(1);
  });

  test("rows that do not name their link are an error, not an empty list", async () => {
    withLink();
    http.reply("GET", historiesPath(1), success([history({ payment_link_reff_no: undefined })]));
    const error = (await links.listHistories("singapay:301"))._unsafeUnwrapErr();
    expect(error.kind).toBe("malformed_response");
    expect(error.message).toContain("payment_link_reff_no");
  });

  test("rows of payments without a link are passed over", async () => {
    withLink();
    const rows = [history({ payment_link_reff_no: null }), history()];
    http.reply("GET", historiesPath(1), success(rows, { pagination: { total_pages: 1 } }));
    expect((await links.listHistories("singapay:301"))._unsafeUnwrap().items).toHaveLength(1);
  });

  test("a row without a reference of its own is malformed", async () => {
    withLink();
    http.reply("GET", historiesPath(1), success([history({ reff_no: null })]));
    expect((await links.listHistories("singapay:301"))._unsafeUnwrapErr().kind).toBe("malformed_response");
  });

  test("a row that cannot be read hides no history where it is surely another link's", async () => {
    withLink();
    const odd = { reff_no: null, status: 7 };
    const rows = [
      history({ ...odd, ...others }),
      history({ ...odd, payment_link_reff_no: null }),
      history({ ...odd, payment_link_reff_no: 1001 }),
      history(),
    ];
    http.reply("GET", historiesPath(1), success(rows, { pagination: { total_pages: 1 } }));
    const page = (await links.listHistories("singapay:301"))._unsafeUnwrap();
    expect(page.items.map((each) => each.providerId)).toEqual(["30170120260315101500"]);
  });

  test.each([[undefined], [""], [{}], ["ORD-1001"]])(
    "a row that cannot be read and might be the link's is malformed: %j",
    async (payment_link_reff_no) => {
      withLink();
      http.reply("GET", historiesPath(1), success([history({ reff_no: null, payment_link_reff_no }), history()]));
      expect((await links.listHistories("singapay:301"))._unsafeUnwrapErr().kind).toBe("malformed_response");
    },
  );

  test("an unknown link is not_found, and no history is asked for", async () => {
    http.reply("GET", `${LINKS}/301`, { status: 404, body: fixture("error-404") });
    expect((await links.listHistories("singapay:301"))._unsafeUnwrapErr().kind).toBe("not_found");
    expect(callsOf(http)).toHaveLength(1);
  });
});

describe("getHistory: by the payment's own reference", () => {
  beforeEach(() => {
    links = startLinks(http);
  });

  const ID = "singapay:30170120260315101500";
  const path = historiesPath(1, "&reff_no=30170120260315101500");

  test("the exact request; a reference that only contains it does not fit", async () => {
    const rows = [history({ reff_no: "301701202603151015001" }), history()];
    http.reply("GET", path, success(rows, { pagination: { total_pages: 1 } }));
    const found = (await links.getHistory(ID))._unsafeUnwrap();
    expect(found).toMatchObject({ id: ID, status: "paid", isPaid: true, reference: "ORD-1001" });
    // A row does not name its link's id.
    expect("linkId" in found).toBe(false);
  });

  test("rows of any form beside it are passed over", async () => {
    const odd = [{}, { reff_no: null }, { reff_no: { toString: 1 } }, { reff_no: ["30170120260315101500"] }];
    http.reply("GET", path, success([...odd, history()], { pagination: { total_pages: 1 } }));
    expect((await links.getHistory(ID))._unsafeUnwrap()).toMatchObject({ id: ID, isPaid: true });
  });

  test("a reference that is told as a number fits", async () => {
    http.reply("GET", historiesPath(1, "&reff_no=3017"), success([history({ reff_no: 3017 })]));
    expect((await links.getHistory("singapay:3017"))._unsafeUnwrap().id).toBe("singapay:3017");
  });

  test("one past what JSON numbers hold does not, because it may be another's", async () => {
    http.reply("GET", path, success([history({ reff_no: Number("30170120260315101500") })]));
    http.reply("GET", historiesPath(2, "&reff_no=30170120260315101500"), success([]));
    expect((await links.getHistory(ID))._unsafeUnwrapErr().kind).toBe("not_found");
  });

  test("the number of a row is no history's id: an answer is for the id that was asked, or there is none", async () => {
    http.reply("GET", historiesPath(1, "&reff_no=9101"), success([history({ id: 9101 })]));
    http.reply("GET", historiesPath(2, "&reff_no=9101"), success([]));
    expect((await links.getHistory("singapay:9101"))._unsafeUnwrapErr().kind).toBe("not_found");
  });

  test("a row that names its link's id", async () => {
    http.reply("GET", path, success([history({ payment_link: { id: 301, reff_no: "ORD-1001" } })]));
    expect((await links.getHistory(ID))._unsafeUnwrap().linkId).toBe("singapay:301");
  });

  test("rows of the older generation, which name no link", async () => {
    http.reply(
      "GET",
      path,
      success([history({ payment_link_reff_no: undefined, amount: "75000.00", balance_after: null })]),
    );
    const found = (await links.getHistory(ID))._unsafeUnwrap();
    expect(found.isPaid).toBe(true);
    expect("reference" in found).toBe(false);
  });

  test("a reference is percent-encoded", async () => {
    http.reply("GET", historiesPath(1, "&reff_no=A%26per_page%3D1%20%2F"), success([]));
    expect((await links.getHistory("singapay:A%26per_page%3D1%20%2F"))._unsafeUnwrapErr().kind).toBe("not_found");
  });

  test("none is not_found", async () => {
    http.reply("GET", path, success([]));
    expect((await links.getHistory(ID))._unsafeUnwrapErr()).toMatchObject({ kind: "not_found", outcome: "refused" });
  });
});
