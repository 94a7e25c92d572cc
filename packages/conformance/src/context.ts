import {
  type Clock,
  type CreatePaymentLink,
  createPaymentLinks,
  type Delivery,
  type DriverCapabilities,
  type HistoryId,
  type HistoryObservation,
  historiesIn,
  type LinkCandidate,
  mergeHistories,
  type Observation,
  type PaymentLink,
  type PaymentLinkHistory,
  type PaymentLinks,
} from "@tautan/core";
import type { AnyDriver } from "@tautan/core/driver";
import { check, okOf } from "./expect.ts";
import { FaultyNetwork } from "./network.ts";
import { requestWith } from "./requests.ts";
import type { ActName, Acts, ConformanceSubject, RawWebhook, Running } from "./subject.ts";
import { listsHistories } from "./traits.ts";

/** The gateway's key of the driver under test. */
export const KEY = "checked";

/** The subject's actions, bound to the running provider. */
export type BoundActs = {
  readonly [Name in ActName]: Required<Acts<Running>>[Name] extends infer Each
    ? Each extends (running: never, ...parameters: infer Parameters) => infer Answer
      ? (...parameters: Parameters) => Promise<Awaited<Answer>>
      : never
    : never;
};

/** The context of one test: a driver under a facade, its provider, and the network between them. All of it is fresh. */
export class TestContext {
  readonly links: PaymentLinks;
  /** The same driver under a facade that accepts every reference that the gateway accepts. */
  readonly wideLinks: PaymentLinks;
  /** The same driver under a facade that knows nothing of what `links` did: another process. */
  readonly otherLinks: PaymentLinks;
  readonly driver: AnyDriver;
  readonly subject: ConformanceSubject;
  readonly network: FaultyNetwork;
  readonly clock: Clock;
  readonly capabilities: DriverCapabilities;
  readonly acts: BoundActs;
  readonly #running: Running;
  readonly #heard: HeardHistories;
  #deliveriesTaken = 0;

  constructor(subject: ConformanceSubject, running: Running, network: FaultyNetwork) {
    const { driver, clock } = running;
    const gateways: Readonly<Record<string, AnyDriver>> = { [KEY]: driver };
    const options = { default: KEY, gateways, clock };
    this.links = createPaymentLinks(options);
    this.otherLinks = createPaymentLinks(options);
    this.wideLinks = createPaymentLinks({ ...options, references: "provider" });
    this.driver = driver;
    this.subject = subject;
    this.network = network;
    this.clock = clock;
    this.capabilities = subject.capabilities;
    this.#running = running;
    this.#heard = new HeardHistories(running, (webhooks) => this.heardIn(webhooks));
    const acts = bindActs(subject.acts, running);
    this.acts = listsHistories(this.capabilities) ? acts : { ...acts, wait: (ms) => this.#waitHeard(acts, ms) };
  }

  async #waitHeard(acts: BoundActs, ms: number): Promise<void> {
    await this.#heard.take();
    await acts.wait(ms);
  }

  /** The smallest request that the gateway accepts, with changes. */
  request(changes: Partial<CreatePaymentLink> = {}): CreatePaymentLink {
    return requestWith(this.capabilities, changes);
  }

  /** Creates a link, and fails the test if that fails. */
  create(changes: Partial<CreatePaymentLink> = {}): Promise<PaymentLink> {
    return okOf(this.links.create(this.request(changes)), "create");
  }

  read(link: PaymentLink): Promise<PaymentLink> {
    return okOf(this.links.get(link.id), "get");
  }

  /**
   * All histories of a link, newest first: from as many pages as there are, or from its webhooks if the gateway cannot list them.
   */
  async histories(link: PaymentLink, limit = 100): Promise<readonly PaymentLinkHistory[]> {
    if (!listsHistories(this.capabilities)) return (await this.#heard.of(link)).toReversed();
    const found: PaymentLinkHistory[] = [];
    let cursor: string | undefined;
    do {
      const page = await okOf(this.links.listHistories(link.id, { limit, cursor }), "listHistories");
      check(page.items.length <= limit, `listHistories: expected ${limit} items at most, got ${page.items.length}`);
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return found;
  }

  /** One history of a link, as a read returns it, or as its webhooks report it if the gateway cannot read it. */
  async readHistory(link: PaymentLink, id: HistoryId): Promise<PaymentLinkHistory> {
    if (this.capabilities.operations.getHistory === true) return okOf(this.links.getHistory(id), "getHistory");
    const heard = (await this.histories(link)).find((each) => each.id === id);
    check(heard !== undefined, `expected ${id} among the histories that webhooks reported`);
    return heard;
  }

  /** The webhooks since the last call. */
  async takeDeliveries(): Promise<readonly RawWebhook[]> {
    const all = await this.#running.deliveries();
    const fresh = all.slice(this.#deliveriesTaken);
    this.#deliveriesTaken = all.length;
    return fresh;
  }

  parse(webhook: RawWebhook): Promise<Delivery> {
    return okOf(this.links.parseWebhook(KEY, webhook), "parseWebhook of a genuine webhook");
  }

  /** The observations of webhooks, in order. */
  async observationsIn(webhooks: readonly RawWebhook[]): Promise<readonly Observation[]> {
    const deliveries = await Promise.all(webhooks.map((each) => this.parse(each)));
    return deliveries.flatMap((each) => each.observations);
  }

  /** The histories that webhooks report, with their links. The subject of a notice is read. */
  async heardIn(webhooks: readonly RawWebhook[]): Promise<readonly Heard[]> {
    const heard: Heard[] = [];
    for (const observation of await this.observationsIn(webhooks)) heard.push(...(await this.#heardOf(observation)));
    return heard;
  }

  async #heardOf(observation: Observation): Promise<readonly Heard[]> {
    const read =
      observation.kind === "notice" ? await okOf(this.links.confirm(observation), "confirm of a notice") : observation;
    if (read.kind === "history") return [{ history: read.history, linkCandidates: read.linkCandidates }];
    if (read.kind !== "link") return [];
    const { id, reference } = read.link;
    return historiesIn(read).map((history) => ({ history, linkCandidates: [{ id, reference }] }));
  }

  /** A link that was just paid, and the webhooks of the payment. */
  async paidLink(changes: Partial<CreatePaymentLink> = {}, next?: "refund" | "reverse" | "dispute"): Promise<PaidLink> {
    const link = await this.create(changes);
    await this.takeDeliveries();
    await this.acts.pay(link, undefined, next);
    const webhooks = await this.takeDeliveries();
    return { link, webhooks };
  }
}

/** A history that a webhook reported, and the links that it may belong to. */
export interface Heard {
  readonly history: PaymentLinkHistory;
  readonly linkCandidates: readonly LinkCandidate[];
}

/** The reports of all webhooks of a test so far. */
class HeardHistories {
  readonly #running: Running;
  readonly #heardIn: (webhooks: readonly RawWebhook[]) => Promise<readonly Heard[]>;
  readonly #all: Heard[] = [];
  #taken = 0;

  constructor(running: Running, heardIn: (webhooks: readonly RawWebhook[]) => Promise<readonly Heard[]>) {
    this.#running = running;
    this.#heardIn = heardIn;
  }

  /** Reads the webhooks that arrived meanwhile. Signatures may be valid for some time only. */
  async take(): Promise<void> {
    const deliveries = await this.#running.deliveries();
    const fresh = deliveries.slice(this.#taken);
    this.#taken = deliveries.length;
    this.#all.push(...(await this.#heardIn(fresh)));
  }

  /** The histories of a link, each once, in the order of their first report. */
  async of({ id, reference }: PaymentLink): Promise<readonly PaymentLinkHistory[]> {
    await this.take();
    const known = new Map<string, PaymentLinkHistory>();
    for (const { history, linkCandidates } of this.#all) {
      if (!linkCandidates.some((each) => each.id === id || each.reference === reference)) continue;
      const earlier = known.get(history.id);
      known.set(history.id, earlier ? mergeHistories(earlier, history) : history);
    }
    return [...known.values()];
  }
}

export interface PaidLink {
  readonly link: PaymentLink;
  readonly webhooks: readonly RawWebhook[];
}

/** The observations of histories among others. */
export const historiesAmong = (observations: readonly Observation[]): readonly HistoryObservation[] =>
  observations.filter((each) => each.kind === "history");

/** How coarsely a provider may write times: whole minutes. */
const COARSEST_TIME_MS = 60_000;

/** Checks that a time, if reported, is the present one: a wrong time zone is off by hours. */
export const checkNow = ({ clock }: Pick<TestContext, "clock">, reported: string | undefined, what: string): void => {
  if (reported === undefined) return;
  const offMs = Math.abs(Date.parse(reported) - clock.now());
  check(offMs < COARSEST_TIME_MS, `${what}: expected about ${new Date(clock.now()).toISOString()}, got ${reported}`);
};

/** Starts a subject for one test, and stops it afterwards. */
export const withBench = async (
  subject: ConformanceSubject,
  work: (context: TestContext) => Promise<void>,
): Promise<void> => {
  const network = new FaultyNetwork(subject);
  const running = await subject.start(network);
  try {
    await work(new TestContext(subject, running, network));
  } finally {
    await running.stop();
  }
};

const bindActs = (acts: Acts<Running>, running: Running): BoundActs => {
  const bound = Object.entries(acts).map(([name, act]) => [
    name,
    async (...parameters: readonly unknown[]): Promise<unknown> => {
      if (typeof act !== "function") throw new Error(`a test of the suite uses ${name} without declaring it as needed`);
      return (act as (...all: readonly unknown[]) => unknown)(running, ...parameters);
    },
  ]);
  return Object.fromEntries(bound) as BoundActs;
};
