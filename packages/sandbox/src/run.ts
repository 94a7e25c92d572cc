import { type Chaos, type ChaosSettings, createChaos } from "./chaos.ts";
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
import type { State } from "./state.ts";
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

/** How often what time alone does is looked for, where nobody asks. */
const lookMs = 1_000;

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
  /** To be called after whatever changed something. */
  readonly changed: () => void;
  /** To be called when the clock was frozen or goes on. */
  clockChanged(): void;
  idle(): Promise<void>;
  /** Ends what waits and gives up what is under way. */
  close(): Promise<void>;
}

/** What a run is made of. */
interface RunParts {
  readonly settings: Settings;
  readonly seed: string;
  /** Of the providers that are started. */
  readonly baseUrls: ReadonlyMap<Provider, string>;
  readonly state: State;
  /** Told of each entry of the journals, of each webhook before it is sent, and of each form that a pay page was sent. */
  readonly onChange: () => void;
}

/** A run from the start, with the links that it starts with. */
export async function startRun(parts: RunParts): Promise<Run> {
  const { settings, baseUrls, state } = parts;
  let isTelling = false;
  const run = createRun({ ...parts, chaos: settings.chaos, isTelling: () => isTelling });
  for (const [provider, baseUrl] of baseUrls) {
    const simulator = run.simulators.get(provider);
    if (simulator !== undefined) await makeLinks(simulator, baseUrl, settings.startWith[provider] ?? []);
  }
  isTelling = true;
  state.save();
  return run;
}

/** A run that goes on where an earlier process left it. */
export function continueRun(parts: RunParts): Run {
  return createRun({ ...parts, chaos: {}, isTelling: () => true });
}

function createRun(
  parts: RunParts & {
    readonly chaos: ChaosSettings;
    /** While it says no, nobody hears of what happens. */
    readonly isTelling: () => boolean;
  },
): Run {
  const { settings, baseUrls, state, isTelling } = parts;
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let moving: Promise<void> = Promise.resolve();
  const started = [...baseUrls.keys()];
  // What was told to anybody is kept: a killed process does not take it back.
  const onChange = (): void => {
    if (isTelling()) state.save();
    parts.onChange();
  };
  const random = createRandom(parts.seed, state.shelf("drawn"));
  const clock = createVirtualClock(settings.clock, settings.frozenAtMs, state.shelf("clock"));
  const chaos = createChaos({ random: random.fork("chaos"), providers: started, initial: parts.chaos, state });
  const limits = {
    maxEntries: settings.remember,
    maxCharacters,
    sizeOf: ({ body, answer = "" }: RecordedRequest | RecordedDelivery) => body.length + answer.length,
  };
  const requests = createJournal(limits, state.shelf("requests"), onChange);
  const journal = createJournal(limits, state.shelf("deliveries"), onChange);
  const webhookUrls = createWebhookUrls(started, settings.webhookUrls, state.shelf("webhookUrls"));
  const connections = createConnections();
  const scheduler = createScheduler(clock, setTimer);
  const deliveries = createDeliveries({
    providers: started,
    clock,
    scheduler,
    chaos,
    random,
    journal,
    urlOf: (provider) => webhookUrls.of(provider),
    state,
    onChange,
  });
  const simulators = new Map<Provider, Simulator>();
  const handlers = new Map<Provider, Serve>();
  for (const [provider, baseUrl] of baseUrls) {
    const send: SimulatorContext["send"] = async (body) => {
      if (isTelling()) await deliveries.send(provider, body);
    };
    const simulator = factories[provider]({ baseUrl, clock, random: random.fork(provider), send, state });
    simulators.set(provider, simulator);
    handlers.set(provider, createRequestHandler({ simulator, chaos, clock, connections, journal: requests, onChange }));
  }
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

  const looking = settings.ticks ? setInterval(look, lookMs).unref() : undefined;

  function look(): void {
    if (!clock.isFrozen) wake();
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
    changed: onChange,
    clockChanged: setTimer,
    async idle() {
      await catchUp();
      await deliveries.idle();
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      clearInterval(looking);
      scheduler.clear();
      connections.cut();
      await deliveries.close();
      state.save();
    },
  };
}
