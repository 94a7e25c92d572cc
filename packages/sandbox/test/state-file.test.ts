import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type DefaultProvider, type Provider, type Sandbox, type SandboxOptions } from "../src/index.ts";
import { openStateFile } from "../src/state/file.ts";
import { createLinkAt } from "./create-link.ts";
import {
  basic,
  call,
  dayMs,
  midtransCaller,
  minuteMs,
  singapayCaller,
  startMerchant,
  startMs,
  textAt,
} from "./support.ts";

const source = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const frozen = { frozenAt: startMs };

/** A path where no file is yet. */
const newPath = async (name = "state.sqlite"): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "tautan-state-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, name);
};

const start = async <const Started extends Provider = DefaultProvider>(
  options: SandboxOptions<Started>,
): Promise<Sandbox<Started>> => {
  const sandbox = await createSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
};

/** Ports below those that Linux gives away by itself, so that hardly anybody takes them between two starts. */
const quietPorts = (): NonNullable<SandboxOptions["ports"]> => {
  const control = randomInt(20_000, 30_000);
  return { control, midtrans: control + 1, xfers: control + 2, singapay: control + 3 };
};

/** Everything that can be seen of it, by its control API. */
const viewOf = async ({ control, seed }: Sandbox): Promise<Readonly<Record<string, unknown>>> => {
  const paths = ["/links", "/requests", "/deliveries", "/clock", "/chaos"];
  const views = await Promise.all(paths.map(async (path) => [path, (await call(control.url + path)).text] as const));
  return { seed, url: control.url, ...Object.fromEntries(views) };
};

describe("a sandbox with a state file", () => {
  test.each(["midtrans", "xfers", "singapay"] as const)("goes on where it ended: %s", async (provider) => {
    const stateFile = await newPath();
    const first = await start({
      stateFile,
      ports: quietPorts(),
      clock: frozen,
      webhookUrls: { [provider]: (await startMerchant()).url },
    });
    const paid = await createLinkAt(first, provider, "INV-1");
    await first.pay(paid);
    const open = await createLinkAt(first, provider, "INV-2");
    await first.open(open);
    await first.advance(minuteMs);
    first.chaos.set(provider, "rate_limit", { next: 3, retryAfterSeconds: 7 });
    const before = await viewOf(first);
    await first.close();

    const second = await start({ stateFile });
    expect(await viewOf(second)).toEqual(before);
    second.chaos.clear();
    await expect(second.pay(paid))
      .resolves.toMatchObject({})
      .catch(() => undefined);
    const payment = await second.pay(open);
    expect(["settlement", "paid"]).toContain(payment.status);
  });

  test("knows tokens that were issued before", async () => {
    const stateFile = await newPath();
    const first = await start({ stateFile, ports: quietPorts(), clock: frozen });
    const api = await singapayCaller(first);
    const path = `/api/v1.0/payment-link-manage/${first.singapay.credentials.accountId}`;
    await first.close();
    await start({ stateFile });
    expect((await api("GET", path)).status).toBe(200);
  });

  test("tries webhooks again that were not taken before", async () => {
    const stateFile = await newPath();
    const merchant = await startMerchant();
    merchant.answerWith(500);
    const first = await start({
      stateFile,
      ports: quietPorts(),
      seed: 1,
      clock: frozen,
      webhookUrls: { midtrans: merchant.url },
    });
    await first.open(await createLinkAt(first, "midtrans"));
    await first.close();
    merchant.answerWith(200);
    const second = await start({ stateFile });
    await second.advance(2 * minuteMs);
    expect(second.deliveries.map(({ webhook, sending, status }) => [webhook, sending, status])).toEqual([
      [1, 1, 500],
      [1, 2, 200],
    ]);
    expect(merchant.received.map(({ body }) => body)[1]).toEqual(merchant.received[0]?.body);
  });

  test("at once where their time came while no process was there", async () => {
    const stateFile = await newPath();
    const merchant = await startMerchant();
    let nowMs = startMs;
    const clock = { now: () => nowMs };
    merchant.answerWith(500);
    const first = await start({ stateFile, ports: quietPorts(), clock, webhookUrls: { midtrans: merchant.url } });
    await first.open(await createLinkAt(first, "midtrans"));
    await first.close();
    merchant.answerWith(200);
    nowMs += dayMs / 2;
    const second = await start({ stateFile, clock });
    await second.idle();
    expect(second.deliveries.map(({ sending, status }) => [sending, status])).toEqual([
      [1, 500],
      [2, 200],
    ]);
  });

  test("does not send again what had nowhere to go", async () => {
    const stateFile = await newPath();
    const first = await start({ stateFile, ports: quietPorts(), clock: frozen });
    first.chaos.set("xfers", "delay_webhook", { next: 1 });
    await first.pay(await createLinkAt(first, "xfers"));
    await first.advance(minuteMs);
    expect(first.deliveries).toHaveLength(1);
    await first.close();
    const second = await start({ stateFile });
    await second.advance(minuteMs);
    expect(second.deliveries).toHaveLength(1);
  });

  test("begins anew with reset, and goes on with that", async () => {
    const stateFile = await newPath();
    const first = await start({ stateFile, ports: quietPorts(), seed: "s", clock: frozen });
    await first.pay(await createLinkAt(first, "xfers", "INV-1"));
    await first.reset();
    const link = await createLinkAt(first, "xfers", "INV-2");
    await first.close();
    const second = await start({ stateFile });
    expect((await call(`${second.control.url}/links`)).text).toContain(link);
    expect((await call(`${second.control.url}/links`)).text).not.toContain("INV-1");
    expect([second.seed, second.deliveries]).toEqual(["s", []]);
  });

  test("makes the links it starts with once", async () => {
    const stateFile = await newPath();
    const create = { transaction_details: { order_id: "inv-1", gross_amount: 10_000 } };
    const options = { stateFile, initialLinks: { midtrans: [{ create }] } };
    await (await start({ ...options, ports: quietPorts() })).close();
    const again = await start(options);
    expect((await call(`${again.control.url}/links`)).text.match(/"reference":"inv-1"/g)).toHaveLength(1);
  });

  test("keeps nothing of a start that failed", async () => {
    const stateFile = await newPath();
    const initialLinks = { midtrans: [{ create: {} }] };
    await expect(createSandbox({ stateFile, initialLinks })).rejects.toThrow(
      "initialLinks.midtrans[0].create: HTTP 400",
    );
    const create = { transaction_details: { order_id: "inv-1", gross_amount: 10_000 } };
    const sandbox = await start({ stateFile, initialLinks: { midtrans: [{ create }] } });
    expect((await call(`${sandbox.control.url}/links`)).text).toContain("inv-1");
  });

  test("keeps the links of gateways that are not started", async () => {
    const stateFile = await newPath();
    const first = await start({ stateFile, ports: quietPorts(), clock: frozen });
    await createLinkAt(first, "xfers", "INV-1");
    await first.close();
    await (await start({ stateFile, gateways: ["midtrans"] })).close();
    const third = await start({ stateFile });
    expect((await call(`${third.control.url}/links`)).text).toContain("INV-1");
  });

  test("takes new webhook URLs and ports from its options", async () => {
    const stateFile = await newPath();
    const first = await start({
      stateFile,
      ports: quietPorts(),
      webhookUrls: { midtrans: "http://127.0.0.1:1/a", xfers: "http://127.0.0.1:1/b" },
    });
    const { url } = first.midtrans;
    await first.close();
    const merchant = await startMerchant();
    const second = await start({ stateFile, ports: { midtrans: 0 }, webhookUrls: { midtrans: merchant.url } });
    expect(second.midtrans.url).not.toBe(url);
    expect(second.xfers.url).toBe(first.xfers.url);
    await second.open(await createLinkAt(second, "midtrans"));
    expect(merchant.received).toHaveLength(1);
    await second.pay(await createLinkAt(second, "xfers"));
    expect(second.deliveries.at(-1)?.url).toBe("http://127.0.0.1:1/b");
  });

  test("forgets a webhook URL that was taken back", async () => {
    const stateFile = await newPath();
    const first = await start({ stateFile, ports: quietPorts(), webhookUrls: { midtrans: "http://127.0.0.1:1/" } });
    first.setWebhookUrl("midtrans", undefined);
    await first.close();
    const second = await start({ stateFile });
    await second.open(await createLinkAt(second, "midtrans"));
    expect(second.deliveries.at(-1)?.url).toBeUndefined();
  });

  test("survives a kill in the middle of a webhook, and sends it again", async () => {
    const stateFile = await newPath();
    const merchant = createServer();
    merchant.listen(0, "127.0.0.1");
    onTestFinished(() => {
      merchant.close();
    });
    await once(merchant, "listening");
    const { port } = merchant.address() as { readonly port: number };
    const options = { stateFile, ports: quietPorts(), webhookUrls: { midtrans: `http://127.0.0.1:${port}/` } };
    const script = `
      const { createSandbox } = await import(${JSON.stringify(source)});
      const sandbox = await createSandbox(JSON.parse(process.argv[1]));
      const { url, credentials } = sandbox.midtrans;
      const reply = await fetch(url + "/v1/payment-links", {
        method: "POST",
        headers: { Authorization: "Basic " + btoa(credentials.serverKey + ":") },
        body: JSON.stringify({ transaction_details: { order_id: "inv-1", gross_amount: 10000 } }),
      });
      await sandbox.open((await reply.json()).payment_url);`;
    const child = spawn(
      process.execPath,
      ["--input-type=module", "--conditions=@tautan/source", "-e", script, JSON.stringify(options)],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    const exited = once(child, "exit");
    // The webhook has arrived and is not answered.
    const [socket] = (await once(merchant, "connection")) as [import("node:net").Socket];
    await once(socket, "data");
    child.kill("SIGKILL");
    await exited;
    const working = await startMerchant();
    const sandbox = await start({ stateFile, webhookUrls: { midtrans: working.url } });
    await sandbox.idle();
    expect(working.received.map(({ body }) => textAt(JSON.parse(String(body)), "transaction_status"))).toEqual([
      "pending",
    ]);
    expect((await midtransCaller(sandbox)("GET", "/v1/payment-links/inv-1")).status).toBe(200);
  });

  test("loads no database without the option", async () => {
    const script = `
      const { createSandbox } = await import(${JSON.stringify(source)});
      await (await createSandbox()).close();
      console.log(process.moduleLoadList.filter((name) => name.includes("sqlite")).length);`;
    const child = spawn(process.execPath, ["--input-type=module", "--conditions=@tautan/source", "-e", script]);
    const [output] = (await once(child.stdout, "data")) as [Buffer];
    expect(String(output).trim()).toBe("0");
  });
});

/** Opens the file as it is at this moment, as if the process had been killed. */
const startFromCopy = async (stateFile: string): Promise<Sandbox> => {
  const copy = `${stateFile}-killed`;
  for (const part of ["", "-wal"]) await copyFile(stateFile + part, copy + part);
  return start({ stateFile: copy, ports: quietPorts() });
};

const payAndSettle = async (sandbox: Sandbox, link: string): Promise<void> => {
  await sandbox.pay(link);
  await sandbox.settle(link);
};

const openAnother = (sandbox: Sandbox, link: string): Promise<unknown> => sandbox.open(link);

const openAndExpire = async (sandbox: Sandbox, link: string): Promise<void> => {
  await sandbox.open(link);
  await expireNewest(sandbox, link);
};

/** Of Xfers, where the link stands for its only payment. */
const expireNewest = (sandbox: Sandbox, link: string): Promise<void> =>
  sandbox.expire(link, { payment: new URL(link).pathname.slice(1) });

const tokenOf = async ({ singapay: { url, credentials } }: Sandbox): Promise<{ readonly Authorization: string }> => {
  const { clientId, clientSecret, apiKey } = credentials;
  const headers = { Authorization: basic(clientId, clientSecret), "X-PARTNER-ID": apiKey };
  const body = '{"grant_type":"client_credentials"}';
  const { json } = await call(`${url}/api/v1.0/access-token/b2b`, { method: "POST", headers, body });
  return { Authorization: `Bearer ${textAt(json, "data", "access_token")}` };
};

const statusWith = async ({ singapay: { url, credentials } }: Sandbox, Authorization: string): Promise<number> => {
  const headers = { Authorization, "X-PARTNER-ID": credentials.apiKey };
  return (await call(`${url}/api/v1.0/payment-link-manage/${credentials.accountId}`, { headers })).status;
};

describe("a process that is killed loses nothing that it told", () => {
  type Deed = (sandbox: Sandbox, link: string) => Promise<unknown>;

  test.each<[string, DefaultProvider, Deed, Deed, string]>([
    ["a payment was settled", "singapay", payAndSettle, (sandbox, link) => sandbox.settle(link), "not settled yet"],
    ["a link was expired", "singapay", (sandbox, link) => sandbox.expire(link), openAnother, "it is expired"],
    ["a payment was refused", "xfers", (sandbox, link) => sandbox.fail(link), openAnother, "The link is failed"],
    ["a choice of method ran out of time", "xfers", openAndExpire, expireNewest, "No method was chosen"],
  ])("%s", async (_what, provider, deed, next, sentence) => {
    const stateFile = await newPath();
    const first = await start({ stateFile, clock: frozen });
    const link = await createLinkAt(first, provider);
    await deed(first, link);
    await expect(next(first, link)).rejects.toThrow(sentence);
    const second = await startFromCopy(stateFile);
    await expect(next(second, second[provider].url + new URL(link).pathname)).rejects.toThrow(sentence);
  });

  test("tokens were ended", async () => {
    const stateFile = await newPath();
    const first = await start({ stateFile, clock: frozen });
    const { Authorization } = await tokenOf(first);
    first.chaos.set("singapay", "expired_token", { next: 1 });
    expect(await statusWith(first, Authorization)).toBe(401);
    expect(await statusWith(await startFromCopy(stateFile), Authorization)).toBe(401);
  });

  test("the clock was stopped", async () => {
    const stateFile = await newPath();
    const first = await start({ stateFile });
    first.clock.freeze();
    expect((await startFromCopy(stateFile)).clock.now()).toBe(first.clock.now());
  });

  test("the id of a form was shown: another payer gets another one", async () => {
    const stateFile = await newPath();
    const first = await start({ stateFile });
    const link = await createLinkAt(first, "midtrans");
    const formOf = async (url: string): Promise<string> =>
      /name="form" value="([^"]+)"/.exec((await call(url)).text)?.[1] ?? "";
    const shown = await formOf(link);
    expect(shown).not.toBe("");
    const second = await startFromCopy(stateFile);
    expect(await formOf(second.midtrans.url + new URL(link).pathname)).not.toBe(shown);
  });

  test("where it listens, and where its webhooks go", async () => {
    const stateFile = await newPath();
    await (await start({ stateFile })).close();
    const second = await start({ stateFile, ports: { midtrans: 0 }, webhookUrls: { midtrans: "http://127.0.0.1:1/" } });
    const copy = `${stateFile}-killed`;
    for (const part of ["", "-wal"]) await copyFile(stateFile + part, copy + part);
    await second.close();
    expect((await start({ stateFile: copy })).midtrans.url).toBe(second.midtrans.url);
  });
});

describe("a state file that cannot be written", () => {
  test("refuses whoever waits for an answer, and ends no process", async () => {
    const stateFile = await newPath();
    const script = `
      const { createSandbox } = await import(${JSON.stringify(source)});
      const sandbox = await createSandbox(JSON.parse(process.argv[1]));
      const { url, credentials } = sandbox.midtrans;
      let reply;
      for (let index = 0; index < 500 && reply?.status !== 500; index += 1) {
        const order = { order_id: "inv-" + index, gross_amount: 10000 };
        const headers = { Authorization: "Basic " + btoa(credentials.serverKey + ":") };
        const body = JSON.stringify({ transaction_details: order, title: "a".repeat(40) });
        reply = await fetch(url + "/v1/payment-links", { method: "POST", headers, body });
      }
      console.log(await reply.text());
      const refused = await sandbox.advance(60000).then(() => "done", (error) => error.message);
      console.log(refused);
      for (const path of ["/reset", "/inspector/clock/freeze"]) {
        const headers = { Origin: sandbox.control.url };
        const answer = await fetch(sandbox.control.url + path, { method: "POST", headers });
        console.log(answer.status, (await answer.text()).replaceAll(/\\s+/g, " "));
      }
      console.log(await sandbox.close().then(() => "closed", (error) => error.message));`;
    // A file that may not grow is as good as a disk that is full.
    const child = spawn("sh", [
      "-c",
      'ulimit -f 600; exec "$@"',
      "sh",
      process.execPath,
      "--input-type=module",
      "--conditions=@tautan/source",
      "-e",
      script,
      JSON.stringify({ stateFile }),
    ]);
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += String(chunk);
    });
    const [code] = (await once(child, "close")) as [number | null];
    expect(code).toBe(0);
    expect(output).not.toContain("defect");
    // A call, an action, the control API, a page of the inspector, and the end.
    const sentence = expect.stringContaining("The sandbox cannot keep its state in ") as unknown;
    expect(output.split("\n")).toEqual([sentence, sentence, sentence, sentence, sentence, ""]);
  });

  test("says so, and has what it had", async () => {
    const path = await newPath();
    const keeper = await openStateFile(path);
    const state = keeper.resume();
    const seeds = state.collection("seed");
    seeds.put("kept", "a");
    state.save();
    seeds.put("kept", "b");
    // Nothing that holds a function can be written.
    seeds.put("broken", (() => "c") as unknown as string);
    expect(() => {
      state.save();
    }).toThrow(`The sandbox cannot keep its state in "${path}": `);
    expect([...keeper.resume().collection("seed").stored]).toEqual([["kept", "a"]]);
    keeper.close();
  });
});

describe("a state file is refused", () => {
  const refusal = async (options: SandboxOptions): Promise<Error> => {
    const error: unknown = await createSandbox(options).then(
      async (sandbox) => {
        await sandbox.close();
      },
      (reason: unknown) => reason,
    );
    if (!(error instanceof Error)) throw new TypeError("expected a refusal");
    return error;
  };

  test("where another sandbox has it open", async () => {
    const stateFile = await newPath();
    const sandbox = await start({ stateFile, ports: quietPorts() });
    const error = await refusal({ stateFile });
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe(`createSandbox: stateFile: the file "${stateFile}" is in use by another process`);
    await sandbox.close();
    await (await start({ stateFile })).close();
  });

  test("where it is no database", async () => {
    const stateFile = await newPath("notes.txt");
    await writeFile(stateFile, "to be bought: milk\n".repeat(100));
    const { message } = await refusal({ stateFile });
    expect(message).toBe(`createSandbox: stateFile: the file "${stateFile}" is not one of a sandbox: name another one`);
    expect(await readFile(stateFile, "utf8")).toContain("milk");
  });

  test("where it is a database of something else", async () => {
    const stateFile = await newPath();
    const database = new DatabaseSync(stateFile);
    database.exec("CREATE TABLE customers (name TEXT)");
    database.close();
    const before = await readFile(stateFile);
    expect((await refusal({ stateFile })).message).toContain("is not one of a sandbox: name another one");
    expect(await readFile(stateFile)).toEqual(before);
  });

  test.each([
    [
      "what was kept",
      "UPDATE stored SET value = x'00'",
      "is damaged, or of a newer Node: delete it, or use the version of Node",
    ],
    ["its table", "ALTER TABLE stored RENAME TO lost", "cannot be used: no such table: stored"],
  ])("where %s is damaged", async (_what, damage, sentence) => {
    const stateFile = await newPath();
    await (await start({ stateFile })).close();
    const database = new DatabaseSync(stateFile);
    database.exec(damage);
    database.close();
    const error = await refusal({ stateFile });
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(`createSandbox: stateFile: the file "${stateFile}" ${sentence}`);
  });

  test("where it is one of something else that has no tables yet", async () => {
    const stateFile = await newPath();
    const database = new DatabaseSync(stateFile);
    database.exec("PRAGMA user_version = 7");
    database.close();
    expect((await refusal({ stateFile })).message).toContain("is not one of a sandbox: name another one");
  });

  test("where some of its bytes were overwritten, wherever they are", async () => {
    const stateFile = await newPath();
    const first = await start({ stateFile, ports: quietPorts() });
    for (let index = 0; index < 30; index += 1) await first.pay(await createLinkAt(first, "midtrans", `M-${index}`));
    await first.close();
    const whole = await readFile(stateFile);
    for (let offset = 4_096; offset < whole.length; offset += 4_096) {
      await writeFile(stateFile, Buffer.from(whole).fill(0xff, offset, offset + 4_096));
      const error = await refusal({ stateFile, ports: { control: 0, midtrans: 0, xfers: 0, singapay: 0 } });
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/^createSandbox: stateFile: the file ".*" is damaged/);
    }
  });

  test("where another version of the sandbox wrote it", async () => {
    const stateFile = await newPath();
    await (await start({ stateFile })).close();
    const database = new DatabaseSync(stateFile);
    database.exec("PRAGMA user_version = 999");
    database.close();
    expect((await refusal({ stateFile })).message).toContain(
      "was written by another version of the sandbox: delete it, or name another one",
    );
  });

  test("where its folder does not exist", async () => {
    const stateFile = join(await newPath(), "missing", "state.sqlite");
    expect((await refusal({ stateFile })).message).toContain("cannot be used: unable to open database file");
  });

  test("where another seed is asked for", async () => {
    const stateFile = await newPath();
    await (await start({ stateFile, seed: "a", ports: quietPorts() })).close();
    expect((await refusal({ stateFile, seed: "b" })).message).toContain(
      'has the seed "a", not "b": leave seed out to go on with it, or name another stateFile',
    );
    await (await start({ stateFile, seed: "a" })).close();
  });

  test("where a port of before is taken by now", async () => {
    const stateFile = await newPath();
    const first = await start({ stateFile, ports: quietPorts() });
    const port = Number(new URL(first.xfers.url).port);
    await first.close();
    const squatter = createServer().listen(port, "127.0.0.1");
    onTestFinished(() => {
      squatter.close();
    });
    await once(squatter, "listening");
    expect((await refusal({ stateFile })).message).toContain(
      "to listen elsewhere than before, name a port in ports.xfers, or 0 for a free one",
    );
    expect((await start({ stateFile, ports: { xfers: 0 } })).xfers.url).not.toBe(first.xfers.url);
  });
});
