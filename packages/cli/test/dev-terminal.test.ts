// `tautan dev` as a person uses it: on a terminal, with its keys.
import { join, resolve } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { CONFIG, ENVIRONMENT_FILE, MERCHANT, nodeWith } from "./support/dev.ts";
import { projectOf } from "./support/project.ts";
import { loadPty, runOnTerminal, type TerminalProcess } from "./support/terminal.ts";

const loaded = await loadPty();
const pty = "pty" in loaded ? loaded.pty : undefined;
const unavailable = "missing" in loaded ? ` (NOT RUN: there is no pseudo-terminal: ${loaded.missing})` : "";
if (unavailable !== "") console.warn(`\ntautan dev was not tested on a terminal${unavailable}.\n`);

vi.setConfig({ testTimeout: 30_000 });

const BIN = join(resolve(import.meta.dirname, ".."), "src/bin.ts");
const quote = (word: string): string => `'${word}'`;
const [ENTER, DOWN, ESCAPE, CTRL_C] = ["\r", "\u001b[B", "\u001b", "\u0003"];

/** `after` is run by the same shell afterwards. */
const startDev = (
  words: readonly string[],
  { nodeOptions = [], after = ":" }: { nodeOptions?: readonly string[]; after?: string } = {},
): TerminalProcess => {
  if (!pty) throw new Error(unavailable);
  const { folder } = projectOf({
    "tautan.config.json": { ...CONFIG, gateways: { main: CONFIG.gateways.main } },
    "gateways.json": { ...CONFIG, gateways: { main: CONFIG.gateways.main } },
    "program.mjs": MERCHANT,
    ".env": ENVIRONMENT_FILE,
  });
  const line = [process.execPath, ...nodeOptions, "--conditions=@tautan/source", BIN, "dev", "--port", "0", ...words]
    .map(quote)
    .join(" ");
  return runOnTerminal(pty, `${line}; code=$?; ${after}; exit $code`, { folder });
};

/** A shell that prints whether the terminal reads lines and shows what is typed. */
const SHOW_MODE = "stty -a | tr ' ;' '\\n\\n' | grep -xE -- '-?(icanon|echo)' | tr '\\n' ' '";

const startWithProgram = async (): Promise<TerminalProcess> => {
  // The program listens on the port of the webhook URL.
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const dev = startDev(["--webhook-url", `http://127.0.0.1:${port}`, ...nodeWith("program.mjs", String(port))]);
  await dev.until(/program \| link http/);
  return dev;
};

/** Presses the keys one after the other, each once the screen shows the answer to the one before. */
const press = async (
  dev: TerminalProcess,
  ...steps: readonly (readonly [keys: string, answer: RegExp])[]
): Promise<void> => {
  for (const [keys, answer] of steps) {
    dev.press(keys);
    await dev.until(answer);
  }
};

describe.skipIf(!pty)(`the keys${unavailable}`, () => {
  test("without links and webhooks, each key gives the reason why nothing happens", async () => {
    const dev = startDev([]);
    await dev.until(/q quit/);
    await press(
      dev,
      ["p", /There is no link to pay/],
      ["w", /There is no webhook yet/],
      ["l", /There is no link yet/],
      ["r", /There is no program to start again/],
      ["?", /w {2}send a webhook again/],
      // Neither a letter without a meaning nor an arrow does anything.
      [`x${DOWN}l`, /There is no link yet/],
    );
    dev.press("q");
    expect(await dev.ended).toBe(0);
  });

  test("p pays, by the first method, another method, with a failure; w sends again; l lists", async () => {
    const dev = await startWithProgram();
    await press(
      dev,
      ["p", /INV-main Concert \(midtrans\), IDR 190,000[\s\S]*Pay it\n[\s\S]*Let the payment fail/],
      // A menu can be left.
      [ESCAPE, /■ {2}INV-main Concert/],
      ["l", /INV-main +midtrans +IDR 190,000 +open +http/],
      ["p", /Pay it by another method/],
      [`${DOWN}${DOWN}${ENTER}`, /INV-main: deny by \w+, IDR 190,000/],
      ["p", /Pay it by another method/],
      [`${DOWN}${ENTER}`, /By which method\?/],
      ["permata", /permata_va/],
      [ENTER, /INV-main: settlement by permata_va, IDR 190,000/],
      ["l", /INV-main +midtrans +IDR 190,000 +(paid|used_up)/],
      ["p", /There is no link to pay/],
      ["w", /Send which webhook again\?[\s\S]*#\d+ settlement of midtrans \(\d\d:\d\d:\d\d, answered with 200\)/],
      [ENTER, /Webhook #\d+ was sent again: answered with 200/],
    );
    expect(dev.text()).toMatch(/\d\d:\d\d:\d\d {2}midtrans {2}webhook {2}settlement #\d+ {2}200 {2}\d+ ms/);
    dev.press("q");
    expect(await dev.ended).toBe(0);
  });

  test("c sets a fault, which happens and is switched off; t moves the clock; r starts the program again", async () => {
    const dev = await startWithProgram();
    await press(
      dev,
      ["c", /Which fault\?/],
      [`${DOWN.repeat(3)}${ENTER}`, /How often\?/],
      [`${DOWN}${ENTER}`, /duplicate_webhook is set for every time at midtrans/],
      ["p", /Pay it/],
      [ENTER, /chaos: duplicate_webhook/],
      ["c", /Which fault\?[\s\S]*No faults any more\n/],
      [`\u001b[A${ENTER}`, /No faults any more\./],
      ["t", /It is \d{4}-\d\d-\d\d [\d:]{8} in the sandbox[\s\S]*1 day forward/],
      [`${DOWN}${ENTER}`, /It is \d{4}-\d\d-\d\d [\d:]{8} in the sandbox\./],
      ["r", /Your program is started again\.[\s\S]*listens on/],
    );
    const startedMs = performance.now();
    dev.press("p");
    dev.press(CTRL_C);
    expect(await dev.ended).toBe(130);
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  });

  test("the log waits while a menu is open", async () => {
    const dev = await startWithProgram();
    const [, inspector = ""] = /Inspector: (\S+)/.exec(dev.text()) ?? [];
    const [, link = ""] = /program \| link (\S+)/.exec(dev.text()) ?? [];
    await press(dev, ["t", /1 day forward/]);
    const paid = await fetch(`${inspector}/pay`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ link }),
    });
    expect(paid.status).toBe(200);
    expect(dev.text()).not.toContain("settlement");
    await press(dev, [ESCAPE, /webhook {2}settlement #\d+ {2}200/]);
  });
});

describe.skipIf(!pty)(`the terminal is as before${unavailable}`, () => {
  test.each<[string, (dev: TerminalProcess) => void, number]>([
    ["q", (dev) => dev.press("q"), 0],
    ["Ctrl-C", (dev) => dev.press(CTRL_C), 130],
    ["a menu and Ctrl-C", (dev) => dev.press(`t${CTRL_C}`), 130],
    ["an exception", (dev) => dev.press("z"), 1],
  ])("after %s", async (_, end, code) => {
    const crash = `process.stdin.on("data", (data) => { if (String(data) === "z") throw new Error("crash"); })`;
    const dev = startDev([], {
      nodeOptions: ["--import", `data:text/javascript,${encodeURIComponent(crash)}`],
      after: SHOW_MODE,
    });
    await dev.until(/q quit/);
    end(dev);
    expect(await dev.ended).toBe(code);
    expect(dev.text()).toMatch(/(^|\s)icanon echo$/);
  });
});
