import { execFile, execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { curlCommand, printed, type RepeatableCall, shellWord } from "../src/inspector/curl.ts";

const inShell = (script: string): Buffer => execFileSync("/bin/sh", ["-c", script]);

/** What a program would be given: the arguments of `curl`, and what it reads if one of them is `@-`. */
const givenTo = (command: string): { readonly args: readonly string[]; readonly input: Buffer } => {
  const fake = `curl() { for arg in "$@"; do printf '%s\\0' "$arg"; done; case "$*" in *@-*) cat;; esac; }`;
  const output = inShell(`${fake}\n${command}`);
  const args: string[] = [];
  let start = 0;
  while (args.at(-1) !== "--data-binary") {
    const end = output.indexOf(0, start);
    if (end === -1) return { args, input: output.subarray(start) };
    args.push(output.subarray(start, end).toString("utf8"));
    start = end + 1;
  }
  const end = output.indexOf(0, start);
  return { args: [...args, output.subarray(start, end).toString("utf8")], input: output.subarray(end + 1) };
};

const webhook = (more: Partial<RepeatableCall> = {}): RepeatableCall => ({
  method: "POST",
  url: "http://127.0.0.1:3000/webhooks/xfers?a=1&b=2",
  headers: { "Content-Type": "application/json", "Xfers-Signature": "ab12" },
  body: `{"name":"O'Brien $HOME \`id\` \\n !!"}`,
  ...more,
});

test("a command names the URL, each header and the body, and keeps curl from adding others", () => {
  expect(curlCommand(webhook())).toBe(
    `curl --include 'http://127.0.0.1:3000/webhooks/xfers?a=1&b=2' \\
  --header 'Content-Type: application/json' \\
  --header 'Xfers-Signature: ab12' \\
  --header 'Accept:' \\
  --header 'User-Agent:' \\
  --data-raw '{"name":"O'\\''Brien $HOME \`id\` \\n !!"}'`,
  );
  expect(
    curlCommand({
      method: "DELETE",
      url: "http://127.0.0.1:3000/v1/[x]/../y",
      headers: { host: "127.0.0.1:3000", connection: "close", "content-length": "0", accept: "*/*", "x-empty": "" },
      body: "",
    }),
  ).toBe(
    `curl --include --globoff --path-as-is --request DELETE 'http://127.0.0.1:3000/v1/[x]/../y' \\
  --header 'accept: */*' \\
  --header 'x-empty;' \\
  --header 'User-Agent:'`,
  );
});

test("basic authorization is written as user and password, where that is the same header", () => {
  const optionOf = (authorization: string): string | undefined =>
    curlCommand({ method: "GET", url: "http://127.0.0.1", headers: { authorization }, body: "" })
      .split(" \\\n  ")
      .find((line) => line.startsWith("--user") || line.includes("uthorization"));
  const basic = (text: string): string => `Basic ${Buffer.from(text, "latin1").toString("base64")}`;
  expect(optionOf(basic("key:"))).toBe("--user 'key:'");
  expect(optionOf(basic("user:it's:one"))).toBe(`--user 'user:it'\\''s:one'`);
  for (const other of [basic("no colon"), basic("caf\xe9:x"), "Basic a:b", "Bearer abc", "basic YTpi"]) {
    expect(optionOf(other)).toBe(`--header 'authorization: ${other}'`);
  }
});

test("what a page or a terminal would change is written with escapes", () => {
  expect(curlCommand(webhook({ headers: {}, body: "a\tb\r\n%\\'\u0000\u202e" }))).toMatch(
    /^printf 'a\\011b\\015\\012%%\\134\\047\\000\\342\\200\\256' \| curl .* --data-binary @-$/s,
  );
  expect(printed(Buffer.from("-n"))).toBe("printf '\\055n'");
});

describe("in a shell", () => {
  test("each byte comes out as it went in", () => {
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect(inShell(printed(everyByte))).toEqual(everyByte);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(inShell(printed(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 15 },
    );
  });

  test("a word is one argument with the same bytes", () => {
    const word = fc
      .uint8Array({ min: 1, maxLength: 200 })
      .map((bytes) => Buffer.from(bytes))
      .filter((bytes) => bytes.at(-1) !== 0x0a);
    fc.assert(
      fc.property(word, (bytes) => {
        expect(inShell(`printf '%s' ${shellWord(bytes)}`)).toEqual(bytes);
      }),
      { numRuns: 15 },
    );
  });

  test("headers and body are what was sent, whatever they hold", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(..."'\"$`\\!\n\t-@%{}#;&|<>*?~ a") }),
    );
    const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(text, value, (body, header) => {
        const sent = Buffer.from(body, "utf8");
        const { args, input } = givenTo(curlCommand(webhook({ headers: { "X-Any": header }, body })));
        const name = args.indexOf("--data-raw");
        const given = name === -1 ? input : Buffer.from(args[name + 1] ?? "", "utf8");
        expect(given).toEqual(sent);
        // Ill-formed UTF-8 is not for this comparison, which is of texts.
        const expected = Buffer.from(header === "" ? "X-Any;" : `X-Any: ${header}`, "latin1").toString("utf8");
        expect(args[args.indexOf("--header") + 1]).toBe(expected);
      }),
      { numRuns: 25 },
    );
  });

  test.skipIf(spawnSync("curl", ["--version"]).status !== 0)("curl sends the same request again", async () => {
    const received: unknown[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { host: _, "content-length": length, ...headers } = request.headers;
        const body = Buffer.concat(chunks);
        received.push({ method: request.method, url: request.url, headers, body: body.toString("latin1"), length });
        response.end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.close();
    });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const [method, path, headers, body] of [
      [
        "POST",
        "/hook?x=%20[1]",
        { "content-type": "application/json", "x-odd": "caf\xe9 'x'" },
        `@{"a":"'\u0000é\r\n"}`,
      ],
      ["POST", "/", { accept: "a/b", "x-none": "" }, "@file\n"],
      ["PUT", "/a/../b", { authorization: "Basic a2V5Og==" }, '{"a":1}'],
      ["GET", "/v1/links/a%2Fb", { authorization: "Bearer x", "user-agent": "undici" }, ""],
      ["DELETE", "/", {}, ""],
    ] as const) {
      const command = curlCommand({ method, url: `${origin}${path}`, headers, body });
      await promisify(execFile)("/bin/sh", ["-c", command], { env: { PATH: process.env["PATH"] } });
      const sent = Buffer.from(body, "utf8");
      expect(received.pop()).toEqual({
        method,
        url: path,
        headers,
        body: sent.toString("latin1"),
        length: body === "" ? undefined : String(sent.length),
      });
    }
  });
});
