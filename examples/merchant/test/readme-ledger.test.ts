// The first example of the README, in an empty folder with the packages as they are published: a link, a payment, its webhook three
// times, and one row that is changed once.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { createSandbox } from "@tautan/sandbox";
import { expect, onTestFinished, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");
const EXAMPLE = readFileSync(join(ROOT, "examples/merchant/readme/ledger.ts"), "utf8");
/** Those that the example imports, and theirs. */
const PACKED = ["core", "driver-kit", "driver-midtrans", "ledger"];

const run = promisify(execFile);

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly exports: Readonly<Record<string, unknown>>;
}
const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

/** A folder in which only these packages and those that they need are installed, from archives as they are published. */
const folderWithPackages = async (): Promise<string> => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tautan-readme-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { packageManager: string };
  const filters = PACKED.flatMap((name) => ["--filter", `@tautan/${name}`]);
  const pnpm = ["--yes", "--prefer-offline", `--package=${packageManager}`, "--", "pnpm"];
  await run("npx", [...pnpm, ...filters, "pack", "--pack-destination", folder], { cwd: ROOT });
  for (const name of PACKED) {
    const installed = join(folder, "node_modules/@tautan", name);
    mkdirSync(installed, { recursive: true });
    await run("tar", ["xzf", join(folder, `tautan-${name}-0.0.0.tgz`), "--strip-components=1", "-C", installed]);
    const { dependencies, peerDependencies, peerDependenciesMeta } = manifestIn(installed);
    const isNeeded = (dependency: string): boolean =>
      !dependency.startsWith("@tautan/") && peerDependenciesMeta?.[dependency]?.optional !== true;
    for (const dependency of Object.keys({ ...dependencies, ...peerDependencies }).filter(isNeeded)) {
      const at = join(folder, "node_modules", dependency);
      mkdirSync(dirname(at), { recursive: true });
      rmSync(at, { force: true });
      symlinkSync(realpathSync(join(ROOT, "packages", name, "node_modules", dependency)), at);
    }
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  return folder;
};

/** The messages of the compiler for the example, as a user's project has it. */
const typeErrorsIn = async (folder: string): Promise<string> => {
  const compilerOptions = {
    strict: true,
    module: "nodenext",
    target: "es2024",
    noEmit: true,
    typeRoots: [join(ROOT, "node_modules/@types")],
    types: ["node"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["readme.ts"] }));
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  return run(process.execPath, [compiler, "-p", folder], { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
};

/** Serves the example's POST. Ends, after a line of input, once no event waits. */
const MAIN = `
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
const server = createServer(async (request, response) => {
  const { POST } = await import("./readme.ts");
  const { method, headers, url } = request;
  const { status, body } = await POST(new Request("http://shop.test" + url, { method, headers, body: await buffer(request) }));
  response.writeHead(status).end(body && Buffer.from(await new Response(body).arrayBuffer()));
});
server.listen(0, "127.0.0.1", async () => {
  const { ledger, worker } = await import("./readme.ts");
  console.log("Listens on port:", server.address().port);
  process.stdin.once("data", async () => {
    while ((await ledger.events.list({ state: "waiting" }))._unsafeUnwrap().items.length > 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await worker.stop();
    await ledger.end();
    process.exit();
  });
});
`;

test("a link, a payment and its webhook three times: one row is changed once", { timeout: 120_000 }, async () => {
  const folder = await folderWithPackages();
  expect(manifestIn(join(folder, "node_modules/@tautan/ledger")).exports["."]).toEqual({
    types: "./dist/index.d.ts",
    default: "./dist/index.js",
  });
  const sandbox = await createSandbox({ gateways: ["midtrans"] });
  onTestFinished(() => sandbox.close());
  const atMidtrans = '{ environment: "sandbox", serverKey }';
  expect(EXAMPLE).toContain(atMidtrans);
  const inSandbox = `{ environment: "sandbox", serverKey, baseUrl: ${JSON.stringify(sandbox.midtrans.url)} }`;
  writeFileSync(join(folder, "readme.ts"), EXAMPLE.replace(atMidtrans, inSandbox));
  writeFileSync(join(folder, "main.mjs"), MAIN);
  expect(await typeErrorsIn(folder)).toBe("");
  const shop = new DatabaseSync(join(folder, "shop.db"));
  onTestFinished(() => shop.close());
  shop.exec(`CREATE TABLE orders (reference TEXT PRIMARY KEY, paid_at TEXT, changes INTEGER NOT NULL DEFAULT 0);
    INSERT INTO orders (reference) VALUES ('INV-001'), ('INV-002');
    CREATE TRIGGER counted AFTER UPDATE OF paid_at ON orders BEGIN
      UPDATE orders SET changes = changes + 1 WHERE reference = new.reference;
    END`);

  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ["main.mjs"], {
    cwd: folder,
    env: { ...env, MIDTRANS_SERVER_KEY: sandbox.midtrans.credentials.serverKey },
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    output += String(chunk);
    if (output.includes("Listens on port:")) break;
  }
  const [, url = ""] = /^Share this: (\S+)$/m.exec(output) ?? [];
  const [, port = ""] = /^Listens on port: (\d+)$/m.exec(output) ?? [];
  sandbox.setWebhookUrl("midtrans", `http://127.0.0.1:${port}/webhooks/midtrans`);

  await sandbox.pay(url);
  const paid = sandbox.deliveries.findLast(({ body }) => body.includes('"settlement"'));
  const again = [await sandbox.resend(paid?.webhook ?? 0), await sandbox.resend(paid?.webhook ?? 0)];
  expect([paid, ...again].map((each) => each?.status)).toEqual([200, 200, 200]);
  child.stdin.write("\n");
  expect(await once(child, "exit")).toEqual([0, null]);

  expect(shop.prepare("SELECT reference, paid_at IS NOT NULL AS isPaid, changes FROM orders").all()).toEqual([
    { reference: "INV-001", isPaid: 1, changes: 1 },
    { reference: "INV-002", isPaid: 0, changes: 0 },
  ]);
});
