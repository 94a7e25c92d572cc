// `npm start`: the gateways' APIs on this machine, a merchant's back end, and a tour of both.
import { parseArgs } from "node:util";
import { createSandbox, type Sandbox } from "@tautan/sandbox";
import {
  environmentOf,
  GATEWAY_KEYS,
  type GatewayKey,
  loadPaymentLinks,
  onSandbox,
  readConfiguration,
} from "./configuration.ts";
import { createMerchant, type Merchant, type MerchantEvents, orderOf } from "./merchant.ts";
import { showMishaps } from "./mishaps.ts";
import { createNarrator } from "./narrate.ts";
import type { GatewayReport, Report } from "./report.ts";
import { type Narrator, tourGateway } from "./tour.ts";
import { startWebServer, type WebServer } from "./web-server.ts";

/** The gateways of the tour, if none are named. */
const INDONESIAN: readonly GatewayKey[] = ["midtrans", "xfers", "singapay"];

const USAGE = `Usage: npm start -- [options]

  --gateways <names>  some of ${GATEWAY_KEYS.join(",")}; default: ${INDONESIAN.join(",")}
  --once              end after the tour, with exit code 0 only if every step passed
  --json              print one JSON report instead of the story, and end
  --help              print this`;

const HEAD = `The gateways below are simulated on this machine: nothing leaves it, no money moves and nobody gets mail.
One order on each, with the same code; only the configuration differs.`;

const CONTROL_PORT = 4100;
const MERCHANT_PORT = 4110;

const main = async (): Promise<void> => {
  const options = readOptions();
  if (!options) return;
  const isOnce = options.once || options.json;
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const narrator = createNarrator(options.json ? () => {} : print);
  const open: { close(): Promise<void> }[] = [];
  stopOnSignals(open);

  // First of all, so that the sandbox knows it from the start, and again after a reset.
  const server = await onUsualPorts((isUsual) =>
    startWebServer({ receive: (...webhook) => merchant.receive(...webhook) }, isUsual ? MERCHANT_PORT : 0),
  );
  open.push(server);
  const webhookUrl = (key: string): string => `${server.url}/webhooks/${key}`;
  const { gateways } = options;
  const webhookUrls = Object.fromEntries(gateways.map((key) => [key, webhookUrl(key)]));
  // The same port for a gateway, whatever others there are.
  const ports = { control: CONTROL_PORT, ...Object.fromEntries(gateways.map((key) => [key, portOf(key)])) };
  const sandbox = await onUsualPorts((isUsual) => createSandbox({ gateways, webhookUrls, ...(isUsual && { ports }) }));
  open.push(sandbox);
  const configuration = onSandbox(readConfiguration(), sandbox);
  const loaded = await loadPaymentLinks(configuration, environmentOf(sandbox));
  if (loaded.isErr()) throw new Error(`${loaded.error.message} ${loaded.error.hint}`);
  const links = loaded.value;

  let events: MerchantEvents = {};
  let aheadMs = 0;
  const advance = (ms: number): void => {
    aheadMs += ms;
  };
  const handlers: MerchantEvents = {
    onObservation: (...each) => events.onObservation?.(...each),
    onDuplicate: (...each) => events.onDuplicate?.(...each),
    onDelivery: (...each) => events.onDelivery?.(...each),
    onFailure: (...each) => events.onFailure?.(...each),
    onTakeBack: (...each) => events.onTakeBack?.(...each),
    onMismatch: (...each) => events.onMismatch?.(...each),
    onRefusal: (...each) => events.onRefusal?.(...each),
  };
  const openMerchant = (): Merchant => {
    const opened = createMerchant(links, handlers, { clock: { now: () => Date.now() + aheadMs } });
    open.push(opened);
    return opened;
  };
  let merchant = openMerchant();
  const listen = (next: MerchantEvents): void => {
    events = next;
  };
  const run = Date.now().toString(36);
  const reports: GatewayReport[] = [];
  const parts = { links, merchant, sandbox, narrator, listen, webhookUrl };
  if (!options.json) print(HEAD);
  for (const key of links.gateways) {
    reports.push(await tourGateway(key, `CONCERT-${run}-${key}`, parts));
  }
  const mishaps = await showMishaps(gateways[0], `MISHAP-${run}`, { ...parts, advance });

  const ok = [...reports, mishaps].every(({ problems }) => problems.length === 0);
  const report: Report = { ok, gateways: reports, mishaps };
  process.exitCode = report.ok ? 0 : 1;
  if (options.json) print(JSON.stringify(report, null, 2));
  else print(`\n${report.ok ? "Every step succeeded on every gateway." : "Some steps failed: see PROBLEM above."}`);
  if (isOnce) return stop(open);
  listen(storyOf(narrator, sandbox));
  merchant.start();
  let round = 0;
  let requests = 0;
  const createLinks = async (): Promise<void> => {
    round += 1;
    const before = requests;
    requests = sandbox.requests.length + sandbox.dropped.requests;
    if (requests < before) {
      // After a reset, the gateways use the same ids again. Real ones never do, so the merchant forgets its links too.
      await merchant.close();
      merchant = openMerchant();
      merchant.start();
    }
    for (const key of gateways) {
      const link = await merchant.ledger.create({ ...orderOf(`TRY-${run}-${round}-${key}`), gateway: key });
      print(`  ${key.padEnd(9)}${link.isOk() ? link.value.url : link.error.message}`);
    }
  };
  await invite(print, { sandbox, gateways, server, createLinks });
};

interface Options {
  readonly once: boolean;
  readonly json: boolean;
  readonly gateways: readonly [GatewayKey, ...GatewayKey[]];
}

const portOf = (key: GatewayKey): number => CONTROL_PORT + 1 + GATEWAY_KEYS.indexOf(key);

const readGateways = (names: string | undefined): Options["gateways"] => {
  const given = names === undefined ? INDONESIAN : names.split(",").map((name) => name.trim());
  const known = GATEWAY_KEYS.filter((key) => given.includes(key));
  const unknown = given.find((name) => !GATEWAY_KEYS.some((key) => key === name));
  const [first, ...others] = given.flatMap((name) => known.find((key) => key === name) ?? []);
  if (unknown === undefined && first !== undefined) return [...new Set([first, ...others])] as [GatewayKey];
  throw new TypeError(`--gateways: expected some of ${GATEWAY_KEYS.join(",")}, got ${JSON.stringify(names)}`);
};

const readOptions = (): Options | undefined => {
  try {
    const { values } = parseArgs({
      options: {
        gateways: { type: "string" },
        once: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
    if (!values.help) {
      return { once: values.once ?? false, json: values.json ?? false, gateways: readGateways(values.gateways) };
    }
    process.stdout.write(`${USAGE}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
    process.exitCode = 2;
  }
  return undefined;
};

/** The usual ports, so that addresses stay the same; free ones if they are in use. */
const onUsualPorts = async <T>(start: (isUsual: boolean) => Promise<T>): Promise<T> => {
  try {
    return await start(true);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return start(false);
  }
};

/** Continues to report after the tour, with a heading whenever the gateway changes. */
const storyOf = (narrator: Narrator, sandbox: Sandbox<GatewayKey>): MerchantEvents => {
  let last: string | undefined;
  const under = (gateway: string): void => {
    if (gateway !== last) narrator.gateway(gateway, sandbox[gateway as GatewayKey].url);
    last = gateway;
  };
  return {
    onObservation: (confirmed, heard) => {
      under(confirmed.gateway);
      narrator.heard(confirmed, heard);
    },
    onDuplicate: () => narrator.duplicate(),
    onDelivery: (history) => narrator.delivered(history),
    onFailure: (error) => narrator.failed(String(error)),
    onTakeBack: (history) => narrator.takenBack(history),
    onMismatch: (history, reason) => narrator.heldBack(history, reason),
    onRefusal: (gateway, message) => {
      under(gateway);
      narrator.refused(message);
    },
  };
};

interface Running {
  readonly sandbox: Sandbox<GatewayKey>;
  readonly gateways: readonly GatewayKey[];
  readonly server: WebServer;
  readonly createLinks: () => Promise<void>;
}

const invite = async (
  print: (line: string) => void,
  { sandbox, gateways, server, createLinks }: Running,
): Promise<void> => {
  print("\nStill running. Open the inspector in a browser to see every call and webhook, and to send webhooks again:");
  print(`  ${sandbox.control.url}/inspector`);
  print("\nOpen a link, pay, and watch the webhooks arrive there and here:");
  await createLinks();
  print("\nThe addresses:");
  print(`  control  ${sandbox.control.url}  (GET / lists all that can be done by HTTP)`);
  for (const key of gateways) print(`  ${key.padEnd(9)}${sandbox[key].url}`);
  print(`  merchant ${server.url}/webhooks/{gateway}`);
  process.stdin.on("data", () => void createLinks());
  print("\nPress Enter for a new link of each. Stop with Ctrl+C.");
};

/** After that the process ends, even if something still runs. */
const STOP_WITHIN_MS = 700;

/** From the beginning, since a tour takes a while. One signal may come twice, from the terminal and from npm. */
const stopOnSignals = (open: readonly { close(): Promise<void> }[]): void => {
  let isStopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      setTimeout(() => process.exit(), STOP_WITHIN_MS);
      void stop(open).finally(() => process.exit());
    });
  }
};

const stop = async (open: readonly { close(): Promise<void> }[]): Promise<void> => {
  process.stdin.destroy();
  await Promise.allSettled(open.map((each) => each.close()));
};

await main();
