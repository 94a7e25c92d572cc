// A merchant's back end: sells tickets by payment links. It names no gateway anywhere; the configuration does.
import {
  type CreatePaymentLink,
  idr,
  type Observation,
  type PaymentLinkHistory,
  type PaymentLinks,
} from "@tautan/core";
import { mergeHistories } from "@tautan/core/driver";

/** What the merchant tells of its work. */
export interface MerchantEvents {
  /** A webhook was verified and confirmed. `heard` is what it said, `trust` how far that could be trusted by itself. */
  readonly onObservation?: (confirmed: Observation, heard: Observation) => void;
  /** Something was paid, for the first time: deliver it. */
  readonly onDelivery?: (history: PaymentLinkHistory) => void;
  /** A webhook was refused, or could not be confirmed now. */
  readonly onRefusal?: (gateway: string, message: string) => void;
}

export interface Merchant {
  /** The request for one order of two kinds of tickets. */
  order(reference: string): CreatePaymentLink;
  /** Answers a gateway's webhook: `POST /webhooks/{gateway}`. */
  receive(gateway: string, request: Request): Promise<Response>;
  /** Takes in what was read of a payment, and gives all that is known of it: a read and a webhook tell different things. */
  remember(history: PaymentLinkHistory): PaymentLinkHistory;
}

export const createMerchant = (links: PaymentLinks, events: MerchantEvents = {}): Merchant => {
  // A real back end keeps these in its database.
  const histories = new Map<string, PaymentLinkHistory>();
  const delivered = new Set<string>();

  /** Joins what was heard with what was known. Hearing it again, late or in another order makes no difference. */
  const remember = (heard: PaymentLinkHistory): PaymentLinkHistory => {
    const known = histories.get(heard.id);
    const history = known ? mergeHistories(known, heard) : heard;
    histories.set(history.id, history);
    if (history.isPaid && !delivered.has(history.id)) {
      delivered.add(history.id);
      events.onDelivery?.(history);
    }
    return history;
  };

  return {
    remember,

    order: (reference) => ({
      reference,
      title: "Concert, day 1",
      amount: idr(190_000),
      items: [
        { name: "Ticket, standing", quantity: 2, unitPrice: idr(80_000) },
        { name: "Programme", quantity: 1, unitPrice: idr(30_000) },
      ],
      usage: { limit: 3 },
      expiresAt: new Date(Date.now() + 3 * 24 * 60 * 60 * 1000),
      methods: [
        { kind: "virtual_account", channel: "bca" },
        { kind: "virtual_account", channel: "bri" },
        { kind: "qris" },
      ],
      customer: { name: "Sari Dewi", email: "sari@example.test", phone: "+628110000001" },
      redirect: { url: "https://tickets.example/thanks" },
      // Nice to have. Everything else is refused by a gateway that cannot do it.
      omitIfUnsupported: ["items", "usage", "methods", "customer", "redirect"],
    }),

    receive: async (gateway, request) => {
      const delivery = await links.parseWebhook(gateway, request);
      if (delivery.isErr()) {
        events.onRefusal?.(gateway, delivery.error.message);
        return new Response(delivery.error.acknowledgement.body, delivery.error.acknowledgement);
      }
      const { observations, acknowledgement, retryLater } = delivery.value;
      for (const observation of observations) {
        const confirmed = await links.confirm(observation);
        if (confirmed.isErr()) {
          events.onRefusal?.(gateway, confirmed.error.message);
          // What the gateway cannot confirm it will not be able to confirm later either.
          if (confirmed.error.kind === "unsupported") continue;
          return new Response(retryLater.body, retryLater);
        }
        events.onObservation?.(confirmed.value, observation);
        if (confirmed.value.kind === "history") remember(confirmed.value.history);
      }
      return new Response(acknowledgement.body, acknowledgement);
    },
  };
};
