// Walks the page Start as a newcomer: runs its commands in an empty folder with the packed packages, starts its shop beside the sandbox, and
// pays the link that it prints. Usage, after a build: node .ci/checks/start-page.mjs
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { blocksIn } from "../../docs/.vitepress/blocks.mjs";
import { runIn } from "../installs/folders.mjs";
import { packAll } from "../release/pack.mjs";
import { ROOT } from "../release/packages.mjs";

const PAGE = "docs/start.md";
const blocks = blocksIn(PAGE, readFileSync(join(ROOT, PAGE), "utf8"));
const shell = blocks.filter(({ language }) => language === "sh").map(({ code }) => code.trim().split("\n"));
const shop = blocks.find(({ name }) => name === "shop.ts");
const [install = [], archives = [], pay = []] = shell;
if (shop === undefined || pay.length !== 1)
  throw new Error(`${PAGE}: expected two blocks to install, shop.ts, and one command to pay`);

const isFromNpm = (line) => /^npm install (?!\.)/.test(line);
/** In an empty folder, with the archives in place of the packages on npm, as the page describes it. */
const commands = [
  ...install.filter((line) => !isFromNpm(line)),
  ...archives.filter((line) => line.startsWith("npm install .")),
];

const freePort = async () => {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
};

const parent = realpathSync(mkdtempSync(join(tmpdir(), "tautan-start-")));
process.on("exit", () => rmSync(parent, { recursive: true, force: true }));
packAll(ROOT, join(parent, "tautan-archives"));
await runIn(parent, ["sh", "-ec", commands.join("\n")]);
const folder = join(parent, "shop");
mkdirSync(folder, { recursive: true });

const port = await freePort();
writeFileSync(join(folder, "shop.ts"), shop.code.replace("listen(3000)", `listen(${port})`));
// On ports that are free on this machine.
const command = pay[0].replace(" -- ", ` --port 0 --webhook-url http://localhost:${port} -- `);
const PATH = `${dirname(process.execPath)}:${process.env["PATH"]}`;
const child = spawn("sh", ["-c", `exec ${command}`], { cwd: folder, detached: true, env: { ...process.env, PATH } });
const ended = once(child, "exit");
let output = "";
const looks = new Set();
for (const stream of [child.stdout, child.stderr]) {
  stream.on("data", (chunk) => {
    output += String(chunk);
    for (const look of looks) look();
  });
}
const printed = (pattern) =>
  new Promise((resolve, reject) => {
    const look = () => {
      const match = pattern.exec(output);
      if (match) resolve(match[1]);
    };
    looks.add(look);
    child.once("exit", () => reject(new Error(`expected ${pattern}, got:\n${output}`)));
    look();
  });

try {
  const [control, link] = await Promise.all([printed(/Inspector: (\S+)/), printed(/Pay this link: (\S+)/)]);
  const paid = await fetch(`${control}/pay`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ link, method: "bca_va" }),
  });
  if (!paid.ok) throw new Error(`the link cannot be paid: ${await paid.text()}`);
  await printed(/(Deliver for INV-001)/);
  console.log(`${PAGE}: installed, started, paid and delivered in an empty folder`);
} finally {
  process.kill(-(child.pid ?? Number.NaN), "SIGTERM");
  await ended;
}
