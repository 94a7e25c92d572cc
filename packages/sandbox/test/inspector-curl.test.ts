import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Provider, type Sandbox } from "../src/index.ts";
import { createLinkAt } from "./create-link.ts";
import { look, valueOf } from "./inspect.ts";
import { call, midtransCaller, singapayCaller, startMerchant, startMs, startSandbox } from "./support.ts";

const run = promisify(execFile);
const hasCurl = await run("curl", ["--version"]).then(
  () => true,
  () => false,
);

const commandAt = async (sandbox: Pick<Sandbox, "control">, path: string): Promise<string> =>
  valueOf(await look(sandbox, path), "textbox", "Command for a shell");

const inShell = async (command: string): Promise<string> =>
  (await run("/bin/sh", ["-c", command], { env: { PATH: process.env["PATH"] } })).stdout;

describe("the command for an API call", () => {
  test("has the URL, the body and the sandbox's own key, and a note of that", async () => {
    const { sandbox } = await startSandbox();
    await midtransCaller(sandbox)("POST", "/v1/payment-links", { title: "O'Neill's", transaction_details: {} });
    const page = await look(sandbox, "/requests/1");
    const command = valueOf(page, "textbox", "Command for a shell");
    expect(command).toContain(`curl --include '${sandbox.midtrans.url}/v1/payment-links' \\\n`);
    expect(command).toContain("--user 'SB-Mid-server-tautan-sandbox:'");
    expect(command).toContain(`--data-raw '{"title":"O'\\''Neill'\\''s","transaction_details":{}}'`);
    expect(page.text).toContain("The key that was sent is not recorded. This is the sandbox's own");
    const field = page.get("textbox", "Command for a shell").element;
    expect([field.hasAttribute("readonly"), page.has("button", "Copy")]).toEqual([true, false]);
  });

  test("never has the key that was sent: it may be a real one", async () => {
    const { sandbox } = await startSandbox();
    const authorization = `Basic ${btoa("Mid-server-REAL:")}`;
    await call(`${sandbox.midtrans.url}/v1/payment-links/x`, { headers: { Authorization: authorization } });
    const page = await look(sandbox, "/requests/1");
    expect(page.html).not.toContain("Mid-server-REAL");
    expect(page.html).not.toContain(authorization.slice(6));
  });

  test("has no key if none was sent, and the newest token where calls carry one", async () => {
    const { sandbox } = await startSandbox();
    await call(`${sandbox.xfers.url}/api/v4/payment_links/x`);
    expect(await commandAt(sandbox, "/requests/1")).not.toMatch(/--user|uthorization/);
    await call(`${sandbox.singapay.url}/api/v1.0/x`, { headers: { Authorization: "Bearer early" } });
    const early = await look(sandbox, "/requests/2");
    expect(valueOf(early, "textbox", "Command for a shell")).toContain("authorization: Bearer <access token>");
    expect(early.text).toContain("none was issued before this call");
    const api = await singapayCaller(sandbox);
    await api("GET", `/api/v1.0/payment-link-manage/${sandbox.singapay.credentials.accountId}`);
    expect(await commandAt(sandbox, "/requests/4")).toMatch(/authorization: Bearer ey\w+\./);
  });

  test("there is none for a body that was not kept", async () => {
    const { sandbox } = await startSandbox();
    await midtransCaller(sandbox)("POST", "/v1/payment-links", "x".repeat(65_537));
    const page = await look(sandbox, "/requests/1");
    expect([page.text.includes("There is no command: the body was not kept."), page.has("textbox")]).toEqual([
      true,
      false,
    ]);
  });

  test("there is none for a gateway that was started by an earlier process only", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tautan-sandbox-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const stateFile = join(folder, "state.sqlite");
    const first = await createSandbox({ clock: { frozenAt: startMs }, stateFile });
    onTestFinished(() => first.close());
    await createLinkAt(first, "xfers", "INV-1");
    await first.close();
    const second = await createSandbox({ stateFile, gateways: ["midtrans"] });
    onTestFinished(() => second.close());
    const page = await look(second, "/requests/1");
    expect([
      page.status,
      page.text.includes("There is no command: Xfers was not started."),
      page.has("textbox"),
    ]).toEqual([200, true, false]);
  });

  test.skipIf(!hasCurl).each(["midtrans", "xfers", "singapay"] as const)(
    "does at %s what the call did, in a shell",
    async (provider: Provider) => {
      const sandbox = await createSandbox({ clock: { frozenAt: startMs } });
      onTestFinished(() => sandbox.close());
      await createLinkAt(sandbox, provider, "INV-1");
      const last = sandbox.requests.length;
      const command = await commandAt(sandbox, `/requests/${last}`);
      const answer = await inShell(command.replaceAll("INV-1", "INV-2"));
      expect(answer).toMatch(/^HTTP\/1\.1 20[01] /);
      expect((await look(sandbox, "/links")).text).toContain("INV-2");
      const [first, second] = [sandbox.requests[last - 1], sandbox.requests[last]];
      expect({ ...second?.headers }).toEqual({ ...first?.headers, connection: second?.headers["connection"] });
      expect(second?.body).toBe(first?.body.replaceAll("INV-1", "INV-2"));
    },
  );
});

describe("the command for a webhook", () => {
  test.skipIf(!hasCurl).each(["midtrans", "xfers", "singapay"] as const)(
    "sends the same bytes and headers to the merchant of %s",
    async (provider: Provider) => {
      const merchant = await startMerchant();
      const sandbox = await createSandbox({
        clock: { frozenAt: startMs },
        webhookUrls: { [provider]: `${merchant.url}/hook?a=1&b='2'` },
      });
      onTestFinished(() => sandbox.close());
      const reference = provider === "xfers" ? "O'Neill $(id) `1` $1 !! %s" : "INV-1";
      await sandbox.pay(await createLinkAt(sandbox, provider, reference));
      await inShell(await commandAt(sandbox, "/deliveries/1"));
      const [first, again] = [merchant.received[0], merchant.received.at(-1)];
      expect(merchant.received).toHaveLength(sandbox.deliveries.length + 1);
      expect([again?.url, again?.body]).toEqual([first?.url, first?.body]);
      expect({ ...again?.headers, connection: "" }).toEqual({ ...first?.headers, connection: "" });
    },
  );

  test("goes to the URL of now if there was none, and there is none without a URL", async () => {
    const { sandbox } = await startSandbox();
    await sandbox.pay(await createLinkAt(sandbox, "xfers"));
    const page = await look(sandbox, "/deliveries/1");
    expect([page.text.includes("There is no command: no webhook URL is set."), page.all("textbox").length]).toEqual([
      true,
      1,
    ]);
    sandbox.setWebhookUrl("xfers", "http://127.0.0.1:9/hook");
    expect(await commandAt(sandbox, "/deliveries/1")).toContain("curl --include 'http://127.0.0.1:9/hook'");
  });
});
