// The ledger over Xendit, whose references can occur twice and whose callbacks prove nothing: with lost answers and callbacks that are
// lost, repeated, reversed, forged and late.
import { createTestClock } from "@tautan/conformance";
import { createPaymentLinks, idr } from "@tautan/core";
import { createXenditDriver } from "@tautan/driver-xendit";
import { createLedger, sqlite } from "@tautan/ledger";
import { createSandbox } from "@tautan/sandbox";
import { expect, onTestFinished, test } from "vitest";

const HOUR_MS = 3_600_000;
const LINKS = 12;

test.each([1, 2])("each payment counts once, and each reference has one link: seed %i", async (seed) => {
  const clock = createTestClock();
  const sandbox = await createSandbox({ clock, seed, gateways: ["xendit"] });
  onTestFinished(() => sandbox.close());
  const { url, credentials } = sandbox.xendit;
  const xendit = createXenditDriver({
    environment: "sandbox",
    baseUrl: url,
    secretKey: credentials.secretKey,
    webhookTokens: [credentials.webhookToken],
  });
  const links = createPaymentLinks({ default: "xendit", gateways: { xendit }, clock });
  const ledger = createLedger({ links, database: sqlite(":memory:"), clock });
  onTestFinished(() => ledger.end());

  // A create whose answer is lost is found again by its reference, and is not repeated while it may be on its way.
  sandbox.chaos.set("xendit", "reset_after_commit", { probability: 0.15 });
  sandbox.chaos.set("xendit", "server_error", { probability: 0.1 });
  sandbox.chaos.set("xendit", "wrong_key", { probability: 0.2 });
  const made = new Map<string, string>();
  for (let index = 0; index < LINKS; index += 1) {
    const reference = `INV-${index}`;
    for (let attempt = 0; attempt < 20 && !made.has(reference); attempt += 1) {
      const created = await ledger.create({ reference, title: "Concert", amount: idr(190_000) });
      if (created.isOk()) made.set(reference, created.value.url);
      else clock.advance(HOUR_MS / 2);
    }
  }
  expect(made.size).toBe(LINKS);
  const references = sandbox.links.map(({ reference }) => reference);
  expect(references.toSorted()).toEqual([...made.keys()].toSorted());

  const paid = [...made].filter((_, index) => index % 3 !== 0);
  for (const [, link] of paid) await sandbox.pay(link, { method: "OVO" });
  const [, refunded] = paid[0] ?? [];
  await sandbox.refund(refunded ?? "", { amount: 50_000 });
  await sandbox.idle();

  // Newest first, each twice, and every fifth is lost. A forged copy claims that an unpaid link is paid.
  const arrived = sandbox.deliveries.toReversed().filter((_, index) => index % 5 !== 4);
  const unpaid =
    sandbox.links
      .find(({ reference }) => reference === "INV-0")
      ?.link.split("/")
      .at(-1) ?? "";
  const some = sandbox.deliveries.find(({ body }) => body.includes('"status":"PAID"'));
  const forged = { ...some, body: (some?.body ?? "").replace(/"id":"[0-9a-f]{24}"/, `"id":"${unpaid}"`) };
  for (const each of [...arrived, forged, ...arrived]) {
    const { headers = {}, body = "" } = each;
    await ledger.ingest("xendit", { method: "POST", url: "/", headers, body });
  }
  for (let round = 0; round < 12; round += 1) {
    clock.advance(6 * HOUR_MS);
    await ledger.reconcile();
  }
  sandbox.chaos.clear();
  clock.advance(48 * HOUR_MS);
  const report = (await ledger.reconcile())._unsafeUnwrap();
  expect([report.failed, report.unresolved]).toEqual([[], []]);

  const told: string[] = [];
  (await ledger.drain(({ type, reference }) => void told.push(`${reference} ${type}`)))._unsafeUnwrap();
  const of = (type: string) => told.filter((each) => each.endsWith(` ${type}`)).toSorted();
  expect(of("paid")).toEqual(paid.map(([reference]) => `${reference} paid`).toSorted());
  expect(told.filter((each) => each.includes("refund"))).toHaveLength(1);
  // Everything was handled once.
  expect(new Set(told).size).toBe(told.length);
});
