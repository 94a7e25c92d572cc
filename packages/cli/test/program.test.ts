// The program itself: its help, what it does not understand, and how it ends.
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { COMMANDS } from "../src/commands/table.ts";
import { EXIT_CODES, EXIT_MEANINGS } from "../src/exit-codes.ts";
import { helpOfCommand, helpOfGroup, helpOfProgram } from "../src/frame/help.ts";
import { leavesOf } from "../src/frame/tree.ts";
import { plain } from "../src/output/text.ts";
import { VERSION } from "../src/version.ts";
import { projectOf } from "./support/project.ts";

const PACKAGE = join(import.meta.dirname, "..");
const DOCS = join(PACKAGE, "../../docs/reference/cli.md");

const MEMORY = { "tautan.config.json": { default: "memory", gateways: { memory: { driver: "memory" } } } };

test("the help of the program, of its groups and of its commands", async () => {
  const program = helpOfProgram(COMMANDS, VERSION);
  await expect(program).toMatchFileSnapshot("snapshots/help.txt");
  await expect(helpOfGroup("links", COMMANDS["links"] as never)).toMatchFileSnapshot("snapshots/help-links.txt");
  const texts = await Promise.all(
    ["links create", "links close", "histories", "check", "completion"].map(async (name) => {
      const leaf = Object.fromEntries(leavesOf(COMMANDS))[name]!;
      return helpOfCommand(name, leaf.summary, (await leaf.load()).COMMAND);
    }),
  );
  await expect(texts.join(`${"-".repeat(60)}\n`)).toMatchFileSnapshot("snapshots/help-of-commands.txt");
});

test("help and version are printed without a configuration, wherever the option is", async () => {
  const { run } = projectOf({});
  const [program, alone, group, command, version] = await Promise.all([
    run(["--help"]),
    run([]),
    run(["links", "-h"]),
    run(["links", "create", "--reference", "A", "--help"]),
    run(["--version"]),
  ]);
  expect(program).toEqual({ code: 0, stdout: helpOfProgram(COMMANDS, VERSION), stderr: "" });
  expect(alone).toEqual(program);
  expect([group.code, group.stdout.split("\n")[2]]).toEqual([0, "Usage: tautan links <command> [options]"]);
  expect([command.code, command.stdout.split("\n")[2]]).toEqual([0, "Usage: tautan links create [options]"]);
  expect(version).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: "" });
  expect(JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")).version).toBe(VERSION);
});

test.each([
  [["link"], "there is no command link", "Did you mean tautan links?"],
  [["links", "crate"], "there is no command links crate", "Did you mean tautan links create?"],
  [["create"], "there is no command create", "Did you mean tautan links create?"],
  [["constructor"], "there is no command constructor", "Run tautan --help"],
  [["--verbose"], "expected a command, got only --verbose", "Run tautan --help"],
  [["links", "--json"], "expected a command after tautan links", "Run tautan links --help"],
  [["links", "create", "--amuont", "190000"], "there is no option --amuont", "Did you mean --amount?"],
  [
    ["links", "create", "--title", "--amount", "1"],
    "expected a value after --title, got none",
    "write --title=--amount",
  ],
  [["links", "create", "--reference"], "expected a value after --reference, got none", ""],
  [["links", "create", "--quiet=yes"], "expected --quiet without a value, got one", ""],
  [["links", "create", "--title", "a", "--title", "b"], "expected --title once, got it several times", ""],
  [["links", "create", "--item", "Ticket:95000"], "--item: expected name:quantity:price", ""],
  [["links", "create", "--usage", "0"], '--usage: expected a whole number of at least 1 or unlimited, got "0"', ""],
  [["links", "create", "--expires-in", "1 day"], "--expires-in: expected a time such as 90s, 15m, 24h or 7d", ""],
  [["links", "create", "--metadata", "till"], "--metadata: expected key=value", ""],
  [["links", "create", "--from", "nowhere.json"], "--from: the file nowhere.json cannot be read", ""],
  [["links", "create", "INV-001"], 'expected no further argument, got "INV-001"', ""],
  [["links", "get"], "expected the argument <id>, got none", ""],
  [["links", "get", "  "], "expected the argument <id>, got none", ""],
  [["links", "list", "--limit", "101"], '--limit: expected a whole number from 1 to 100, got "101"', ""],
  [["links", "update", "memory:1", "--title", "x", "--clear", "title"], "--clear title: expected it or a value", ""],
  [["links", "update", "memory:1", "--clear", "amount"], "--clear: expected one of title, methods", ""],
  [
    ["links", "create", "--reference", "A", "--amount", "1000", "--enforce-expiry"],
    "--enforce-expiry: expected it only with a ledger in the configuration",
    "",
  ],
  [
    ["links", "update", "memory:1", "--expires-in", "2h", "--enforce-expiry"],
    "--enforce-expiry: expected it only with a ledger in the configuration",
    "",
  ],
  [["histories"], "expected the id of a link or --since, got none", ""],
  [["histories", "--since", "24h", "--paid"], "--paid: expected it only with the id of a link", ""],
  [["completion", "powershell"], '<shell>: expected one of bash, zsh, fish, got "powershell"', ""],
])("not understood: tautan %j", async (words, message, hint) => {
  const { run } = projectOf(MEMORY);
  const ran = await run(words);
  if (words.includes("--json")) {
    expect([ran.code, ran.stderr]).toEqual([2, ""]);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { kind: "usage", outcome: "not_sent" } });
    expect(ran.stdout).toContain(message);
  } else {
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain(`error usage ${message}`);
  }
  expect(ran.stdout + ran.stderr).toContain(hint);
});

/** A gateway that accepts calls and never answers. */
const silentGateway = async (onCall: () => void): Promise<string> => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", onCall);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s ends a call that hangs, with what is known of it", async (signal, code) => {
  let kill: ((signal: NodeJS.Signals) => void) | undefined;
  const baseUrl = await silentGateway(() => kill?.(signal));
  const midtrans = { driver: "midtrans", environment: "sandbox", baseUrl, serverKey: { env: "KEY" } };
  const { run } = projectOf({ "tautan.config.json": { default: "midtrans", gateways: { midtrans } } });
  const ran = await run(["links", "create", "--reference", "A", "--amount", "190000"], {
    env: { KEY: "SB-Mid-server-canary" },
    onStart: (child) => {
      kill = child;
    },
  });
  expect([ran.code, ran.stdout]).toEqual([code, ""]);
  expect(ran.stderr).toMatch(/^error aborted .+\nhint .+\n$/);
});

test("an older Node is refused, with the one that is needed", async () => {
  const { run } = projectOf(MEMORY);
  const versions = '{ value: { ...process.versions, node: "22.19.0" } }';
  const pretence = `data:text/javascript,Object.defineProperty(process, "versions", ${versions})`;
  const ran = await run(["gateways"], { nodeOptions: ["--import", pretence] });
  expect(ran).toEqual({
    code: 4,
    stdout: "",
    stderr: "error refused tautan needs Node 22.20 or later, and this is 22.19.0\n",
  });
});

test("a reader that has seen enough is not an error", async () => {
  const { run } = projectOf(MEMORY);
  expect(await run(["gateways", "--json"], { isRead: false })).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("colours only if they are asked for or the output is a terminal", async () => {
  const { run } = projectOf(MEMORY);
  const words = ["links", "create", "--reference", "A", "--amount", "190000"];
  const [piped, coloured, refused] = await Promise.all([
    run(words),
    run(words, { env: { FORCE_COLOR: "1" } }),
    run(words, { env: { NO_COLOR: "1" } }),
  ]);
  expect([piped.code, piped.stdout.includes("\u001b")]).toEqual([0, false]);
  expect(coloured.stdout).toContain("\u001b[32mactive");
  expect([refused.code, refused.stdout.includes("\u001b")]).toEqual([0, false]);
});

test("text of others contains nothing that a terminal obeys", () => {
  expect(plain("\u001b[31mRed\u001b[0m\u001b]0;title\u0007 a\r\nb\u0000\u202ec")).toBe("Red a  b  c");
  expect(plain("Konser – hari 1 🎫")).toBe("Konser – hari 1 🎫");
});

test("bash completes commands and options", async () => {
  const { run, folder } = projectOf({});
  const { stdout } = await run(["completion", "bash"]);
  const { execFileSync } = await import("node:child_process");
  const complete = (...words: string[]): string[] =>
    execFileSync(
      "bash",
      [
        "-c",
        `${stdout}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tautan; echo "\${COMPREPLY[*]}"`,
        "bash",
        ...words,
      ],
      {
        cwd: folder,
        encoding: "utf8",
      },
    )
      .trim()
      .split(" ");
  expect(complete("tautan", "li")).toEqual(["links"]);
  expect(complete("tautan", "links", "c")).toEqual(["create", "close"]);
  expect(complete("tautan", "links", "create", "--cur")).toEqual(["--currency"]);
  expect(complete("tautan", "completion", "z")).toEqual(["zsh"]);
});

test("docs/reference/cli.md names every command, and has the exit codes of the code", async () => {
  const text = readFileSync(DOCS, "utf8");
  for (const [name, leaf] of leavesOf(COMMANDS)) {
    const { COMMAND } = await leaf.load();
    const [, section = ""] = text.split(`\n### ${name}\n`);
    const described = section.split("\n### ")[0] ?? "";
    const missing = Object.keys(COMMAND.options).filter((option) => !described.includes(`--${option}`));
    expect([name, described.length > 0, missing]).toEqual([name, true, []]);
  }
  const rows = Object.entries(EXIT_CODES).map(
    ([name, code]) => `| ${code} | ${EXIT_MEANINGS[name as keyof typeof EXIT_MEANINGS]} |`,
  );
  expect(text).toContain(rows.join("\n"));
});
