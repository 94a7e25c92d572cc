import { describe, expect, test } from "vitest";
import { linkTimeline, type TimelineEntry } from "../src/inspector/link-timeline.ts";
import type { RecordedAction } from "../src/state/recorded-actions.ts";
import type { LinkSummary, RecordedDelivery, RecordedRequest } from "../src/types.ts";

const link: LinkSummary = {
  number: 1,
  provider: "acme",
  link: "http://127.0.0.1:1/pay/a",
  reference: 'INV"1',
  title: "Concert",
  state: "paid",
  createdAtMs: 0,
  payments: [{ provider: "acme", link: "", id: "pay_7", method: "sepa", status: "paid", amount: 1, currency: "EUR" }],
};

const call = (order: number, more: Partial<RecordedRequest>): RecordedRequest => ({
  order,
  provider: "acme",
  method: "POST",
  path: "/v1/links",
  headers: {},
  body: "",
  status: 201,
  answer: "",
  durationMs: 1,
  faults: [],
  atMs: 1_000 * order,
  ...more,
});

const webhook = (order: number, more: Partial<RecordedDelivery>): RecordedDelivery => ({
  order,
  webhook: 1,
  sending: 1,
  faults: [],
  provider: "acme",
  url: "http://127.0.0.1:2/hook",
  method: "POST",
  headers: {},
  body: '{"id":"pay_7"}',
  status: 200,
  atMs: 1_000 * order,
  ...more,
});

const action = (order: number, more: Partial<RecordedAction>): RecordedAction => ({
  order,
  by: "pay page",
  action: "pay",
  atMs: 1_000 * order,
  ...more,
});

const numbered = <Entry>(entries: readonly Entry[]): readonly { readonly number: number; readonly entry: Entry }[] =>
  entries.map((entry, index) => ({ number: index + 1, entry }));

const show = (entry: TimelineEntry): string => {
  if (entry.kind === "call") return `call ${entry.call.number}`;
  if (entry.kind === "action") return entry.action.action;
  if (entry.kind === "due") return `due ${entry.webhook}.${entry.sending} at ${entry.atMs}`;
  return `webhook ${entry.webhook.number}${entry.gapMs === undefined ? "" : ` after ${entry.gapMs}`}`;
};

const timeline = (
  records: {
    readonly calls?: readonly RecordedRequest[];
    readonly webhooks?: readonly RecordedDelivery[];
    readonly actions?: readonly RecordedAction[];
  },
  limit = 100,
): readonly string[] => {
  const { calls = [], webhooks = [], actions = [] } = records;
  const { entries, left } = linkTimeline(
    link,
    { calls: numbered(calls), webhooks: numbered(webhooks), actions },
    limit,
  );
  return [...entries.map(show), ...(left === 0 ? [] : [`${left} left`])];
};

describe("the timeline of a link", () => {
  test("joins calls, webhooks, what payers did and moves of the clock, newest first", () => {
    expect(
      timeline({
        calls: [call(1, { body: '{"reference":"INV\\"1"}' }), call(5, { method: "GET", path: "/v1/payments/pay_7" })],
        webhooks: [webhook(4, {})],
        actions: [
          action(3, { link: { provider: "acme", path: "/pay/a" } }),
          action(6, { by: "control", action: "advance" }),
        ],
      }),
    ).toEqual(["advance", "call 2", "webhook 1", "pay", "call 1"]);
  });

  test("keeps the order in which things began while the clock stands still, or goes back", () => {
    expect(
      timeline({
        calls: [
          call(1, { path: "/v1/links/INV%221", atMs: 50 }),
          call(3, { path: "/v1/links?reference=INV%221", atMs: 0 }),
        ],
        webhooks: [webhook(2, { atMs: 50 })],
      }),
    ).toEqual(["call 2", "webhook 1", "call 1"]);
  });

  test("has nothing of other links, also of those whose reference begins alike, and of other gateways", () => {
    expect(
      timeline({
        calls: [
          call(1, { path: "/v1/payments/pay_70" }),
          call(2, { body: '{"reference":"INV"}' }),
          call(3, { provider: "other", path: "/v1/payments/pay_7" }),
          call(4, { answer: JSON.stringify({ url: link.link }) }),
        ],
        webhooks: [webhook(5, { body: '{"id":"pay_71"}' }), webhook(6, { provider: "other" })],
        actions: [action(7, { link: { provider: "acme", path: "/pay/b" } })],
      }),
    ).toEqual(["call 4"]);
  });

  test("has no moves of the clock before the link was there", () => {
    const actions = [action(1, { action: "freeze" }), action(3, { action: "advance" })];
    expect(timeline({ calls: [call(2, { path: "/pay_7" })], actions })).toEqual(["advance", "call 1"]);
    expect(timeline({ actions })).toEqual([]);
  });

  test("tells the gap between sendings, and when the next one is due", () => {
    expect(
      timeline({
        webhooks: [
          webhook(1, { status: 500, retryAtMs: 301_000 }),
          webhook(2, { webhook: 2, status: 503, retryAtMs: 122_000 }),
          webhook(3, { sending: 2, status: 500, atMs: 301_000, retryAtMs: 901_000 }),
          webhook(4, { webhook: 2, sending: 2, atMs: 122_000 }),
        ],
      }),
    ).toEqual(["due 1.3 at 901000", "webhook 4 after 120000", "webhook 3 after 300000", "webhook 2", "webhook 1"]);
  });

  test("a duplicate leaves what is due as it is", () => {
    const first = webhook(1, { status: 500, retryAtMs: 9_000 });
    const { retryAtMs: _, ...second } = webhook(2, { faults: ["duplicate_webhook"] });
    expect(timeline({ webhooks: [first, second] })).toEqual(["due 1.2 at 9000", "webhook 2 after 1000", "webhook 1"]);
  });

  test("has the newest entries, and counts those it leaves out", () => {
    const calls = [1, 2, 3, 4].map((order) => call(order, { path: "/pay_7" }));
    expect(timeline({ calls }, 2)).toEqual(["call 4", "call 3", "2 left"]);
  });

  test("finds what is in a body that was cut", () => {
    expect(timeline({ webhooks: [webhook(1, { body: '{"id":"pay_7","note":"cut he' })] })).toEqual(["webhook 1"]);
    expect(timeline({ webhooks: [webhook(1, { body: '{"id":"pay_7","note":"cut he\\' })] })).toEqual(["webhook 1"]);
    expect(timeline({ webhooks: [webhook(1, { body: '{"id":"pay_7' })] })).toEqual([]);
  });

  test("reads hostile bodies in a time that grows with their length only", () => {
    const calls = ['\\"', '"', "\\", '"\\'].map((text, index) => {
      const body = `{${text.repeat(65_000 / text.length)}`;
      return call(index + 1, { body, answer: `${body}"pay_7"` });
    });
    const startedMs = performance.now();
    timeline({ calls: Array.from({ length: 10 }, () => calls).flat() });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});
