// The order of the pages in the sidebar and for the next and previous page. Every other page is found by search and by links.
const item = (text, link) => ({ text, link });

const gateways = (prefix, names) =>
  names.map((name) =>
    item(
      { singapay: "SingaPay", memory: "Memory" }[name] ?? name[0].toUpperCase() + name.slice(1),
      `${prefix}/gateways/${name}`,
    ),
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
    items: [
      item("All", "/gateways/"),
      ...gateways("", ["midtrans", "xfers", "singapay", "stripe", "xendit", "memory"]),
    ],
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
      item("Conformance", "/conformance"),
    ],
  },
  {
    text: "Build on it",
    items: [
      item("Write a driver", "/write-a-driver"),
      item("Decisions", "/decisions/"),
      item("Contribute", "/contributing"),
    ],
  },
];

/** The pages that are written in Indonesian; the rest is in English. */
export const indonesian = [
  { text: "Tautan", items: [item("Mulai", "/id/start"), item("Semua halaman (bahasa Inggris)", "/")] },
  { text: "Gateway", items: gateways("/id", ["midtrans", "xfers", "singapay"]) },
];
