import type { PayerDetails, SimulatorContext } from "../simulator.ts";
import type { History, SingapayLink, SingapayStore } from "./links.ts";
import type { SingapayMethod } from "./methods.ts";
import { expirationBody, inquiryBody, paidBody } from "./webhooks.ts";

/** An attempt that has just begun. */
export interface Opening {
  readonly history: History;
  readonly notified: Promise<void>;
}

/** What happens to histories. State changes at once; the promises wait for the merchant. */
export interface Histories {
  open(link: SingapayLink, method: SingapayMethod, payer: PayerDetails): Opening;
  pay(history: History): Promise<void>;
  fail(history: History): void;
  settle(history: History): void;
  expire(histories: readonly History[]): Promise<void>;
  /** Expires what is pending for too long. */
  lapse(): Promise<void>;
  /** When the next one will have been. */
  nextLapseMs(): number;
}

export function createHistories(
  store: SingapayStore,
  context: SimulatorContext,
  payUrl: (link: SingapayLink) => string,
): Histories {
  const { clock, send: notify } = context;

  function pending(): readonly History[] {
    return store.histories().filter(({ status }) => status === "pending");
  }

  async function expire(histories: readonly History[]): Promise<void> {
    if (histories.length === 0) return;
    const nowMs = clock.now();
    for (const history of histories) {
      history.status = "expired";
      history.expiresAtMs = Math.min(history.expiresAtMs, nowMs);
      history.updatedAtMs = nowMs;
      store.changed(history.link);
    }
    await notify(expirationBody(histories, nowMs));
  }

  return {
    open(link, method, payer) {
      const nowMs = clock.now();
      const history = store.addHistory(link, method, payer, nowMs);
      return { history, notified: notify(inquiryBody(history, nowMs)) };
    },
    async pay(history) {
      const nowMs = clock.now();
      history.status = "paid";
      history.paidAtMs = nowMs;
      history.balanceAfter = store.credit(history.amount);
      history.updatedAtMs = nowMs;
      history.link.usage += 1;
      history.link.updatedAtMs = nowMs;
      store.changed(history.link);
      await notify(paidBody(history, payUrl(history.link), nowMs));
    },
    fail(history) {
      history.status = "failed";
      history.updatedAtMs = clock.now();
      store.changed(history.link);
    },
    settle(history) {
      history.settledAtMs = clock.now();
      history.updatedAtMs = clock.now();
      store.changed(history.link);
    },
    expire,
    async lapse() {
      const nowMs = clock.now();
      await expire(pending().filter(({ expiresAtMs }) => nowMs >= expiresAtMs));
    },
    nextLapseMs: () =>
      pending().reduce((first, { expiresAtMs }) => Math.min(first, expiresAtMs), Number.POSITIVE_INFINITY),
  };
}
