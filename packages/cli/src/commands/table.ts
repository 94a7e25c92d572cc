import type { Tree } from "../frame/command.ts";

/** All commands. A new one is a file that exports `COMMAND`, and a line here. */
export const COMMANDS: Tree = {
  dev: {
    summary: "Simulate the gateways on this machine, beside your program",
    load: () => import("./dev/dev.ts"),
  },
  links: {
    summary: "Create, read and change payment links",
    commands: {
      create: { summary: "Create a link", load: () => import("./links/create.ts") },
      get: { summary: "Read a link by its id", load: () => import("./links/get.ts") },
      find: { summary: "Read a link by your reference", load: () => import("./links/find.ts") },
      list: { summary: "List links, newest first", load: () => import("./links/list.ts") },
      update: { summary: "Change a link", load: () => import("./links/update.ts") },
      close: { summary: "Stop a link from accepting payers", load: () => import("./links/close.ts") },
      reopen: { summary: "Open a closed link again", load: () => import("./links/reopen.ts") },
      delete: { summary: "Remove a link permanently", load: () => import("./links/delete.ts") },
      watch: { summary: "Follow a link until it is paid or ends", load: () => import("./links/watch.ts") },
    },
  },
  histories: { summary: "List payments of a link or an account", load: () => import("./root/histories.ts") },
  methods: { summary: "List the payment methods of the account", load: () => import("./root/methods.ts") },
  gateways: { summary: "Show what each configured gateway supports", load: () => import("./root/gateways.ts") },
  check: {
    summary: "Check a request against every gateway, without sending it",
    load: () => import("./root/check.ts"),
  },
  webhooks: {
    summary: "Find out why webhooks are refused, and send samples",
    commands: {
      verify: { summary: "Explain whether and why a delivery is refused", load: () => import("./webhooks/verify.ts") },
      send: { summary: "Send a signed sample, at the sandbox", load: () => import("./webhooks/send.ts") },
      replay: { summary: "Send a stored delivery again", load: () => import("./webhooks/replay.ts") },
    },
  },
  ledger: {
    summary: "Look at the ledger, and put it right",
    commands: {
      migrate: { summary: "Make or change the tables", load: () => import("./ledger/migrate.ts") },
      events: { summary: "List events for your handler", load: () => import("./ledger/events.ts") },
      replay: { summary: "Handle events again", load: () => import("./ledger/replay.ts") },
      skip: { summary: "Mark an event as handled without handling it", load: () => import("./ledger/skip.ts") },
      reconcile: { summary: "Ask the gateways what no webhook reported", load: () => import("./ledger/reconcile.ts") },
      export: { summary: "Write payments as CSV or JSON Lines", load: () => import("./ledger/export.ts") },
      totals: { summary: "Sum up payments", load: () => import("./ledger/totals.ts") },
    },
  },
  deliveries: {
    summary: "Look at the webhooks that the ledger has accepted",
    commands: {
      list: { summary: "List deliveries, newest first", load: () => import("./deliveries/list.ts") },
      get: { summary: "Read a delivery", load: () => import("./deliveries/get.ts") },
      retry: { summary: "Work on a delivery again", load: () => import("./deliveries/retry.ts") },
      ignore: { summary: "Give a delivery up", load: () => import("./deliveries/ignore.ts") },
    },
  },
  mcp: { summary: "Serve the ledger to agents, read-only unless allowed", load: () => import("./root/mcp.ts") },
  doctor: { summary: "Find out what is wrong with the set-up", load: () => import("./root/doctor.ts") },
  init: { summary: "Add payment links to the project of this folder", load: () => import("./root/init.ts") },
  completion: { summary: "Print the completion script of a shell", load: () => import("./root/completion.ts") },
};
