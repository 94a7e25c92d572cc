// The picture of `tautan dev` in the README: npm run pictures.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { launchChromium } from "@tautan/example-merchant/chromium";
import { expect, onTestFinished, test, vi } from "vitest";
import { CONFIG, ENVIRONMENT_FILE, MERCHANT } from "./support/dev.ts";
import { projectOf } from "./support/project.ts";
import { loadPty, runOnTerminal } from "./support/terminal.ts";

/** Where the pictures are wanted. */
const folderOfPictures = process.env["PICTURES"];
vi.setConfig({ testTimeout: 60_000 });

const BIN = join(resolve(import.meta.dirname, ".."), "src/bin.ts");
const ROWS = 41;

test.skipIf(folderOfPictures === undefined)("the picture of the terminal is small", async () => {
  const loaded = await loadPty();
  const launched = await launchChromium();
  if (!("pty" in loaded) || !("browser" in launched)) throw new Error("A pseudo-terminal and a Chromium are needed.");
  const { browser } = launched;
  onTestFinished(() => browser.close());

  const config = { default: "midtrans", gateways: { midtrans: CONFIG.gateways.main, xfers: CONFIG.gateways.xfers } };
  const { folder } = projectOf({
    "tautan.config.json": config,
    "gateways.json": config,
    "server.mjs": MERCHANT,
    ".env": ENVIRONMENT_FILE,
  });
  const node = `'${process.execPath}' --conditions=@tautan/source`;
  const dev = runOnTerminal(loaded.pty, `${node} ${BIN} dev -- ${node} server.mjs 3000`, {
    folder,
    rows: ROWS,
  });
  await dev.until(/program \| link http\S+[\s\S]*program \| link http/);
  const steps: readonly (readonly [string, RegExp])[] = [
    ["p", /Pay it/],
    ["\r", /INV-xfers: paid by/],
    ["c", /Which fault/],
    ["\u001b[B\u001b[B\u001b[B\r", /How often/],
    ["\r", /is set for the next time/],
    ["p", /Pay it/],
    ["\r", /INV-midtrans: settlement by/],
    ["w", /answered with 200/],
  ];
  for (const [keys, answer] of steps) {
    dev.press(keys);
    await dev.until(answer);
  }
  const page = await browser.newPage({ viewport: { width: 1000, height: 740 }, deviceScaleFactor: 1 });
  await page.setContent(
    `<style>body{margin:0;padding:16px;background:#101418}pre{margin:0;background:#101418!important;font:14px/17px "DejaVu Sans Mono",monospace}pre>div{background:#101418!important}</style>${dev.html()}`,
  );
  const picture = await page.locator("body").screenshot();
  expect(picture.byteLength).toBeLessThan(150_000);
  writeFileSync(join(folderOfPictures ?? "", "tautan-dev.png"), picture);
});
