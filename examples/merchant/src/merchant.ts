// A merchant's back end: sells tickets by payment links. It names no gateway anywhere; the configuration does.
import {
  type CreatePaymentLink,
  historiesIn,
  idr,
  type Money,
  mergeHistories,
  type Observation,
  type PaymentLinkHistory,
  type PaymentLinks,
  sameMoney,
} from "@tautan/core";

/** Reports of the merchant's work. */
export interface MerchantEvents {
  /** A webhook was verified and confirmed. `heard` is its content, `trust` its trust before the confirmation. */
  readonly onObservation?: (confirmed: Observation, heard: Observation) => void;
  /** A payment was made in full, for the first time: deliver. Once for each history, not once for each message. */
  readonly onDelivery?: (history: PaymentLinkHistory) => void;
  /** A payment with a delivery is now refunded, disputed or reversed. */
  readonly onTakeBack?: (history: PaymentLinkHistory) => void;
  /** A payment differs from the order: a person must check it. Once for each history. */
  readonly onMismatch?: (history: PaymentLinkHistory, reason: string) => void;
  /** A webhook was refused, or could not be confirmed now. */
  readonly onRefusal?: (gateway: string, message: string) => void;
}

export interface Merchant {
  /** The request for one order of two kinds of tickets. */
  order(reference: string): CreatePaymentLink;
  /** Answers a gateway's webhook: `POST /webhooks/{gateway}`. */
  receive(gateway: string, request: Request): Promise<Response>;
  /** Merges a report of a payment into its record: a read and a webhook contain different data. */
  remember(history: PaymentLinkHistory): PaymentLinkHistory;
}

/** The price of every order here. A real back end looks up the order by `history.reference`. */
const PRICE = idr(190_000);
/** How often an order can be paid. */
const USES = 3;

export const createMerchant = (links: PaymentLinks, events: MerchantEvents = {}): Merchant => {
  // A real back end keeps these in its database.
  const histories = new Map<string, PaymentLinkHistory>();
  const delivered = new Set<string>();
  const mismatched = new Set<string>();

  /** Merges a report with the stored record. A report that is repeated, late or in another order makes no difference. */
  const remember = (heard: PaymentLinkHistory): PaymentLinkHistory => {
    const known = histories.get(heard.id);
    const history = known ? mergeHistories(known, heard) : heard;
    histories.set(history.id, history);
    if (history.isPaid) settleUp(history);
    else if (delivered.delete(history.id)) events.onTakeBack?.(history);
    return history;
  };

  /** By the id of the history: a link that is paid three times is three deliveries, one payment reported three times is one. */
  const settleUp = (history: PaymentLinkHistory): void => {
    if (delivered.has(history.id)) return;
    const reason = mismatch(history, PRICE) ?? beyondLimit(history);
    if (reason === undefined) {
      // Marked afterwards: a failed delivery is repeated with the next message. A database does both at once.
      events.onDelivery?.(history);
      delivered.add(history.id);
    } else if (!mismatched.has(history.id)) {
      mismatched.add(history.id);
      events.onMismatch?.(history, reason);
    }
  };

  /** Gateways count the uses of a link, and two payers at once can still be too fast for them. */
  const beyondLimit = ({ reference }: PaymentLinkHistory): string | undefined => {
    const uses = [...delivered].filter((id) => histories.get(id)?.reference === reference).length;
    return uses >= USES ? `the link is for ${USES} payments, and this is one more` : undefined;
  };

  return {
    remember,

    order: (reference) => ({
      reference,
      title: "Concert, day 1",
      amount: PRICE,
      items: [
        { name: "Ticket, standing", quantity: 2, unitPrice: idr(80_000) },
        { name: "Programme", quantity: 1, unitPrice: idr(30_000) },
      ],
      usage: { limit: USES },
      expiresAt: new Date(Date.now() + 3 * 24 * 60 * 60 * 1000),
      methods: [
        { kind: "virtual_account", channel: "bca" },
        { kind: "virtual_account", channel: "bri" },
        { kind: "qris" },
      ],
      customer: { name: "Sari Dewi", email: "sari@example.test", phone: "+628110000001" },
      redirect: { url: "https://tickets.example/thanks" },
      // Optional fields. A gateway that does not support another field refuses the link.
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
          // A retry cannot be confirmed either.
          if (confirmed.error.kind === "unsupported") continue;
          return new Response(retryLater.body, retryLater);
        }
        events.onObservation?.(confirmed.value, observation);
        for (const history of historiesIn(confirmed.value)) remember(history);
      }
      return new Response(acknowledgement.body, acknowledgement);
    },
  };
};

/** Why a payment differs from the order; `undefined` if it does not. */
const mismatch = ({ amount, conflicts }: PaymentLinkHistory, price: Money): string | undefined => {
  const [conflict] = conflicts;
  if (conflict) return `the gateway reports different amounts: ${conflict.values.map(spelled).join(" and ")}`;
  if (!amount) return "the gateway does not report the amount";
  return sameMoney(amount, price) ? undefined : `${spelled(amount)} was paid, the price is ${spelled(price)}`;
};

const spelled = ({ amount, currency }: Money): string => `${amount} ${currency}`;
