import type { PayerDetails, SimulatorContext } from "../simulator.ts";
import { announcementDueMs, earliestMs, expiryDueMs, settlementDueMs } from "./due.ts";
import type { SingapayStore } from "./link-store.ts";
import type { History, SingapayLink } from "./links.ts";
import type { SingapayMethod } from "./methods.ts";
import { type SettledBy, settlementBody } from "./settlement-webhook.ts";
import { expirationBody, expiredLinksBody, inquiryBody, paidBody } from "./webhooks.ts";

/** A payment that has just begun. */
export interface Opening {
  readonly history: History;
  readonly notified: Promise<void>;
}

/** What happens to histories. State changes at once; the promises wait for the merchant. */
export interface Histories {
  open(link: SingapayLink, method: SingapayMethod, payer: PayerDetails): Opening;
  pay(history: History): Promise<void>;
  fail(history: History): void;
  /** Ahead of the clock, by approval. */
  settle(history: History): Promise<void>;
  expire(histories: readonly History[]): Promise<void>;
  /** Expires what is pending for too long, settles payments, and tells of links that have expired. */
  runDue(): Promise<void>;
  /** When it has something to do next. */
  nextDueMs(): number;
}

export const createHistories = (
  store: SingapayStore,
  context: SimulatorContext,
  payUrl: (link: SingapayLink) => string,
): Histories => {
  const { clock, send: notify } = context;

  const expire = async (histories: readonly History[]): Promise<void> => {
    if (histories.length === 0) return;
    const nowMs = clock.now();
    for (const history of histories) {
      history.status = "expired";
      history.expiresAtMs = Math.min(history.expiresAtMs, nowMs);
      history.updatedAtMs = nowMs;
      store.changedHistory(history);
    }
    await notify(expirationBody(histories, nowMs));
  };

  const settle = async (histories: readonly History[], by: SettledBy): Promise<void> => {
    if (histories.length === 0) return;
    const nowMs = clock.now();
    for (const history of histories) {
      history.settledAtMs = nowMs;
      history.updatedAtMs = nowMs;
      store.changedHistory(history);
    }
    await notify(settlementBody(histories, store.addSettlement(), by, nowMs));
  };

  const announce = async (links: readonly SingapayLink[]): Promise<void> => {
    if (links.length === 0) return;
    for (const link of links) {
      link.announcedExpiryMs = link.settings.expiresAtMs;
      store.changed(link);
    }
    await notify(expiredLinksBody(links, payUrl, clock.now()));
  };

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
      store.changedHistory(history);
      store.changed(history.link);
      await notify(paidBody(history, payUrl(history.link), nowMs));
    },
    fail(history) {
      history.status = "failed";
      history.updatedAtMs = clock.now();
      store.changedHistory(history);
    },
    settle: (history) => settle([history], "approval"),
    expire,
    async runDue() {
      const nowMs = clock.now();
      const histories = store.histories();
      // Each changes its state before it waits, so that whoever reads meanwhile finds all of it done.
      await Promise.all([
        expire(histories.filter((history) => nowMs >= expiryDueMs(history))),
        announce(store.links().filter((link) => nowMs >= announcementDueMs(link))),
        settle(
          histories.filter((history) => nowMs >= settlementDueMs(history)),
          "scheduler",
        ),
      ]);
    },
    nextDueMs: () =>
      Math.min(
        earliestMs(store.histories(), expiryDueMs),
        earliestMs(store.links(), announcementDueMs),
        earliestMs(store.histories(), settlementDueMs),
      ),
  };
};
