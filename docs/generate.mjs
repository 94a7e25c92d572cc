// Writes content from code into READMEs and docs/gateways/*.md, between `<!-- generated: … -->` marks.
// Usage, after a build: node docs/generate.mjs [--check]
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { connectionOf, sandboxEntryOf } from "../.ci/checks/gateway-lists.mjs";
import { ROOT, row, writePages } from "./pages.mjs";

const built = (path) => import(join(ROOT, "packages", path));
const { createPaymentLinksFromConfig } = await built("core/dist/config.js");

/** For a driver without a simulator. */
const ANY_SECRET = new Proxy({}, { get: (_, name) => (name === "TAUTAN_SANDBOX" ? undefined : "test_x") });

/** The secrets that a page's sample names: the public keys of the simulator, so that each has the form that its driver requires. */
const environmentOf = async (name) => {
  const connection = connectionOf(ROOT, name);
  if (connection === undefined) return ANY_SECRET;
  const definitions = Object.values(await built(`sandbox/src/${name}/definition.ts`));
  const { credentials } = definitions.find((each) => each?.name === name);
  return sandboxEntryOf(connection, credentials).env;
};

/** The driver that a page in docs/gateways is about, created from the sample configuration on it. A driver needs only a page to be in the tables. */
const gatewayOf = async (page, changes = {}) => {
  const name = basename(page, ".md");
  const text = readFileSync(join(ROOT, page), "utf8");
  const [, title = name] = /^# (.+)$/m.exec(text) ?? [];
  const [, sample] = /^```json\n(.+?)^```$/ms.exec(text) ?? [];
  const config = sample ? JSON.parse(sample) : { default: name, gateways: { [name]: { driver: name } } };
  Object.assign(config.gateways[name], changes);
  const exported = Object.values(await built(`driver-${name}/dist/index.js`));
  const drivers = exported.filter((each) => typeof each === "object" && each?.name === name);
  const links = await createPaymentLinksFromConfig(config, { drivers, env: await environmentOf(name) });
  if (links.isErr()) throw new Error(`${page}: its sample configuration is refused: ${links.error.message}`);
  return { name, page, title, capabilities: links.value.gateway(name).capabilities };
};

const gateways = await Promise.all(
  globSync("docs/gateways/*.md", { cwd: ROOT })
    .filter((page) => basename(page) !== "README.md")
    .sort()
    .map((page) => gatewayOf(page)),
);

/** A page may have a table of its own for another version of its provider's API. */
const VERSION_MARK = /<!-- generated: (not offered by version (\d+)) -->/g;
const versionsOf = ({ page }) =>
  [...readFileSync(join(ROOT, page), "utf8").matchAll(VERSION_MARK)].map(async ([, mark, version]) => ({
    ...(await gatewayOf(page, { apiVersion: Number(version) })),
    mark,
  }));
const versions = await Promise.all(gateways.flatMap(versionsOf));

const YES = "yes";
const NO = "–";
const lacks = (capability) => typeof capability === "object" && capability !== null && "unsupported" in capability;
const number = (value) => (value > 1_000_000_000 ? "any" : value.toLocaleString("en-US"));

const OPERATIONS = {
  create: "Create a link",
  get: "Read it",
  find: "Find it by your reference",
  list: "List links",
  update: "Change it",
  close: "Close it",
  reopen: "Reopen it",
  delete: "Delete it",
  listHistories: "List its payments",
  listRecentHistories: "List the account's payments",
  getHistory: "Read one payment",
  listPaymentMethods: "List the account's methods",
  parseWebhook: "Read webhooks",
  confirm: "Confirm a webhook",
};

const PROVEN_BY = {
  signed: "everything",
  partly_signed: "not everything: confirm",
  token: "only the sender: confirm",
  unsigned: "nothing: confirm",
};

const durationOf = ({ windowMs, documented }) => {
  if (!documented) return "not documented";
  const minutes = windowMs / 60_000;
  return minutes === 0 ? NO : minutes < 120 ? `${minutes} minutes` : `${(minutes / 60).toFixed(1)} hours`;
};

const MAX_CODES_SHOWN = 10;
const currenciesOf = (codes) => (codes.length > MAX_CODES_SHOWN ? `${codes.length} currencies` : codes.join(", "));

const DURATIONS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];
const spellDuration = (ms) => {
  const [name, unitMs] = DURATIONS.find(([, each]) => ms % each === 0) ?? ["millisecond", 1];
  return `${ms / unitMs} ${name}${ms === unitMs ? "" : "s"}`;
};

const expiryOf = ({ never, moments, minLeadMs, maxLeadMs }) => {
  if (moments) return "never, or by the ledger";
  const bounds = [
    ...(minLeadMs === undefined ? [] : [`after ${spellDuration(minLeadMs)}`]),
    ...(maxLeadMs === undefined ? [] : [`within ${spellDuration(maxLeadMs)}`]),
  ].join(", ");
  return [bounds || YES, ...(never ? ["or never"] : [])].join(", ");
};

const FEATURES = {
  Currencies: (can) => currenciesOf(Object.keys(can.currencies)),
  "Uses per link, at most": (can) => {
    const { maxLimit, unlimited } = can.usage;
    if (!unlimited) return number(maxLimit);
    return maxLimit === 0 ? "unlimited only" : maxLimit === 1 ? "1 or unlimited" : "unlimited";
  },
  "Counts the payments of a link": (can) => (can.usage.counted === false ? "no: the ledger does" : YES),
  "An open payment holds a use": (can) => (can.usage.openPaymentsHoldUses ? YES : NO),
  Title: (can) => (lacks(can.title) ? NO : `${can.title.maxLength} characters`),
  Items: (can) =>
    lacks(can.items)
      ? NO
      : [
          can.items.maxCount === undefined ? YES : `${number(can.items.maxCount)} at most`,
          ...(can.items.negativePrices === false ? ["no discounts"] : []),
        ].join(", "),
  "Amount chosen by the payer": (can) => (lacks(can.openAmount) ? NO : YES),
  "Start in the future": (can) => (lacks(can.startsAt) ? NO : YES),
  Expiry: (can) => (lacks(can.expiresAt) ? NO : expiryOf(can.expiresAt)),
  "Changes of a link": (can) =>
    can.operations.update === true ? (can.changes === undefined ? "all fields" : can.changes.join(", ") || NO) : NO,
  "Payment methods": (can) => (lacks(can.methods) ? NO : `${can.methods.offered.length} methods`),
  Customer: (can) =>
    lacks(can.customer) ? NO : can.customer.required.length > 0 ? `${can.customer.required.join(", ")} required` : YES,
  "Provider writes to the customer": (can) => (!lacks(can.customer) && can.customer.contactedByProvider ? YES : NO),
  "Ask the payer for data": (can) =>
    lacks(can.collect)
      ? NO
      : can.collect.together
        ? "all or none"
        : can.collect.partNeedsCustomer
          ? "all, or some if the customer is given"
          : YES,
  "Always asks the payer for": (can) => can.alwaysCollects?.join(", ") || NO,
  "Redirect afterwards": (can) => (lacks(can.redirect) ? NO : YES),
  Metadata: (can) => (lacks(can.metadata) ? NO : YES),
  "Custom slug": (can) => (lacks(can.slug) ? NO : YES),
  "Webhooks prove": (can) => (can.operations.parseWebhook === true ? PROVEN_BY[can.webhooks.trust] : NO),
  "Paid webhook names the method": (can) => (can.webhooks.namesMethod ? YES : NO),
  "Repeats a webhook that is not accepted for": (can) => durationOf(can.webhooks.delivery),
  "Reports when money can be withdrawn": (can) => (can.settlementVisible ? YES : NO),
  "Closing ends open payments": (can) => (can.close?.endsOpenPayments ? YES : NO),
  "Recovery of a create with a lost response": (can) =>
    ({
      lookup: "lookup by reference",
      scan: "search of the list",
      replay: "idempotent retry",
      keyed: "retry under a key, then a read",
      none: "none: `unknown`",
    })[can.createRecovery],
};

const table = [
  row(["", ...gateways.map(({ title }) => title)]),
  row(["---", ...gateways.map(() => "---")]),
  ...Object.entries(OPERATIONS).map(([operation, label]) =>
    row([label, ...gateways.map(({ capabilities: can }) => (can.operations[operation] === true ? YES : NO))]),
  ),
  ...Object.entries(FEATURES).map(([label, cell]) =>
    row([label, ...gateways.map(({ capabilities }) => cell(capabilities))]),
  ),
].join("\n");

/** The unsupported features of a gateway, with the reasons that its errors contain. */
const missing = ({ capabilities }) => {
  const lines = (entries) =>
    entries
      .filter(([, capability]) => lacks(capability))
      .map(([name, { unsupported, instead }]) => row([`\`${name}\``, unsupported, instead ?? ""]));
  const { expiresAt } = capabilities;
  const moments = lacks(expiresAt) || !expiresAt.moments ? [] : [["expiresAt", expiresAt.moments]];
  const all = [
    ...lines(Object.entries(capabilities.operations)),
    ...lines(Object.entries(capabilities)),
    ...lines(moments),
  ];
  return all.length === 0 ? "Nothing." : [row(["", "why", "instead"]), row(["---", "---", "---"]), ...all].join("\n");
};

/** A file of an example, as it is type-checked or used there. */
const example = (path, of = "merchant") => {
  const text = readFileSync(join(ROOT, "examples", of, path), "utf8").trimEnd();
  return `\`\`\`${path.split(".").at(-1)}\n${text}\n\`\`\``;
};

/** A page of its own for each, and its package with what that is. */
const list = [
  row(["Gateway", "Package", ""]),
  row(["---", "---", "---"]),
  ...gateways.map(({ name, page, title }) => {
    const { description } = JSON.parse(readFileSync(join(ROOT, `packages/driver-${name}/package.json`), "utf8"));
    return row([
      `[${title}](${basename(page)})`,
      `[\`@tautan/driver-${name}\`](../../packages/driver-${name}/README.md)`,
      description,
    ]);
  }),
].join("\n");

const pages = [
  ["docs/gateways/README.md", "list", list],
  ["docs/reference/capabilities.md", "gateways", table],
  ["README.md", "ledger", example("readme/ledger.ts")],
  ["docs/guides/switch-gateways.md", "config", example("gateways.json")],
  ["docs/guides/switch-gateways.md", "switch", example("readme/switch.ts")],
  ["docs/guides/switch-gateways.md", "check", example("readme/check.ts")],
  ["docs/guides/test.md", "test", example("readme/test.ts")],
  ["docs/guides/your-own-store.md", "create", example("readme/create.ts")],
  ["docs/guides/your-own-store.md", "webhooks", example("readme/webhooks.ts")],
  ["packages/conformance/README.md", "subject", example("readme/subject.ts", "conformance")],
  ...gateways.map((gateway) => [gateway.page, "not offered", missing(gateway)]),
  ...versions.map((gateway) => [gateway.page, gateway.mark, missing(gateway)]),
];
writePages(pages);
