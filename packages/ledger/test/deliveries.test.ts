// Nothing that a gateway sent disappears unseen: each delivery can be looked at and put right, and what needs a person is reported.
import { createPaymentLinks, err, idr, type PaymentLinks } from "@tautan/core";
import { driverError } from "@tautan/core/driver";
import { createMemoryDriver, type MemoryDriver } from "@tautan/driver-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DeliveryId, Ledger, LedgerProblem } from "../src/index.ts";
import { hinting, hintOf } from "./chaos/gateway.ts";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

const MINUTE_MS = 60_000;

describe.each(await databaseKinds())("deliveries on $name", (kind) => {
  let shop: Shop;
  let problems: LedgerProblem[];
  let ledger: Shop["ledger"];
  const onProblem = (problem: LedgerProblem): void => void problems.push(problem);
  beforeEach(async () => {
    shop = await openShop(kind);
    problems = [];
    ledger = shop.another({ onProblem });
  });
  afterEach(() => shop.close());

  type Query = Parameters<Ledger<unknown, undefined>["deliveries"]["list"]>[0];
  const list = async (query?: Query) => (await shop.ledger.deliveries.list(query))._unsafeUnwrap().items;
  /** A webhook of a link that neither the ledger nor the gateway knows: another account has the same secret. */
  const foreign = async (reference = "INV-009") => {
    const elsewhere = createMemoryDriver({ clock: shop.clock });
    const others = createPaymentLinks({ default: "memory", gateways: { memory: elsewhere }, clock: shop.clock });
    // Its ids are none of the shop's.
    for (let count = 0; count < 30; count += 1) {
      (await others.create({ reference: `OTHER-${count}`, amount: idr(1_000) }))._unsafeUnwrap();
      await elsewhere.simulate.open(`OTHER-${count}`);
    }
    (await others.create({ reference, amount: idr(1_000) }))._unsafeUnwrap();
    return (await elsewhere.simulate.pay(reference)).webhook;
  };
  const waitAndDrain = async (ms: number, each = ledger): Promise<void> => {
    for (let minutes = 0; minutes < ms / MINUTE_MS; minutes += 1) {
      shop.clock.advance(MINUTE_MS);
      await shop.drain(each);
    }
  };
  const unresolved = () => problems.filter(({ kind: each }) => each === "delivery_unresolved");

  test("are listed newest first, by state, gateway and time, page by page", async () => {
    for (const reference of ["INV-001", "INV-002", "INV-003"]) {
      await shop.link({ reference });
      await shop.receive((await shop.gateway.simulate.pay(reference)).webhook);
      shop.clock.advance(24 * 60 * MINUTE_MS);
    }
    await shop.receive(await foreign());
    const all = await list();
    expect(all.map(({ state }) => state)).toEqual(["waiting", "applied", "applied", "applied"]);
    expect(all[1]).toMatchObject({ gateway: "memory", arrivals: 1, receivedAt: "2026-01-03T00:00:00.000Z" });
    expect(all[1]?.id).toBe(`memory:${all[1]?.digest}`);
    expect(all[1]?.linkId).toBe((await shop.ledger.get({ reference: "INV-003" }))._unsafeUnwrap().id);
    expect((await list({ state: "applied" })).map(({ id }) => id)).toEqual(all.slice(1).map(({ id }) => id));
    expect((await list({ state: "waiting", gateway: "memory" })).map(({ id }) => id)).toEqual([all[0]?.id]);
    expect(await list({ state: "dead" })).toEqual([]);
    expect(await list({ state: "unresolved" })).toEqual([]);
    for (const state of [undefined, "applied"] as const) {
      const since = await list({ state, receivedFrom: "2026-01-02T00:00:00.000Z" });
      expect(since.map(({ id }) => id)).toEqual(all.slice(state ? 1 : 0, 3).map(({ id }) => id));
    }
    expect(await list({ state: "waiting", receivedFrom: "2026-01-05T00:00:00Z" })).toEqual([]);
    const ids: DeliveryId[] = [];
    let cursor: string | undefined;
    do {
      const page = (await shop.ledger.deliveries.list({ limit: 1, cursor }))._unsafeUnwrap();
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(ids).toEqual(all.map(({ id }) => id));
    const page = (await shop.ledger.deliveries.list({ limit: 1 }))._unsafeUnwrap();
    const other = await shop.ledger.deliveries.list({ state: "applied", cursor: page.nextCursor });
    expect(other._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_query" });
    for (const query of [{ state: "ded" }, { gateway: "nobody" }, { since: "2026-01-01T00:00:00Z" }, { limit: 0 }]) {
      const refused = await shop.ledger.deliveries.list(query as Query);
      expect(refused._unsafeUnwrapErr(), JSON.stringify(query)).toMatchObject({ kind: "invalid_query" });
    }
  });

  test("are returned with what they report, and with their body only on request", async () => {
    const webhook = await foreign();
    await shop.receive(webhook);
    const [{ id } = { id: "memory:none" as const }] = await list();
    const content = (await shop.ledger.deliveries.get(id))._unsafeUnwrap();
    expect(content).toMatchObject({ state: "waiting", observations: [{ kind: "history", trust: "signed" }] });
    expect(content).not.toHaveProperty("raw");
    const { raw } = (await shop.ledger.deliveries.get(id, { raw: true }))._unsafeUnwrap();
    expect(Buffer.from(raw ?? []).toString()).toBe(webhook.body);
    for (const unknown of [`memory:${"0".repeat(64)}`, "nobody:1", "", "memory:a\0", undefined]) {
      const refused = (await shop.ledger.deliveries.get(unknown as DeliveryId))._unsafeUnwrapErr();
      expect(refused, String(unknown)).toMatchObject({ kind: "unknown_delivery" });
    }
  });

  test("of an unknown link are reported after 10 minutes, once, and are applied if the link becomes known", async () => {
    await ledger.ingest("memory", await foreign());
    await waitAndDrain(9 * MINUTE_MS);
    expect([unresolved(), await list({ state: "unresolved" })]).toEqual([[], []]);
    await waitAndDrain(MINUTE_MS);
    const [delivery] = await list({ state: "unresolved" });
    expect(delivery).toMatchObject({ state: "waiting", problem: "unknown_link" });
    expect(unresolved()).toEqual([
      {
        kind: "delivery_unresolved",
        gateway: "memory",
        delivery: delivery?.id,
        problem: "unknown_link",
        message: expect.stringMatching(/expected a link .* for 10 minutes neither/),
        hint: expect.stringMatching(/deliveries\.get .* adopt.*deliveries\.ignore/),
      },
    ]);
    await waitAndDrain(120 * MINUTE_MS);
    expect(unresolved()).toHaveLength(1);
    // It is given up after a week, and is unresolved for good.
    shop.clock.advance(8 * 24 * 60 * MINUTE_MS);
    await shop.drain(ledger);
    expect(await list({ state: "unresolved" })).toMatchObject([{ state: "ignored", problem: "unknown_link" }]);
    expect(unresolved()).toHaveLength(1);
    // The link becomes known at last.
    const [report] = (await ledger.deliveries.get(delivery?.id ?? "memory:0"))._unsafeUnwrap().observations;
    const id = (report?.kind === "history" ? report.linkCandidates[0]?.id : undefined) ?? "memory:0";
    await shop.link({ reference: "INV-009" }, (link) => ({ ...link, id, providerId: id.slice("memory:".length) }));
    (await ledger.deliveries.retry(delivery?.id ?? "memory:0"))._unsafeUnwrap();
    await shop.drain(ledger);
    expect(await list({ state: "unresolved" })).toEqual([]);
    expect(await list()).toMatchObject([{ state: "applied" }]);
  });

  test("that need nothing are ignored by hand", async () => {
    await ledger.ingest("memory", await foreign());
    await waitAndDrain(10 * MINUTE_MS);
    const [{ id } = { id: "memory:none" as const }] = await list({ state: "unresolved" });
    (await ledger.deliveries.ignore(id))._unsafeUnwrap();
    expect(await list()).toMatchObject([{ state: "ignored" }]);
    expect(await list({ state: "unresolved" })).toEqual([]);
    expect((await ledger.deliveries.ignore(`memory:${"0".repeat(64)}`))._unsafeUnwrapErr().kind).toBe(
      "unknown_delivery",
    );
  });

  test("that were applied can be neither retried nor ignored", async () => {
    await shop.link({ reference: "INV-001" });
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    const [{ id } = { id: "memory:none" as const }] = await list();
    for (const operation of ["retry", "ignore"] as const) {
      const refused = (await ledger.deliveries[operation](id))._unsafeUnwrapErr();
      expect(refused).toMatchObject({ kind: "nothing_to_retry", hint: expect.stringContaining("confirm") });
    }
    expect(await list()).toMatchObject([{ state: "applied" }]);
  });

  test("are reported again until the listener has taken them, and what nobody heard is kept for whoever listens", async () => {
    await shop.receive(await foreign());
    await waitAndDrain(10 * MINUTE_MS, shop.ledger);
    let heard = 0;
    const failing = shop.another({
      onProblem: async () => {
        heard += 1;
        throw new Error("no network");
      },
    });
    await shop.drain(failing);
    await shop.drain(failing);
    expect(heard).toBe(1);
    await waitAndDrain(MINUTE_MS, failing);
    expect(heard).toBe(2);
    shop.clock.advance(MINUTE_MS);
    await Promise.all([shop.drain(ledger), shop.drain(shop.another({ onProblem }))]);
    await waitAndDrain(5 * MINUTE_MS);
    expect(unresolved()).toHaveLength(1);
  });

  test("are reported one by one, however little time what is due leaves", async () => {
    await shop.link({ reference: "INV-001" });
    await shop.link({ reference: "INV-002" });
    for (const reference of ["INV-008", "INV-009"]) await shop.receive(await foreign(reference));
    await waitAndDrain(10 * MINUTE_MS, shop.ledger);
    for (const reference of ["INV-001", "INV-002"]) {
      await shop.receive((await shop.gateway.simulate.pay(reference)).webhook);
    }
    const outOfTime = shop.database.handling(() => {
      shop.clock.advance(5_000);
      return [];
    });
    for (const reported of [1, 2]) {
      const drained = await ledger.drain(outOfTime, { timeLimitMs: 1_000, concurrency: 1 });
      expect(drained._unsafeUnwrap().more).toBe(true);
      expect(unresolved()).toHaveLength(reported);
    }
  });

  test("are tried once by each run, however long their listener takes to fail", async () => {
    await shop.receive(await foreign());
    await waitAndDrain(10 * MINUTE_MS, shop.ledger);
    let heard = 0;
    const slow = shop.another({
      onProblem: () => {
        heard += 1;
        shop.clock.advance(2 * MINUTE_MS);
        // A run that does not end would not end this test either.
        if (heard < 5) throw new Error("no network");
      },
    });
    await shop.drain(slow);
    expect(heard).toBe(1);
  });

  test("with a problem that only a later version knows are reported all the same", async () => {
    await shop.receive(await foreign());
    await waitAndDrain(10 * MINUTE_MS, shop.ledger);
    await shop.database.query("UPDATE tautan_deliveries SET problem = 'of_a_later_version'");
    await shop.drain(ledger);
    expect(unresolved()).toMatchObject([
      { problem: "of_a_later_version", hint: expect.stringContaining("deliveries.get") },
    ]);
  });

  test("that were given up are worked on when they arrive again, also after their retention", async () => {
    const webhook = await foreign();
    await shop.receive(webhook);
    shop.clock.advance(8 * 24 * 60 * MINUTE_MS);
    await shop.drain();
    shop.clock.advance(31 * 24 * 60 * MINUTE_MS);
    await shop.drain();
    const [given] = await list({ state: "unresolved" });
    expect(given).toMatchObject({ state: "ignored", problem: "unknown_link" });
    expect((await shop.ledger.deliveries.get(given?.id ?? "memory:0"))._unsafeUnwrap().observations).toEqual([]);
    expect(await shop.receive(webhook)).toMatchObject({ state: "stored" });
  });

  test("whose link has the reference of another are reported at once", async () => {
    await shop.link({ reference: "INV-001" });
    // Another gateway of the shop has a link with the same reference.
    const second = createMemoryDriver({ clock: shop.clock });
    const links = createPaymentLinks({
      default: "second",
      gateways: { memory: shop.gateway, second },
      clock: shop.clock,
    });
    (await links.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
    const both = shop.another({ links: links as unknown as PaymentLinks, onProblem });
    const { webhook } = await second.simulate.pay("INV-001");
    expect((await both.ingest("second", webhook))._unsafeUnwrap().state).toBe("stored");
    await waitAndDrain(MINUTE_MS, both);
    expect(unresolved()).toMatchObject([{ gateway: "second", problem: "reference_taken" }]);
  });

  test("whose link is certainly another than that of its reference are reported as soon as they arrive", async () => {
    await shop.link({ reference: "INV-001" });
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    // As if the ledger's own link of the reference were another one of the gateway.
    await shop.database.query("UPDATE tautan_links SET provider_id = 'link-000099'");
    await shop.database.query(
      shop.database.dialect === "sqlite"
        ? "UPDATE tautan_links SET link = json_set(link, '$.providerId', 'link-000099', '$.id', 'memory:link-000099')"
        : `UPDATE tautan_links SET link = link || '{"providerId":"link-000099","id":"memory:link-000099"}'`,
    );
    expect((await ledger.ingest("memory", webhook))._unsafeUnwrap().state).toBe("stored");
    expect(await list({ state: "unresolved" })).toMatchObject([{ state: "waiting", problem: "reference_taken" }]);
    await shop.drain(ledger);
    expect(unresolved()).toMatchObject([{ problem: "reference_taken" }]);
    // It stays so while it waits, and is reported once.
    await waitAndDrain(5 * MINUTE_MS);
    expect(unresolved()).toHaveLength(1);
    expect(await list({ state: "unresolved" })).toMatchObject([{ problem: "reference_taken" }]);
    expect((await shop.ledger.histories())._unsafeUnwrap().items).toEqual([]);
  });

  test("whose link is not known, and whose reference is free, are not reported at once", async () => {
    await shop.linkElsewhere({ reference: "INV-002" });
    const { webhook } = await shop.gateway.simulate.pay("INV-002");
    await shop.receive(webhook, ledger);
    await shop.drain(ledger);
    expect([unresolved(), await list({ state: "unresolved" })]).toEqual([[], []]);
  });

  /** The shop's gateway, which signs nothing, and answers as the test says. */
  const asking = (confirm: MemoryDriver["handlers"]["confirm"]): PaymentLinks => {
    const { handlers, ...rest } = hinting(shop.gateway, { isDown: false });
    const memory = { ...rest, handlers: { ...handlers, confirm } };
    return createPaymentLinks({ default: "memory", gateways: { memory }, clock: shop.clock, confirmReuseMs: 0 });
  };

  test("that cannot be confirmed are reported as soon as they are dead, and can be retried", async () => {
    let answer: MemoryDriver["handlers"]["confirm"] = async () =>
      err(driverError("unavailable", { message: "HTTP 503", outcome: "unknown" }));
    const flaky = shop.another({ links: asking((subject, context) => answer(subject, context)), onProblem });
    await shop.link({ reference: "INV-001" });
    const { payment } = await shop.gateway.simulate.pay("INV-001");
    (await flaky.ingest("memory", hintOf(payment)))._unsafeUnwrap();
    for (let attempt = 1; attempt < 12; attempt += 1) {
      expect(unresolved()).toEqual([]);
      shop.clock.advance(3 ** (attempt - 1) * 1_000);
      await shop.drain(flaky);
    }
    expect(unresolved()).toMatchObject([{ problem: "unconfirmed", hint: expect.stringContaining("deliveries.retry") }]);
    const [dead] = await list({ state: "dead" });
    expect(dead).toMatchObject({ problem: "unconfirmed", error: expect.stringContaining("unavailable"), attempts: 12 });
    expect(dead).not.toHaveProperty("dueAt");
    answer = (subject, context) => shop.gateway.handlers.confirm(subject, context);
    (await flaky.deliveries.retry(dead?.id ?? "memory:0"))._unsafeUnwrap();
    expect(await shop.drain(flaky)).toEqual(["paid", "link_exhausted"]);
    expect(await list({ state: "unresolved" })).toEqual([]);
  });

  test("that the gateway cannot be asked about are reported", async () => {
    const links = asking(async () =>
      err(
        driverError("unsupported", {
          message: "the gateway cannot be asked",
          hint: "Look at its dashboard.",
          features: [{ feature: "confirm", reason: "it has no such operation" }],
        }),
      ),
    );
    const mute = shop.another({ links, onProblem });
    await shop.link({ reference: "INV-001" });
    const { payment } = await shop.gateway.simulate.pay("INV-001");
    (await mute.ingest("memory", hintOf(payment)))._unsafeUnwrap();
    await shop.drain(mute);
    expect(unresolved()).toMatchObject([{ problem: "unsupported", hint: expect.stringContaining("dashboard") }]);
  });

  test("of a gateway that no process has any more are reported, and applied once one has it again", async () => {
    const second = createMemoryDriver({ clock: shop.clock });
    const links = createPaymentLinks({ default: "second", gateways: { second }, clock: shop.clock });
    const former = shop.another({ links: links as unknown as PaymentLinks });
    (await links.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
    (await former.ingest("second", (await second.simulate.pay("INV-001")).webhook))._unsafeUnwrap();
    await waitAndDrain(10 * MINUTE_MS);
    expect(unresolved()).toEqual([]);
    await waitAndDrain(2 * MINUTE_MS);
    expect(unresolved()).toMatchObject([
      { gateway: "second", problem: "gateway_not_configured", hint: expect.stringContaining("aliases") },
    ]);
    expect(await list({ state: "unresolved", gateway: "second" })).toHaveLength(1);
    expect(await shop.drain(former)).toEqual(["paid", "link_exhausted"]);
    expect(await list({ state: "unresolved" })).toEqual([]);
  });

  test("creates of a gateway that no process has any more are reported too, and resolved once one has it again", async () => {
    const second = createMemoryDriver({ clock: shop.clock });
    const down = async () => err(driverError("unavailable", { message: "HTTP 503", outcome: "unknown" }));
    let isDown = true;
    const handlers = new Proxy(second.handlers, { get: (target, name) => (isDown ? down : Reflect.get(target, name)) });
    const links = createPaymentLinks({
      default: "second",
      gateways: { second: { ...second, handlers } },
      clock: shop.clock,
    });
    const former = shop.another({ links: links as unknown as PaymentLinks });
    const lost = await former.create({ reference: "INV-001", amount: idr(190_000) });
    expect(lost._unsafeUnwrapErr()).toMatchObject({ outcome: "unknown" });
    const created = () => problems.filter(({ kind: each }) => each === "create_unresolved");
    const left = async () => (await ledger.reconcile())._unsafeUnwrap().unresolved;
    await waitAndDrain(10 * MINUTE_MS);
    expect([created(), await left()]).toEqual([[], []]);
    await waitAndDrain(3 * MINUTE_MS);
    const hint = expect.stringContaining("aliases");
    expect(created()).toMatchObject([{ gateway: "second", reference: "INV-001", hint }]);
    expect(created()[0]?.message).not.toContain("INV-001");
    for (let times = 0; times < 2; times += 1) {
      expect(await left()).toEqual([{ gateway: "second", reference: "INV-001", hint }]);
    }
    expect((await ledger.reconcile({ gateway: "memory" }))._unsafeUnwrap().unresolved).toEqual([]);
    await waitAndDrain(5 * MINUTE_MS);
    expect(created()).toHaveLength(1);
    isDown = false;
    (await former.reconcile())._unsafeUnwrap();
    expect(await left()).toEqual([]);
  });

  test("that are refused are mentioned, without their content, and whatever the listener does", async () => {
    await shop.link({ reference: "INV-001" });
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    const forged = { ...webhook, body: webhook.body.replace("190000", "190001") };
    const request = (path: string, each = forged): Request => new Request(`https://shop.example${path}`, each);
    expect((await ledger.handle(request("/webhooks/memory"))).status).toBe(401);
    expect((await ledger.handle(request("/webhooks/nobody"))).status).toBe(404);
    const oversized = { ...webhook, body: webhook.body.padEnd(2 ** 16 + 1) };
    expect((await ledger.handle(request("/webhooks/memory", oversized))).status).toBe(413);
    const consumed = request("/webhooks/memory", webhook);
    await consumed.text();
    expect((await ledger.handle(consumed)).ok).toBe(false);
    expect((await ledger.handle({} as Request)).status).toBe(503);
    expect(problems).toMatchObject([
      { kind: "delivery_refused", gateway: "memory", error: "signature_invalid" },
      { kind: "delivery_refused", gateway: "nobody", error: "unknown_gateway" },
      {
        kind: "delivery_refused",
        gateway: "memory",
        error: "malformed_webhook",
        hint: expect.stringContaining("maxWeb"),
      },
      { kind: "delivery_refused", gateway: "memory", error: "malformed_webhook" },
      { kind: "delivery_not_stored", gateway: "(not a key)", error: "unexpected" },
    ]);
    for (const { message, hint } of problems) expect(message && hint).not.toBe("");
    expect(JSON.stringify(problems)).not.toMatch(/190001|INV-001/);
    const throwing = shop.another({
      onProblem: () => {
        throw new Error("broken");
      },
    });
    expect((await throwing.handle(request("/webhooks/memory"))).status).toBe(401);
    expect((await throwing.handle(request("/webhooks/memory", webhook))).status).toBe(200);
  });

  test("that cannot be stored are mentioned", async () => {
    await shop.link({ reference: "INV-001" });
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    await shop.database.query("UPDATE tautan_meta SET value = '99' WHERE key = 'version'");
    const old = shop.another({ onProblem });
    expect((await old.handle(new Request("https://shop.example/memory", webhook))).status).toBe(503);
    expect(problems).toMatchObject([{ kind: "delivery_not_stored", gateway: "memory", error: "schema_mismatch" }]);
  });

  test("that nobody works on are mentioned when the next arrives, once a minute", async () => {
    const pay = async (reference: string): Promise<void> => {
      await shop.link({ reference });
      await shop.receive((await shop.gateway.simulate.pay(reference)).webhook, ledger);
    };
    await pay("INV-001");
    shop.clock.advance(10 * MINUTE_MS);
    await pay("INV-002");
    expect(problems).toEqual([]);
    shop.clock.advance(MINUTE_MS);
    await pay("INV-003");
    await pay("INV-004");
    const waiting = {
      kind: "work_is_waiting",
      waitedMs: 11 * MINUTE_MS,
      message: expect.stringContaining("11 minutes"),
      hint: expect.stringContaining("process"),
    };
    expect(problems).toEqual([waiting]);
    shop.clock.advance(MINUTE_MS);
    await pay("INV-005");
    expect(problems).toMatchObject([waiting, { waitedMs: 12 * MINUTE_MS }]);
    await shop.drain();
    shop.clock.advance(MINUTE_MS);
    await pay("INV-006");
    expect(problems).toHaveLength(2);
    // A delivery that waits for its link and is due counts too.
    await shop.drain();
    await shop.receive(await foreign());
    shop.clock.advance(12 * MINUTE_MS);
    await pay("INV-007");
    expect(problems).toHaveLength(3);
  });

  test("a worker reports them too", async () => {
    await shop.receive(await foreign());
    await waitAndDrain(10 * MINUTE_MS, shop.ledger);
    const reported = Promise.withResolvers<LedgerProblem>();
    const other = shop.another({ onProblem: reported.resolve });
    const worker = other.process(
      shop.database.handling(() => []),
      { reconcile: false, pollMs: 600_000 },
    );
    expect(await reported.promise).toMatchObject({ kind: "delivery_unresolved", problem: "unknown_link" });
    await worker.stop();
  });
});
