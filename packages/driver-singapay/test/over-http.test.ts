// The driver against the sandbox, which was written from the documents alone, over real sockets: every operation, in both
// versions.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createPaymentLinks, type Delivery, idr, mergeHistories } from "@tautan/core";
import { createSandbox, type Sandbox } from "@tautan/sandbox";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSingapayDriver, type SingapayApiVersion } from "../src/index.ts";
import { createClock, historyIn, type TestClock } from "./support.ts";

const VERSIONS: readonly SingapayApiVersion[] = [1, 2];
const DAY_MS = 24 * 60 * 60 * 1000;

interface Shop {
  readonly sandbox: Sandbox;
  readonly clock: TestClock;
  readonly links: ReturnType<typeof linksOf>;
  /** What was delivered and understood, in order. */
  readonly deliveries: readonly Delivery[];
}

const linksOf = ({ url, credentials }: Sandbox["singapay"], clock: TestClock, apiVersion: SingapayApiVersion) =>
  createPaymentLinks({
    default: "shop",
    gateways: { shop: createSingapayDriver({ ...credentials, environment: "sandbox", baseUrl: url, apiVersion }) },
    clock,
  });

const openShop = async (apiVersion: SingapayApiVersion): Promise<Shop> => {
  const clock = createClock();
  const sandbox = await createSandbox({ clock });
  onTestFinished(() => sandbox.close());
  const links = linksOf(sandbox.singapay, clock, apiVersion);
  const deliveries: Delivery[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = request;
    const parsed = await links.parseWebhook("shop", { method, url, headers, body: Buffer.concat(chunks) });
    if (parsed.isOk()) deliveries.push(parsed.value);
    const answer = parsed.isOk() ? parsed.value.acknowledgement : parsed.error.acknowledgement;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = createServer((request, response) => void receive(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  sandbox.setWebhookUrl("singapay", `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks?src=pl`);
  return { sandbox, clock, links, deliveries };
};

describe.each(VERSIONS)("version %d over HTTP", (version) => {
  test("a link lives: created, read, found, listed, changed, closed, reopened, deleted", async () => {
    const { links } = await openShop(version);
    const created = (
      await links.create({
        reference: "INV-001",
        title: "Concert, day 1",
        amount: idr(75_000),
        items: [
          { name: "Seat", quantity: 2, unitPrice: idr(40_000) },
          { name: "Voucher", quantity: 1, unitPrice: idr(-5_000) },
        ],
        usage: { limit: 3 },
        methods: [{ kind: "retail" }, { kind: "virtual_account", channel: "bri" }],
        collect: version === 1 ? { name: "required", email: "required", phone: "required" } : { email: "required" },
        redirect: { url: "https://shop.example/thanks" },
        metadata: { cart: "c-9" },
      })
    )._unsafeUnwrap();
    expect(created).toMatchObject({
      status: "active",
      title: "Concert, day 1",
      amount: idr(75_000),
      usage: { limit: 3, used: 0 },
      expiresAt: "2026-03-16T03:00:00.000Z",
      redirect: { url: "https://shop.example/thanks" },
      metadata: { cart: "c-9" },
      warnings: [],
    });
    expect(created.items).toHaveLength(2);
    expect(created.methods).toHaveLength(3);
    expect(created.collect).toBeDefined();

    expect((await links.get(created.id))._unsafeUnwrap()).toEqual(created);
    expect((await links.find({ reference: "INV-001" }))._unsafeUnwrap()).toEqual(created);
    expect((await links.list())._unsafeUnwrap().items).toEqual([created]);

    const changed = await links.update(created.id, {
      ...(version === 2 && { title: "Concert, day 2" }),
      usage: { limit: 5 },
      expiresAt: "2026-03-20T23:59:59+07:00",
      methods: null,
      collect: null,
      redirect: null,
      metadata: { cart: "c-10" },
    });
    expect(changed._unsafeUnwrap()).toMatchObject({
      title: version === 2 ? "Concert, day 2" : "Concert, day 1",
      usage: { limit: 5 },
      expiresAt: "2026-03-20T16:59:59.000Z",
      metadata: { cart: "c-10" },
    });
    expect(changed._unsafeUnwrap()).not.toHaveProperty("collect");
    expect(changed._unsafeUnwrap()).not.toHaveProperty("redirect");

    expect((await links.close(created.id))._unsafeUnwrap().status).toBe("closed");
    expect((await links.get(created.id))._unsafeUnwrap().status).toBe("closed");
    expect((await links.reopen(created.id))._unsafeUnwrap()).toMatchObject({ status: "active", usage: { limit: 5 } });
    expect((await links.delete(created.id))._unsafeUnwrap().status).toBe("deleted");
    expect((await links.get(created.id))._unsafeUnwrapErr().kind).toBe("not_found");
  });

  test("a payment: inquiry, payment and history are one, and only the webhook lacks the method", async () => {
    const { sandbox, links, deliveries } = await openShop(version);
    const link = (
      await links.create({ reference: "INV-001", amount: idr(75_000), usage: { limit: 2 } })
    )._unsafeUnwrap();
    await sandbox.pay(link.url, { method: "ALFAMART" });
    const [inquiry, payment] = deliveries.map(({ observations: [first] }) => historyIn(first));
    if (!inquiry || !payment) throw new Error("expected two deliveries");
    expect(inquiry).toMatchObject({ isPaid: false, method: { kind: "retail", channel: "alfamart" } });
    expect(payment).toMatchObject({ isPaid: true, linkId: link.id, reference: "INV-001", amount: idr(75_000) });
    expect(payment).not.toHaveProperty("method");

    const [listed] = (await links.listHistories(link.id))._unsafeUnwrap().items;
    const read = (await links.getHistory(payment.id))._unsafeUnwrap();
    expect(read).toMatchObject({ id: payment.id, isPaid: true, paidAt: payment.paidAt });
    expect(listed).toMatchObject({ id: payment.id, linkId: link.id, method: { kind: "retail", channel: "alfamart" } });
    expect(mergeHistories(mergeHistories(inquiry, payment), read)).toMatchObject({ status: "paid", conflicts: [] });

    await sandbox.settle(link.url);
    expect((await links.getHistory(payment.id))._unsafeUnwrap()).toMatchObject({ status: "settled", isPaid: true });
    expect((await links.get(link.id))._unsafeUnwrap().usage).toEqual({ limit: 2, used: 1, held: 0 });
    expect((await links.update(link.id, { usage: { limit: 1 } }))._unsafeUnwrap().status).toBe("exhausted");
    expect((await links.delete(link.id))._unsafeUnwrapErr()).toMatchObject({ kind: "has_histories" });
  });

  test("payments that expired come in one delivery, and confirm reads one by the number of its row", async () => {
    const { sandbox, clock, links, deliveries } = await openShop(version);
    const link = (
      await links.create({ reference: "INV-001", amount: idr(75_000), usage: { limit: 9 } })
    )._unsafeUnwrap();
    for (const method of ["VA_BRI", "VA_BCA", "ALFAMART"]) await sandbox.open(link.url, { method });
    clock.nowMs += DAY_MS;
    await sandbox.idle();
    const expired =
      deliveries
        .map(({ observations }) => observations)
        .find(([first]) => first?.kind === "history" && first.history.status === "expired") ?? [];
    expect(expired.map((each) => historyIn(each).status)).toEqual(["expired", "expired", "expired"]);
    const [first] = expired;
    if (first?.kind !== "history") throw new Error("expected a history");
    const confirmed = await links.confirm({ ...first, trust: "unsigned" });
    expect(confirmed._unsafeUnwrap()).toMatchObject({ trust: "read", history: { status: "expired" } });
    expect(sandbox.requests.at(-1)?.path).toMatch(/payment-link-histories\/\w+\/\d+$/);
    expect((await links.get(link.id))._unsafeUnwrap().status).toBe("expired");
  });

  test("links that expired come in one delivery, as hints, and confirm reads each", async () => {
    const { sandbox, clock, links, deliveries } = await openShop(version);
    const expiresAt = new Date(clock.now() + DAY_MS);
    const made = await Promise.all(
      ["INV-001", "INV-002"].map((reference) => links.create({ reference, amount: idr(75_000), expiresAt })),
    );
    const ids = made.map((each) => each._unsafeUnwrap().id);
    clock.nowMs += DAY_MS;
    await sandbox.idle();
    expect(deliveries).toHaveLength(1);
    const [delivery] = deliveries;
    expect(delivery?.observations).toEqual(
      ids.toSorted().map((id) => ({ kind: "notice", gateway: "shop", trust: "signed", resource: "link", id })),
    );
    expect(delivery?.acknowledgement).toMatchObject({ status: 200, body: '{"status":"success"}' });
    for (const observation of delivery?.observations ?? []) {
      expect((await links.confirm(observation))._unsafeUnwrap()).toMatchObject({
        kind: "link",
        trust: "read",
        link: { status: "expired", acceptsPayments: false },
      });
    }
  });

  test("a settlement tells of no payment: it is taken, and says nothing; the history tells", async () => {
    const { sandbox, clock, links, deliveries } = await openShop(version);
    const created = await links.create({
      reference: "INV-001",
      amount: idr(75_000),
      expiresAt: "2026-04-01T00:00:00Z",
    });
    const link = created._unsafeUnwrap();
    await sandbox.pay(link.url, { method: "QRIS" });
    clock.nowMs += DAY_MS;
    await sandbox.idle();
    const [settlement] = deliveries.slice(2);
    expect(settlement).toMatchObject({
      observations: [{ kind: "unknown", trust: "signed", event: "settlement.completed" }],
      acknowledgement: { status: 200, body: '{"status":"success"}' },
    });
    const [observation] = settlement?.observations ?? [];
    if (observation) expect((await links.confirm(observation))._unsafeUnwrap()).toMatchObject({ kind: "unknown" });
    expect((await links.listHistories(link.id))._unsafeUnwrap().items).toMatchObject([
      // At noon in Jakarta.
      { status: "settled", isPaid: true, settledAt: "2026-03-15T05:00:00.000Z" },
    ]);
  });

  test("a reference that is taken: the same request gets its link, another the duplicate with it", async () => {
    const { links } = await openShop(version);
    const request = { reference: "INV-001", amount: idr(75_000) };
    const created = (await links.create(request))._unsafeUnwrap();
    expect((await links.create(request))._unsafeUnwrap().id).toBe(created.id);
    const error = (await links.create({ ...request, amount: idr(80_000) }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { id: created.id } });
  });

  test("all methods of the account are those that a link can be restricted to", async () => {
    const { links } = await openShop(version);
    const methods = (await links.listPaymentMethods())._unsafeUnwrap();
    expect(methods).toHaveLength(20);
    expect(methods.filter(({ kind }) => kind === "other")).toEqual([]);
    const wanted = methods.map(({ kind, channel }) => ({ kind, channel }));
    const created = await links.create({ reference: "INV-001", amount: idr(75_000), methods: wanted });
    expect(created._unsafeUnwrap().methods).toHaveLength(20);
  });

  test("more links than a page holds, each once", async () => {
    const { links } = await openShop(version);
    const references = Array.from({ length: 7 }, (_, index) => `INV-${index}`);
    for (const reference of references) await links.create({ reference, amount: idr(75_000) });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = (await links.list({ limit: 3, cursor }))._unsafeUnwrap();
      seen.push(...page.items.map((each) => each.reference));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(references.toReversed());
  });
});

describe("what only one version has, over HTTP", () => {
  test("version 1: a link that never expires", async () => {
    const { links } = await openShop(1);
    const created = await links.create({ reference: "INV-001", amount: idr(75_000), expiresAt: "never" });
    expect(created._unsafeUnwrap()).not.toHaveProperty("expiresAt");
  });

  test("version 2: no limit, a customer, a redirect for those who come too late", async () => {
    const { sandbox, links } = await openShop(2);
    const unlimited = (
      await links.create({ reference: "INV-001", amount: idr(75_000), usage: { limit: "unlimited" } })
    )._unsafeUnwrap();
    for (const _ of [1, 2]) await sandbox.pay(unlimited.url);
    const read = (await links.get(unlimited.id))._unsafeUnwrap();
    expect(read).toMatchObject({ status: "active", usage: { used: 2 } });
    expect(read.usage).not.toHaveProperty("limit");
    expect((await links.close(unlimited.id)).isOk()).toBe(true);

    const customer = { name: "Sari Dewi", email: "sari@shop.example" };
    const created = await links.create({
      reference: "INV-002",
      amount: idr(75_000),
      customer,
      providerOptions: { singapay: { expiredRedirectUrl: "https://shop.example/late" } },
    });
    expect(created._unsafeUnwrap()).toMatchObject({ customer, usage: { limit: 1 } });
    expect(created._unsafeUnwrap().raw).toMatchObject({ expired_redirect_url: "https://shop.example/late" });
  });

  test("links of one version are read, changed and closed by the other; but one without a limit by version 2 alone", async () => {
    const { sandbox, clock, links: second } = await openShop(2);
    const first = linksOf(sandbox.singapay, clock, 1);
    const ofFirst = (await first.create({ reference: "INV-001", amount: idr(75_000), title: "One" }))._unsafeUnwrap();
    const ofSecond = (await second.create({ reference: "INV-002", amount: idr(75_000), title: "Two" }))._unsafeUnwrap();
    expect((await second.get(ofFirst.id))._unsafeUnwrap()).toEqual(ofFirst);
    expect((await first.get(ofSecond.id))._unsafeUnwrap()).toEqual(ofSecond);
    expect((await second.update(ofFirst.id, { usage: { limit: 2 } }))._unsafeUnwrap().usage.limit).toBe(2);
    expect((await first.update(ofSecond.id, { usage: { limit: 2 } }))._unsafeUnwrap()).toMatchObject({ title: "Two" });
    expect((await second.close(ofFirst.id)).isOk()).toBe(true);
    expect((await first.close(ofSecond.id)).isOk()).toBe(true);
    const endless = await second.create({ reference: "INV-003", amount: idr(75_000), usage: { limit: "unlimited" } });
    const { id } = endless._unsafeUnwrap();
    expect((await first.close(id))._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_state", outcome: "not_sent" });
    expect((await second.close(id)).isOk()).toBe(true);
  });
});
