import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";

/** A browser, or the reason why there is none. */
export type Launched = { readonly browser: Browser } | { readonly missing: string };

/** Launches the Chromium that `CHROMIUM` names, else the one that comes from npm, where it fits the platform. */
export const launchChromium = async (): Promise<Launched> => {
  const named = process.env["CHROMIUM"];
  if (named === undefined && !fitsPackage()) {
    return { missing: `the npm package has none for ${process.platform} ${process.arch}; name one in CHROMIUM` };
  }
  try {
    return { browser: await chromium.launch({ executablePath: named ?? (await unpackChromium()) }) };
  } catch (error) {
    return { missing: `it does not start: ${(error as Error).message.split("\n")[0]}` };
  }
};

const fitsPackage = (): boolean => {
  const { header } = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return process.platform === "linux" && process.arch === "x64" && header?.glibcVersionRuntime !== undefined;
};

/**
 * Unpacked once for each version, out of reach of other projects: the package itself would take any file called
 * chromium in the folder for temporary files, also half of one.
 */
const unpackChromium = async (): Promise<string> => {
  const cache = fileURLToPath(new URL("../node_modules/.cache", import.meta.url));
  const folder = join(cache, `chromium-${packageVersion()}`);
  if (existsSync(folder)) return join(folder, "chromium");
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(join(cache, "unpacking-"));
  const { TMPDIR } = process.env;
  process.env["TMPDIR"] = draft;
  try {
    const { default: packaged } = await import("@sparticuz/chromium");
    await packaged.executablePath();
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another run may have been first.
    if (!existsSync(folder)) throw error;
  } finally {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
  }
  return join(folder, "chromium");
};

const packageVersion = (): string => {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const { version } = JSON.parse(readFileSync(join(entry, "../../package.json"), "utf8")) as { version: string };
  return version;
};
