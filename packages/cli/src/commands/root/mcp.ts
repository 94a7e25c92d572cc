import { existsSync } from "node:fs";
import type * as McpPackage from "@tautan/mcp/node";
import type { HttpOptions, McpOptions } from "@tautan/mcp/node";
import { err, ok, type Result } from "neverthrow";
import { databasePlace, loadLedger } from "../../config/ledger.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { loadMcp } from "../../config/mcp.ts";
import { configError, type Failure, usageError } from "../../failure.ts";
import { type Command, type Context, command, type OptionDefinitions } from "../../frame/command.ts";

const OPTIONS = {
  "allow-create": { type: "boolean", description: "Allow create_link; without it, nothing is created" },
  "allow-close": { type: "boolean", description: "Allow close_link, reopen_link and update_link" },
  "allow-delete": { type: "boolean", description: "Allow delete_link" },
  http: {
    type: "string",
    value: "port",
    description: "Serve over HTTP on this port at /mcp, instead of standard input and output",
  },
  host: {
    type: "string",
    value: "address",
    description: "With --http, the address to listen on; default 127.0.0.1. Others need TAUTAN_MCP_TOKEN",
  },
  "allow-host": {
    type: "string",
    multiple: true,
    value: "name",
    description: "With --http, a name under which clients call the server",
  },
} as const satisfies OptionDefinitions;

type McpContext = Context<typeof OPTIONS>;

const HELP = "Run tautan mcp --help for the options.";

export const COMMAND: Command = command({
  description:
    "A Model Context Protocol server over the ledger of the configuration, for agents such as Claude Code or Cursor. It only reads,\n" +
    "unless you allow more. Creating takes the reference as its only key: an agent that tries again makes no second link.\n" +
    "Over HTTP, a token in TAUTAN_MCP_TOKEN is required as Authorization: Bearer … .",
  options: OPTIONS,
  examples: ["tautan mcp", "tautan mcp --allow-create --config shop/tautan.config.ts", "tautan mcp --http 7790"],
  run: async (context) => {
    const http = httpOptionsOf(context);
    if (http.isErr()) return err(http.error);
    const { options, output } = context;
    output.hide([http.value?.token ?? ""]);
    const allow = {
      create: options["allow-create"],
      close: options["allow-close"],
      delete: options["allow-delete"],
    };
    const config = await context.config();
    if (config.isErr()) return err(config.error);
    const mcp = await loadMcp(config.value);
    if (mcp.isErr()) return err(mcp.error);
    const ledger = await ledgerOf(context, config.value, Object.values(allow).includes(true));
    if (ledger.isErr()) return err(ledger.error);
    const serving = { ledger: ledger.value, allow, withoutSecrets: output.withoutSecrets };
    return http.value === undefined
      ? serveOverStdio(context, mcp.value, serving)
      : serveOverHttp(context, mcp.value, serving, http.value);
  },
});

/** A server that only reads makes no tables either, and no file for them. */
const ledgerOf = async (
  { ledger, links, environment, atEnd }: McpContext,
  config: LoadedConfig,
  mayChange: boolean,
): Promise<Result<McpOptions["ledger"], Failure>> => {
  if (mayChange) return ledger();
  const place = config.ledger && databasePlace(config.ledger, config, environment).unwrapOr(undefined);
  if (place?.kind === "sqlite" && !existsSync(place.file)) {
    return err(
      configError(
        `${config.file}: ledger.database: expected the database ${place.file}, and there is none`,
        "Run tautan ledger migrate once, or allow a change such as --allow-create: without one, the server makes no tables.",
      ),
    );
  }
  const made = await links();
  if (made.isErr()) return err(made.error);
  const opened = await loadLedger(config, made.value, environment, { migrate: "never" });
  return opened.map((value) => {
    atEnd(() => value.end());
    return value;
  });
};

const MAX_PORT = 65_535;

/** Where to listen; `undefined` for standard input and output. */
const httpOptionsOf = ({ options, environment }: McpContext): Result<HttpOptions | undefined, Failure> => {
  const { http, host = "127.0.0.1", "allow-host": names } = options;
  if (http === undefined) {
    if (options.host === undefined && names.length === 0) return ok(undefined);
    return err(usageError("--host and --allow-host: expected --http too", HELP));
  }
  const port = /^\d{1,5}$/.test(http) ? Number(http) : Number.NaN;
  if (!(port <= MAX_PORT)) {
    return err(
      usageError(`--http: expected a port from 0 to ${MAX_PORT}, got ${JSON.stringify(http.slice(0, 40))}`, HELP),
    );
  }
  const token = environment["TAUTAN_MCP_TOKEN"];
  return ok({
    port,
    host,
    token: token === "" ? undefined : token,
    allowedHosts: names.length === 0 ? undefined : [...names],
  });
};

const serveOverStdio = async (
  { signal }: McpContext,
  { serveOverStdio: serve }: typeof McpPackage,
  serving: McpOptions,
): Promise<Result<undefined, Failure>> => {
  const server = serve(serving);
  signal.addEventListener("abort", () => void server.close(), { once: true });
  await server.closed;
  return ok(undefined);
};

const serveOverHttp = async (
  { signal, output }: McpContext,
  { serveOverHttp: serve }: typeof McpPackage,
  serving: McpOptions,
  http: HttpOptions,
): Promise<Result<undefined, Failure>> => {
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  try {
    const server = await serve(serving, http);
    output.entry({ url: server.url }, { text: () => `Serving ${server.url}`, quiet: () => server.url });
    await aborted;
    await server.close();
    return ok(undefined);
  } catch (thrown) {
    return err(notServing(thrown, http));
  }
};

/** The options are checked by the package; the system refuses a port that is taken. */
const notServing = (thrown: unknown, { host, port }: HttpOptions): Failure => {
  if (thrown instanceof TypeError) {
    return configError(
      thrown.message.replace(/^serveOverHttp: /, "tautan mcp: "),
      "Set TAUTAN_MCP_TOKEN to at least 32 random characters, or listen on 127.0.0.1.",
    );
  }
  const { code = "an exception" } = thrown as NodeJS.ErrnoException;
  return configError(
    `tautan mcp cannot listen on ${host}:${port} (${code})`,
    "Pass another port: --http 0 takes a free one.",
  );
};
