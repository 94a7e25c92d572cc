import { Hono } from "hono";
import { type ActionName, faultsInAction } from "./actions.ts";
import { createControlApp } from "./control.ts";
import { createDeliveries } from "./deliveries.ts";
import { isLocalName, recordRequests, refuseForeignHosts } from "./guards.ts";
import { type LocalServer, startServer } from "./local-server.ts";
import { createMidtransSimulator, midtransCredentials } from "./midtrans/simulator.ts";
import { readOptions, type ServerName } from "./options.ts";
import { type PayableLink, RefusedAction, type Simulator, type SimulatorContext } from "./simulator.ts";
import { createSingapaySimulator, singapayCredentials } from "./singapay/simulator.ts";
import type { LinkSummary, PayerOptions, Provider, RecordedRequest, Sandbox, SandboxOptions } from "./types.ts";
import { createXfersSimulator, xfersCredentials } from "./xfers/simulator.ts";

const factories: Readonly<Record<Provider, (context: SimulatorContext) => Simulator>> = {
  midtrans: createMidtransSimulator,
  xfers: createXfersSimulator,
  singapay: createSingapaySimulator,
};

/** Starts the APIs of the three providers and the control API, each on a port of its own. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host, ports, webhookUrls, clock } = readOptions(options);
  const deliveries = createDeliveries(clock, webhookUrls);
  const requests: RecordedRequest[] = [];
  const servers: LocalServer[] = [];
  /** By the port of its pay pages. */
  const simulators = new Map<string, Simulator>();

  async function start(name: ServerName, build: (url: string) => Hono): Promise<string> {
    const server = await startServer(host, ports[name] ?? 0, (url) => {
      const app = build(url);
      // A nested app keeps its own answers to unknown paths only when it is called as a whole.
      return new Hono().use(refuseForeignHosts(host)).all("*", (context) => app.fetch(context.req.raw));
    });
    servers.push(server);
    return server.url;
  }

  async function startProvider(provider: Provider): Promise<string> {
    return start(provider, (baseUrl) => {
      const send: SimulatorContext["send"] = (compose) => deliveries.send(provider, compose);
      const simulator = factories[provider]({ baseUrl, clock, send });
      simulators.set(new URL(baseUrl).port, simulator);
      const record = (request: RecordedRequest): void => {
        requests.push(request);
      };
      return new Hono()
        .use(recordRequests({ provider, clock, isPayPage: (path) => simulator.isPayPage(path), record }))
        .all("*", (context) => simulator.app.fetch(context.req.raw));
    });
  }

  async function act<Result>(
    action: ActionName,
    link: string,
    options: PayerOptions,
    run: (payable: PayableLink) => Promise<Result>,
  ): Promise<Result> {
    const faults = faultsInAction(action, link, options);
    if (faults.length > 0) throw new TypeError(`${action}: ${faults.join("; ")}`);
    if (servers.length === 0) throw new RefusedAction(409, "The sandbox is closed.");
    const url = URL.parse(link);
    const simulator = url !== null && isLocalName(url.hostname, host) ? simulators.get(url.port) : undefined;
    await simulator?.lapse();
    const payable = simulator?.linkAt(url?.pathname ?? "");
    if (payable === undefined) {
      throw new RefusedAction(404, `There is no link ${link} here; take the pay page that creating a link returned.`);
    }
    return run(payable);
  }

  async function lapse(): Promise<void> {
    await Promise.all([...simulators.values()].map((simulator) => simulator.lapse()));
  }

  function listLinks(): readonly LinkSummary[] {
    void lapse();
    return [...simulators.values()].flatMap((simulator) => simulator.links());
  }

  async function close(): Promise<void> {
    await Promise.all([...servers.splice(0).map((server) => server.close()), deliveries.close()]);
  }

  try {
    const sandbox: Omit<Sandbox, "control"> = {
      midtrans: { url: await startProvider("midtrans"), credentials: midtransCredentials },
      xfers: { url: await startProvider("xfers"), credentials: xfersCredentials },
      singapay: { url: await startProvider("singapay"), credentials: singapayCredentials },
      setWebhookUrl: (provider, url) => {
        deliveries.setUrl(provider, url);
      },
      open: (link, choice = {}) => act("open", link, choice, (payable) => payable.open(choice)),
      pay: (link, choice = {}) => act("pay", link, choice, (payable) => payable.pay(choice)),
      fail: (link, choice = {}) => act("fail", link, choice, (payable) => payable.fail(choice)),
      settle: (link, choice = {}) => act("settle", link, choice, (payable) => payable.settle(choice)),
      expire: (link, choice = {}) => act("expire", link, choice, (payable) => payable.expire(choice)),
      reverse: (link, choice = {}) => act("reverse", link, choice, (payable) => payable.reverse(choice)),
      async idle() {
        await lapse();
        await deliveries.idle();
      },
      requests,
      deliveries: deliveries.recorded,
      close,
    };
    const url = await start("control", (own) => createControlApp({ ...sandbox, control: { url: own } }, listLinks));
    return { ...sandbox, control: { url } };
  } catch (error) {
    await close();
    throw error;
  }
}
