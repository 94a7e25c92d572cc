import { type ActionName, faultsInAction, faultsInResend } from "./control/actions.ts";
import { createControlApp } from "./control/app.ts";
import { payWithOutcome } from "./control/pay-with-outcome.ts";
import { isLocalName } from "./http/guards.ts";
import { isJsonObject } from "./http/input-reader.ts";
import { refuseReset } from "./initial-links.ts";
import { createInspector } from "./inspector/app.ts";
import { eventNameOf } from "./inspector/labels.ts";
import { readOptions } from "./options.ts";
import { textIn } from "./pages/language.ts";
import { createProviderSet, type ProviderDefinition, type ProviderSet } from "./provider.ts";
import type { Run, RunRecord } from "./run.ts";
import { showValue } from "./show-value.ts";
import { type PayableLink, RefusedAction } from "./simulator.ts";
import { startUp } from "./startup.ts";
import { createChanges } from "./state/changes.ts";
import type { RecordedAction } from "./state/recorded-actions.ts";
import { MOMENT_RULE, millisecondsOf, problemWithStep } from "./time/moments.ts";
import { createSerialQueue } from "./time/serial-queue.ts";
import type {
  LinkOffer,
  LinkSummary,
  PayOptions,
  SandboxActions,
  SandboxClock,
  SandboxOf,
  SandboxOptionsOf,
  SandboxRecord,
  Servers,
} from "./types.ts";
import { resend } from "./webhooks/resend.ts";

/** Starts the APIs of these providers and the control API, each on a port of its own. */
export const startSandbox = async <Definition extends ProviderDefinition, Started extends Definition["name"]>(
  definitions: readonly Definition[],
  options: SandboxOptionsOf<Definition["name"], Started> = {},
): Promise<SandboxOf<Definition, Started>> => {
  const providers = createProviderSet(definitions);
  const settings = readOptions(options, providers);
  const changes = createChanges();
  const watchers = new Set<(record: SandboxRecord) => void>();
  const onRecord = (record: RunRecord): void => {
    if (watchers.size === 0) return;
    const reported = recordOf(record, providers);
    for (const watcher of watchers) callApart(() => watcher(reported));
  };
  const beginning = await startUp(settings, providers, { onChange: changes.announce, onRecord });
  const { seed, servers } = beginning;
  let { run } = beginning;
  let isClosed = false;
  const inTurn = createSerialQueue();

  const act = async <Result>(
    action: ActionName,
    link: string,
    options: PayOptions,
    perform: (payable: PayableLink) => Promise<Result>,
    outcome?: PayOptions["outcome"],
  ): Promise<Result> => {
    const faults = faultsInAction(action, link, options);
    if (faults.length > 0) throw new TypeError(`${action}: ${faults.join("; ")}`);
    refuseIfClosed();
    await run.timeline.catchUp();
    const found = linkOrRefusal(run, servers.baseUrls, link, settings.host);
    return recorded(run, { action: deedOf(action, outcome), link: found.link }, () => perform(found.payable));
  };

  /** Moves the clock, and remembers from where to where. */
  const moveClock = async (action: string, targetMs: (nowMs: number) => number): Promise<void> => {
    const { clock, timeline, actions } = run;
    const [order, atMs] = [run.nextOrder(), clock.now()];
    await timeline.move(targetMs);
    actions.add({ order, by: "control", action, atMs, toMs: clock.now() });
    run.changed();
  };

  const holdClock = (action: "freeze" | "resume"): void => {
    refuseIfClosed();
    run.clock[action]();
    run.timeline.changed();
    run.actions.add({ order: run.nextOrder(), by: "control", action, atMs: run.clock.now() });
    run.changed();
  };

  const restart = async (): Promise<void> => {
    refuseIfClosed();
    const next = await beginning.restart().catch(refuseReset);
    if (isClosed) await next.close();
    refuseIfClosed();
    const earlier = run;
    run = next;
    run.changed();
    await earlier.close();
  };

  const refuseIfClosed = (): void => {
    if (isClosed) throw new RefusedAction(409, "The sandbox is closed.");
  };

  /** Oldest first. */
  const listLinks = (): readonly LinkSummary[] => {
    run.timeline.wake();
    const links = [...run.simulators.values()].flatMap((simulator) => simulator.links());
    return links.sort((left, right) => left.number - right.number);
  };

  /** By the provider that has such payments, started or not. */
  const problemsWithOtherPayment = (payment: unknown): readonly string[] =>
    providers.all.find((one) => one.problemsWithOtherPayment !== undefined)?.problemsWithOtherPayment?.(payment) ?? [];

  const clock: SandboxClock = {
    now: () => run.clock.now(),
    get isFrozen() {
      return run.clock.isFrozen;
    },
    freeze() {
      holdClock("freeze");
    },
    resume() {
      holdClock("resume");
    },
    async set(time) {
      const atMs = millisecondsOf(time);
      if (atMs === undefined)
        throw new TypeError(`clock.set: the time must be ${MOMENT_RULE}, but is ${showValue(time)}`);
      refuseIfClosed();
      await moveClock("set", () => atMs);
    },
  };

  const actions: SandboxActions = {
    control: { url: servers.controlUrl },
    setWebhookUrl: (provider, url) => {
      refuseIfClosed();
      run.webhookUrls.set(provider, url);
      run.changed();
    },
    open: (link, choice = {}) => act("open", link, choice, (payable) => payable.open(choice)),
    pay: (link, choice = {}) => act("pay", link, choice, (payable) => payWithOutcome(payable, choice), choice?.outcome),
    fail: (link, choice = {}) => act("fail", link, choice, (payable) => payable.fail(choice)),
    settle: (link, choice = {}) => act("settle", link, choice, (payable) => payable.settle(choice)),
    expire: (link, choice = {}) => act("expire", link, choice, (payable) => payable.expire(choice)),
    approve: (link, choice = {}) => act("approve", link, choice, (payable) => payable.approve(choice)),
    deny: (link, choice = {}) => act("deny", link, choice, (payable) => payable.deny(choice)),
    reverse: (link, choice = {}) => act("reverse", link, choice, (payable) => payable.reverse(choice)),
    refund: (link, choice = {}) => act("refund", link, choice, (payable) => payable.refund(choice)),
    chargeback: (link, choice = {}) => act("chargeback", link, choice, (payable) => payable.chargeback(choice)),
    winDispute: (link, choice = {}) => act("winDispute", link, choice, (payable) => payable.winDispute(choice)),
    loseDispute: (link, choice = {}) => act("loseDispute", link, choice, (payable) => payable.loseDispute(choice)),
    failRefund: (link, choice = {}) => act("failRefund", link, choice, (payable) => payable.failRefund(choice)),
    async payElsewhere(payment) {
      const faults = problemsWithOtherPayment(payment);
      if (faults.length > 0) throw new TypeError(`payElsewhere: ${faults.join("; ")}`);
      refuseIfClosed();
      await run.timeline.catchUp();
      const simulator = [...run.simulators.values()].find((one) => one.payElsewhere !== undefined);
      if (simulator?.payElsewhere === undefined) {
        const labels = providers.all
          .filter((one) => one.problemsWithOtherPayment !== undefined)
          .map(({ label }) => label);
        const sentence = `Only ${labels.join(", ")} has payments by other products here, and it was not started.`;
        throw new RefusedAction(409, sentence);
      }
      return simulator.payElsewhere(payment).finally(() => {
        run.changed();
      });
    },
    async resend(webhook, options = {}) {
      const faults = faultsInResend(webhook, options);
      if (faults.length > 0) throw new TypeError(`resend: ${faults.join("; ")}`);
      refuseIfClosed();
      return resend({ ...run, providers }, webhook, options).finally(() => {
        run.changed();
      });
    },
    clock,
    async advance(ms) {
      refuseIfClosed();
      await moveClock("advance", (nowMs) => {
        const problem = problemWithStep(nowMs, ms);
        if (problem !== undefined) throw new TypeError(`advance: ${problem}`);
        return nowMs + ms;
      });
    },
    chaos: {
      faults: () => run.chaos.faults(),
      set: (provider, fault, setting) => {
        refuseIfClosed();
        run.chaos.set(provider, fault, setting);
        run.changed();
      },
      clear: (provider, fault) => {
        refuseIfClosed();
        run.chaos.clear(provider, fault);
        run.changed();
      },
    },
    idle: () => run.idle(),
    get links() {
      return listLinks();
    },
    offer(link) {
      run.timeline.wake();
      return offerOf(linkOrRefusal(run, servers.baseUrls, link, settings.host).payable);
    },
    watch(listener) {
      // Each call is a listener of its own, also with the same function.
      const watcher = (record: SandboxRecord): void => listener(record);
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    get requests() {
      return run.requests.entries;
    },
    get deliveries() {
      return run.deliveries.entries;
    },
    get dropped() {
      return { requests: run.requests.dropped, deliveries: run.deliveries.dropped };
    },
    seed,
    reset: () => inTurn(restart),
    async close() {
      isClosed = true;
      try {
        await run.close();
        run.keep();
      } finally {
        await beginning.close();
      }
    },
  };

  const providerServers: Servers = Object.fromEntries(
    [...servers.baseUrls].map(([name, url]) => [name, { url, credentials: providers.get(name).credentials }]),
  );
  const inspector = createInspector({
    sandbox: actions,
    providers,
    gateways: settings.gateways,
    run: () => run,
    baseUrls: servers.baseUrls,
    changes,
    listLinks,
    replay: settings.replay,
  });
  const control = createControlApp({
    sandbox: actions,
    providers,
    servers: providerServers,
    listLinks,
    inspector,
    webhookUrlOf: (provider) => run.webhookUrls.of(provider)?.href,
    problemsWithOtherPayment,
  });
  servers.open((name) =>
    name === "control"
      ? (context) => control.fetch(context.req.raw)
      : (context) => {
          run.timeline.wake();
          return run.handle(name)(context);
        },
  );
  // Everything that became due while no process ran.
  run.timeline.wake();
  // The servers are those of the option, which is what the type is made of.
  return Object.assign(actions, providerServers) as unknown as SandboxOf<Definition, Started>;
};

/** The events of a payment with another outcome than `paid`. */
const deedOf = (action: ActionName, outcome: PayOptions["outcome"]): string => {
  if (outcome === undefined || outcome === "paid") return action;
  return { failed: "fail", pending: "open", challenged: "challenge" }[outcome];
};

/** Does what a control action does to a link, and remembers it. */
const recorded = async <Result>(
  run: Run,
  about: Pick<RecordedAction, "action" | "link">,
  perform: () => Promise<Result>,
): Promise<Result> => {
  const begun = { order: run.nextOrder(), by: "control", ...about, atMs: run.clock.now() } as const;
  try {
    const result = await perform();
    const payment = isJsonObject(result) && typeof result["id"] === "string" ? { payment: result["id"] } : {};
    run.actions.add({ ...begun, ...payment });
    return result;
  } catch (error) {
    if (error instanceof RefusedAction) run.actions.add({ ...begun, refusal: error.message });
    throw error;
  } finally {
    run.changed();
  }
};

const recordOf = (record: RunRecord, providers: ProviderSet): SandboxRecord =>
  "request" in record
    ? { kind: "request", request: record.request }
    : { kind: "delivery", delivery: record.delivery, event: eventNameOf(providers, record.delivery) };

/** An exception must not reach what is being recorded; it is reported as any that nothing catches. */
const callApart = (call: () => void): void => {
  try {
    call();
  } catch (thrown) {
    queueMicrotask(() => {
      throw thrown;
    });
  }
};

const offerOf = (payable: PayableLink): LinkOffer => {
  const { amount, currency, methods, payableUntilMs } = payable.page();
  return {
    amount: typeof amount === "number" ? amount : { min: amount.min, max: amount.max },
    currency: currency.code,
    methods: methods.map(({ code, label }) => ({ code, label: textIn("en", label) })),
    ...(payableUntilMs === undefined ? {} : { payableUntilMs }),
  };
};

const linkOrRefusal = (...[run, baseUrls, link, boundHost]: Parameters<typeof findLink>): FoundLink => {
  const found = findLink(run, baseUrls, link, boundHost);
  if (found !== undefined) return found;
  throw new RefusedAction(404, `There is no link ${link} here; take the pay page that creating a link returned.`);
};

interface FoundLink {
  readonly payable: PayableLink;
  readonly link: Required<RecordedAction>["link"];
}

/** By the port and path of its pay page. */
const findLink = (
  run: Run,
  baseUrls: ReadonlyMap<string, string>,
  link: string,
  boundHost: string,
): FoundLink | undefined => {
  const url = URL.parse(link);
  if (url === null || !isLocalName(url.hostname, boundHost)) return undefined;
  const [provider] = [...baseUrls].find(([, baseUrl]) => new URL(baseUrl).port === url.port) ?? [];
  if (provider === undefined) return undefined;
  const simulator = run.simulators.get(provider);
  const payable = simulator?.linkAt(url.pathname);
  const path = simulator?.ownPath?.(url.pathname) ?? url.pathname;
  return payable === undefined ? undefined : { payable, link: { provider, path } };
};
