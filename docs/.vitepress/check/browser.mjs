// Opens pages of every sort in a real browser, on a phone and on a desk, light and dark.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "@tautan/example-merchant/chromium";
import axe from "axe-core";
import { serveSite } from "./server.mjs";

/** One of each sort: text, code, wide tables, long lists, pictures, generated, Indonesian, and none. */
const PATHS = [
  "/",
  "/start",
  "/guides/webhooks",
  "/guides/switch-gateways",
  "/gateways/midtrans",
  "/reference/errors",
  "/reference/cli",
  "/reference/capabilities",
  "/reference/api/@tautan/core/config",
  "/readme",
  "/packages/sandbox/",
  "/decisions/kept-answers",
  "/id/start",
  "/no-such-page",
];
const WIDTHS = [390, 1280];
const SCHEMES = ["light", "dark"];

const findingsOf = async (page) => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate("axe.run()");
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.slice(0, 3).map(({ html }) => `axe ${impact} ${id}: ${html.slice(0, 160)}`),
  );
};

const overflowOf = (page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter(
      (each) => each.getBoundingClientRect().right > clientWidth + 1,
    );
    return [`${scrollWidth} px on a screen of ${clientWidth}: ${wide.at(-1)?.outerHTML.slice(0, 120)}`];
  });

/** The keyboard reaches the page's content, its sidebar and the search, and each stop can be seen. */
const keyboardProblems = async (page) => {
  const problems = [];
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement?.textContent?.trim());
  if (first !== "Skip to content") problems.push(`the first stop of the keyboard is "${first}"`);
  const reached = new Set();
  for (let stop = 0; stop < 25; stop += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const { activeElement } = document;
      const { width, height } = activeElement.getBoundingClientRect();
      return { name: activeElement.className || activeElement.tagName, isSeen: width > 0 && height > 0 };
    });
    if (!at.isSeen) problems.push(`the keyboard stops at ${at.name}, which cannot be seen`);
    reached.add(at.name);
  }
  if (reached.size < 4) problems.push(`the keyboard reaches only ${[...reached].join(", ")}`);
  await page.keyboard.press("Control+k");
  await page.waitForSelector(".VPLocalSearchBox input", { timeout: 5000 });
  await page.keyboard.type("duplicate_reference");
  await page.waitForSelector(".VPLocalSearchBox .result", { timeout: 10_000 });
  await page.keyboard.press("Enter");
  await page.waitForURL(/#|create|errors/, { timeout: 5000 });
  return problems;
};

/** The texts of the search: of its button, and of its box, which has found nothing. */
const searchTexts = async (page) => {
  await page.keyboard.press("Control+k");
  await page.waitForSelector(".VPLocalSearchBox input", { timeout: 5000 });
  await page.keyboard.type("qqqqqqqq");
  await page.waitForSelector(".VPLocalSearchBox .no-results", { timeout: 10_000 });
  return page.evaluate(() => {
    const parts = [...document.querySelectorAll(".DocSearch-Button, .VPLocalSearchBox, .VPSwitchAppearance")];
    return parts.flatMap((part) =>
      [part, ...part.querySelectorAll("*")].flatMap((each) => [
        ...["title", "aria-label", "placeholder"].map((name) => each.getAttribute(name) ?? ""),
        ...[...each.childNodes].flatMap(({ nodeType, data }) => (nodeType === Node.TEXT_NODE ? [data.trim()] : [])),
      ]),
    );
  });
};

/** Names of keys and the word that is searched for. */
const OF_EVERY_LANGUAGE = new Set(["", '"', "esc", "Ctrl", "K", "qqqqqqqq"]);

/** Texts of the search of the Indonesian pages that are those of the English ones. */
const untranslated = async (context, origin) => {
  const texts = [];
  const problems = [];
  for (const path of ["/start", "/id/start"]) {
    const opened = await openPage(context, origin, path);
    texts.push(new Set(await searchTexts(opened.page)));
    problems.push(...opened.problems);
    await opened.page.close();
  }
  const [english, indonesian] = texts;
  // With fewer, the search was not seen.
  if (english.size < 12) problems.push(`expected the texts of the search, found ${[...english].join(", ")}`);
  const same = [...indonesian].filter((text) => english.has(text) && !OF_EVERY_LANGUAGE.has(text));
  return [...problems, ...same.map((text) => `/id/start: "${text}" of the search is not in Indonesian`)];
};

const openPage = async (context, origin, path, { hasAxe = false, pictures } = {}) => {
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    const isMissingPage = path === "/no-such-page" && message.text().includes("404");
    if (["error", "warning"].includes(message.type()) && !isMissingPage) problems.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("data:"))
      problems.push(`loads ${request.url()}`);
  });
  await page.goto(`${origin}${path}`, { waitUntil: "networkidle" });
  problems.push(...(await overflowOf(page)));
  // What axe finds depends on the colours or on the width, so that half of the four views is enough.
  if (hasAxe) problems.push(...(await findingsOf(page)));
  if (pictures) await page.screenshot({ path: pictures });
  return { page, problems };
};

/** @returns the problems, and the number of pages that were looked at. `pictures` is a folder for screenshots */
export const checkInBrowser = async (dist, pictures) => {
  const launched = await launchChromium();
  if (!("browser" in launched)) return { problems: [], count: 0, missing: launched.missing };
  const { browser } = launched;
  const site = await serveSite(dist);
  const problems = [];
  let count = 0;
  try {
    if (pictures) mkdirSync(pictures, { recursive: true });
    for (const width of WIDTHS) {
      for (const colorScheme of SCHEMES) {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
        for (const path of PATHS) {
          const name = `${path.replace(/[^\w]+/g, "-")}-${width}-${colorScheme}`;
          const hasAxe = (width === WIDTHS[0]) === (colorScheme === "light");
          const opened = await openPage(context, site.origin, path, {
            hasAxe,
            pictures: pictures && join(pictures, `${name}.png`),
          });
          problems.push(...opened.problems.map((each) => `${path} at ${width} px, ${colorScheme}: ${each}`));
          await opened.page.close();
          count += 1;
        }
        await context.close();
      }
    }
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const { page } = await openPage(context, site.origin, "/start");
    problems.push(...(await keyboardProblems(page)).map((each) => `/start: ${each}`));
    problems.push(...(await untranslated(context, site.origin)));
  } finally {
    site.close();
    await browser.close();
  }
  return { problems, count };
};
