// The processor time of a client for each create and each get, at 1 and at 64 at once. The server and each client run in processes of
// their own. Usage, for some of the clients: node calls.mjs [--quick] [--only "tautan midtrans,stripe"]
import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PEERS } from "./calls/peers.mjs";
import { DRIVERS, recordedReplies } from "./calls/tautan.mjs";
import { printTable, shuffle, tableOf } from "./statistics.mjs";

const path = (name) => fileURLToPath(new URL(`calls/${name}`, import.meta.url));

/** The next message of a child process. */
export const messageOf = (child, question) =>
  new Promise((resolve, reject) => {
    child.once("message", (message) => (message.failure ? reject(new Error(message.failure)) : resolve(message)));
    child.once("exit", (code) => reject(new Error(`exit code ${code}`)));
    if (question) child.send(question);
  }).finally(() => child.removeAllListeners("exit").removeAllListeners("message"));

/** A reply that all other clients take for a success. */
const OTHER_REPLY = {
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    id: "plink_1RZ0aB",
    object: "payment_link",
    token: "66e4fa55-fdac-4ef9-91b5-733b97d1b862",
    redirect_url: "https://pay.test/v2/66e4fa55",
    external_id: "bench-00000000",
    status: "PENDING",
    amount: 150_000,
    expiry_date: "2026-11-21T09:42:11Z",
    ...Object.fromEntries(
      ["banks", "retail_outlets", "ewallets", "qr_codes", "direct_debits", "paylaters"].map((each) => [
        `available_${each}`,
        [],
      ]),
    ),
  }),
};

const CASES = [1, 64].flatMap((atOnce) => ["create", "get"].map((operation) => ({ operation, atOnce })));

/** A server with the replies of one gateway, in a process of its own. */
export const startServer = async (replies, faults) => {
  const server = fork(path("server.mjs"));
  return { server, port: await messageOf(server, { replies, otherReply: OTHER_REPLY, faults }) };
};

/** Measures all clients in turns: `{ operation, atOnce, name, requests, cpuUs: [...], wallUs: [...], p50Ms: [...], p99Ms: [...] }`. */
const measureCalls = async ({ rounds = 9, count = 2000, warmup = 30_000, only } = {}) => {
  const isWanted = (name) => !only || only.includes(name);
  const undici = createRequire(new URL("../packages/driver-kit/package.json", import.meta.url)).resolve("undici");
  const children = [];
  const started = async (child) => {
    children.push(child);
    await messageOf(child);
    return child;
  };
  try {
    const clients = [];
    for (const name of Object.keys(PEERS).filter(isWanted)) {
      const { server, port } = await startServer([]);
      children.push(server);
      const given = { port, url: `http://127.0.0.1:${port}`, undici, connections: 64 };
      clients.push({
        name,
        requests: {},
        child: await started(fork(path("client.mjs"), ["peer", name, JSON.stringify(given)])),
      });
    }
    for (const driver of Object.keys(DRIVERS).filter((name) => isWanted(`tautan ${name}`))) {
      const { replies, requests, ...known } = await recordedReplies(driver);
      const { server, port } = await startServer(replies);
      children.push(server);
      const given = JSON.stringify({ url: `http://127.0.0.1:${port}`, ...known });
      clients.push({
        name: `tautan ${driver}`,
        requests,
        child: await started(fork(path("client.mjs"), ["tautan", driver, given])),
      });
    }
    const figures = CASES.flatMap((each) =>
      clients.map(({ name, requests, child }) => ({
        ...each,
        name,
        child,
        requests: requests[each.operation] ?? 1,
        cpuUs: [],
        wallUs: [],
        p50Ms: [],
        p99Ms: [],
      })),
    );
    for (let round = -1; round < rounds; round += 1) {
      for (const each of shuffle(figures)) {
        const { operation, atOnce, child } = each;
        const sample = await messageOf(child, { operation, atOnce, count: round < 0 ? warmup : count });
        if (round >= 0) for (const [name, value] of Object.entries(sample)) each[name].push(value);
      }
    }
    return figures.map(({ child: _, ...figure }) => figure);
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
  }
};

const REFERENCE = "stripe";

const tableOfCase = (figures, { operation, atOnce }) => {
  const rows = figures.filter((each) => each.operation === operation && each.atOnce === atOnce);
  const many = rows.filter(({ requests }) => requests > 1);
  return tableOf({
    id: `${operation}-${atOnce}`,
    title: `A ${operation}, ${atOnce} at once`,
    unit: "µs",
    reference: rows.some(({ name }) => name === REFERENCE) ? REFERENCE : rows[0].name,
    figures: Object.fromEntries(rows.map(({ name, cpuUs, wallUs }) => [name, { cpu: cpuUs, wall: wallUs }])),
    ...(many.length > 0 && {
      note: `More than one request: ${many.map(({ name, requests }) => `${name} ${requests}`).join(", ")}.`,
    }),
  });
};

/** `only` are names of clients. */
export const measure = async ({ quick, only }) => {
  const amount = quick ? { rounds: 4, count: 400, warmup: 6000 } : {};
  const figures = await measureCalls({ only, ...amount });
  return CASES.map((each) => tableOfCase(figures, each));
};

if (import.meta.main) {
  const { values } = parseArgs({ options: { quick: { type: "boolean" }, only: { type: "string" } } });
  for (const table of await measure({ quick: values.quick, only: values.only?.split(",") })) printTable(table);
}
