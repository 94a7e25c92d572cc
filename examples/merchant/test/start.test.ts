import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Report } from "../src/report.ts";

const START = fileURLToPath(new URL("../src/start.ts", import.meta.url));

/** What a person at the terminal can do. */
interface Terminal {
  type(text: string): void;
  /** Resolves with all that was printed, once the pattern is in it. */
  shows(pattern: RegExp): Promise<string>;
}

/** Runs what `npm start` runs, from the sources. */
const start = (
  parameters: readonly string[],
  until?: string,
  beforeStop: (stdout: string, terminal: Terminal) => Promise<void> = async () => {},
): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--conditions=@tautan/source", START, ...parameters]);
    let [stdout, stderr] = ["", ""];
    let isStopping = false;
    const terminal: Terminal = {
      type: (text) => child.stdin.write(text),
      async shows(pattern) {
        while (!pattern.test(stdout)) await once(child.stdout, "data");
        return stdout;
      },
    };
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (until === undefined || !stdout.includes(until) || isStopping) return;
      isStopping = true;
      beforeStop(stdout, terminal)
        .catch(reject)
        .finally(() => child.kill("SIGINT"));
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });

/** A connection on which nothing is said. */
const connected = async (url: string): Promise<void> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.on("error", () => {});
};

describe("npm start", () => {
  test("--once tells the story and ends with 0", async () => {
    const { code, stdout, stderr } = await start(["--once"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const key of ["midtrans", "xfers", "singapay"])
      expect(stdout).toContain(`\n${key}  (its API on http://127.0.0.1:`);
    expect(stdout).toMatch(/^The gateways below are simulated on this machine: nothing leaves it/);
    // One order on each gateway, then three on which things go wrong.
    for (const order of [/CONCERT-\w+-midtrans/, /CONCERT-\w+-xfers/, /CONCERT-\w+-singapay/, /MISHAP-\w+-[A-Z]+/]) {
      const delivered = stdout.match(
        new RegExp(`→ ${order.source} is paid: the tickets go out, once for this payment`, "g"),
      );
      expect(delivered).toHaveLength(order.source.startsWith("MISHAP") ? 3 : 1);
    }
    expect(stdout).toMatch(/ {2}webhook {2}midtrans:CONCERT-\w+-midtrans-\d{13} paid by virtual_account\/bca {2}\(/);
    expect(stdout).toMatch(/ {2}webhook {2}xfers:paymentlink_\w+%231 settled {2}\(/);
    expect(stdout).toMatch(
      / {2}webhook {2}singapay:\d+[0-9a-f]+ paid by \S+ {2}\(signature does not prove everything, so the gateway was asked/,
    );
    expect(stdout).toContain("Every step succeeded on every gateway.");
    expect(stdout).not.toContain("PROBLEM");
  });

  test("--once tells fields that were left out apart from operations that there are not", async () => {
    const { stdout } = await start(["--once"]);
    const [, midtrans = "", xfers = "", singapay = ""] = stdout.split(/\n\n\w+ {2}\(its API/);
    expect(xfers).toMatch(/ {2}left out usage: it allows a limit of 1 at most, got 3\n {11}items: /);
    expect(xfers).toMatch(
      / {2}cannot {3}find, list, update, reopen, delete, listRecentHistories, listPaymentMethods$/m,
    );
    expect(midtrans).not.toContain("left out");
    expect(midtrans).toMatch(/ {2}cannot {3}list, update, reopen, listRecentHistories, listPaymentMethods$/m);
    expect(singapay).toContain("  left out customer: ");
    expect(singapay).not.toContain("cannot");
  });

  test("--once shows a webhook that comes twice, a handler that fails, and a webhook that never comes", async () => {
    const { stdout } = await start(["--once"]);
    const mishaps = stdout.slice(stdout.indexOf("\n\nThings go wrong, on purpose  (at midtrans)\n"));
    expect(mishaps.replace(/\bMISHAP-\w+-/g, "").split("\n")).toEqual(
      expect.arrayContaining([
        "  webhook  the same again: it was received before, and nothing is written",
        "           → the handler fails after its write (the printer is out of paper): the write is undone",
        "  again    two seconds later, the handler is called again",
        expect.stringMatching(/^ {2}ask {6}two hours later, reconcile asks .+: midtrans:SILENT-\d{13}$/),
      ]),
    );
    expect(mishaps.match(/→ .* is paid/g)?.map((line) => /-(\w+) is/.exec(line)?.[1])).toEqual([
      "TWICE",
      "BROKEN",
      "SILENT",
    ]);
  });

  test("--json prints one report and nothing else", async () => {
    const { code, stdout, stderr } = await start(["--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const report = JSON.parse(stdout) as Report;
    expect(report.ok).toBe(true);
    expect(report.mishaps).toMatchObject({ gateway: "midtrans", duplicates: 1, failures: 1, problems: [] });
    expect(report.mishaps.tickets).toHaveLength(3);
    expect(report.mishaps.missed).toEqual(report.mishaps.tickets.slice(2));
    expect(report.gateways.map((each) => each.gateway)).toEqual(["midtrans", "xfers", "singapay"]);
    for (const each of report.gateways) {
      expect(each.problems).toEqual([]);
      expect(each.link).toMatchObject({ gateway: each.gateway, usage: { used: 1 } });
      expect(each.histories).toMatchObject([{ isPaid: true, linkId: each.link?.id }]);
      expect(each.observations.length).toBeGreaterThan(1);
      expect(each.unsupported.length).toBeGreaterThan(0);
      expect(each.unsupported[0]?.reason).not.toBe("");
    }
  });

  test("without options it stays up, with links to pay and the addresses, until it is stopped", async () => {
    const { code, stdout } = await start([], "Stop with Ctrl+C.");
    expect(code).toBe(0);
    const invited = stdout.slice(stdout.indexOf("Still running"));
    expect(invited).toMatch(/\n {2}http:\/\/127\.0\.0\.1:\d+\/inspector\n/);
    expect(invited).toMatch(/midtrans http:\/\/127\.0\.0\.1:\d+\/payment-links\/[0-9a-f]{32}/);
    expect(invited).toMatch(/xfers {4}http:\/\/127\.0\.0\.1:\d+\/paymentlink_/);
    expect(invited).toMatch(/singapay http:\/\/127\.0\.0\.1:\d+\/b2b\/TRY-/);
    expect(invited).toMatch(/merchant http:\/\/127\.0\.0\.1:\d+\/webhooks\/\{gateway\}/);
  });

  test("makes more links when Enter is pressed, also after a reset, and hears of their payments", async () => {
    const { stdout } = await start([], "Stop with Ctrl+C.", async (invitation, terminal) => {
      const [, control = ""] = /(http:\S+)\/inspector/.exec(invitation) ?? [];
      const post = (path: string, body: object): Promise<Response> =>
        fetch(control + path, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
        });
      await post("/reset", {});
      terminal.type("\n");
      const more = (await terminal.shows(/b2b\/TRY-\w+-2-singapay\n/)).slice(invitation.length);
      await post("/pay", { link: /xfers +(\S+)/.exec(more)?.[1] });
      await terminal.shows(/Press Enter[^]*%231 paid/);
    });
    expect(stdout).not.toContain("PROBLEM");
  });

  test("ends when it is stopped, whoever keeps a connection open", async () => {
    const addresses: string[] = [];
    const { code } = await start([], "Stop with Ctrl+C.", async (stdout) => {
      addresses.push(...new Set(stdout.match(/http:\/\/127\.0\.0\.1:\d+/g)));
      // Browsers open a connection ahead, and the server would wait a minute for what they will say.
      for (const address of addresses) await connected(address);
    });
    expect(code).toBe(0);
    expect(addresses).toHaveLength(5);
  });

  test("takes free ports where something else has the usual ones", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(4101, "127.0.0.1", resolve).on("error", () => resolve()));
    expect((await start(["--once"])).code).toBe(0);
    server.close();
  });

  test.each([[["--twice"]], [["once"]]])("%j is refused with the usage and code 2", async (parameters) => {
    const { code, stdout, stderr } = await start(parameters);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Usage: npm start");
  });

  test("--help", async () => {
    expect(await start(["--help"])).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("--json") });
  });
});

describe("npm start -- --gateways", () => {
  test("takes other gateways, with the same story on each", async () => {
    const { code, stdout, stderr } = await start(["--once", "--gateways", "stripe,xendit"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const key of ["stripe", "xendit"]) expect(stdout).toContain(`\n${key}  (its API on http://127.0.0.1:`);
    expect(stdout).not.toMatch(/\n(?:midtrans|xfers|singapay) {2}\(its API/);
    expect(stdout).toContain("Every step succeeded on every gateway.");
  });

  test.each(["nope", "stripe,nope", ""])("refuses %j with the list", async (names) => {
    const { code, stdout, stderr } = await start(["--once", "--gateways", names]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(
      `--gateways: expected some of midtrans,xfers,singapay,xendit,stripe, got ${JSON.stringify(names)}`,
    );
  });
});
