import {
  dueTask,
  type PayerDetails,
  runByClock,
  type Simulator,
  type SimulatorContext,
} from "../simulator-kit/index.ts";
import { announcementDueMs, expiryDueMs, settlementDueMs } from "./due.ts";
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

/** The events of histories. State changes at once; the promises wait for the merchant. */
export interface Histories extends Pick<Simulator, "runDue" | "nextDueMs"> {
  open(link: SingapayLink, method: SingapayMethod, payer: PayerDetails): Opening;
  pay(history: History): Promise<void>;
  fail(history: History): void;
  /** Ahead of the clock, by approval. */
  settle(history: History): Promise<void>;
  expire(histories: readonly History[]): Promise<void>;
}

export const createHistories = (
  store: SingapayStore,
  context: SimulatorContext,
  payUrl: (link: SingapayLink) => string,
): Histories => {
  const { clock, send: notify } = context;

  const expire = async (histories: readonly History[]): Promise<void> => {
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
    const nowMs = clock.now();
    for (const history of histories) {
      history.settledAtMs = nowMs;
      history.updatedAtMs = nowMs;
      store.changedHistory(history);
    }
    await notify(settlementBody(histories, store.addSettlement(), by, nowMs));
  };

  const announce = async (links: readonly SingapayLink[]): Promise<void> => {
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
    ...runByClock(
      clock,
      dueTask({ items: store.histories, dueMs: expiryDueMs, run: expire }),
      dueTask({ items: store.links, dueMs: announcementDueMs, run: announce }),
      dueTask({ items: store.histories, dueMs: settlementDueMs, run: (due) => settle(due, "scheduler") }),
    ),
  };
};
