// The runtimes: where their binaries are, and how each runs the program.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { runWorker, workerdPath } from "@tautan/example-hono-edge/workerd";
import type { Input } from "../src/input.ts";

/** What the program finds. */
export type Results = Readonly<Record<string, unknown>>;

export interface Runtime {
  readonly name: string;
  /** What sends its requests. */
  readonly client: "undici" | "fetch of Bun" | "fetch of workerd";
  /** The reason why it cannot run here; `undefined` if it can. */
  readonly missing: string | undefined;
  readonly run: (input: Input) => Promise<Results>;
}

const HERE = resolve(import.meta.dirname, "..");
const MAIN = join(HERE, "src/main.ts");

const { platform, arch } = process;
const NO_BINARY = `npm has no binary for ${platform} on ${arch}`;

const resolved = (path: string): string | undefined => {
  try {
    return createRequire(import.meta.url).resolve(path);
  } catch {
    return undefined;
  }
};

/** The reason why a binary cannot run here, such as a processor without the instructions that it needs. */
const missing = (path: string | undefined, otherwise: string): string | undefined => {
  if (path === undefined) return otherwise;
  try {
    execFileSync(path, ["--version"], { stdio: "ignore" });
    return undefined;
  } catch (error) {
    return `its binary does not run here: ${(error as Error).message}`;
  }
};

interface Program {
  readonly name: string;
  readonly client: Runtime["client"];
  readonly path: string | undefined;
  /** Why there is no path. */
  readonly reason: string;
  readonly parameters?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const asProcess = ({ name, client, path, reason, parameters = [], env = {} }: Program): Runtime => ({
  name,
  client,
  missing: missing(path, reason),
  run: async (input) => {
    const child = spawn(path ?? "", [...parameters, MAIN], { cwd: HERE, env: { PATH: "", NO_COLOR: "1", ...env } });
    const ended = once(child, "close");
    let [output, problems] = ["", ""];
    child.stdout.on("data", (part) => (output += String(part)));
    child.stderr.on("data", (part) => (problems += String(part)));
    child.stdin.on("error", () => {});
    child.stdin.end(JSON.stringify(input));
    const [code, signal] = await ended;
    if (code !== 0) throw new Error(`${name} ended with ${code ?? signal}\n${output}${problems}`);
    return JSON.parse(output);
  },
});

const workerd: Runtime = {
  name: "workerd",
  client: "fetch of workerd",
  missing: missing(workerdPath(), NO_BINARY),
  run: async (input) => {
    const worker = await runWorker({ entry: join(HERE, "src/worker.ts") });
    try {
      const response = await fetch(worker.url, { method: "POST", body: JSON.stringify(input) });
      const text = await response.text();
      if (!response.ok) throw new Error(`workerd answered ${response.status}: ${text}\n${worker.output()}`);
      return JSON.parse(text);
    } finally {
      await worker.close();
    }
  },
};

export const RUNTIMES: readonly Runtime[] = [
  asProcess({
    name: `Node ${process.versions.node.split(".")[0]}`,
    client: "undici",
    path: process.execPath,
    reason: "",
  }),
  asProcess({
    name: "Node 22.20",
    client: "undici",
    path: process.env["NODE_22"],
    reason: "it takes 185 MB, and npm run check:runtimes installs it",
  }),
  asProcess({
    name: "Bun",
    client: "fetch of Bun",
    path: resolved(`@oven/bun-${platform}-${arch === "arm64" ? "aarch64" : arch}/bin/bun`),
    reason: NO_BINARY,
  }),
  asProcess({
    name: "Deno",
    client: "undici",
    path: resolved(`@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}/deno`),
    reason: NO_BINARY,
    parameters: ["run", "--allow-net", "--allow-env", "--allow-read", "--no-lock", "--node-modules-dir=manual"],
    env: { DENO_DIR: join(HERE, "node_modules/.cache/deno"), DENO_NO_UPDATE_CHECK: "1" },
  }),
  workerd,
];
