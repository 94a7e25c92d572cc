// Bundles a Worker as wrangler does, and runs it on workerd, which is what runs Cloudflare Workers.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { build } from "esbuild";

export interface WorkerOptions {
  /** The path of the Worker's module. */
  readonly entry: string;
  /** Texts in the Worker's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The classes of Durable Objects by the name of their binding. */
  readonly durableObjects?: Readonly<Record<string, string>>;
  /** The folder that keeps the storage of Durable Objects. Default: it is lost at the end. */
  readonly storage?: string | undefined;
  /** Default: the first date at which `nodejs_compat` is on without a flag. */
  readonly compatibilityDate?: string | undefined;
  /** Default: a free port. */
  readonly port?: number;
}

export interface RunningWorker {
  readonly url: string;
  /** What workerd has printed. */
  readonly output: () => string;
  close(): Promise<void>;
}

/** The path of workerd; `undefined` if npm has no binary for this system. */
export const workerdPath = (): string | undefined => {
  try {
    return (createRequire(import.meta.url)("workerd") as { default: string }).default;
  } catch {
    return undefined;
  }
};

const bundle = async (entry: string): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
};

/** A text of the configuration. Cap'n Proto escapes bytes as C does. */
const quoted = (text: string): string =>
  `"${Array.from(Buffer.from(text), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;

type Written = WorkerOptions & { readonly storage: string };

const configuration = ({
  env = {},
  durableObjects = {},
  compatibilityDate = "2026-08-04",
  storage,
  port = 0,
}: Written): string => {
  const texts = Object.keys(env).map((name) => `(name = ${quoted(name)}, fromEnvironment = ${quoted(name)})`);
  const classes = Object.entries(durableObjects);
  const bindings = classes.map(
    ([name, className]) => `(name = ${quoted(name)}, durableObjectNamespace = ${quoted(className)})`,
  );
  const namespaces = classes.map(
    ([, className]) => `(className = ${quoted(className)}, uniqueKey = ${quoted(className)}, enableSql = true)`,
  );
  const services = [
    '(name = "main", worker = .worker)',
    '(name = "internet", network = (allow = ["public", "private", "local"], tlsOptions = (trustBrowserCas = true)))',
    `(name = "storage", disk = (path = ${quoted(storage)}, writable = true))`,
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${services.join(", ")}],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "${compatibilityDate}",
  bindings = [${[...texts, ...bindings].join(", ")}],
  durableObjectNamespaces = [${namespaces.join(", ")}],
  durableObjectStorage = (localDisk = "storage"),
);
`;
};

/** Runs a Worker until `close`. Rejects with what workerd printed if it does not start. */
export const runWorker = async (options: WorkerOptions): Promise<RunningWorker> => {
  const path = workerdPath();
  if (path === undefined) throw new Error("npm has no workerd for this system");
  const folder = mkdtempSync(join(tmpdir(), "tautan-worker-"));
  writeFileSync(join(folder, "worker.js"), await bundle(options.entry));
  const storage = options.storage ?? join(folder, "storage");
  mkdirSync(storage, { recursive: true });
  writeFileSync(join(folder, "config.capnp"), configuration({ ...options, storage }));
  const child = spawn(path, ["serve", "--control-fd=3", join(folder, "config.capnp")], {
    // Secrets come from the environment and are not written into a file.
    env: { ...options.env },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part) => (output += String(part)));
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const port = await portOf(child);
    return { url: `http://127.0.0.1:${port}`, output: () => output, close };
  } catch {
    await close();
    throw new Error(`workerd did not start\n${output}`);
  }
};

/** workerd writes a line of JSON for each socket on which it listens. */
const portOf = async (child: ChildProcess): Promise<number> => {
  const control = child.stdio[3] as Readable;
  for await (const part of control) {
    const { port } = JSON.parse(String(part).split("\n")[0] ?? "") as { port?: number };
    if (port !== undefined) return port;
  }
  throw new Error("it ended");
};
