// Samples and stored deliveries, sent to a server with the ledger.
import { join } from "node:path";
import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { createLedger, sqlite } from "@tautan/ledger";
import { describe, expect, onTestFinished, test } from "vitest";
import { runHere } from "./support/in-process.ts";
import { jsonOf, projectOf } from "./support/project.ts";
import { closedUrl, serve } from "./support/serve.ts";
import { TABLES } from "./support/webhook-tables.ts";

const ENV: Readonly<Record<string, string>> = Object.assign({}, ...TABLES.map(({ env }) => env));
const GATEWAYS = Object.fromEntries(TABLES.map(({ definition, entry }) => [definition.name, entry]));
const CONFIG = { default: "midtrans", gateways: GATEWAYS, ledger: { database: "shop.db" } };
const DRIVERS = TABLES.map(({ definition }) => definition);

/** A shop whose endpoint is the ledger's, at /hooks/{gateway}. */
const openShop = async (folder: string) => {
  const links = await createPaymentLinksFromConfig(
    { default: "midtrans", gateways: GATEWAYS },
    { drivers: DRIVERS, env: ENV },
  );
  if (links.isErr()) throw new Error(links.error.message);
  const ledger = createLedger({ links: links.value, database: sqlite(join(folder, "shop.db")) });
  onTestFinished(() => ledger.end());
  const url = await serve(async ({ method, url: target, headers, body }) => {
    const init = { method, headers: headers as Record<string, string>, body: Buffer.from(body) };
    const { status } = await ledger.handle(new Request(`http://shop${target}`, init));
    return { status, body: "answer" };
  });
  return { ledger, links: links.value, url };
};

/** The events of each driver, with what core makes of them. */
const EVENTS = [
  ["midtrans", "paid", "paid"],
  ["midtrans", "pending", "pending"],
  ["midtrans", "expired", "expired"],
  ["midtrans", "failed", "failed"],
  ["midtrans", "cancelled", "cancelled"],
  ["midtrans", "refunded", "refunded"],
  ["xfers", "paid", "paid"],
  ["xfers", "settled", "settled"],
  ["singapay", "paid", "paid"],
  ["singapay", "pending", "pending"],
  ["singapay", "expired", "expired"],
] as const;

describe("send", () => {
  test.each(EVENTS)("a sample of %s: %s", async (gateway, event, status) => {
    const { folder } = projectOf({ "tautan.config.json": CONFIG });
    const { links } = await openShop(folder);
    const observed: unknown[] = [];
    const url = await serve(async (request) => {
      const parsed = await links.parseWebhook(gateway, request);
      if (parsed.isErr()) return { status: 401, body: parsed.error.message };
      observed.push(...parsed.value.observations);
      return { status: 200 };
    });
    const words = ["webhooks", "send", "-g", gateway, "--to", `${url}/hooks/${gateway}?a=b`, "--event", event];
    const ran = await runHere(folder, [...words, "--reference", "INV-7", "--amount", "25000"], { env: ENV });
    expect([ran.code, ran.stderr, observed]).toMatchObject([0, "", [{ kind: "history" }]]);
    const [observation] = observed as [{ history: unknown }];
    expect(observation.history).toMatchObject({ status, amount: { amount: "25000", currency: "IDR" } });
    expect(ran.stdout).toMatch(/^200 from 127\.0\.0\.1:\d+ after \d+ ms\n$/);
  });

  test.each([
    ["production", { midtrans: { ...GATEWAYS["midtrans"], environment: "production" } }, [], 4, "refused"],
    ["an event that Xfers does not send", GATEWAYS, ["-g", "xfers", "--event", "failed"], 4, "refused"],
    ["no URL", GATEWAYS, ["--to="], 2, "usage"],
    ["a URL of another kind", GATEWAYS, ["--to", "ftp://127.0.0.1/"], 2, "usage"],
    ["a gateway that is not configured", GATEWAYS, ["-g", "nope"], 3, "invalid_config"],
    ["nobody listens", GATEWAYS, [], 6, "network"],
  ])("refused: %s", async (_, gateways, more, code, kind) => {
    const { folder } = projectOf({ "tautan.config.json": { default: "midtrans", gateways } });
    const env = { ...ENV, ...(_ === "production" && { MIDTRANS_KEY: "Mid-server-canary-key" }) };
    const to = more.some((each) => each.startsWith("--to")) ? [] : ["--to", `${await closedUrl()}/hooks`];
    const ran = await runHere(folder, ["webhooks", "send", ...to, ...more, "--json"], { env });
    expect([ran.code, jsonOf(ran)]).toMatchObject([code, { error: { kind } }]);
  });

  test("an endpoint that refuses it: exit code 4, with its answer", async () => {
    const { folder } = projectOf({ "tautan.config.json": CONFIG });
    const url = await serve(() => ({ status: 401, body: "no\u001b[31m\n" }));
    const ran = await runHere(folder, ["webhooks", "send", "--to", url], { env: ENV });
    expect([ran.code, ran.stdout]).toEqual([4, expect.stringMatching(/^401 from \S+ after \d+ ms\nno *\n$/)]);
  });
});

describe("replay", () => {
  test.each(Object.keys(GATEWAYS))("a stored delivery of %s is accepted elsewhere", async (gateway) => {
    const { folder } = projectOf({ "tautan.config.json": CONFIG });
    const { ledger, url } = await openShop(folder);
    await runHere(folder, ["webhooks", "send", "-g", gateway, "--to", `${url}/hooks/${gateway}`], { env: ENV });
    const stored = (await ledger.deliveries.list())._unsafeUnwrap().items;
    const { folder: other } = projectOf({ "tautan.config.json": CONFIG });
    const elsewhere = await openShop(other);
    const words = ["webhooks", "replay", String(stored[0]?.id), "--to", `${elsewhere.url}/other/${gateway}`];
    const asked = await runHere(folder, words, { env: ENV });
    expect([asked.code, asked.stderr]).toEqual([4, expect.stringContaining("--yes")]);
    const ran = await runHere(folder, [...words, "--yes"], { env: ENV });
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    const there = (await elsewhere.ledger.deliveries.list())._unsafeUnwrap().items;
    expect(there).toMatchObject([{ gateway, digest: stored[0]?.digest }]);
  });

  test("without --to the ledger works on it again, and on one that is not there it does not", async () => {
    const { folder } = projectOf({ "tautan.config.json": CONFIG });
    const { ledger, url } = await openShop(folder);
    await runHere(folder, ["webhooks", "send", "-g", "xfers", "--to", `${url}/hooks/xfers`], { env: ENV });
    const id = String((await ledger.deliveries.list())._unsafeUnwrap().items[0]?.id);
    (await ledger.deliveries.ignore(id as "a:b"))._unsafeUnwrap();
    const ran = await runHere(folder, ["webhooks", "replay", id], { env: ENV });
    expect([ran.code, ran.stdout]).toEqual([0, `${id} is due now\n`]);
    expect((await ledger.deliveries.list())._unsafeUnwrap().items).toMatchObject([{ state: "unconfirmed" }]);
    const none = await runHere(folder, ["webhooks", "replay", `xfers:${"0".repeat(64)}`, "--json"], { env: ENV });
    expect([none.code, jsonOf(none)]).toMatchObject([5, { error: { kind: "unknown_delivery" } }]);
  });
});
