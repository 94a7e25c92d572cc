// tautan doctor names the cause of every fault of a table: of the configuration, the machine, the network and the database.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseEnv } from "node:util";
import type { PaymentLinks } from "@tautan/core";
import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { midtrans } from "@tautan/driver-midtrans";
import { signMidtransNotification } from "@tautan/driver-midtrans/testing";
import { singapay } from "@tautan/driver-singapay";
import { xfers } from "@tautan/driver-xfers";
import { createLedger, sqlite } from "@tautan/ledger";
import { createSandbox, type Sandbox } from "@tautan/sandbox";
import { createWebhookHandler } from "@tautan/webhooks/express";
import express from "express";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Check } from "../src/doctor/check.ts";
import { judgeSpace } from "../src/doctor/database.ts";
import { checkNode } from "../src/doctor/program.ts";
import { runHere } from "./support/in-process.ts";
import { jsonOf, projectOf, type Ran } from "./support/project.ts";
import { filesOf } from "./support/sandbox-project.ts";
import { closedUrl, serve } from "./support/serve.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox?.close());

type Json = Readonly<Record<string, unknown>>;
interface Config {
  readonly default: string;
  readonly gateways: Readonly<Record<string, Json>>;
  readonly [part: string]: unknown;
}

/** A set-up to break. */
interface SetUp {
  readonly config: Config;
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string | object>>;
}

/** In order: gateways at the sandbox, and nothing else. */
const healthy = (): SetUp => {
  const { "tautan.config.json": config, ".env": env } = filesOf(sandbox);
  return { config, env: parseEnv(env) as Record<string, string>, files: {} };
};

const withGateway = (setUp: SetUp, key: string, options: Json): SetUp => ({
  ...setUp,
  config: {
    ...setUp.config,
    gateways: { ...setUp.config.gateways, [key]: { ...setUp.config.gateways[key], ...options } },
  },
});
const withEnv = (setUp: SetUp, env: SetUp["env"]): SetUp => ({ ...setUp, env: { ...setUp.env, ...env } });
const withConfig = (setUp: SetUp, parts: Json): SetUp => ({ ...setUp, config: { ...setUp.config, ...parts } });
const withFiles = (setUp: SetUp, files: SetUp["files"]): SetUp => ({ ...setUp, files: { ...setUp.files, ...files } });
const without = (setUp: SetUp, name: string): SetUp => ({
  ...setUp,
  env: Object.fromEntries(Object.entries(setUp.env).filter(([each]) => each !== name)),
});

const makeProject = ({ config, env, files }: SetUp) =>
  projectOf({
    "tautan.config.json": config,
    ".env": Object.entries(env)
      .map(([name, value]) => `${name}='${value}'`)
      .join("\n"),
    ...files,
  });

const isFault = ({ state }: Check): boolean => state === "fail" || state === "warn";

/** The faults that a run found, by subject and cause; no value of the environment is printed. */
const faultsIn = (ran: Ran, { env }: SetUp): readonly string[] => {
  const shown = Object.entries(env).find(
    ([, value]) => value.length > 8 && `${ran.stdout}${ran.stderr}`.includes(value),
  );
  expect(shown).toBeUndefined();
  const { checks, healthy: isHealthy } = jsonOf(ran) as { checks: readonly Check[]; healthy: boolean };
  const failed = checks.some(({ state }) => state === "fail");
  expect([ran.code, isHealthy]).toEqual(failed ? [4, false] : [0, true]);
  for (const check of checks.filter(isFault)) expect(check.hint).toMatch(/\w/);
  return checks.filter(isFault).map(({ subject, cause }) => `${subject} ${cause}`);
};

const doctor = async (
  setUp: SetUp,
  words: readonly string[] = ["--offline"],
  options: { readonly nowMs?: number; readonly prepare?: (folder: string) => unknown } = {},
): Promise<readonly string[]> => {
  const { folder } = makeProject(setUp);
  await options.prepare?.(folder);
  return faultsIn(await runHere(folder, ["doctor", "--json", ...words], { nowMs: options.nowMs }), setUp);
};

const CANARY = "canary-value-of-a-secret";

describe("the configuration and its secrets", () => {
  test("nothing is wrong", async () => {
    expect(await doctor(healthy())).toEqual([]);
  });

  test.each<[string, (setUp: SetUp) => SetUp, readonly string[]]>([
    ["no configuration", (each) => withFiles(each, { "tautan.config.json": "" }), ["config config_invalid"]],
    ["two configurations", (each) => withFiles(each, { "tautan.config.js": "" }), ["config config_missing"]],
    ["JSON with a fault", (each) => withFiles(each, { "tautan.config.json": '{\n"a": }' }), ["config config_invalid"]],
    ["an unknown setting", (each) => withConfig(each, { gatways: {} }), ["config config_invalid"]],
    [
      "a path without the gateway",
      (each) => withConfig(each, { webhooks: { path: "/hooks" } }),
      ["config config_invalid"],
    ],
    ["a default that is not there", (each) => withConfig(each, { default: "nope" }), ["config config_invalid"]],
    [
      "an unknown option of a driver",
      (each) => withGateway(each, "midtrans", { serverkey: "x" }),
      ["gateways.midtrans gateway_invalid"],
    ],
    [
      "an environment that does not exist",
      (each) => withGateway(each, "xfers", { environment: "staging" }),
      ["gateways.xfers gateway_invalid"],
    ],
    [
      "a secret that is not set",
      (each) => without(each, "SINGAPAY_SECRET"),
      ["secrets secret_missing", "gateways.singapay gateway_invalid"],
    ],
    [
      "a secret that is empty",
      (each) => withEnv(each, { XFERS_SIGNING: "" }),
      ["secrets secret_missing", "gateways.xfers gateway_invalid"],
    ],
    [
      "quotes around a secret",
      (each) => withEnv(each, { XFERS_SIGNING: `"${CANARY}"` }),
      ["secrets secret_has_whitespace"],
    ],
    [
      "a written line end",
      (each) => withEnv(each, { MIDTRANS_KEY: `SB-Mid-server-${CANARY}\\n` }),
      ["secrets secret_has_whitespace"],
    ],
    [
      "the text of an example",
      (each) => withEnv(each, { XFERS_KEY: "<your-api-key>" }),
      ["secrets secret_is_placeholder"],
    ],
    [
      "a secret in the file",
      (each) =>
        withConfig(withEnv(each, { MIDTRANS_KEY: `SB-Mid-server-${CANARY}` }), { $schema: `SB-Mid-server-${CANARY}` }),
      ["secrets secret_in_config"],
    ],
    [
      "a sandbox key at production",
      (each) =>
        withEnv(withGateway(each, "midtrans", { environment: "production" }), {
          MIDTRANS_KEY: `SB-Mid-server-${CANARY}`,
        }),
      ["gateways.midtrans sandbox_key_at_production", "webhooks.midtrans webhook_url_missing"],
    ],
    [
      "a production key at the sandbox",
      (each) => withEnv(each, { MIDTRANS_KEY: `Mid-server-${CANARY}` }),
      ["gateways.midtrans production_key_at_sandbox"],
    ],
    [
      "the client key",
      (each) => withEnv(each, { MIDTRANS_KEY: `SB-Mid-client-${CANARY}` }),
      ["gateways.midtrans wrong_kind_of_key"],
    ],
    [
      "a URL with a password in the file",
      (each) => withConfig(each, { ledger: { database: "postgres://shop:canary@db.example/shop" } }),
      ["ledger database_invalid"],
    ],
    [
      "a database that is not named",
      (each) => withConfig(each, { ledger: { database: { env: "NOT_SET_DATABASE" } } }),
      ["secrets secret_missing", "ledger database_invalid"],
    ],
    [
      "http at production",
      (each) =>
        withConfig(
          withEnv(withGateway(each, "midtrans", { environment: "production" }), {
            MIDTRANS_KEY: `Mid-server-${CANARY}`,
          }),
          {
            webhooks: { publicUrl: "http://shop.example" },
          },
        ),
      ["webhooks.midtrans webhook_url_not_https"],
    ],
    [
      "an address of this machine at production",
      (each) =>
        withConfig(
          withEnv(withGateway(each, "midtrans", { environment: "production" }), {
            MIDTRANS_KEY: `Mid-server-${CANARY}`,
          }),
          {
            webhooks: { publicUrl: "https://192.168.1.2/hooks/{gateway}" },
          },
        ),
      [
        "webhooks.midtrans webhook_url_private",
        "webhooks.xfers webhook_url_private",
        "webhooks.singapay webhook_url_private",
      ],
    ],
  ])("%s", async (_, breaking, expected) => {
    expect(await doctor(breaking(healthy()))).toEqual(expected);
  });

  test("no configuration at all, and one that is named and is not there", async () => {
    const { folder } = projectOf({});
    expect(faultsIn(await runHere(folder, ["doctor", "--json"]), healthy())).toEqual(["config config_missing"]);
    const named = await runHere(folder, ["doctor", "--json", "--config", "nope.json"]);
    expect(faultsIn(named, healthy())).toEqual(["config config_missing"]);
  });

  const git = (folder: string, ...words: string[]): void =>
    void execFileSync("git", words, { cwd: folder, stdio: "ignore" });

  test(".env in git, or not ignored by it", async () => {
    const tracked = (folder: string): void => {
      git(folder, "init");
      git(folder, "add", ".env");
    };
    expect(await doctor(healthy(), ["--offline"], { prepare: tracked })).toEqual(["secrets env_file_tracked"]);
    const notIgnored = (folder: string): void => git(folder, "init");
    expect(await doctor(healthy(), ["--offline"], { prepare: notIgnored })).toEqual(["secrets env_file_not_ignored"]);
    const ignored = withFiles(healthy(), { ".gitignore": ".env\n" });
    expect(await doctor(ignored, ["--offline"], { prepare: notIgnored })).toEqual([]);
  });

  test("as a process: a driver and the ledger that are not installed", async () => {
    const setUp = withConfig(withGateway(healthy(), "other", { driver: "doku" }), { ledger: { database: "shop.db" } });
    const ran = await makeProject(setUp).run(["doctor", "--offline", "--json"]);
    expect(faultsIn(ran, setUp)).toEqual(["gateways.other driver_missing"]);
    const { checks } = jsonOf(ran) as { checks: readonly Check[] };
    expect(checks.find(({ cause }) => cause === "driver_missing")?.hint).toBe(
      "Install it: npm install @tautan/driver-doku",
    );
    const text = await makeProject(setUp).run(["doctor", "--offline"]);
    expect(text.stdout).toMatch(/^fail {5}gateways\.other: .+\n {9}hint Install it/m);
    expect(text.stdout).toMatch(/\d+ ok, 0 warnings, 1 failures, \d+ skipped\n$/);
  });

  test("a Node that is too old", () => {
    expect(["22.19.1", "20.20.2", "22.20.0", "24.1.0"].map((version) => checkNode(version).state)).toEqual([
      "fail",
      "fail",
      "ok",
      "ok",
    ]);
  });
});

describe("the gateways", () => {
  test("nothing is wrong: each answers, accepts the keys, and agrees about the time; nothing is created", async () => {
    expect(await doctor(healthy(), [])).toEqual([]);
    expect(sandbox.requests.filter(({ method, path }) => method !== "GET" && !path.includes("token"))).toEqual([]);
  });

  test.each(["MIDTRANS_KEY", "XFERS_KEY", "SINGAPAY_SECRET"])("a key that the gateway refuses: %s", async (name) => {
    const key = name === "MIDTRANS_KEY" ? `SB-Mid-server-${CANARY}` : CANARY;
    const gateway = name.toLowerCase().split("_")[0];
    expect(await doctor(withEnv(healthy(), { [name]: key }), [])).toEqual([`gateways.${gateway} keys_refused`]);
  });

  test("nobody listens at its address", async () => {
    const setUp = withGateway(healthy(), "midtrans", { baseUrl: await closedUrl() });
    expect(await doctor(setUp, [])).toEqual(["gateways.midtrans gateway_unreachable"]);
  });

  test("it has a failure", async () => {
    const url = await serve(() => ({ status: 500, body: "{}" }));
    expect(await doctor(withGateway(healthy(), "midtrans", { baseUrl: url }), [])).toEqual([
      "gateways.midtrans gateway_failing",
    ]);
  });

  test("it limits calls, or refuses the read for another reason", async () => {
    const limited = await serve(() => ({ status: 429, body: "{}" }));
    expect(await doctor(withGateway(healthy(), "midtrans", { baseUrl: limited }), [])).toEqual([
      "gateways.midtrans rate_limited",
    ]);
    const refusing = await serve(() => ({ status: 422, headers: { "content-type": "application/json" }, body: "{}" }));
    expect(await doctor(withGateway(healthy(), "midtrans", { baseUrl: refusing }), [])).toEqual([]);
  });

  test.each([
    ["ahead", 90_000],
    ["behind", -90_000],
  ])("this machine's clock is %s", async (_, offsetMs) => {
    const found = await doctor(healthy(), [], { nowMs: Date.now() + offsetMs });
    expect(new Set(found)).toEqual(new Set(["clock clock_off"]));
  });
});

const DRIVERS = [midtrans, singapay, xfers];

const linksOf = async ({ config, env }: SetUp): Promise<PaymentLinks> =>
  (await createPaymentLinksFromConfig(config, { drivers: DRIVERS, env }))._unsafeUnwrap();

describe("the webhook endpoint", () => {
  /** A shop in Express with the handler of @tautan/webhooks at /webhooks/{gateway}. */
  const openShop = async (setUp: SetUp, before: (app: express.Express) => unknown): Promise<string> => {
    const app = express();
    before(app);
    const links = await linksOf(setUp);
    app.post("/webhooks/:gateway", createWebhookHandler({ links, onEvent: () => {} }, { onProblem: () => {} }));
    const server = await new Promise<Server>((done) => {
      const listening = app.listen(0, "127.0.0.1", () => done(listening));
    });
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const at = (publicUrl: string): SetUp => withConfig(healthy(), { webhooks: { publicUrl } });
  /** The addresses are those of this machine. */
  const isOther = (fault: string): boolean => !fault.endsWith("webhook_url_private");
  const ALL = ["midtrans", "xfers", "singapay"];
  const everywhere = (cause: string): string[] => ALL.map((gateway) => `webhooks.${gateway} ${cause}`);

  test("nothing is wrong: it refuses what is forged", async () => {
    const url = await openShop(healthy(), () => {});
    const found = await doctor(at(url), []);
    expect(found).toEqual(everywhere("webhook_url_private"));
  });

  test("a parser before the handler, in Express with the handler of @tautan/webhooks", async () => {
    const url = await openShop(healthy(), (app) => app.use(express.json()));
    expect((await doctor(at(url), [])).filter(isOther)).toEqual(everywhere("body_already_parsed"));
  });

  test("a parser before a handler that serialises again", async () => {
    const links = await linksOf(healthy());
    const url = await openShop(healthy(), (app) => {
      app.use(express.json());
      app.post("/hooks/:gateway", (request, response) => {
        const { method, headers, url: target } = request;
        const parts = { method, headers, url: target, body: JSON.stringify(request.body) };
        void links.parseWebhook(request.params.gateway, parts).then((parsed) => {
          response.sendStatus(parsed.isOk() ? 200 : 401);
        });
      });
    });
    expect((await doctor(at(`${url}/hooks/{gateway}`), [])).filter(isOther)).toEqual(everywhere("body_already_parsed"));
  });

  test.each([
    ["it accepts everything", () => ({ status: 200 }), "accepts_forgeries"],
    ["nothing is mounted there", () => ({ status: 404 }), "webhook_url_not_found"],
    ["it is for GET", () => ({ status: 405 }), "webhook_url_not_found"],
    ["it redirects", () => ({ status: 308, headers: { location: "/other" } }), "webhook_url_redirects"],
    ["it fails on all", () => ({ status: 500 }), "endpoint_failing"],
    ["it limits calls", () => ({ status: 429 }), "endpoint_limits"],
  ])("%s", async (_, answer, cause) => {
    const url = await serve(answer);
    expect((await doctor(at(url), [])).filter(isOther)).toEqual(everywhere(cause));
  });

  test("nobody listens there", async () => {
    expect((await doctor(at(await closedUrl()), [])).filter(isOther)).toEqual(everywhere("webhook_url_unreachable"));
  });
});

describe("the database", () => {
  const setUp = (): SetUp => withConfig(healthy(), { ledger: { database: "data/shop.db" } });
  const ledgerIn = async (folder: string) => {
    mkdirSync(join(folder, "data"));
    const ledger = createLedger({ links: await linksOf(healthy()), database: sqlite(join(folder, "data/shop.db")) });
    onTestFinished(() => ledger.end());
    (await ledger.migrate())._unsafeUnwrap();
    return ledger;
  };
  const change = (folder: string, statement: string): void => {
    const database = new DatabaseSync(join(folder, "data/shop.db"));
    database.exec(statement);
    database.close();
  };
  const inspect = (prepare: (folder: string) => unknown, each: SetUp = setUp()): Promise<readonly string[]> =>
    doctor(each, ["--offline"], { prepare });

  test("nothing is wrong, before the first use and after", async () => {
    expect(await inspect((folder) => mkdirSync(join(folder, "data")))).toEqual([]);
    expect(await inspect(ledgerIn)).toEqual([]);
  });

  test("a folder that is not there", async () => {
    expect(await inspect(() => {})).toEqual(["ledger database_folder_missing"]);
  });

  test("a file that is no database", async () => {
    const found = await inspect((folder) => {
      mkdirSync(join(folder, "data"));
      writeFileSync(join(folder, "data/shop.db"), "a text that is no database".repeat(100));
    });
    expect(found).toEqual(["ledger database_corrupt"]);
  });

  test.each([
    ["newer", "999", "schema_newer"],
    // Version 1 is the first, so that no whole number is earlier.
    ["older", "0.5", "schema_older"],
  ])("tables of a version that is %s, which stay as they are", async (_, version, cause) => {
    let name = "";
    const found = await inspect(async (folder) => {
      await ledgerIn(folder);
      change(folder, `UPDATE tautan_meta SET value = '${version}' WHERE key = 'version'`);
      name = folder;
    });
    expect(found).toEqual([`ledger ${cause}`]);
    const database = new DatabaseSync(join(name, "data/shop.db"));
    expect(database.prepare("SELECT value FROM tautan_meta WHERE key = 'version'").get()).toEqual({ value: version });
    database.close();
  });

  test("PostgreSQL that cannot be reached", async () => {
    const each = withEnv(withConfig(healthy(), { ledger: { database: { env: "SHOP_DATABASE" } } }), {
      SHOP_DATABASE: `postgres://shop:${CANARY}@127.0.0.1:9/shop`,
    });
    expect(await doctor(each, [])).toEqual(["ledger database_unavailable"]);
  });

  /** An event of a link that the ledger has made at the sandbox. */
  const withEvent = async (folder: string) => {
    const ledger = await ledgerIn(folder);
    const amount = { amount: "10000", currency: "IDR" } as const;
    (
      await ledger.create({ reference: `DOCTOR-${folder}`.slice(-30).replace(/[^\w-]/g, "-"), title: "x", amount })
    )._unsafeUnwrap();
    return ledger;
  };

  test("an event that nobody handles", async () => {
    const found = await doctor(setUp(), ["--offline"], { prepare: withEvent, nowMs: Date.now() + 3_600_000 });
    expect(found).toEqual(["ledger no_worker"]);
  });

  test("a dead event", async () => {
    const found = await inspect(async (folder) => {
      const ledger = await withEvent(folder);
      (
        await ledger.drain(
          () => {
            throw new Error("no");
          },
          { maxAttempts: 1 },
        )
      )._unsafeUnwrap();
    });
    expect(found).toEqual(["ledger dead_events"]);
  });

  test("a delivery that needs a person", async () => {
    const found = await inspect(async (folder) => {
      const ledger = await ledgerIn(folder);
      const fields = {
        order_id: "INV-9-1773543480123",
        status_code: "200",
        gross_amount: "10000.00",
        transaction_id: "1",
        transaction_status: "settlement",
        payment_type: "qris",
        custom_field1: "INV-9",
      };
      const body = JSON.stringify(await signMidtransNotification(fields, sandbox.midtrans.credentials.serverKey));
      const request = { method: "POST", url: "/", headers: { "content-type": "application/json" }, body };
      (await ledger.ingest("midtrans", request))._unsafeUnwrap();
      change(folder, "UPDATE tautan_deliveries SET state = 'dead', problem = 'unconfirmed', due_at = NULL");
    });
    expect(found).toEqual(["ledger unresolved_deliveries"]);
  });

  test("little space on its disk", () => {
    expect(judgeSpace("/data", 1024 ** 3)).toEqual([]);
    expect(judgeSpace("/data", 50 * 1024 ** 2)).toMatchObject([{ state: "warn", cause: "little_space" }]);
  });

  describe("a second SQLite library", () => {
    const dependency = { "package.json": { dependencies: { "better-sqlite3": "13.2.0" } } };
    const app = 'import Database from "better-sqlite3";\nexport const database = new Database("data/shop.db");\n';
    const byPath = 'import { createLedger, sqlite } from "@tautan/ledger";\nsqlite("data/shop.db");\n';
    const byConnection = 'import { createLedger, sqlite } from "@tautan/ledger";\nsqlite(database); // data/shop.db\n';
    const inData = (files: SetUp["files"]): Promise<readonly string[]> =>
      inspect((folder) => mkdirSync(join(folder, "data")), withFiles(setUp(), files));

    test("both open the file", async () => {
      expect(await inData({ ...dependency, "src/app.ts": app, "src/ledger.ts": byPath })).toEqual([
        "ledger second_sqlite_library",
      ]);
    });

    test("the library is installed, and nothing shows what it opens", async () => {
      expect(await inData(dependency)).toEqual(["ledger second_sqlite_library_possible"]);
    });

    test("the ledger gets its connection, or it is another file, or it is not installed", async () => {
      expect(await inData({ ...dependency, "src/app.ts": app, "src/ledger.ts": byConnection })).toEqual([]);
      expect(await inData({ "src/app.ts": app, "src/ledger.ts": byPath })).toEqual([]);
      const other = app.replaceAll("shop.db", "other.db");
      expect(await inData({ ...dependency, "src/app.ts": other, "src/ledger.ts": byPath })).toEqual([
        "ledger second_sqlite_library_possible",
      ]);
    });
  });
});
