import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Recording, type Sandbox } from "../src/index.ts";
import { look } from "./inspect.ts";
import { call, midtransCaller, startMerchant, startSandbox, textAt } from "./support.ts";

const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(2)>\u0000\u202e`;

const recording: Recording = {
  format: "tautan-recording",
  version: 1,
  title: `schedule 12 ${hostile}`,
  command: "npm run chaos -- --seed 7 --schedule 12",
  violations: [`doubled: payment-1 ${hostile}`],
  steps: [
    {
      title: "the start",
      atMs: 0,
      entries: [],
      rows: [
        { table: "links", key: "1", values: { ref: 1, status: "active", note: null } },
        { table: "links", key: "2", values: { ref: 2, status: "active", note: "" } },
      ],
    },
    {
      title: `webhook ${hostile}`,
      atMs: 1000,
      entries: [
        {
          kind: "webhook",
          process: "process 1",
          title: hostile,
          outcome: { text: "200 applied", tone: "good" },
          faults: ["delivered again"],
          request: { headers: { Authorization: "Bearer sk_live_1", "X-Hostile": hostile }, body: `{"a":"${hostile}` },
          answer: { headers: { "Set-Cookie": "session=secret-2" }, body: hostile },
          detail: hostile,
        },
        { kind: "fault", process: "process 2", title: "killed before a statement", detail: "COMMIT" },
        { kind: "handler", title: "paid of INV-1", outcome: { text: "not committed", tone: "waiting" } },
      ],
      rows: [
        { table: "links", key: "1", values: { ref: 1, status: "exhausted", note: hostile } },
        { table: `events ${hostile}`, key: hostile, values: { id: hostile } },
        { table: "links", key: "2", values: null },
      ],
    },
    { title: "the end", atMs: 2000, entries: [], rows: [{ table: "links", key: "1", values: null }] },
  ],
};

const open = async (replay: Recording | string = recording): Promise<Sandbox> => {
  const sandbox = await createSandbox({ replay });
  onTestFinished(() => sandbox.close());
  return sandbox;
};

const fileWith = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-replay-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "recording.json");
  writeFileSync(file, text);
  return file;
};

const rel = (html: string, name: string): string | undefined =>
  new RegExp(`href="([^"]+)" rel="${name}"`).exec(html)?.[1];

describe("a recording in the inspector", () => {
  test("is read from a file, and lists its steps with what it broke", async () => {
    const sandbox = await open(fileWith(JSON.stringify(recording)));
    const page = await look(sandbox, "/replay");
    expect(page.text).toContain("doubled: payment-1");
    expect(page.text).toContain(recording.command);
    expect(page.all("row").length).toBe(4);
    expect(page.html).toContain('href="/inspector/replay/2"');
    expect(page.text).toContain("chaos: killed before a statement");
  });

  test("is stepped through forward and back; the URL has the step", async () => {
    const sandbox = await open();
    const [first, second, third] = await Promise.all([1, 2, 3].map((step) => look(sandbox, `/replay/${step}`)));
    expect([rel(first?.html ?? "", "prev"), rel(first?.html ?? "", "next")]).toEqual([
      undefined,
      "/inspector/replay/2",
    ]);
    expect([rel(second?.html ?? "", "prev"), rel(second?.html ?? "", "next")]).toEqual([
      "/inspector/replay/1",
      "/inspector/replay/3",
    ]);
    expect([rel(third?.html ?? "", "prev"), rel(third?.html ?? "", "next")]).toEqual([
      "/inspector/replay/2",
      undefined,
    ]);
  });

  test("shows what a step added, changed and removed, and what else was there", async () => {
    const sandbox = await open();
    const first = await look(sandbox, "/replay/1");
    expect(first.html.match(/id="row-[^"]+"/g)).toEqual(['id="row-links-1"', 'id="row-links-2"']);
    expect(first.text).toContain("''");
    const second = await look(sandbox, "/replay/2");
    expect(second.html).toContain("<del><code>active</code></del>");
    expect(second.html).toContain("<ins><code>exhausted</code></ins>");
    expect(second.text).toMatch(/links 2 removed/);
    const third = await look(sandbox, "/replay/3");
    expect(third.html).not.toContain('id="row-links-2"');
    expect(third.text).toMatch(/links 1 removed/);
  });

  test("no text of it becomes markup, and no key is shown", async () => {
    const sandbox = await open();
    const pages = await Promise.all(
      ["/replay", "/replay/1", "/replay/2", "/replay/3"].map((path) => look(sandbox, path)),
    );
    for (const { html, element, status } of pages) {
      expect(status).toBe(200);
      expect(html).not.toMatch(/<script>alert|<img/);
      expect(element.querySelectorAll("[onerror]").length).toBe(0);
      expect(html).not.toMatch(/sk_live_1|secret-2/);
    }
    expect((await call(`${sandbox.control.url}/inspector/recording.json`)).text).not.toMatch(/sk_live_1|secret-2/);
    expect(pages[2]?.text).toContain("Authorization: [redacted]");
  });

  test.each(["/replay/0", "/replay/4", "/replay/-1", "/replay/1.5", "/replay/x", "/replay/constructor"])(
    "%s is no step",
    async (path) => {
      expect((await look(await open(), path)).status).toBe(404);
    },
  );
});

describe("the run of a sandbox", () => {
  test("is a recording too, which another sandbox opens", async () => {
    const merchant = await startMerchant();
    const { sandbox } = await startSandbox({ midtrans: merchant.url });
    sandbox.chaos.set("midtrans", "duplicate_webhook", { next: 1 });
    const created = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
      transaction_details: { order_id: "INV-1", gross_amount: 10_000 },
    });
    await sandbox.pay(textAt(created.json, "payment_url"), { method: "bca_va" });
    const { text } = await call(`${sandbox.control.url}/inspector/recording.json`);
    const { steps } = JSON.parse(text) as Recording;
    expect(steps.flatMap(({ entries }) => entries.map(({ kind }) => kind))).toEqual(
      expect.arrayContaining(["call", "webhook", "action"]),
    );
    const sent = steps.flatMap(({ entries }) => entries).filter(({ kind }) => kind === "webhook");
    expect(sent.map(({ request }) => request?.body)).toEqual(sandbox.deliveries.map(({ body }) => body));
    expect(sent.some(({ faults }) => faults?.includes("duplicate_webhook"))).toBe(true);
    expect((await look(sandbox, "/replay")).all("row").length).toBe(steps.length + 1);
    expect((await look(sandbox, `/replay/${steps.length}`)).status).toBe(200);

    const other = await open(fileWith(text));
    expect((await look(other, "/replay/1")).text).toContain("/v1/payment-links");
  });

  test("is empty at first", async () => {
    const { sandbox } = await startSandbox();
    expect((await look(sandbox, "/replay")).text).toContain("Nothing has happened yet.");
    expect((await look(sandbox, "/replay/1")).status).toBe(404);
  });
});

describe("what is no recording is refused", () => {
  const step = recording.steps[1];
  test.each<{ readonly replay: unknown; readonly problem: string }>([
    { replay: 1, problem: 'with the format "tautan-recording", but got 1' },
    { replay: {}, problem: "but got undefined" },
    {
      replay: { ...recording, version: 2 },
      problem: "expected a recording of version 1, but got version 2: open it with the version",
    },
    { replay: { ...recording, version: "1" }, problem: 'but got version "1"' },
    { replay: { ...recording, title: undefined }, problem: "title must be a text, but is absent" },
    { replay: { ...recording, violations: "none" }, problem: 'violations must be a list, but is "none"' },
    { replay: { ...recording, steps: [] }, problem: "steps must have one or more, but is []" },
    { replay: { ...recording, steps: [null] }, problem: "steps[0] must be an object, but is null" },
    {
      replay: { ...recording, steps: [{ ...step, atMs: 1.5 }] },
      problem: "steps[0].atMs must be milliseconds since 1970, but is 1.5",
    },
    { replay: { ...recording, steps: [{ ...step, atMs: 1e300 }] }, problem: "steps[0].atMs must be" },
    {
      replay: { ...recording, steps: [{ ...step, entries: [{ kind: "x", title: "" }] }] },
      problem: "steps[0].entries[0].kind must be one of",
    },
    {
      replay: { ...recording, steps: [{ ...step, entries: [{ kind: "call", title: "", request: { body: 1 } }] }] },
      problem: "steps[0].entries[0].request.body must be a text, but is 1",
    },
    {
      replay: { ...recording, steps: [{ ...step, rows: [{ table: "t", key: "1", values: { a: {} } }] }] },
      problem: "steps[0].rows[0].values.a must be a text, a number or null, but is {}",
    },
  ])("$problem", async ({ replay, problem }) => {
    await expect(createSandbox({ replay: replay as Recording })).rejects.toThrow(problem);
  });

  test("a file that is not there, is cut, or is another one", async () => {
    await expect(createSandbox({ replay: "/nowhere/recording.json" })).rejects.toThrow(
      /^createSandbox: replay: ENOENT.*\/nowhere\/recording\.json/,
    );
    await expect(createSandbox({ replay: fileWith(JSON.stringify(recording).slice(0, 500)) })).rejects.toThrow(
      /recording\.json is not JSON: /,
    );
    await expect(createSandbox({ replay: fileWith('{"name":"x"}') })).rejects.toThrow(/recording\.json: expected/);
    await expect(createSandbox({ replay: "" })).rejects.toThrow('but got ""');
  });
});
