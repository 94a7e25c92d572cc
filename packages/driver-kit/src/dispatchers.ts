import type { EnvHttpProxyAgent, Pool } from "undici";
import type { HttpDispatcher } from "./http-types.ts";
import { isThisMachine } from "./options.ts";

/**
 * Deadlines come from the caller's signal, so undici's own are off. Idle sockets are closed before servers usually close
 * them, because a request on a socket that is just being closed has an unknown outcome.
 */
const SOCKETS = {
  allowH2: false,
  bodyTimeout: 0,
  headersTimeout: 0,
  keepAliveTimeout: 4000,
  connectTimeout: 10_000,
} as const;

/** Pools for the whole process, by the number of sockets and, if there is no proxy, by origin: an agent only finds the pool once more. */
const direct = new Map<number, Map<string, Pool>>();
const proxied = new Map<number, EnvHttpProxyAgent>();

/**
 * Loads what finds the pool for an origin. It is the pool of the proxy if the environment names one, at the first request of a
 * driver. Servers on this machine are always reached directly: a proxy's `localhost` is another machine. Plain `http` is only
 * allowed on this machine, so no key goes to a proxy in plain text.
 */
export const loadDispatchers = async (connections: number): Promise<(url: URL, origin: string) => HttpDispatcher> => {
  const poolClass = await loadPool();
  const agentClass = namesProxy() ? (await import("undici")).EnvHttpProxyAgent : undefined;
  const pools = kept(direct, connections, () => new Map<string, Pool>());
  return (url, origin) => {
    if (!agentClass || isThisMachine(url.hostname)) {
      return kept(pools, origin, () => new poolClass(origin, { ...SOCKETS, connections }));
    }
    try {
      return kept(proxied, connections, () => new agentClass({ ...SOCKETS, connections }));
    } catch {
      throw new UnusableProxyError();
    }
  };
};

/** Undici as a whole takes three times as long to load as its pool. It does not promise that a file stays where it is. */
const loadPool = async (): Promise<typeof Pool> => {
  // @ts-expect-error: undici declares the types of its entry point alone.
  const file = await import("undici/lib/dispatcher/pool.js").catch(() => undefined);
  return file?.default ?? (await import("undici")).Pool;
};

/** The variable may hold a password, and undici's own message repeats it. */
class UnusableProxyError extends Error {
  readonly code: string = "INVALID_PROXY";
}

const namesProxy = (): boolean => {
  const { env = {} } = (globalThis.process ?? {}) as { readonly env?: Partial<Record<string, string>> };
  return Boolean(env["https_proxy"] ?? env["HTTPS_PROXY"] ?? env["http_proxy"] ?? env["HTTP_PROXY"]);
};

const kept = <Key, T>(all: Map<Key, T>, key: Key, make: () => T): T => {
  const known = all.get(key);
  if (known !== undefined) return known;
  const made = make();
  all.set(key, made);
  return made;
};
