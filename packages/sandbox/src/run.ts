import { type Chaos, createChaos } from "./chaos.ts";
import { createConnections } from "./connections.ts";
import { createDeliveries, type Deliveries } from "./deliveries.ts";
import { createJournal, type Journal } from "./journal.ts";
import type { Serve } from "./local-server.ts";
import { createMidtransSimulator } from "./midtrans/simulator.ts";
import type { Settings } from "./options.ts";
import { createRandom } from "./random.ts";
import { createRequestHandler } from "./requests.ts";
import { createScheduler } from "./scheduler.ts";
import type { Simulator, SimulatorContext } from "./simulator.ts";
import { createSingapaySimulator } from "./singapay/simulator.ts";
import { makeLinks } from "./starting-links.ts";
import type { Provider, RecordedDelivery, RecordedRequest } from "./types.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";
import { createWebhookUrls, type WebhookUrls } from "./webhook-urls.ts";
import { createXfersSimulator } from "./xfers/simulator.ts";

const factories: Readonly<Record<Provider, (context: SimulatorContext) => Simulator>> = {
  midtrans: createMidtransSimulator,
  xfers: createXfersSimulator,
  singapay: createSingapaySimulator,
};

/** Of all texts in one journal: what fits into memory whatever the bodies are. */
const maxCharacters = 32 * 1024 * 1024;

// A timer cannot wait longer.
const maxTimerMs = 2 ** 31 - 1;

/** Everything a sandbox knows from its start to its end or its next reset. */
export interface Run {
  readonly clock: VirtualClock;
  readonly chaos: Chaos;
  readonly webhookUrls: WebhookUrls;
  readonly requests: Journal<RecordedRequest>;
  readonly deliveries: Journal<RecordedDelivery>;
  readonly simulators: ReadonlyMap<Provider, Simulator>;
  /** Sends one webhook by hand. */
  readonly sendOnce: Deliveries["sendOnce"];
  /** Answers one request to a provider's server. */
  handle(provider: Provider): Serve;
  /** Lets what is due happen without waiting for it. */
  wake(): void;
  /** Lets what is due happen, one after the other; waits for the webhooks this causes. */
  catchUp(): Promise<void>;
  /** Moves the clock, after all moves before. What is due on the way happens in its order and at its time. */
  move(targetMs: (nowMs: number) => number): Promise<void>;
  /** To be called when the clock was frozen or goes on. */
  clockChanged(): void;
  idle(): Promise<void>;
  /** Ends what waits and gives up what is under way. */
  close(): Promise<void>;
}

/**
 * A run with the links that it starts with. `baseUrls`: of the providers that are started.
 * `onChange` is told of each entry of the journals, and of each form that a pay page was sent.
 */
export async function startRun(
  settings: Settings,
  baseUrls: ReadonlyMap<Provider, string>,
  onChange: () => void,
): Promise<Run> {
  let isTelling = false;
  const run = createRun({ settings, baseUrls, isTelling: () => isTelling, onChange });
  for (const [provider, baseUrl] of baseUrls) {
    const simulator = run.simulators.get(provider);
    if (simulator !== undefined) await makeLinks(simulator, baseUrl, settings.startWith[provider] ?? []);
  }
  isTelling = true;
  return run;
}

function createRun(parts: {
  readonly settings: Settings;
  readonly baseUrls: ReadonlyMap<Provider, string>;
  /** While it says no, nobody hears of what happens. */
  readonly isTelling: () => boolean;
  readonly onChange: () => void;
}): Run {
  const { settings, baseUrls, isTelling, onChange } = parts;
  const started = [...baseUrls.keys()];
  const random = createRandom(settings.seed);
  const clock = createVirtualClock(settings.clock, settings.frozenAtMs);
  const chaos = createChaos(random.fork("chaos"), started, settings.chaos);
  const limits = {
    maxEntries: settings.remember,
    maxCharacters,
    sizeOf: ({ body, answer = "" }: RecordedRequest | RecordedDelivery) => body.length + answer.length,
  };
  const requests = createJournal<RecordedRequest>(limits, onChange);
  const journal = createJournal<RecordedDelivery>(limits, onChange);
  const webhookUrls = createWebhookUrls(started, settings.webhookUrls);
  const connections = createConnections();
  const scheduler = createScheduler(clock, setTimer);
  const deliveries = createDeliveries({
    clock,
    scheduler,
    chaos,
    random,
    journal,
    urlOf: (provider) => webhookUrls.of(provider),
  });
  const simulators = new Map<Provider, Simulator>();
  const handlers = new Map<Provider, Serve>();
  for (const [provider, baseUrl] of baseUrls) {
    const send: SimulatorContext["send"] = async (body) => {
      if (isTelling()) await deliveries.send(provider, body);
    };
    const simulator = factories[provider]({ baseUrl, clock, random: random.fork(provider), send });
    simulators.set(provider, simulator);
    handlers.set(provider, createRequestHandler({ simulator, chaos, clock, connections, journal: requests, onChange }));
  }
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let moving: Promise<void> = Promise.resolve();

  /** Only the machine's own time comes by itself; another clock is asked at the next call. */
  function setTimer(): void {
    clearTimeout(timer);
    const nextMs = scheduler.nextMs();
    if (closing.signal.aborted || !settings.ticks || clock.isFrozen || !Number.isFinite(nextMs)) return;
    timer = setTimeout(wake, Math.min(Math.max(nextMs - clock.now(), 0), maxTimerMs));
    timer.unref();
  }

  function wake(): void {
    for (const simulator of simulators.values()) void simulator.lapse();
    for (const job of scheduler.takeDue()) void job();
    setTimer();
  }

  async function catchUp(): Promise<void> {
    for (const simulator of simulators.values()) await simulator.lapse();
    for (const job of scheduler.takeDue()) await job();
  }

  async function travelTo(atMs: number): Promise<void> {
    if (atMs < clock.now()) clock.moveTo(atMs);
    while (!closing.signal.aborted) {
      const lapsesMs = [...simulators.values()].map((simulator) => simulator.nextLapseMs());
      const nextMs = Math.min(scheduler.nextMs(), ...lapsesMs);
      if (nextMs > atMs) break;
      if (nextMs > clock.now()) clock.moveTo(nextMs);
      await catchUp();
      // What a call has woken meanwhile belongs to this moment, too.
      await deliveries.idle();
    }
    if (atMs > clock.now()) clock.moveTo(atMs);
    await deliveries.idle();
    setTimer();
  }

  return {
    clock,
    chaos,
    webhookUrls,
    requests,
    deliveries: journal,
    simulators,
    sendOnce: (provider, compose) => deliveries.sendOnce(provider, compose),
    handle(provider) {
      const handler = handlers.get(provider);
      if (handler === undefined) throw new Error(`The provider ${provider} was not started.`);
      return handler;
    },
    wake,
    catchUp,
    async move(targetMs) {
      const earlier = moving;
      const move = (async () => {
        await earlier;
        await travelTo(targetMs(clock.now()));
      })();
      moving = move;
      await move;
    },
    clockChanged: setTimer,
    async idle() {
      await catchUp();
      await deliveries.idle();
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      scheduler.clear();
      connections.cut();
      await deliveries.close();
    },
  };
}
