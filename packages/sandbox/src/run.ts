import { type Chaos, type ChaosSettings, createChaos } from "./chaos/rules.ts";
import { createConnections } from "./http/connections.ts";
import type { Serve } from "./http/local-server.ts";
import { createRequestHandler } from "./http/request-handler.ts";
import { createInitialLinks } from "./initial-links.ts";
import type { Settings } from "./options.ts";
import type { ProviderSet } from "./provider.ts";
import { RefusedAction, type Simulator, type SimulatorContext, type SpecialAction } from "./simulator.ts";
import { createJournal, type Journal } from "./state/journal.ts";
import { createRandom } from "./state/random.ts";
import type { RecordedAction } from "./state/recorded-actions.ts";
import { createCounter, type State } from "./state/store.ts";
import { createScheduler } from "./time/scheduler.ts";
import { createEventClock, createTimeline, type Timeline } from "./time/timeline.ts";
import { createVirtualClock, type VirtualClock } from "./time/virtual-clock.ts";
import type { RecordedDelivery, RecordedRequest } from "./types.ts";
import { createDeliveries, type Deliveries } from "./webhooks/deliveries.ts";
import { createWebhookUrls, type WebhookUrls } from "./webhooks/urls.ts";

/** Of all texts in one journal: what fits into memory whatever the bodies are. */
const MAX_CHARACTERS = 32 * 1024 * 1024;

/** Everything a sandbox knows from its start to its end or its next reset. */
export interface Run {
  readonly clock: VirtualClock;
  readonly chaos: Chaos;
  readonly webhookUrls: WebhookUrls;
  readonly requests: Journal<RecordedRequest>;
  readonly deliveries: Journal<RecordedDelivery>;
  readonly actions: Journal<RecordedAction>;
  /** The place of what begins now among all that is recorded. */
  readonly nextOrder: () => number;
  readonly simulators: ReadonlyMap<string, Simulator>;
  /** Sends one webhook by hand. */
  readonly sendOnce: Deliveries["sendOnce"];
  /** Answers one request to a provider's server. */
  handle(provider: string): Serve;
  readonly timeline: Timeline;
  /** To be called after whatever changed something. Throws if it cannot be stored. */
  changed(): void;
  /** Throws if state that was reported, or is about to be, cannot be stored. */
  readonly keep: () => void;
  idle(): Promise<void>;
  /** Ends what waits and gives up what is under way. */
  close(): Promise<void>;
}

/** The parts of a run. */
export interface RunParts {
  readonly providers: ProviderSet;
  readonly settings: Settings;
  readonly seed: string;
  /** Of the providers that are started. */
  readonly baseUrls: ReadonlyMap<string, string>;
  readonly state: State;
  /** Called for each entry of the journals, each webhook before it is sent, and each submitted form of a pay page. */
  readonly onChange: () => void;
  /** Called for each API call and each webhook, after it was kept. */
  readonly onRecord: (record: RunRecord) => void;
}

/** An API call or a webhook. */
export type RunRecord = { readonly request: RecordedRequest } | { readonly delivery: RecordedDelivery };

/** A run from the start, with the links that it starts with. */
export const startRun = async (parts: RunParts): Promise<Run> => {
  const { settings, baseUrls, providers } = parts;
  let isTelling = false;
  const run = createRun({ ...parts, chaos: settings.chaos, isTelling: () => isTelling });
  try {
    for (const [provider, baseUrl] of baseUrls) {
      const simulator = run.simulators.get(provider);
      if (simulator !== undefined)
        await createInitialLinks(providers.get(provider), simulator, baseUrl, settings.initialLinks[provider] ?? []);
    }
    // No webhook reports what is due immediately, such as a settlement in real time.
    await run.timeline.catchUp();
    run.keep();
  } catch (error) {
    await run.close();
    throw error;
  }
  isTelling = true;
  return run;
};

/** A run that continues from the state of an earlier process. */
export const continueRun = async (parts: RunParts): Promise<Run> => {
  const run = createRun({ ...parts, chaos: {}, isTelling: () => true });
  try {
    run.keep();
  } catch (error) {
    await run.close();
    throw error;
  }
  return run;
};

const createRun = (
  parts: RunParts & {
    readonly chaos: ChaosSettings;
    /** While it returns false, no listener is called. */
    readonly isTelling: () => boolean;
  },
): Run => {
  const { settings, baseUrls, state, isTelling, providers } = parts;
  const started = [...baseUrls.keys()];
  const definitions = new Map(started.map((name) => [name, providers.get(name)]));
  const onChange = (): void => {
    if (isTelling()) tryToSave(state);
    parts.onChange();
  };
  const random = createRandom(parts.seed, state.collection("drawn"));
  const clock = createVirtualClock(settings.clock, settings.frozenAtMs, state.collection("clock"));
  const chaos = createChaos({
    random: random.fork("chaos"),
    providers: started,
    scopes: providers.all,
    initial: parts.chaos,
    state,
  });
  const limits = {
    maxEntries: settings.maxRecords,
    maxCharacters: MAX_CHARACTERS,
    sizeOf: ({ body, answer = "" }: RecordedRequest | RecordedDelivery) => body.length + answer.length,
  };
  const requests = createJournal<RecordedRequest>(limits, state.collection("requests"), (request) => {
    onChange();
    parts.onRecord({ request });
  });
  const journal = createJournal<RecordedDelivery>(limits, state.collection("deliveries"), (delivery) => {
    onChange();
    parts.onRecord({ delivery });
  });
  const nextOrder = createCounter(state, "record", 1);
  const actions = createJournal<RecordedAction>(
    { ...limits, sizeOf: ({ payment = "", refusal = "" }) => payment.length + refusal.length },
    state.collection("actions"),
    onChange,
  );
  const webhookUrls = createWebhookUrls(started, settings.webhookUrls, state.collection("webhookUrls"));
  const connections = createConnections();
  const eventClock = createEventClock(clock);
  const scheduler = createScheduler(clock, () => {
    timeline.changed();
  });
  const simulators = new Map<string, Simulator>();
  const timeline = createTimeline({
    clock,
    eventClock,
    ticks: settings.ticks,
    scheduler,
    simulators,
    idle: () => deliveries.idle(),
  });
  const deliveries = createDeliveries({
    providers: definitions,
    clock,
    scheduler,
    chaos,
    random,
    journal,
    nextOrder,
    urlOf: (provider) => webhookUrls.of(provider),
    state,
    onChange,
  });
  const keep = (): void => {
    state.save();
  };
  const nextLinkNumber = createCounter(state, "link", 1);
  const handlers = new Map<string, Serve>();
  for (const [provider, baseUrl] of baseUrls) {
    const definition = providers.get(provider);
    const send: SimulatorContext["send"] = async (body) => {
      if (isTelling()) await deliveries.send(provider, body);
    };
    const simulator = definition.create({
      baseUrl,
      clock: eventClock,
      random: random.fork(provider),
      nextLinkNumber,
      send,
      unsupported: (action, reason) => refuseSpecialAction(providers, action, reason),
      state,
    });
    simulators.set(provider, simulator);
    handlers.set(
      provider,
      createRequestHandler({
        definition,
        simulator,
        chaos,
        clock,
        connections,
        journal: requests,
        actions,
        nextOrder,
        onChange,
        keep,
      }),
    );
  }
  timeline.start();

  return {
    clock,
    chaos,
    webhookUrls,
    requests,
    deliveries: journal,
    actions,
    nextOrder,
    simulators,
    sendOnce: (provider, compose) => deliveries.sendOnce(provider, compose),
    handle(provider) {
      const handler = handlers.get(provider);
      if (handler === undefined) throw new Error(`The provider ${provider} was not started.`);
      return handler;
    },
    timeline,
    changed() {
      parts.onChange();
      keep();
    },
    keep,
    async idle() {
      await timeline.catchUp();
      await deliveries.idle();
    },
    async close() {
      timeline.close();
      connections.cut();
      await deliveries.close();
    },
  };
};

const NAMES_OF_ACTIONS: Readonly<Record<SpecialAction, string>> = {
  review: "challenged, approve and deny are",
  reverse: "reverse is",
  refund: "refund is",
  chargeback: "chargeback is",
  dispute: "winDispute and loseDispute are",
  failedRefund: "failRefund is",
};

const refuseSpecialAction = ({ all }: ProviderSet, action: SpecialAction, reason: string): (() => Promise<never>) => {
  const labels = all.filter(({ specialActions }) => specialActions.includes(action)).map(({ label }) => label);
  const elsewhere = labels.length === 0 ? "" : `; ${NAMES_OF_ACTIONS[action]} for ${labels.join(", ")} links`;
  return async () => {
    throw new RefusedAction(409, `${reason}${elsewhere}.`);
  };
};

/** If saving fails, it is tried again with the next change, and the next response reports the reason. */
const tryToSave = (state: State): void => {
  try {
    state.save();
  } catch {
    // There is no caller to report it to.
  }
};
