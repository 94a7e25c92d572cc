// The commands about the ledger, on its database, with payments of the sandbox.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { midtrans } from "@tautan/driver-midtrans";
import { singapay } from "@tautan/driver-singapay";
import { xfers } from "@tautan/driver-xfers";
import { createLedger, sqlite } from "@tautan/ledger";
import { createSandbox, type Sandbox } from "@tautan/sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startProgress } from "../src/output/progress.ts";
import { runHere } from "./support/in-process.ts";
import { jsonOf, projectOf, type Ran } from "./support/project.ts";
import { filesOf } from "./support/sandbox-project.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox?.close());
beforeEach(() => sandbox.reset());

const AMOUNT = { amount: "10000", currency: "IDR" } as const;

/** A project with a ledger, and a process of the merchant that has it open. */
const openShop = async () => {
  const files = filesOf(sandbox);
  const config = { ...files["tautan.config.json"], ledger: { database: "shop.db" } };
  const project = projectOf({ ...files, "tautan.config.json": config });
  const env = Object.fromEntries(files[".env"].split("\n").map((line) => line.split("=") as [string, string]));
  const links = await createPaymentLinksFromConfig(files["tautan.config.json"], {
    drivers: [midtrans, singapay, xfers],
    env,
  });
  const ledger = createLedger({ links: links._unsafeUnwrap(), database: sqlite(join(project.folder, "shop.db")) });
  onTestFinished(() => ledger.end());
  const run = (...words: string[]): Promise<Ran> => runHere(project.folder, words);
  const paid = async (reference: string): Promise<void> => {
    const link = (await ledger.create({ reference, title: "Concert", amount: AMOUNT }))._unsafeUnwrap();
    await sandbox.pay(link.url);
    (await ledger.confirm(link.id))._unsafeUnwrap();
  };
  return { folder: project.folder, runAsProcess: project.run, env, ledger, run, paid };
};

const errorOf = (ran: Ran): unknown[] => [ran.code, /^error (\w+)/.exec(ran.stderr)?.[1], ran.stdout];

test("migrate makes the tables, and then has nothing to do", async () => {
  const { run } = await openShop();
  const first = await run("ledger", "migrate", "--json");
  expect(jsonOf(first)).toEqual({ from: 0, to: expect.any(Number) });
  expect((await run("ledger", "migrate")).stdout).toMatch(/^The tables have version \d+: nothing to do\.\n$/);
});

test("a configuration without a ledger", async () => {
  const { folder } = projectOf(filesOf(sandbox));
  expect(errorOf(await runHere(folder, ["ledger", "events"]))).toEqual([3, "invalid_config", ""]);
});

describe("events", () => {
  test("are listed, dead ones with what their handler threw, without secrets", async () => {
    const { ledger, run, paid, env } = await openShop();
    await paid("INV-1");
    const failing = (): never => {
      throw new Error(`the mail server refuses ${env["MIDTRANS_KEY"]}\u001b[2J`);
    };
    (await ledger.drain(failing, { maxAttempts: 1 }))._unsafeUnwrap();
    const all = await run("ledger", "events");
    expect(all.stdout).toMatch(/^ID +TYPE +REFERENCE +STATE +AT +ATTEMPTS +ERROR\n/);
    expect(all.stdout).toMatch(/#link_made +link_made +INV-1 +dead .+ the mail server refuses \[hidden\] *\n/);
    const json = await run("ledger", "events", "--state", "dead", "--json");
    expect(jsonOf(json).items).toMatchObject([
      { type: "link_made", state: "dead", error: "Error: the mail server refuses [hidden]\u001b[2J" },
    ]);
    expect(json.stdout).not.toContain(env["MIDTRANS_KEY"]);
    const { items } = jsonOf(json);
    const ofLink = await run("ledger", "events", "--link", items[0].link.id, "--limit", "1", "--quiet");
    expect(ofLink.stdout).toBe(`${items[0].id}\n`);
    expect((await run("ledger", "events", "--state", "handled")).stdout).toBe("No events.\n");
  });

  test("replay makes the dead ones due, and asks first", async () => {
    const { ledger, run, paid } = await openShop();
    await paid("INV-1");
    await paid("INV-2");
    const failing = (): never => {
      throw new Error("no");
    };
    (await ledger.drain(failing, { maxAttempts: 1 }))._unsafeUnwrap();
    expect(errorOf(await run("ledger", "replay", "--dead"))).toEqual([4, "not_confirmed", ""]);
    expect(await run("ledger", "replay", "--dead", "--yes")).toEqual({
      code: 0,
      stdout: "2 of 2 due now\n",
      stderr: "",
    });
    const handled: string[] = [];
    (await ledger.drain(({ id }) => void handled.push(id)))._unsafeUnwrap();
    expect(handled.length).toBeGreaterThanOrEqual(4);
    const [id = ""] = handled;
    const again = await run("ledger", "replay", id, "--yes", "--json");
    expect([again.code, jsonOf(again)]).toMatchObject([4, { error: { kind: "event_is_handled" } }]);
    expect(jsonOf(await run("ledger", "replay", id, "--yes", "--force", "--json"))).toEqual({ replayed: [id] });
    const partly = await run("ledger", "replay", id, "nope", "--yes", "--force", "--json");
    expect([partly.code, jsonOf(partly)]).toMatchObject([8, { replayed: [id], error: { kind: "unknown_event" } }]);
    expect(errorOf(await run("ledger", "replay"))).toEqual([2, "usage", ""]);
    expect(errorOf(await run("ledger", "replay", id, "--dead"))).toEqual([2, "usage", ""]);
  });

  test("skip marks one as handled, and asks first", async () => {
    const { ledger, run, paid } = await openShop();
    await paid("INV-1");
    const [first] = (await ledger.events.list())._unsafeUnwrap().items;
    const id = String(first?.id);
    expect(errorOf(await run("ledger", "skip", id))).toEqual([4, "not_confirmed", ""]);
    expect((await run("ledger", "skip", id, "--yes")).stdout).toBe(`${id} skipped\n`);
    expect((await ledger.events.list({ state: "handled" }))._unsafeUnwrap().items).toMatchObject([{ id }]);
    expect(errorOf(await run("ledger", "skip", "nope", "--yes"))).toEqual([5, "unknown_event", ""]);
  });
});

describe("reconcile", () => {
  test("finds what no webhook reported", async () => {
    const { ledger, run } = await openShop();
    const link = (await ledger.create({ reference: "INV-1", title: "Concert", amount: AMOUNT }))._unsafeUnwrap();
    await sandbox.pay(link.url);
    const later = await runHere((await openShop()).folder, ["ledger", "reconcile"]);
    expect(later.stdout).toBe("0 links looked at, 0 changed\n");
    const nothing = await run("ledger", "reconcile", "--json");
    expect([nothing.code, jsonOf(nothing)]).toMatchObject([0, { looked: 0, more: false }]);
  });

  test("a link that is due, as a person and a script see it", async () => {
    const { folder, ledger } = await openShop();
    const link = (await ledger.create({ reference: "INV-1", title: "Concert", amount: AMOUNT }))._unsafeUnwrap();
    await sandbox.pay(link.url);
    const ran = await runHere(folder, ["ledger", "reconcile"], { nowMs: Date.now() + 2 * 3_600_000 });
    expect(ran.stdout).toMatch(
      /^1 links looked at, 1 changed\n1 payments that no webhook had reported:\n {2}midtrans:\S+\n$/,
    );
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
  });

  test("creates whose result is not known, and gateways that fail: exit code 8", async () => {
    const { folder, ledger } = await openShop();
    sandbox.chaos.set("midtrans", "timeout_before_commit", { next: 100 });
    await ledger.create({ reference: "INV-1", title: "Concert", amount: AMOUNT }, { timeoutMs: 300 });
    sandbox.chaos.clear();
    sandbox.chaos.set("midtrans", "server_error", { next: 100 });
    const ran = await runHere(folder, ["ledger", "reconcile", "--json"], { nowMs: Date.now() + 3_600_000 });
    sandbox.chaos.clear();
    expect(ran.code).toBe(8);
    const { unresolved, failed } = jsonOf(ran);
    expect(unresolved.length + failed.length).toBeGreaterThan(0);
  });

  test("a gateway that is not configured", async () => {
    const { run } = await openShop();
    expect((await run("ledger", "reconcile", "-g", "nope")).code).not.toBe(0);
  });
});

describe("export and totals", () => {
  test("as CSV and JSON Lines, to standard output and to a file", async () => {
    const { folder, run, paid } = await openShop();
    await paid("INV-1");
    await paid("INV-2");
    const csv = await run("ledger", "export", "--from", "1d");
    expect(csv.stdout).toMatch(/^gateway,reference,/);
    expect(csv.stdout.trim().split("\n")).toHaveLength(3);
    const jsonl = await run("ledger", "export", "--from", "1d", "--json");
    const rows = jsonl.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toMatchObject([{ reference: "INV-1", amount: "10000" }, { reference: "INV-2" }]);
    const file = await run("ledger", "export", "--from", "1d", "--out", "payments.jsonl");
    expect(file).toEqual({ code: 0, stdout: `2 payments in ${join(folder, "payments.jsonl")}\n`, stderr: "" });
    expect(readFileSync(join(folder, "payments.jsonl"), "utf8")).toBe(jsonl.stdout);
    expect(errorOf(await run("ledger", "export", "--from", "1d", "--out", "payments.jsonl"))).toEqual([
      4,
      "refused",
      "",
    ]);
    const forced = await run(
      "ledger",
      "export",
      "--from",
      "1d",
      "--out",
      "payments.jsonl",
      "--format",
      "csv",
      "--force",
      "--json",
    );
    expect(jsonOf(forced)).toEqual({ file: join(folder, "payments.jsonl"), format: "csv", payments: 2 });
    expect(readFileSync(join(folder, "payments.jsonl"), "utf8")).toBe(csv.stdout);
    const none = await run("ledger", "export", "--from", "1d", "-g", "xfers", "--out", "none.csv");
    expect(none.stdout).toMatch(/^0 payments in /);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("refused: a file in a folder that is not there, and times that are none", async () => {
    const { folder, run } = await openShop();
    expect(errorOf(await run("ledger", "export", "--from", "1d", "--out", "nowhere/a.csv"))).toEqual([
      4,
      "refused",
      "",
    ]);
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
    for (const time of ["yesterday", "2026-01-01", "2026-13-01T00:00:00Z"]) {
      expect(errorOf(await run("ledger", "totals", "--from", time))).toEqual([2, "usage", ""]);
    }
    expect(errorOf(await run("ledger", "totals"))).toEqual([2, "usage", ""]);
    expect(errorOf(await run("ledger", "totals", "--from", "1d", "--to", "soon"))).toEqual([2, "usage", ""]);
  });

  test("totals: a table for each currency", async () => {
    const { run, paid } = await openShop();
    expect((await run("ledger", "totals", "--from", "1d")).stdout).toBe("No payments.\n");
    await paid("INV-1");
    await paid("INV-2");
    const ran = await run("ledger", "totals", "--from", "1d");
    expect(ran.stdout).toMatch(/^GATEWAY +STATUS +PAYMENTS +IDR\nmidtrans +(paid|settled) +2 +IDR 20,000\n$/);
    const past = ["--from", "2020-01-01T00:00:00Z", "--to", "2020-02-01T00:00:00+07:00"];
    expect(jsonOf(await run("ledger", "totals", ...past, "--json"))).toEqual([]);
  });

  test("as a process: standard output that is a pipe, and a reader that has seen enough", async () => {
    const { runAsProcess, paid } = await openShop();
    await paid("INV-1");
    const ran = await runAsProcess(["ledger", "export", "--from", "1d", "--format", "csv"]);
    expect([ran.code, ran.stderr, ran.stdout.split("\n").length]).toEqual([0, "", 3]);
    expect(await runAsProcess(["ledger", "export", "--from", "1d"], { isRead: false })).toMatchObject({
      code: 0,
      stderr: "",
    });
  });
});

describe("deliveries", () => {
  test("are listed, read, retried and ignored", async () => {
    const { ledger, run } = await openShop();
    const fields = {
      order_id: "INV-9-1773543480123",
      status_code: "200",
      gross_amount: "10000.00",
      transaction_id: "1",
      transaction_status: "settlement",
      payment_type: "qris",
      custom_field1: "INV-9",
    };
    const { signMidtransNotification } = await import("@tautan/driver-midtrans/testing");
    const signed = await signMidtransNotification(fields, sandbox.midtrans.credentials.serverKey);
    const body = JSON.stringify(signed);
    const request = { method: "POST", url: "/", headers: { "content-type": "application/json" }, body };
    (await ledger.ingest("midtrans", request))._unsafeUnwrap();
    const id = (await run("deliveries", "list", "--quiet")).stdout.trim();
    expect(id).toMatch(/^midtrans:[0-9a-f]{64}$/);
    expect((await run("deliveries", "list", "--since", "1h", "-g", "midtrans")).stdout).toMatch(
      new RegExp(`^ID .*\n${id} +`),
    );
    expect((await run("deliveries", "list", "-g", "midtrans", "--state", "applied")).stdout).toBe("No deliveries.\n");
    expect(errorOf(await run("deliveries", "list", "--since", "soon"))).toEqual([2, "usage", ""]);
    const without = await run("deliveries", "get", id);
    expect(without.stdout).toContain("Arrivals");
    expect(without.stdout).not.toContain("signature_key");
    expect((await run("deliveries", "get", id, "--raw", "--quiet")).stdout).toBe(`${body}\n`);
    expect(jsonOf(await run("deliveries", "get", id, "--raw", "--json"))).toMatchObject({ id, raw: body });
    expect(errorOf(await run("deliveries", "ignore", id))).toEqual([4, "not_confirmed", ""]);
    expect((await run("deliveries", "ignore", id, "--yes")).stdout).toBe(`${id} ignored\n`);
    expect((await run("deliveries", "retry", id)).stdout).toBe(`${id} is due now\n`);
    expect(errorOf(await run("deliveries", "get", `midtrans:${"0".repeat(64)}`))).toEqual([5, "unknown_delivery", ""]);
  });
});

describe("progress", () => {
  const shown = (isTTY: boolean, total: number | undefined, output = { isJson: false, isQuiet: false }): string => {
    let text = "";
    const stderr = { isTTY, columns: 60, write: (part: string | Uint8Array) => ((text += String(part)), true) };
    const progress = startProgress("export", total, output, stderr as NodeJS.WriteStream);
    progress.update(2);
    progress.update(total ?? 3);
    progress.end();
    return text;
  };

  test("is a bar or a count on a terminal, and nothing elsewhere", () => {
    expect(shown(true, 4)).toBe(
      "\r\u001b[Kexport ████████████░░░░░░░░░░░░ 2 of 4\r\u001b[Kexport ████████████████████████ 4 of 4\r\u001b[K",
    );
    expect(shown(true, undefined)).toBe("\r\u001b[Kexport 2\r\u001b[K");
    expect(shown(false, 4)).toBe("");
    expect(shown(true, 4, { isJson: true, isQuiet: false })).toBe("");
    expect(shown(true, 4, { isJson: false, isQuiet: true })).toBe("");
  });
});
