import { Hono } from "hono";
import { showValue } from "../show-value.ts";
import { refuseForeignHosts } from "./guards.ts";
import { type LocalServer, type Serve, type ServerApp, startServer } from "./local-server.ts";

/** Where to listen, and for whom. */
interface Addresses {
  readonly host: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly gateways: readonly string[];
}

export interface Servers {
  readonly controlUrl: string;
  /** Of the providers that are started, in the order in which they were named. */
  readonly baseUrls: ReadonlyMap<string, string>;
  /** Of the control API, too. */
  readonly ports: ReadonlyMap<string, number>;
  /** From now on requests are answered; those that came before have waited. */
  open(serve: (name: string) => Serve): void;
  close(): Promise<void>;
}

/** Starts all servers, or none if a port is in use. A server without a given port uses its previous one. */
export const startServers = async (
  { host, ports, gateways }: Addresses,
  earlierPorts: ReadonlyMap<string, number>,
): Promise<Servers> => {
  const opened = Promise.withResolvers<(name: string) => Serve>();
  const names: readonly string[] = ["control", ...gateways];

  const appOf = (name: string): ServerApp => {
    const app: ServerApp = new Hono();
    // Where this is needed, no answer in the shape of the provider could be kept.
    app.onError((error, context) => context.json({ error: error.message }, 500));
    return app.use(refuseForeignHosts(host)).all("*", async (context) => {
      const serve = await opened.promise;
      return serve(name)(context);
    });
  };

  const start = async (name: string): Promise<LocalServer> => {
    const earlierPort = earlierPorts.get(name);
    const port = ports[name] ?? earlierPort ?? 0;
    try {
      return await startServer(host, port, appOf(name));
    } catch (error) {
      const isEarlier = ports[name] === undefined && earlierPort !== undefined;
      throw refusedStart(error as NodeJS.ErrnoException, host, name, isEarlier);
    }
  };

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
};

/** `isEarlier`: the port is not from the options. Keeps the error's code, by which callers recognise a port in use. */
const refusedStart = (error: NodeJS.ErrnoException, host: string, name: string, isEarlier: boolean): Error => {
  const { message, code, syscall } = error;
  const sentenceFor = (): string => {
    if (code === "EADDRINUSE" || code === "EACCES") {
      const elsewhere = isEarlier ? "to listen elsewhere than before, name a port" : "name another port";
      return `ports.${name}: ${message}; ${elsewhere} in ports.${name}, or 0 for a free one`;
    }
    if (code === "EADDRNOTAVAIL" || syscall === "getaddrinfo") {
      return `host must be a name or an address of this machine, such as "127.0.0.1", but is ${showValue(host)}: ${message}`;
    }
    return `${name} cannot listen: ${message}`;
  };
  return Object.assign(new Error(`createSandbox: ${sentenceFor()}`, { cause: error }), { code });
};

const closeAll = async (servers: readonly LocalServer[]): Promise<void> => {
  await Promise.all(servers.map((server) => server.close()));
};
