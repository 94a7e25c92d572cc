// tautan webhooks verify names the cause of every fault of the table, whatever form the delivery has.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { allWebhookFaults, type WebhookFault } from "@tautan/example-conformance/webhook-faults";
import { describe, expect, onTestFinished, test } from "vitest";
import { runHere } from "./support/in-process.ts";
import { jsonOf, projectOf, type Ran } from "./support/project.ts";
import { openSandboxProject } from "./support/sandbox-project.ts";
import { serve } from "./support/serve.ts";
import { TABLES } from "./support/webhook-tables.ts";

const WEBHOOK_FAULTS = allWebhookFaults(TABLES);

/** How a person has a delivery. */
const FORMS = {
  json: ({ request }: WebhookFault) => JSON.stringify(request),
  dump: ({ request: { method, url, headers, body } }: WebhookFault) =>
    [
      `${method} ${url} HTTP/1.1`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      "",
      body as string,
    ].join("\r\n"),
} as const;

const verify = async (fault: WebhookFault, form: keyof typeof FORMS, ...more: string[]): Promise<Ran> => {
  const { folder } = projectOf({ "tautan.config.json": fault.config });
  writeFileSync(join(folder, "delivery"), FORMS[form](fault));
  const words = ["webhooks", "verify", "-g", fault.gateway, "--request", "delivery"];
  const publicUrl = fault.publicUrl === undefined ? [] : ["--public-url", fault.publicUrl];
  return runHere(folder, [...words, ...publicUrl, ...more], { env: fault.env, nowMs: fault.nowMs });
};

const HEX = /[0-9a-f]{16}/i;

describe.each(Object.keys(FORMS) as (keyof typeof FORMS)[])("of %s", (form) => {
  const faults = WEBHOOK_FAULTS.filter(({ request }) => form === "json" || typeof request.body === "string");
  test.each(faults.map((fault) => [fault.name, fault] as const))("%s", async (_, fault) => {
    const { cause, gateway, shows = {}, env } = fault;
    const ran = await verify(fault, form, "--json");
    expect(ran.stderr).toBe("");
    expect(jsonOf(ran)).toMatchObject({ cause, gateway, ...shows });
    expect(ran.code).toBe(cause === "genuine" ? 0 : 4);
    const secrets = [...Object.values(env), "random-token", "INV-001", "Jerry", "from=pay"];
    expect(secrets.filter((secret) => ran.stdout.includes(secret))).toEqual([]);
    expect(ran.stdout).not.toMatch(HEX);
  });
});

const faultNamed = (name: string): WebhookFault => {
  const found = WEBHOOK_FAULTS.find((each) => each.name === name);
  if (!found) throw new Error(`there is no fault ${name}`);
  return found;
};

describe("the parts of a delivery as options", () => {
  const fault = faultNamed("singapay: nothing is wrong");
  const { method, url, headers, body } = fault.request;
  const files = (more: Readonly<Record<string, string>> = {}) => ({
    "tautan.config.json": fault.config,
    body: body as string,
    headers: Object.entries(headers)
      .map((each) => each.join(": "))
      .join("\n"),
    "headers.json": JSON.stringify(headers),
    ...more,
  });
  const run = (folder: string, ...words: string[]): Promise<Ran> =>
    runHere(folder, ["webhooks", "verify", ...words], { env: fault.env, nowMs: fault.nowMs });

  test.each([
    ["each header", Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`])],
    ["a file of lines", ["--headers", "headers"]],
    ["a JSON file", ["--headers", "headers.json"]],
  ])("%s", async (_, words) => {
    const { folder } = projectOf(files());
    const ran = await run(folder, "--body", "body", "--url", url, ...words, "--method", method);
    expect(ran).toEqual({ code: 0, stdout: expect.stringMatching(/^genuine singapay\n/), stderr: "" });
  });

  test("an option overrides that part of the request", async () => {
    const { folder } = projectOf(files({ request: JSON.stringify(fault.request) }));
    const words = ["--request", "request", "--header", "X-Signature: 00"];
    const ran = await run(folder, ...words, "--quiet");
    expect([ran.code, ran.stdout]).toEqual([4, "signature_malformed\n"]);
  });

  test.each([
    ["neither request nor body", []],
    ["both", ["--request", "body", "--body", "body"]],
    ["no such file", ["--request", "nowhere"]],
    ["no such body", ["--body", "nowhere"]],
    ["no such headers", ["--body", "body", "--headers", "nowhere"]],
    ["a header without a colon", ["--body", "body", "--header", "X-Signature"]],
    ["a URL that is none", ["--body", "body", "--url", "shop.example/webhooks"]],
    ["a public URL that is none", ["--body", "body", "--public-url", "shop.example/webhooks"]],
    ["text that is no request", ["--request", "text"]],
    ["JSON that is no request", ["--request", "array.json"]],
    ["JSON without a body", ["--request", "headers.json"]],
    ["JSON with other headers", ["--request", "other.json"]],
    ["a curl command that is cut", ["--request", "cut"]],
    ["a curl command with an option that changes the request", ["--request", "proxy"]],
  ])("refused: %s", async (_, words) => {
    const { folder } = projectOf(
      files({
        text: "Mid-canary-text",
        "array.json": "[1, 2]",
        "other.json": '{ "headers": { "a": 1 }, "body": "" }',
        cut: "curl 'https://shop.example/Mid-canary-text",
        proxy: "curl --data-raw x --next https://shop.example/Mid-canary-text",
      }),
    );
    const ran = await run(folder, ...words);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toMatch(/^error usage .+\nhint .+\n$/);
    expect(ran.stderr).not.toContain("canary");
  });

  test("a gateway that is not configured", async () => {
    const { folder } = projectOf(files());
    const ran = await run(folder, "--body", "body", "-g", "nope", "--json");
    expect([ran.code, jsonOf(ran)]).toMatchObject([3, { cause: "unknown_gateway" }]);
  });
});

describe("forms of a dump", () => {
  const fault = faultNamed("xfers: nothing is wrong");
  const { headers, body } = fault.request;
  const head = ["POST /webhooks/xfers HTTP/1.1", ...Object.entries(headers).map((each) => each.join(": "))];
  const chunks = (text: string): string => {
    const parts = [text.slice(0, 20), text.slice(20)];
    return [...parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`), "0\r\n\r\n"].join("");
  };
  const text = body as string;

  test.each([
    ["line ends of a file", [...head, "", text].join("\n")],
    ["a line end that an editor has added", [...head, `Content-Length: ${text.length}`, "", `${text}\n`].join("\r\n")],
    ["chunks", [...head, "Transfer-Encoding: chunked", "", chunks(text)].join("\r\n")],
    ["chunks that the dump does not show", [...head, "Transfer-Encoding: chunked", "", text].join("\r\n")],
    ["no version", [head[0]?.replace(" HTTP/1.1", ""), ...head.slice(1), "", text].join("\r\n")],
  ])("%s", async (_, dump) => {
    const { folder } = projectOf({ "tautan.config.json": fault.config, dump });
    // Without --gateway: the end of the path names it.
    const ran = await runHere(folder, ["webhooks", "verify", "--request", "dump"], { env: fault.env });
    expect(ran.stdout).toMatch(/^genuine xfers\n/);
  });
});

test("a webhook of the sandbox: its record as JSON, and the curl command of its inspector on standard input", async () => {
  const { sandbox, project, close } = await openSandboxProject();
  onTestFinished(close);
  const url = await serve(() => ({ status: 200 }));
  for (const gateway of ["midtrans", "xfers", "singapay"] as const) {
    sandbox.setWebhookUrl(gateway, `${url}/hooks/${gateway}`);
    const more = gateway === "xfers" ? ["--customer-name", "Sari", "--customer-email", "s@example.test"] : [];
    const phone = gateway === "xfers" ? ["--customer-phone", "+628110000001"] : [];
    const title = gateway === "singapay" ? "Tom\u200b's \\ 100% & “day”" : "Tom's day";
    const words = ["links", "create", "-g", gateway, "--reference", "INV-1", "--amount", "10000", "--title", title];
    const created = await runHere(project.folder, [...words, ...more, ...phone, "--json"]);
    expect(created.code).toBe(0);
    await sandbox.pay(jsonOf(created).url);
  }
  expect(sandbox.deliveries.length).toBeGreaterThanOrEqual(3);
  for (const [at, delivery] of sandbox.deliveries.entries()) {
    writeFileSync(join(project.folder, "record.json"), JSON.stringify(delivery));
    const recorded = await runHere(project.folder, ["webhooks", "verify", "--request", "record.json", "--json"]);
    expect(jsonOf(recorded)).toMatchObject({ cause: "genuine", gateway: delivery.provider });
    const page = await (await fetch(`${sandbox.control.url}/inspector/deliveries/${at + 1}`)).text();
    const [, escaped = ""] = /<textarea id="curl"[^>]*>([^<]*)/.exec(page) ?? [];
    const entities: Record<string, string> = { "&amp;": "&", "&#39;": "'", "&quot;": '"', "&lt;": "<", "&gt;": ">" };
    writeFileSync(
      join(project.folder, "curl.sh"),
      escaped.replace(/&[#\w]+;/g, (each) => entities[each] ?? each),
    );
    const copied = await runHere(project.folder, ["webhooks", "verify", "--request", "curl.sh", "--json"]);
    expect(jsonOf(copied)).toMatchObject({ cause: "genuine", gateway: delivery.provider });
  }
  const [first] = sandbox.deliveries;
  const piped = await project.run(["webhooks", "verify", "--request", "-"], { input: JSON.stringify(first) });
  expect(piped).toEqual({ code: 0, stdout: expect.stringMatching(/^genuine midtrans\n/), stderr: "" });
  const forged = await project.run(["webhooks", "verify", "--body", "-", "-g", "xfers"], { input: first?.body ?? "" });
  expect([forged.code, forged.stdout]).toEqual([4, expect.stringMatching(/^refused xfers \w+\n/)]);
});
