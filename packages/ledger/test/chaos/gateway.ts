// The gateway in memory, as the schedules use it.
import { type Instant, idr, type PaymentLink } from "@tautan/core";
import type { DriverLink } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import type { MemoryDriver, Simulated, SimulatedWebhook } from "@tautan/driver-memory";
import { err, ok } from "neverthrow";
import type { GatewayAction } from "./schedule.ts";

export const AMOUNT = 190_000;

/** What a payer or the bank does. Rejects if the gateway does not allow it. */
export const act = (
  memory: MemoryDriver,
  action: GatewayAction,
  link: PaymentLink,
  payment: string | undefined,
): Promise<Simulated> => {
  const choice = payment === undefined ? {} : { payment };
  switch (action) {
    case "pay":
      return memory.simulate.pay(link, choice);
    case "pay_wrong":
      return memory.simulate.pay(link, { ...choice, amount: idr(AMOUNT - 1) });
    case "settle":
      return memory.simulate.settle(link, choice);
    case "refund":
      return memory.simulate.refund(link, { ...choice, amount: idr(50_000) });
    case "refund_rest":
      return memory.simulate.refund(link, choice);
    case "reverse":
      return memory.simulate.reverse(link, choice);
    case "fail":
      return memory.simulate.fail(link);
  }
};

/** What a webhook of the gateway in memory reports, read from its text. */
export const factsOf = ({ body }: SimulatedWebhook): readonly string[] => {
  const { payment } = JSON.parse(body) as {
    payment: { [time in `${"paid" | "settled" | "failed" | "reversed"}At`]?: string } & {
      amount: { amount: string };
      refunds: { id: string; amount: { amount: string } }[];
    };
  };
  const refunded = payment.refunds.reduce((sum, { amount }) => sum + Number(amount.amount), 0);
  const isGone = payment.reversedAt !== undefined || refunded >= Number(payment.amount.amount);
  return [
    ...(["paid", "settled", "failed", "reversed"] as const).filter((fact) => payment[`${fact}At`] !== undefined),
    ...payment.refunds.map(({ id }) => `refunded:${id}`),
    ...(isGone ? ["gone"] : []),
  ];
};

/** A webhook with no more than a payment's id: each one of a payment has the same bytes. */
export const hintOf = (payment: string): SimulatedWebhook => ({
  method: "POST",
  url: "/webhooks/memory",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ payment }),
});

/** The terms of a link that the gateway reports without holding payers to them. */
export interface Terms {
  readonly limit: number | undefined;
  readonly expiresAt: Instant | undefined;
}

/** A link with these terms. */
export const withTerms = <Link extends Pick<DriverLink, "usage" | "expiresAt">>(
  link: Link,
  { limit, expiresAt }: Terms,
): Link => ({
  ...link,
  ...(limit !== undefined && { usage: { ...link.usage, limit } }),
  ...(expiresAt !== undefined && { expiresAt }),
});

/** The gateway in memory, if it reported these terms: as one does that allows a payment beyond them at times. */
export const limiting = (memory: MemoryDriver, termsOf: (reference: string) => Terms | undefined): MemoryDriver => {
  const limited = (link: DriverLink): DriverLink => {
    const terms = termsOf(link.reference);
    return terms === undefined ? link : withTerms(link, terms);
  };
  const { handlers } = memory;
  return {
    ...memory,
    handlers: {
      ...handlers,
      get: async (id, context) => (await handlers.get(id, context)).map(limited),
      find: async (reference, context) => (await handlers.find(reference, context)).map(limited),
      update: async (id, changes, context) => (await handlers.update(id, changes, context)).map(limited),
      reopen: async (id, context) => (await handlers.reopen(id, context)).map(limited),
    },
  };
};

/** How the gateway answers hints. */
export interface Answering {
  isDown: boolean;
  /** Whether it answers with what it has answered before. */
  isStale: boolean;
}

type Confirmed = Awaited<ReturnType<MemoryDriver["handlers"]["confirm"]>>;

/** The gateway in memory, if its webhooks were only hints that nobody signs. */
export const hinting = (
  memory: MemoryDriver,
  answering: { readonly isDown: boolean; readonly isStale?: boolean },
): MemoryDriver => {
  const before = new Map<string, Confirmed>();
  return {
    ...memory,
    capabilities: { ...memory.capabilities, webhooks: { ...memory.capabilities.webhooks, trust: "unsigned" } },
    handlers: {
      ...memory.handlers,
      parseWebhook: async ({ text }) => {
        const { payment } = JSON.parse(text) as { payment: string };
        return ok([{ kind: "notice", trust: "unsigned", resource: "history", providerId: payment }]);
      },
      confirm: async (subject, context) => {
        if (answering.isDown) return err(driverError("unavailable", { message: "down" }));
        const known = before.get(subject.providerId);
        if (answering.isStale && known) return known;
        const confirmed = await memory.handlers.confirm(subject, context);
        before.set(subject.providerId, confirmed);
        return confirmed;
      },
    },
  };
};
