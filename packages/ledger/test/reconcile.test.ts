import { idr, type LinkId } from "@tautan/core";
import { driverError } from "@tautan/core/driver";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReconcileReport } from "../src/index.ts";
import { type Accounts, down, type Key, openAccounts } from "./support/accounts.ts";
import { databaseKinds } from "./support/databases.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const GATEWAYS: readonly Key[] = ["account", "single"];

const NOTHING: ReconcileReport = { looked: 0, changed: 0, missed: [], unresolved: [], failed: [], more: false };

describe.each(await databaseKinds())("reconcile on $name", (kind) => {
  let shop: Accounts;
  beforeEach(async () => {
    shop = await openAccounts(kind);
  });
  afterEach(() => shop.close());

  const lookAt = async (reference: string): Promise<unknown> =>
    (await shop.database.query("SELECT look_at FROM tautan_links WHERE reference = ?", reference))[0]?.["look_at"];

  describe.each(GATEWAYS)("of the gateway %s", (gateway) => {
    test("after 48 hours without a webhook one run finds every payment, with few calls", async () => {
      const paid: string[] = [];
      for (let index = 0; index < 60; index += 1) {
        const reference = `INV-${String(index).padStart(3, "0")}`;
        await shop.link(gateway, reference, { expiresAt: new Date(shop.clock.now() + 3 * DAY_MS) });
        if (index % 2 === 0) paid.push(await shop.payUnheard(gateway, reference));
        shop.clock.advance(10 * MINUTE_MS);
      }
      shop.clock.advance(48 * HOUR_MS - 600 * MINUTE_MS);
      const report = await shop.reconcile();
      expect(report).toEqual({ ...NOTHING, looked: 60, changed: 30, missed: expect.arrayContaining(paid) });
      expect(report.missed).toHaveLength(30);
      // For the whole account one page of payments and one of links; otherwise each link and its payments.
      const calls = gateway === "account" ? { listRecentHistories: 1, list: 1 } : { get: 60, listHistories: 60 };
      for (const [operation, count] of Object.entries(calls)) expect(shop.count(gateway, operation)).toBe(count);
      expect(shop.calls).toHaveLength(gateway === "account" ? 2 : 120);
      const told = await shop.drain();
      expect(told.filter((each) => each.endsWith(" paid"))).toHaveLength(30);
      // Everything is known, and nothing is due.
      shop.calls.length = 0;
      expect(await shop.reconcile()).toEqual(NOTHING);
      expect(shop.calls).toEqual([]);
      expect(await shop.drain()).toEqual([]);
    });

    test("what webhooks have reported is not missed, and changes nothing", async () => {
      await shop.link(gateway, "INV-001");
      const { webhook } = await shop.drivers[gateway].simulate.pay("INV-001");
      (await shop.ledger.ingest(gateway, webhook))._unsafeUnwrap();
      await shop.drain();
      shop.clock.advance(HOUR_MS);
      expect(await shop.reconcile()).toMatchObject({ looked: 1, missed: [] });
      expect(await shop.drain()).toEqual([]);
      // The webhook comes again, after reconcile.
      expect((await shop.ledger.ingest(gateway, webhook))._unsafeUnwrap().state).toBe("duplicate");
    });

    test("a webhook after reconcile adds nothing", async () => {
      await shop.link(gateway, "INV-001");
      const { webhook } = await shop.drivers[gateway].simulate.pay("INV-001");
      shop.clock.advance(HOUR_MS);
      expect((await shop.reconcile()).missed).toHaveLength(1);
      (await shop.ledger.ingest(gateway, webhook))._unsafeUnwrap();
      expect(await shop.drain()).toEqual(["INV-001 paid", "INV-001 link_exhausted"]);
      const events = (await shop.ledger.events.list())._unsafeUnwrap().items;
      expect(events.map(({ learntBy }) => learntBy)).toEqual(["reconcile", "reconcile"]);
    });

    test("nothing is asked before a link is due", async () => {
      await shop.link(gateway, "INV-001");
      shop.clock.advance(10 * MINUTE_MS - 1);
      expect(await shop.reconcile()).toEqual(NOTHING);
      expect(shop.calls).toEqual([]);
      shop.clock.advance(1);
      expect((await shop.reconcile()).looked).toBe(1);
    });

    test("a transfer 30 hours after the expiry is found, and is late", async () => {
      await shop.link(gateway, "INV-001", { expiresAt: new Date(shop.clock.now() + HOUR_MS) });
      const { payment } = await shop.drivers[gateway].simulate.open("INV-001");
      const looked: number[] = [];
      const goTo = async (hour: number): Promise<void> => {
        shop.clock.set(Date.UTC(2026, 0, 1) + hour * HOUR_MS);
        if ((await shop.reconcile()).looked > 0) looked.push(hour);
      };
      for (let hour = 1; hour <= 30; hour += 1) await goTo(hour);
      expect(await shop.drain()).toContain("INV-001 link_expired");
      await shop.drivers[gateway].simulate.pay("INV-001", { payment });
      for (let hour = 31; hour <= 120; hour += 1) await goTo(hour);
      expect(await shop.drain()).toEqual(["INV-001 late", "INV-001 link_exhausted"]);
      // After the first look and the expiry: a day, and three days. Then never again.
      expect(looked.slice(-2)).toEqual([25, 73]);
      expect(await lookAt("INV-001")).toBeNull();
    });

    test("a link expires by the clock, without a call", async () => {
      await shop.link(gateway, "INV-001", { expiresAt: new Date(shop.clock.now() + 5 * MINUTE_MS) });
      shop.clock.advance(5 * MINUTE_MS);
      expect(await shop.reconcile()).toMatchObject({ looked: 0, changed: 1, more: false });
      expect(shop.calls).toEqual([]);
      expect(await shop.drain()).toEqual(["INV-001 link_expired"]);
      expect(await shop.database.query("SELECT status FROM tautan_links")).toEqual([{ status: "expired" }]);
      // And the gateway is asked when all that was paid in time is known.
      shop.clock.advance(25 * MINUTE_MS);
      expect(await shop.reconcile()).toMatchObject({ looked: 1 });
      expect(await shop.drain()).toEqual([]);
    });

    test("payments of a link with a limit count in the order in which they were paid", async () => {
      await shop.link(gateway, "INV-001", { usage: { limit: 2 }, expiresAt: new Date(shop.clock.now() + 9 * DAY_MS) });
      const payments: string[] = [];
      for (let count = 0; count < 3; count += 1) {
        payments.push((await shop.drivers[gateway].simulate.open("INV-001")).payment);
        shop.clock.advance(2 * DAY_MS);
      }
      // The last one to open pays first.
      for (const payment of payments.toReversed()) {
        await shop.drivers[gateway].simulate.pay("INV-001", { payment });
        shop.clock.advance(MINUTE_MS);
      }
      await shop.reconcile();
      await shop.drain();
      const events = (await shop.ledger.events.list())._unsafeUnwrap().items;
      const verdicts = events.map(({ type, history }) => `${type} ${history?.providerId}`);
      expect(verdicts.slice(0, 3)).toEqual([`paid ${payments[2]}`, `paid ${payments[1]}`, `excess ${payments[0]}`]);
    });

    test("two processes at once look at each link once", async () => {
      for (let index = 0; index < 12; index += 1) {
        await shop.link(gateway, `INV-${index}`);
        await shop.payUnheard(gateway, `INV-${index}`);
      }
      shop.clock.advance(HOUR_MS);
      const other = shop.another();
      const [first, second] = await Promise.all([shop.reconcile(), shop.reconcile({}, other)]);
      expect(first.looked + second.looked).toBe(12);
      expect(first.missed.length + second.missed.length).toBe(12);
      const gets = shop.calls.filter(({ operation }) => operation === "get").map(({ subject }) => subject);
      expect(new Set(gets).size).toBe(gets.length);
      expect((await shop.drain()).filter((each) => each.endsWith(" paid"))).toHaveLength(12);
    });

    test("what a process that was killed had taken is looked at by the next", async () => {
      await shop.link(gateway, "INV-001");
      await shop.payUnheard(gateway, "INV-001");
      shop.clock.advance(HOUR_MS);
      const never = new Promise<never>(() => {});
      const isReached = Promise.withResolvers<void>();
      const operation = gateway === "account" ? "listRecentHistories" : "get";
      shop.onCall = (call) => {
        if (call.operation !== operation) return undefined;
        isReached.resolve();
        return never;
      };
      void shop.another().reconcile();
      await isReached.promise;
      shop.onCall = () => undefined;
      expect(await shop.reconcile()).toEqual(NOTHING);
      shop.clock.advance(5 * MINUTE_MS);
      expect(await shop.reconcile()).toMatchObject({ looked: 1, missed: [expect.any(String)] });
    });

    test("a process that comes back after its lease has ended changes nothing", async () => {
      await shop.link(gateway, "INV-001");
      shop.clock.advance(HOUR_MS);
      const isReached = Promise.withResolvers<void>();
      const isReleased = Promise.withResolvers<void>();
      shop.onCall = ({ operation }) => {
        if (operation !== "get") return undefined;
        isReached.resolve();
        return isReleased.promise.then(() => undefined);
      };
      const slow = shop.reconcile({}, shop.another());
      await isReached.promise;
      shop.onCall = () => undefined;
      shop.clock.advance(5 * MINUTE_MS);
      await shop.reconcile();
      const next = await lookAt("INV-001");
      shop.clock.advance(3 * MINUTE_MS);
      isReleased.resolve();
      await slow;
      expect(await lookAt("INV-001")).toBe(next);
    });

    test("a time limit is kept by the clock, and the next run goes on", async () => {
      for (let index = 0; index < 12; index += 1) {
        await shop.link(gateway, `INV-${index}`);
        await shop.payUnheard(gateway, `INV-${index}`);
      }
      shop.clock.advance(HOUR_MS);
      shop.onCall = () => {
        shop.clock.advance(1_000);
        return undefined;
      };
      const reports: ReconcileReport[] = [];
      do reports.push(await shop.reconcile({ timeLimitMs: 2_000 }));
      while (reports.at(-1)?.more && reports.length < 50);
      expect(reports.length).toBeGreaterThan(2);
      expect(reports.reduce((sum, { looked }) => sum + looked, 0)).toBe(12);
      expect(reports.flatMap(({ missed }) => missed)).toHaveLength(12);
      expect((await shop.drain()).filter((each) => each.endsWith(" paid"))).toHaveLength(12);
    });

    test("a link that cannot be read does not stop the others, and is looked at again", async () => {
      let unreadable: string | undefined;
      for (const reference of ["INV-001", "INV-002", "INV-003"]) {
        unreadable = (await shop.link(gateway, reference)).providerId;
        await shop.payUnheard(gateway, reference);
      }
      shop.clock.advance(HOUR_MS);
      shop.onCall = ({ operation, subject }) =>
        operation === "get" && subject === unreadable
          ? driverError("malformed_response", { message: "expected JSON, got HTML" })
          : undefined;
      const report = await shop.reconcile();
      expect(report).toMatchObject({ looked: 3, failed: [{ kind: "malformed_response", gateway }], more: false });
      expect(report.missed).toHaveLength(gateway === "account" ? 3 : 2);
      shop.onCall = () => undefined;
      shop.clock.advance(2 * HOUR_MS);
      expect((await shop.reconcile()).looked).toBe(3);
      expect((await shop.drain()).filter((each) => each.endsWith(" paid"))).toHaveLength(3);
    });

    test("a link that is deleted at the gateway is read by its known payments", async () => {
      await shop.link(gateway, "INV-001");
      const { payment, webhook } = await shop.drivers[gateway].simulate.open("INV-001");
      (await shop.ledger.ingest(gateway, webhook))._unsafeUnwrap();
      await shop.drivers[gateway].simulate.pay("INV-001", { payment });
      shop.clock.advance(HOUR_MS);
      const notFound = driverError("not_found", { message: "there is no such link" });
      shop.onCall = ({ operation }) => (operation === "get" || operation === "list" ? notFound : undefined);
      expect(await shop.reconcile()).toMatchObject({ looked: 1, missed: [`${gateway}:${payment}`], failed: [] });
      expect(await shop.drain()).toEqual(["INV-001 paid", "INV-001 link_exhausted"]);
    });

    test("a change of the link elsewhere is learnt", async () => {
      const { id } = await shop.link(gateway, "INV-001");
      (await shop.links.close(id))._unsafeUnwrap();
      shop.clock.advance(HOUR_MS);
      expect(await shop.reconcile()).toMatchObject({ looked: 1, changed: 1, missed: [] });
      expect(await shop.drain()).toEqual(["INV-001 link_closed"]);
    });
  });

  test("a gateway that is down stops only its own links, and is asked again after five minutes", async () => {
    for (let index = 0; index < 12; index += 1) {
      for (const gateway of GATEWAYS) {
        await shop.link(gateway, `${gateway}-${index}`);
        await shop.payUnheard(gateway, `${gateway}-${index}`);
      }
    }
    shop.clock.advance(HOUR_MS);
    let asked = 0;
    shop.onCall = ({ gateway }) => {
      if (gateway === "single") asked += 1;
      return gateway === "single" && asked > 6 ? down : undefined;
    };
    const report = await shop.reconcile();
    expect(report.failed).toMatchObject([{ kind: "unavailable", gateway: "single" }]);
    expect(report.more).toBe(false);
    const found = report.missed.filter((id) => id.startsWith("single:")).length;
    expect(report.missed.filter((id) => id.startsWith("account:"))).toHaveLength(12);
    expect(found).toBeLessThan(12);
    // Not every link that is due is tried at a gateway that is down.
    expect(asked).toBeLessThan(16);
    shop.onCall = () => undefined;
    shop.clock.advance(5 * MINUTE_MS);
    expect((await shop.reconcile()).missed).toHaveLength(12 - found);
    expect((await shop.drain()).filter((each) => each.endsWith(" paid"))).toHaveLength(24);
  });

  // The database in memory is the fastest.
  const count = kind.name.startsWith("shared") ? 1_000 : 300;

  const linksOf = async (gateway: Key, howMany: number): Promise<void> => {
    const references = Array.from({ length: howMany }, (_, index) => `INV-${index}`);
    await Promise.all(references.map((reference) => shop.link(gateway, reference)));
    for (const reference of references) await shop.payUnheard(gateway, reference);
  };

  test(`${count} links of an account cost a page of payments and a page of links for each hundred`, async () => {
    await linksOf("account", count);
    shop.clock.advance(2 * HOUR_MS);
    const report = await shop.reconcile();
    expect(report).toMatchObject({ looked: count, more: false, failed: [] });
    expect(report.missed).toHaveLength(count);
    expect(shop.count("account", "listRecentHistories")).toBe(count / 100);
    expect(shop.count("account", "list")).toBe(count / 100);
    expect(shop.calls).toHaveLength((2 * count) / 100);
  });

  describe("a read of an account that is interrupted", () => {
    const pages = (): number => shop.count("account", "listRecentHistories");
    beforeEach(async () => {
      await linksOf("account", 250);
      shop.clock.advance(2 * HOUR_MS);
    });

    test("by its time limit goes on where it was", async () => {
      shop.onCall = () => {
        shop.clock.advance(1_000);
        return undefined;
      };
      expect(await shop.reconcile({ timeLimitMs: 500 })).toMatchObject({ looked: 0, more: true });
      expect(pages()).toBe(1);
      const report = await shop.reconcile({ timeLimitMs: 60_000 }, shop.another());
      expect(report).toMatchObject({ looked: 250, more: false });
      // Those of the first page were told before.
      expect(report.missed).toHaveLength(150);
      expect(pages()).toBe(3);
    });

    test("by a failure keeps what was read, and goes on after five minutes", async () => {
      shop.onCall = () => (pages() === 2 ? down : undefined);
      const first = await shop.reconcile();
      expect(first).toMatchObject({ looked: 0, failed: [{ kind: "unavailable", gateway: "account" }], more: false });
      expect(first.missed).toHaveLength(100);
      shop.clock.advance(5 * MINUTE_MS - 1);
      expect(await shop.reconcile()).toEqual(NOTHING);
      shop.clock.advance(1);
      const second = await shop.reconcile();
      expect(second).toMatchObject({ looked: 250, failed: [] });
      expect(second.missed).toHaveLength(150);
      expect(pages()).toBe(4);
    });

    test("for more than an hour begins anew", async () => {
      shop.onCall = () => (pages() === 2 ? down : undefined);
      await shop.reconcile();
      shop.onCall = () => undefined;
      shop.clock.advance(2 * HOUR_MS);
      await shop.link("account", "LATER");
      shop.clock.advance(HOUR_MS);
      const missed = await shop.payUnheard("account", "LATER");
      const report = await shop.reconcile();
      expect(report.looked).toBe(251);
      expect(report.missed).toContain(missed);
      expect(await shop.reconcile()).toEqual(NOTHING);
    });
  });

  test("the trail of a link holds what was read of it, and why a read failed", async () => {
    const trailOf = async (id: LinkId): Promise<readonly unknown[]> =>
      (await shop.ledger.trail(id))._unsafeUnwrap().items.map(({ what, name }) => `${what} ${name}`);
    const shared = await shop.link("account", "INV-001");
    const single = await shop.link("single", "INV-002");
    await shop.payUnheard("account", "INV-001");
    shop.clock.advance(HOUR_MS);
    shop.onCall = ({ operation, gateway }) =>
      operation === "get" && gateway === "single"
        ? driverError("malformed_response", { message: "expected JSON, got HTML" })
        : undefined;
    await shop.reconcile();
    expect(await trailOf(shared.id)).toEqual(["read read", "event paid", "event link_exhausted"]);
    const failed = (await shop.ledger.trail(single.id))._unsafeUnwrap().items;
    expect(failed).toMatchObject([{ what: "read", error: "malformed_response: expected JSON, got HTML" }]);
    // The account is read again for another link: nothing is new of this one.
    await shop.link("account", "INV-003");
    shop.clock.advance(20 * MINUTE_MS);
    expect((await shop.reconcile({ gateway: "account" })).looked).toBe(1);
    expect(await trailOf(shared.id)).toHaveLength(3);
  });

  test("a link whose expiry is extended is looked at again, although it was done with", async () => {
    const { id } = await shop.link("single", "INV-001", { expiresAt: new Date(shop.clock.now() + HOUR_MS) });
    shop.clock.advance(5 * DAY_MS);
    await shop.reconcile();
    expect(await lookAt("INV-001")).toBeNull();
    (await shop.links.update(id, { expiresAt: new Date(shop.clock.now() + DAY_MS) }))._unsafeUnwrap();
    (await shop.ledger.confirm(id))._unsafeUnwrap();
    shop.clock.advance(10 * MINUTE_MS);
    await shop.payUnheard("single", "INV-001");
    expect(await shop.reconcile()).toMatchObject({ looked: 1, missed: [expect.any(String)] });
  });

  test("payments of an account that belong to nobody's link change nothing", async () => {
    await shop.link("account", "INV-001");
    await shop.linkElsewhere("account", "OTHER-1");
    await shop.payUnheard("account", "OTHER-1");
    shop.clock.advance(HOUR_MS);
    expect(await shop.reconcile()).toMatchObject({ looked: 1, missed: [] });
    expect(await shop.drain()).toEqual([]);
  });

  test("one gateway can be reconciled alone; an unknown one is refused", async () => {
    for (const gateway of GATEWAYS) await shop.link(gateway, `${gateway}-1`);
    shop.clock.advance(HOUR_MS);
    expect((await shop.reconcile({ gateway: "single" })).looked).toBe(1);
    expect(shop.calls.every(({ gateway }) => gateway === "single")).toBe(true);
    expect((await shop.ledger.reconcile({ gateway: "nobody" }))._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_query",
    });
    expect(() => void shop.ledger.reconcile({ timeLimitMs: 0 })).toThrow(TypeError);
  });

  test("links that were made elsewhere are adopted page by page, and their payments are told", async () => {
    await shop.link("account", "INV-001");
    for (const reference of ["ELSE-1", "ELSE-2", "ELSE-3"]) await shop.linkElsewhere("account", reference);
    await shop.payUnheard("account", "ELSE-1");
    const first = (await shop.ledger.adopt({ gateway: "account", limit: 2 }))._unsafeUnwrap();
    expect(first.adopted).toEqual(["account:link-000004", "account:link-000003"]);
    const second = (await shop.ledger.adopt({ limit: 2, cursor: first.nextCursor }))._unsafeUnwrap();
    expect(second).toEqual({ adopted: ["account:link-000002"] });
    expect((await shop.reconcile()).looked).toBe(3);
    expect(await shop.drain()).toEqual(["ELSE-1 paid", "ELSE-1 link_exhausted"]);
    const again = (await shop.ledger.adopt({ limit: 100 }))._unsafeUnwrap();
    expect(again).toEqual({ adopted: [] });
    expect((await shop.ledger.adopt({ gateway: "single" }))._unsafeUnwrapErr()).toMatchObject({ kind: "unsupported" });
  });

  test("a worker reconciles too, unless told otherwise", async () => {
    await shop.link("single", "INV-001");
    const missed = await shop.payUnheard("single", "INV-001");
    shop.clock.advance(HOUR_MS);
    const handled = Promise.withResolvers<void>();
    const reports: ReconcileReport[] = [];
    const handler = shop.database.handling(({ type }) => {
      if (type === "link_exhausted") handled.resolve();
      return [];
    });
    const idle = shop.another().process(handler, { reconcile: false });
    const worker = shop.ledger.process(handler, { onReconciled: (report) => void reports.push(report) });
    await handled.promise;
    await Promise.all([idle.stop(), worker.stop()]);
    expect(reports).toMatchObject([{ looked: 1, missed: [missed] }]);
  });

  describe("confirm", () => {
    test("returns a link and its payments as they are now, and tells handlers once", async () => {
      const { id } = await shop.link("single", "INV-001");
      const before = (await shop.ledger.confirm(id))._unsafeUnwrap();
      expect(before).toMatchObject({ link: { id, status: "active", usage: { used: 0 } }, histories: [] });
      await shop.payUnheard("single", "INV-001");
      const now = (await shop.ledger.confirm({ reference: "INV-001" }))._unsafeUnwrap();
      expect(now).toMatchObject({
        link: { id, status: "exhausted", usage: { used: 1 } },
        histories: [{ history: { isPaid: true }, linkId: id }],
      });
      expect(now.histories[0]).not.toHaveProperty("mark");
      expect((await shop.ledger.confirm(id))._unsafeUnwrap()).toEqual(now);
      expect(await shop.drain()).toEqual(["INV-001 paid", "INV-001 link_exhausted"]);
      const events = (await shop.ledger.events.list())._unsafeUnwrap().items;
      expect(events.map(({ learntBy }) => learntBy)).toEqual(["confirm", "confirm"]);
    });

    test("marks a payment that is not one to deliver on", async () => {
      await shop.link("single", "INV-001");
      await shop.drivers.single.simulate.pay("INV-001", { amount: idr(1_000) });
      const now = (await shop.ledger.confirm({ reference: "INV-001" }))._unsafeUnwrap();
      expect(now.histories).toMatchObject([{ history: { isPaid: true }, mark: "mismatched" }]);
    });

    test("at the same time as the webhook tells once", async () => {
      const { id } = await shop.link("single", "INV-001");
      const { webhook } = await shop.drivers.single.simulate.pay("INV-001");
      const other = shop.another();
      await Promise.all([
        shop.ledger.confirm(id),
        other.ingest("single", webhook),
        other.confirm(id),
        shop.ledger.ingest("single", webhook),
      ]);
      expect(await shop.drain()).toEqual(["INV-001 paid", "INV-001 link_exhausted"]);
    });

    test("refuses a link that the ledger does not know, and passes on the gateway's errors", async () => {
      const { id } = await shop.link("single", "INV-001");
      await shop.linkElsewhere("single", "INV-002");
      for (const name of ["single:nobody", "nobody:x", { reference: "INV-002" }] as const) {
        expect((await shop.ledger.confirm(name))._unsafeUnwrapErr()).toMatchObject({ kind: "unknown_link" });
      }
      shop.onCall = () => down;
      expect((await shop.ledger.confirm(id))._unsafeUnwrapErr()).toMatchObject({ kind: "unavailable" });
      expect(await shop.drain()).toEqual([]);
    });
  });
});
