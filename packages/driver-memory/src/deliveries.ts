import type { CheckedOptions } from "./options.ts";
import { proofOf, webhookRulesOf } from "./webhook.ts";
import type { EventBody } from "./wire.ts";

/** The parts of a webhook, for `WebhookRequest` and `fetch(url, webhook)`. */
export interface SimulatedWebhook {
  readonly method: "POST";
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A webhook that the simulator sent, with its answers. */
export interface MemoryDelivery {
  readonly webhook: SimulatedWebhook;
  /** Whether it was lost on the way: see `simulate.loseNextDelivery`. */
  readonly isLost: boolean;
  /** The HTTP status of each answer of `deliverTo`, in order; empty if nothing answered. */
  readonly answers: readonly number[];
}

/** All webhooks of a driver, in the order of their events. */
export class Deliveries {
  readonly #options: CheckedOptions;
  readonly #all: MemoryDelivery[] = [];
  #toLose = 0;

  constructor(options: CheckedOptions) {
    this.#options = options;
  }

  get all(): readonly MemoryDelivery[] {
    return Object.freeze([...this.#all]);
  }

  loseNext(count: number): void {
    this.#toLose = count;
  }

  /** Makes a webhook of events, and delivers it if somebody receives it. */
  async send(events: readonly EventBody[]): Promise<SimulatedWebhook> {
    const [first, ...others] = events;
    const body = JSON.stringify(others.length === 0 ? first : { events });
    const headers = { "content-type": "application/json", ...proofOf(webhookRulesOf(this.#options), body) };
    const webhook: SimulatedWebhook = { method: "POST", url: "/webhooks/memory", headers, body };
    const isLost = this.#toLose > 0;
    if (isLost) this.#toLose -= 1;
    const index = this.#all.push(Object.freeze({ webhook, isLost, answers: [] })) - 1;
    if (!isLost) await this.#deliver(index);
    return webhook;
  }

  /** Delivers again all that nobody has accepted, oldest first. */
  async repeat(): Promise<number> {
    const open = this.#all.flatMap((each, index) => (each.answers.some(isAccepted) ? [] : [index]));
    for (const index of open) await this.#deliver(index);
    return open.length;
  }

  async #deliver(index: number): Promise<void> {
    const delivery = this.#all[index];
    const { deliverTo } = this.#options;
    if (!delivery || !deliverTo) return;
    const { url, ...init } = delivery.webhook;
    const { status } = await deliverTo(new Request(new URL(url, "https://shop.example"), init));
    this.#all[index] = Object.freeze({ ...delivery, answers: [...delivery.answers, status] });
  }
}

const isAccepted = (status: number): boolean => status >= 200 && status < 300;
