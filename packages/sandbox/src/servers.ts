import { Hono } from "hono";
import { refuseForeignHosts } from "./guards.ts";
import { type LocalServer, type Serve, type ServerApp, startServer } from "./local-server.ts";
import type { ServerName, Settings } from "./options.ts";
import type { Provider } from "./types.ts";

export interface Servers {
  readonly controlUrl: string;
  /** Of the providers that are started, in the order in which they were named. */
  readonly baseUrls: ReadonlyMap<Provider, string>;
  /** Of the control API, too. */
  readonly ports: ReadonlyMap<ServerName, number>;
  /** From now on requests are answered; those that came before have waited. */
  open(serve: (name: ServerName) => Serve): void;
  close(): Promise<void>;
}

/** Starts all servers, or none where a port is taken. What no port was named for listens where it did before. */
export async function startServers(
  { host, ports, gateways }: Settings,
  earlierPorts: ReadonlyMap<string, number>,
): Promise<Servers> {
  const opened = Promise.withResolvers<(name: ServerName) => Serve>();
  const names: readonly ServerName[] = ["control", ...gateways];

  function appOf(name: ServerName): ServerApp {
    const app: ServerApp = new Hono();
    // Where this is needed, no answer in the shape of the provider could be kept.
    app.onError((error, context) => context.json({ error: error.message }, 500));
    return app.use(refuseForeignHosts(host)).all("*", async (context) => {
      const serve = await opened.promise;
      return serve(name)(context);
    });
  }

  async function start(name: ServerName): Promise<LocalServer> {
    const earlierPort = earlierPorts.get(name);
    const port = ports[name] ?? earlierPort ?? 0;
    try {
      return await startServer(host, port, appOf(name));
    } catch (error) {
      if (ports[name] !== undefined || earlierPort === undefined) throw error;
      const advice = `to listen elsewhere than before, name a port in ports.${name}, or 0 for a free one`;
      throw new Error(`createSandbox: ${(error as Error).message}; ${advice}`, { cause: error });
    }
  }

  const starts = await Promise.allSettled(names.map(start));
  const servers = starts.filter((start) => start.status === "fulfilled").map(({ value }) => value);
  const failed = starts.find((start) => start.status === "rejected");
  if (failed !== undefined) {
    await closeAll(servers);
    throw failed.reason;
  }
  const [controlUrl = "", ...providerUrls] = servers.map(({ url }) => url);
  return {
    controlUrl,
    ports: new Map(names.map((name, index) => [name, servers[index]?.port ?? 0])),
    baseUrls: new Map(gateways.map((provider, index) => [provider, providerUrls[index] ?? ""])),
    open: opened.resolve,
    close: () => closeAll(servers),
  };
}

async function closeAll(servers: readonly LocalServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}
