// The files whose content depends on the gateways.
import type { Choices, Gateway } from "./choices.ts";
import { GATEWAY_PARTS, identifierOf, keyOf, serverOf, urlVariableOf } from "./gateway-parts.ts";

const lines = (...parts: readonly (string | readonly string[])[]): string => `${parts.flat().join("\n")}\n`;

const entryOf = (gateway: Gateway): readonly string[] => {
  const { secrets } = GATEWAY_PARTS[gateway];
  const values = secrets.map(({ variable, option, isList }) => {
    const named = `{ env: "${variable}" }`;
    return `      ${option}: ${isList ? `[${named}]` : named},`;
  });
  return [
    `    ${keyOf(gateway)}: {`,
    `      driver: "${gateway}",`,
    "      environment,",
    `      baseUrl: process.env["${urlVariableOf(gateway)}"],`,
    ...values,
    "    },",
  ];
};

/** tautan.config.ts */
export const configOf = ({ database, gateways }: Pick<Choices, "database" | "gateways">): string =>
  lines(
    "// Secrets are in the environment: this file only names them.",
    'import { defineConfig } from "tautan";',
    "",
    '// "production" takes real money. npm run dev and npm test always use the gateways on this machine.',
    'const environment = process.env["TAUTAN_ENVIRONMENT"] ?? "sandbox";',
    database === "sqlite" ? ['export const databaseFile = process.env["DATABASE_FILE"] ?? "shop.db";'] : [],
    "",
    "export default defineConfig({",
    `  default: "${gateways[0]}",`,
    "  gateways: {",
    gateways.flatMap(entryOf),
    "  },",
    `  ledger: { database: ${database === "sqlite" ? "databaseFile" : '{ env: "DATABASE_URL" }'} },`,
    "});",
  );

/** src/links.ts */
export const linksOf = ({ database, gateways }: Pick<Choices, "database" | "gateways">): string =>
  lines(
    "// The gateways of tautan.config.ts, and the ledger: links and payments in the database of the orders.",
    'import { createPaymentLinksFromConfig } from "@tautan/core/config";',
    gateways.toSorted().map((gateway) => `import { ${identifierOf(gateway)} } from "@tautan/driver-${gateway}";`),
    `import { createLedger, ${database} } from "@tautan/ledger";`,
    'import config from "../tautan.config.ts";',
    'import { database } from "./database.ts";',
    "",
    "const { ledger: _, ...settings } = config;",
    `const drivers = [${gateways.map(identifierOf).join(", ")}];`,
    "const loaded = await createPaymentLinksFromConfig(settings, { drivers, env: process.env });",
    "if (loaded.isErr()) throw new Error(`tautan.config.ts: ${loaded.error.message} ${loaded.error.hint}`);",
    "",
    "export const ledger = createLedger({",
    "  links: loaded.value,",
    `  database: ${database}(database),`,
    "  onProblem: (problem) => {",
    "    // The route of the webhooks reports those that it refuses.",
    '    if (problem.kind !== "delivery_refused") console.warn(problem.message, problem.hint);',
    "  },",
    "});",
  );

/** Fills in src/checkout.ts: a gateway may need to know the customer, and another may not take one. */
export const checkoutOf = (template: string, { gateways }: Pick<Choices, "gateways">): string => {
  const needing = gateways.filter((gateway) => GATEWAY_PARTS[gateway].needsCustomer);
  const hasCustomer = needing.length > 0;
  const titles = needing.map((gateway) => GATEWAY_PARTS[gateway].title).join(" and ");
  const customer = [
    `    // ${titles} ${needing.length === 1 ? "requires" : "require"} all three: use those of your customer.`,
    '    customer: { name: "Sari Dewi", email: "sari@example.com", phone: "+628110000001" },',
    "",
  ].join("\n");
  return template
    .replace("    // {{customer}}\n", hasCustomer ? customer : "")
    .replace('["redirect"]', hasCustomer ? '["customer", "redirect"]' : '["redirect"]');
};

/** src/gateways.ts */
export const gatewaysOf = ({ gateways }: Pick<Choices, "gateways">): string =>
  lines(
    `export type Gateway = ${gateways.map((gateway) => `"${gateway}"`).join(" | ")};`,
    "",
    "/** The gateways that the shop offers: those of tautan.config.ts. */",
    `export const GATEWAYS: readonly Gateway[] = [${gateways.map((gateway) => `"${gateway}"`).join(", ")}];`,
  );

/** scripts/sandbox.ts */
export const sandboxOf = ({ gateways }: Pick<Choices, "gateways">): string =>
  lines(
    "// The gateways on this machine: their APIs, payment pages and signed webhooks, without an account.",
    'import { createSandbox, type Sandbox } from "@tautan/sandbox";',
    'import { GATEWAYS, type Gateway } from "../src/gateways.ts";',
    "",
    "interface Options {",
    "  /** Where the shop receives webhooks. */",
    "  readonly shopUrl?: string;",
    "  /** Keeps links and payments across restarts. */",
    "  readonly stateFile?: string;",
    "}",
    "",
    "interface Started {",
    "  readonly sandbox: Sandbox<Gateway>;",
    "  /** The variables with which tautan.config.ts finds it. */",
    "  readonly environment: Readonly<Record<string, string>>;",
    "}",
    "",
    "export const startSandbox = async ({ shopUrl, ...options }: Options = {}): Promise<Started> => {",
    "  const sandbox = await createSandbox({ ...options, gateways: GATEWAYS });",
    "  for (const gateway of GATEWAYS) {",
    "    if (shopUrl) sandbox.setWebhookUrl(gateway, `${shopUrl}/webhooks/${gateway}`);",
    "  }",
    "  const environment = {",
    '    TAUTAN_ENVIRONMENT: "sandbox",',
    gateways.flatMap((gateway) => {
      const { basePath, secrets } = GATEWAY_PARTS[gateway];
      const server = serverOf(gateway);
      const url = basePath === "" ? `${server}.url` : `\`\${${server}.url}${basePath}\``;
      return [
        `    ${urlVariableOf(gateway)}: ${url},`,
        ...secrets.map(({ variable, credential }) => `    ${variable}: ${server}.credentials.${credential},`),
      ];
    }),
    "  };",
    "  return { sandbox, environment };",
    "};",
  );

/** .env.example */
export const environmentOf = ({ framework, database, gateways }: Choices): string =>
  lines(
    "# Copy this file to .env, which must not get into Git. npm run dev and npm test need no keys.",
    database === "postgres" ? ["DATABASE_URL=postgres://shop:shop@127.0.0.1:5432/shop"] : [],
    "# The public address of the shop: payers return to it.",
    "# SHOP_URL=https://shop.example",
    "# With this, real money is taken.",
    "# TAUTAN_ENVIRONMENT=production",
    gateways.flatMap((gateway) => [
      `# ${GATEWAY_PARTS[gateway].title}: the keys of your account`,
      ...GATEWAY_PARTS[gateway].secrets.map(({ variable }) => `# ${variable}=`),
    ]),
    framework === "next" ? [] : ["# PORT=3000"],
  );

/** README.md */
export const readmeOf = ({ name, framework, database, gateways }: Choices): string => {
  const titles = gateways.map((gateway) => GATEWAY_PARTS[gateway].title).join(", ");
  const routes = framework === "next" ? "`app/`" : "`src/app.ts`";
  const webhooks = gateways.map((gateway) => `\`https://shop.example/webhooks/${gateway}\``);
  return lines(
    `# ${name}`,
    "",
    `A shop that takes payments by links of ${titles}, with [Tautan](https://www.npmjs.com/package/tautan).`,
    "",
    "```sh",
    "npm install",
    database === "postgres"
      ? ["cp .env.example .env", "docker compose up --wait # or your own PostgreSQL in .env"]
      : [],
    "npm run dev",
    "```",
    "",
    `It starts the APIs of ${titles} on this machine and the shop against them, and prints a link. Open it and pay: the page of the order`,
    "turns paid. No account is needed, and nothing leaves this machine. The second address that it prints shows every call and webhook.",
    "",
    "`npm test` pays a link in the same way, repeats its webhook, and expects the order to be paid exactly once.",
    "",
    "| File | |",
    "|---|---|",
    "| `tautan.config.ts` | the gateways. `npx tautan` reads it too: `npx tautan --help` |",
    "| `src/links.ts` | the ledger: links and payments in your database |",
    "| `src/checkout.ts` | makes an order and its link |",
    "| `src/orders.ts` | the table of orders, and `onEvent`, which marks one as paid |",
    "| `src/worker.ts` | calls `onEvent`, once for each event |",
    `| ${routes} | the pages, and the route of the webhooks |`,
    "",
    "## Go live",
    "",
    "1. Copy `.env.example` to `.env`. Write the keys of your account into it, `SHOP_URL`, and `TAUTAN_ENVIRONMENT=production`.",
    "2. Set the webhook URL in the dashboard of each gateway, with your own domain:",
    webhooks.map((url) => `   - ${url}`),
    `3. ${framework === "next" ? "`npm run build`, then `npm start`" : "`npm start`"}.`,
    "",
    "To try the gateway's own sandbox first, leave `TAUTAN_ENVIRONMENT` out and use the keys of the sandbox.",
    "Begin with an empty database when you go live: the ledger does not know of which environment a link is.",
    "",
    "An order whose `attention` is set needs a person: money came that is not what was asked for, or went back. A payment without an order",
    "stays in the ledger: `npx tautan ledger events` lists it.",
    database === "sqlite"
      ? [
          "",
          "Orders are in `shop.db`; `npm run dev` has its own files, `dev.db` and `sandbox.db`, which you can delete.",
        ]
      : [
          "",
          "`npm run dev` keeps the gateways' side in `sandbox.db`. Use another database for it than for real orders.",
        ],
  );
};

/** test/shop.test.ts. `server` is the module with `startShop`. */
export const testOf = (server: "./start-shop.ts" | "../src/app.ts"): string =>
  lines(
    "// Payments on this machine: the gateways' APIs, payment pages and signed webhooks. Nothing leaves it.",
    'import { afterAll, beforeAll, expect, test } from "vitest";',
    'import { startSandbox } from "../scripts/sandbox.ts";',
    'import { GATEWAYS } from "../src/gateways.ts";',
    'import { useTestDatabase } from "./use-test-database.ts";',
    "",
    "const { sandbox, environment } = await startSandbox();",
    "Object.assign(process.env, environment);",
    "const dropDatabase = await useTestDatabase();",
    `const { startShop } = await import("${server}");`,
    'const { checkout } = await import("../src/checkout.ts");',
    'const { closeDatabase } = await import("../src/database.ts");',
    'const { ledger } = await import("../src/links.ts");',
    'const { findOrder, onEvent } = await import("../src/orders.ts");',
    "",
    "const shop = await startShop(0);",
    "beforeAll(() => {",
    "  for (const gateway of GATEWAYS) sandbox.setWebhookUrl(gateway, `${shop.url}/webhooks/${gateway}`);",
    "});",
    "afterAll(async () => {",
    "  await shop.close();",
    "  await ledger.end();",
    "  await closeDatabase();",
    "  await dropDatabase();",
    "  await sandbox.close();",
    "});",
    "",
    "/** Handles all events that wait, as the worker does. */",
    "const handleEvents = async (): Promise<void> => {",
    "  const drained = await ledger.drain(onEvent);",
    "  if (drained.isErr()) throw new Error(drained.error.message);",
    "};",
    "",
    'test.each(GATEWAYS)("an order with %s is paid once, also if its webhook comes twice", async (gateway) => {',
    "  const { reference, url } = await checkout(gateway);",
    "  expect(await findOrder(reference)).toMatchObject({ paidAt: null, payments: 0 });",
    "",
    "  await sandbox.pay(url);",
    "  const delivery = sandbox.deliveries.findLast(({ provider }) => provider === gateway);",
    "  expect(delivery?.status).toBe(200);",
    "  const again = await sandbox.resend(delivery?.webhook ?? 0);",
    "  expect(again.status).toBe(200);",
    "  await handleEvents();",
    "",
    "  const order = await findOrder(reference);",
    "  expect(order?.paidAt).toBeTruthy();",
    "  expect(order?.payments).toBe(1);",
    "});",
    "",
    'test.each(GATEWAYS)("a forged webhook of %s changes nothing", async (gateway) => {',
    "  const { reference } = await checkout(gateway);",
    '  const body = JSON.stringify({ order_id: reference, transaction_status: "settlement", status: "paid" });',
    '  const headers = { "content-type": "application/json" };',
    '  const response = await fetch(`${shop.url}/webhooks/${gateway}`, { method: "POST", headers, body });',
    "  expect(response.ok).toBe(false);",
    "  await handleEvents();",
    "",
    "  expect(await findOrder(reference)).toMatchObject({ paidAt: null, payments: 0 });",
    "});",
  );

/** next.config.ts */
export const nextConfigOf = ({ database, gateways }: Pick<Choices, "database" | "gateways">): string => {
  const packages = [
    ...["core", "ledger", "webhooks", ...gateways.map((gateway) => `driver-${gateway}`)].map(
      (name) => `@tautan/${name}`,
    ),
    ...(database === "postgres" ? ["pg"] : []),
  ];
  return lines(
    'import type { NextConfig } from "next";',
    "",
    "const config: NextConfig = {",
    "  // Node loads them, not the bundle.",
    "  serverExternalPackages: [",
    ...packages.map((each) => `    ${JSON.stringify(each)},`),
    "  ],",
    "};",
    "",
    "export default config;",
  );
};
