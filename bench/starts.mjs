// The cost of an import and of a first call: a fresh process for each, in shuffled rounds. Each process measures the code that it runs, not the
// start of Node.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { referenceOf } from "./calls/reference.mjs";
import { DRIVERS, recordedReplies } from "./calls/tautan.mjs";
import { startServer } from "./calls.mjs";
import { creatorOf, GATEWAYS, NOW_MS, OPTIONS, prepareDeliveries } from "./deliveries.mjs";
import { shuffle, tableOf } from "./statistics.mjs";

const run = promisify(execFile);
const PACKAGES = resolve(import.meta.dirname, "../packages");

const built = (name, file = "index") => JSON.stringify(join(PACKAGES, name, `dist/${file}.js`));
const importOf = (...names) => names.map((name) => `await import(${built(name)});`).join(" ");

/** A program that opens one gateway, then makes a call. */
const firstCall = (gateway, options, call) => `
  const { createPaymentLinks } = ${importOf("core")}
  const { ${creatorOf(gateway)}: createDriver } = ${importOf(`driver-${gateway}`)}
  const driver = createDriver(${JSON.stringify(options)});
  const links = createPaymentLinks({ default: "g", clock: { now: () => ${NOW_MS} }, gateways: { g: driver } });
  const result = await links.${call};
  if (result.isErr()) throw new Error(result.error.message);`;

const REFERENCE = "import xendit-node";

const imports = () => {
  const undici = createRequire(join(PACKAGES, "driver-kit/package.json")).resolve("undici");
  const peers = ["standardwebhooks", "svix", "xendit-node", "razorpay", "midtrans-client", "stripe"];
  const others = ["node:crypto", "node:http", ...peers];
  return {
    "an empty program": "",
    ...Object.fromEntries(others.map((name) => [`import ${name}`, `await import("${name}");`])),
    "import undici": `await import(${JSON.stringify(undici)});`,
    "import core": importOf("core"),
    ...Object.fromEntries(GATEWAYS.map((name) => [`import core, driver-${name}`, importOf("core", `driver-${name}`)])),
    "import core, five drivers": importOf("core", ...GATEWAYS.map((name) => `driver-${name}`)),
    "import core, driver-memory": importOf("core", "driver-memory"),
    "import core, ledger": importOf("core", "ledger"),
    "import core, webhooks": importOf("core", "webhooks"),
  };
};

const firstWebhooks = async () => {
  const { deliveries } = await prepareDeliveries();
  const calls = GATEWAYS.map((name) => [
    `first webhook, ${name}`,
    firstCall(name, OPTIONS[name], `parseWebhook("g", ${JSON.stringify(deliveries[name])})`),
  ]);
  return Object.fromEntries(calls);
};

/** The server that the create of each driver needs, with the replies of the sandbox. */
const firstCreates = async (servers) => {
  const programs = {};
  for (const gateway of GATEWAYS) {
    const { basePath = "", optionsOf, request } = DRIVERS[gateway];
    const { replies, credentials } = await recordedReplies(gateway);
    const { server, port } = await startServer(replies);
    servers.push(server);
    const options = {
      environment: "sandbox",
      baseUrl: `http://127.0.0.1:${port}${basePath}`,
      ...optionsOf(credentials),
    };
    const call = `create(${JSON.stringify({ ...request, reference: referenceOf(0) })})`;
    programs[`first create, ${gateway}`] = firstCall(gateway, options, call);
  }
  return programs;
};

const takeProcess = async (code) => {
  const program = `
    const startCpu = process.cpuUsage(), start = performance.now();
    ${code}
    const wall = performance.now() - start, { user, system } = process.cpuUsage(startCpu);
    process.stdout.write(JSON.stringify({ cpu: (user + system) / 1000, wall }), () => process.exit());`;
  const flags = ["--no-warnings", "--input-type=module", "--eval", program];
  // The peers are found from here.
  const { stdout } = await run(process.execPath, flags, { cwd: import.meta.dirname });
  return JSON.parse(stdout.slice(stdout.lastIndexOf("{")));
};

const takeProcesses = async (programs, rounds) => {
  const figures = Object.fromEntries(Object.keys(programs).map((name) => [name, { cpu: [], wall: [] }]));
  // The first round fills the caches of the disk.
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, code] of shuffle(Object.entries(programs))) {
      const { cpu, wall } = await takeProcess(code);
      if (round < 0) continue;
      figures[name].cpu.push(cpu);
      figures[name].wall.push(wall);
    }
  }
  return figures;
};

/** The program, from its start to its end: it prints and exits, so another process measures it. */
const COMMANDS = {
  "node --eval 0": ["--eval", "0"],
  "tautan --help": [join(PACKAGES, "cli/dist/bin.js"), "--help"],
};

const takeCommands = async (rounds) => {
  const figures = Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, words] of shuffle(Object.entries(COMMANDS))) {
      const start = performance.now();
      await run(process.execPath, words);
      if (round >= 0) figures[name].push(performance.now() - start);
    }
  }
  return figures;
};

export const measure = async ({ quick }) => {
  const rounds = quick ? 7 : 31;
  const servers = [];
  try {
    const programs = { ...imports(), ...(await firstWebhooks()), ...(await firstCreates(servers)) };
    return [
      tableOf({
        id: "starts",
        title: "An import, and a first call with its import, in a fresh process",
        unit: "ms",
        reference: REFERENCE,
        figures: await takeProcesses(programs, rounds),
      }),
      tableOf({
        id: "commands",
        title: "The command line, from its start to its end",
        unit: "ms",
        reference: "node --eval 0",
        figures: await takeCommands(rounds),
      }),
    ];
  } finally {
    for (const server of servers) server.disconnect();
  }
};
