import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  callMatcher,
  deliveryMatcher,
  type FilterRules,
  type Filters,
  linkMatcher,
  queryOf,
  readFilters,
} from "../src/inspector/filters.ts";
import type { LinkSummary, RecordedDelivery, RecordedRequest } from "../src/types.ts";

const rules: FilterRules = {
  q: {},
  gateway: { oneOf: ["midtrans", "acme"] },
  event: {},
  status: { oneOf: ["2xx", "none"], takesCodes: true },
};

const read = (query: string): ReturnType<typeof readFilters> => readFilters(new URLSearchParams(query), rules);

describe("the filters in a URL", () => {
  test("are read, without the blanks around them; an empty field is none", () => {
    expect(read("q=+INV-1+&gateway=acme&event=&status=404&page=3")).toEqual({
      filters: { q: "INV-1", gateway: "acme", status: "404" },
      page: 3,
      ignored: [],
    });
  });

  test.each([
    ["gateway=nobody", 'gateway must be one of midtrans, acme, but is "nobody", so it is ignored.'],
    ["status=ok", 'status must be one of 2xx, none, or an HTTP status, but is "ok", so it is ignored.'],
    ["status=999", 'status must be one of 2xx, none, or an HTTP status, but is "999", so it is ignored.'],
    ["gatway=acme", 'There is no filter "gatway" here, so it is ignored; there are q, gateway, event, status.'],
    ["__proto__=1", 'There is no filter "__proto__" here, so it is ignored; there are q, gateway, event, status.'],
    ["page=-1", 'page must be a whole number, 1 or more, but is "-1": this is page 1.'],
    ["page=1.5", 'page must be a whole number, 1 or more, but is "1.5": this is page 1.'],
    [`q=${"x".repeat(201)}`, "q is longer than 200 characters, so it is ignored."],
  ])("%.40s is ignored, and named", (query, sentence) => {
    expect(read(query)).toEqual({ filters: {}, page: 1, ignored: [sentence] });
  });

  test("of a filter that is there twice, the first counts", () => {
    expect(read("q=a&q=b")).toEqual({
      filters: { q: "a" },
      page: 1,
      ignored: ["q is there 2 times: only the first counts."],
    });
  });

  test("are written back into a URL that shows the same", () => {
    const text = fc.string({ minLength: 1, maxLength: 50, unit: "binary" }).filter((value) => value.trim() === value);
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 999 }), (q, page) => {
        // A lone surrogate has no form in a URL.
        const filters: Filters = { q: q.toWellFormed(), gateway: "acme" };
        expect(read(queryOf(filters, page))).toEqual({ filters, page, ignored: [] });
      }),
    );
    expect(queryOf({})).toBe("");
  });
});

const link = (more: Partial<LinkSummary>): LinkSummary => ({
  number: 1,
  provider: "acme",
  link: "http://127.0.0.1:1/pay/a",
  reference: "INV-1",
  title: "Concert",
  state: "open",
  createdAtMs: 0,
  payments: [],
  ...more,
});

const call = (more: Partial<RecordedRequest>): RecordedRequest => ({
  order: 1,
  provider: "acme",
  method: "POST",
  path: "/v1/links",
  headers: {},
  body: '{"reference":"INV-1"}',
  status: 201,
  answer: "",
  durationMs: 1,
  faults: [],
  atMs: 0,
  ...more,
});

const delivery = (more: Partial<RecordedDelivery>): RecordedDelivery => ({
  order: 1,
  webhook: 1,
  sending: 1,
  faults: [],
  provider: "acme",
  url: "http://127.0.0.1:2/hook",
  method: "POST",
  headers: {},
  body: '{"type":"paid","reference":"INV-1"}',
  status: 200,
  atMs: 0,
  ...more,
});

test("a link is found by reference, title, URL or id of a payment, by its state and by the status of a payment", () => {
  const payments = [
    { provider: "acme", link: "", id: "pay_7", method: "sepa", status: "refunded", amount: 1, currency: "EUR" },
  ];
  const found = (filters: Filters): boolean => linkMatcher(filters)(link({ payments }));
  for (const q of ["inv-1", "CONC", "/pay/a", "pay_7"]) expect(found({ q })).toBe(true);
  expect([found({ q: "INV-2" }), found({ gateway: "midtrans" }), found({ status: "paid" })]).toEqual([
    false,
    false,
    false,
  ]);
  expect([found({ gateway: "acme", status: "open" }), found({ status: "refunded" })]).toEqual([true, true]);
});

test("a call is found by what was asked and answered, and by its answer's status", () => {
  const found = (filters: Filters, more: Partial<RecordedRequest> = {}, ids: readonly string[] = []): boolean =>
    callMatcher(filters, ids)(call(more));
  for (const q of ["post /v1", "inv-1"]) expect(found({ q })).toBe(true);
  expect([found({ q: "inv-2" }), found({ q: "inv-2" }, { answer: "of INV-2" })]).toEqual([false, true]);
  expect(found({ q: "inv-2" }, { path: "/v1/payments/pay_7" }, ["pay_7"])).toBe(true);
  expect(found({ q: "inv-2" }, { path: "/v1/payments/pay_70" }, ["pay_7"])).toBe(false);
  const { status: _, ...unanswered } = call({});
  expect(callMatcher({ status: "none" }, [])(unanswered)).toBe(true);
  expect(["2xx", "201", "none", "4xx", "200"].map((status) => found({ status }))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("a webhook is found by its body, its event and what became of it", () => {
  const found = (filters: Filters, more: Partial<RecordedDelivery> = {}): boolean =>
    deliveryMatcher(filters, ["pay_7"], ({ body }) => String(JSON.parse(body).type))(delivery(more));
  expect([found({ event: "paid" }), found({ event: "failed" })]).toEqual([true, false]);
  expect(found({ q: "INV-2" }, { body: '{"id":"pay_7"}' })).toBe(true);
  expect(found({ q: "INV-2" }, { body: '{"id":"pay_70"}' })).toBe(false);
  const { status: _, ...unanswered } = delivery({});
  const outcomes = [
    delivery({}),
    delivery({ status: 500, retryAtMs: 1 }),
    { ...unanswered, error: "ECONNREFUSED" },
    { ...unanswered, url: undefined },
  ];
  const matching = (status: string): readonly number[] =>
    outcomes.flatMap((one, index) => (deliveryMatcher({ status }, [], () => "")(one) ? [index] : []));
  expect(["2xx", "5xx", "500", "retry", "none", "recorded", "4xx"].map(matching)).toEqual([
    [0],
    [1],
    [1],
    [1],
    [2],
    [3],
    [],
  ]);
});

test("10,000 webhooks are searched for the 10,000 payments of a link in seconds", () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `pay_${index}_of_this_link`);
  const body = JSON.stringify(
    Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`key ${index}`, "a value"])),
  );
  const matches = deliveryMatcher({ q: "INV-2" }, ids, () => "");
  const startedMs = performance.now();
  expect(ids.filter(() => matches(delivery({ body })))).toEqual([]);
  expect(performance.now() - startedMs).toBeLessThan(3_000);
});
