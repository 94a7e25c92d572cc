// The order of the pages in the sidebar and for the next and previous page. Every other page is found by search and by links.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./published.mjs";

const item = (text, link) => ({ text, link });

const titleOf = (path) => /^# (.+)$/m.exec(readFileSync(join(ROOT, "docs", `${path}.md`), "utf8"))[1];

/** The pages of a folder of gateways, by their names; the one for tests is last. */
const gateways = (prefix) =>
  globSync(`${prefix}gateways/*.md`, { cwd: join(ROOT, "docs") })
    .map((path) => path.replaceAll("\\", "/").replace(/\.md$/, ""))
    .filter((path) => !path.endsWith("/README"))
    .map((path) => item(titleOf(path), `/${path}`))
    .sort(
      (one, other) =>
        Number(one.text === "Memory") - Number(other.text === "Memory") || one.text.localeCompare(other.text),
    );

export const english = [
  {
    text: "Begin",
    items: [item("Start", "/start"), item("Overview", "/readme"), item("Glossary", "/glossary")],
  },
  {
    text: "Guides",
    items: [
      item("Create and share", "/guides/create-and-share"),
      item("Receive webhooks", "/guides/webhooks"),
      item("Switch gateways", "/guides/switch-gateways"),
      item("Several gateways", "/guides/several-gateways"),
      item("Usage and expiry", "/guides/usage-and-expiry"),
      item("Refunds and disputes", "/guides/refunds-and-disputes"),
      item("Test without a gateway", "/guides/test"),
      item("Sandbox and chaos", "/guides/sandbox-and-chaos"),
      item("Your own store", "/guides/your-own-store"),
      item("Agents: the MCP server", "/guides/mcp"),
      item("Deploy", "/guides/deploy"),
      item("Go live", "/guides/go-live"),
    ],
  },
  {
    text: "Gateways",
    items: [item("All", "/gateways/"), ...gateways("")],
  },
  {
    text: "Reference",
    items: [
      item("Operations", "/reference/operations"),
      item("Create a link", "/reference/create"),
      item("The life of a payment", "/reference/payments"),
      item("Events", "/reference/events"),
      item("Errors", "/reference/errors"),
      item("Webhook requests", "/reference/webhooks"),
      item("Configuration", "/reference/config"),
      item("The command line", "/reference/cli"),
      item("Requests to a gateway", "/reference/requests"),
      item("Stored data", "/reference/stored-data"),
      item("What each gateway can do", "/reference/capabilities"),
      item("Every exported name", "/reference/api/"),
    ],
  },
  {
    text: "Operate",
    items: [
      item("Alarms", "/operate/alarms"),
      item("When nothing arrives", "/operate/reconcile"),
      item("Reliability", "/reliability"),
      item("Performance", "/performance"),
      item("Conformance", "/conformance"),
    ],
  },
  {
    text: "Build on it",
    items: [
      item("Write a driver", "/write-a-driver"),
      item("For agents", "/agents"),
      item("Decisions", "/decisions/"),
      item("Contribute", "/contributing"),
    ],
  },
];

/** The pages that are written in Indonesian; the rest is in English. */
export const indonesian = [
  { text: "Tautan", items: [item("Mulai", "/id/start"), item("Semua halaman (bahasa Inggris)", "/")] },
  { text: "Gateway", items: gateways("id/") },
];
