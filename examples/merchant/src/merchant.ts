// A merchant's back end: sells tickets by payment links. It names no gateway anywhere; the configuration does.
import { DatabaseSync } from "node:sqlite";
import {
  type Clock,
  type CreatePaymentLink,
  idr,
  type Money,
  type Observation,
  type PaymentLink,
  type PaymentLinkHistory,
  type PaymentLinks,
  type WebhookAcknowledgement,
} from "@tautan/core";
import { createLedger, type Ledger, type LedgerEvent, type SqliteTransaction, sqlite } from "@tautan/ledger";
import { observed } from "./observed.ts";

/** Reports of the merchant's work. */
export interface MerchantEvents {
  /** A webhook was verified and confirmed. `heard` is its content, `trust` its trust before the confirmation. */
  readonly onObservation?: (confirmed: Observation, heard: Observation) => void;
  /** A webhook was received before: nothing was written. */
  readonly onDuplicate?: (gateway: string) => void;
  /** The tickets go out. Once for each payment; what this throws undoes it, and it is tried again later. */
  readonly onDelivery?: (history: PaymentLinkHistory, event: LedgerEvent) => void;
  /** The handler failed: its writes were undone. */
  readonly onFailure?: (error: unknown, event: LedgerEvent) => void;
  /** A payment with a delivery is now refunded, disputed or reversed. */
  readonly onTakeBack?: (history: PaymentLinkHistory) => void;
  /** A payment differs from the order: a person must check it. Once for each history. */
  readonly onMismatch?: (history: PaymentLinkHistory, reason: string) => void;
  /** A webhook was refused, or could not be confirmed now. */
  readonly onRefusal?: (gateway: string, message: string) => void;
}

export interface MerchantOptions {
  /** The SQLite file. Default: in memory. */
  readonly database?: string;
  readonly clock?: Clock;
}

export interface Merchant {
  readonly ledger: Ledger<SqliteTransaction, undefined>;
  /** Answers a gateway's webhook: `POST /webhooks/{gateway}`. */
  receive(gateway: string, request: Request): Promise<Response>;
  /** Handles what is due, as a cron job would. */
  work(): Promise<void>;
  /** Works on what becomes due until the merchant is closed. */
  start(): void;
  /** The payments with tickets, by the ids of their histories. */
  tickets(): readonly string[];
  close(): Promise<void>;
}

/** The price of every order here. */
const PRICE = idr(190_000);
/** How often an order can be paid. */
const USES = 3;

/** The request for one order of two kinds of tickets. */
export const orderOf = (reference: string): CreatePaymentLink => ({
  reference,
  title: "Concert, day 1",
  amount: PRICE,
  items: [
    { name: "Ticket, standing", quantity: 2, unitPrice: idr(80_000) },
    { name: "Programme", quantity: 1, unitPrice: idr(30_000) },
  ],
  usage: { limit: USES },
  expiresAt: new Date(Date.now() + 3 * 24 * 60 * 60 * 1000),
  methods: [{ kind: "virtual_account", channel: "bca" }, { kind: "virtual_account", channel: "bri" }, { kind: "qris" }],
  customer: { name: "Sari Dewi", email: "sari@example.test", phone: "+628110000001" },
  redirect: { url: "https://tickets.example/thanks" },
  // Optional fields. A gateway that does not support another field refuses the link.
  omitIfUnsupported: ["items", "usage", "methods", "customer", "redirect"],
});

export const createMerchant = (
  links: PaymentLinks,
  events: MerchantEvents = {},
  { database = ":memory:", clock }: MerchantOptions = {},
): Merchant => {
  const shop = new DatabaseSync(database);
  shop.exec("CREATE TABLE IF NOT EXISTS tickets (payment TEXT PRIMARY KEY, reference TEXT NOT NULL)");
  // A gateway whose links never end leaves the end to the ledger, which closes the link then.
  const ledger = createLedger({ links: observed(links, events), database: sqlite(shop), clock, enforceExpiry: true });

  /** Writes in the transaction that marks the event as handled: both are committed, or none. */
  const handle = (event: LedgerEvent, tx: SqliteTransaction): undefined => {
    const { type, reference, link, history } = event;
    if (history === undefined) return;
    if (type === "paid") {
      tx.run("INSERT INTO tickets VALUES (?, ?)", history.id, reference);
      events.onDelivery?.(history, event);
    } else if (type === "excess" || type === "late" || type === "mismatched") {
      events.onMismatch?.(history, reasonOf(type, link, history));
    } else if (!history.isPaid) {
      const [ticket] = tx.all("DELETE FROM tickets WHERE payment = ? RETURNING payment", history.id);
      if (ticket) events.onTakeBack?.(history);
    }
  };
  const onError = (error: unknown, event: LedgerEvent): void => events.onFailure?.(error, event);

  const work = async (): Promise<void> => {
    const drained = await ledger.drain(handle, { onError });
    if (drained.isErr()) throw new Error(`${drained.error.message} ${drained.error.hint}`);
  };
  let worker: ReturnType<typeof ledger.process> | undefined;

  return {
    ledger,
    work,
    start: () => {
      worker ??= ledger.process(handle, { onError });
    },
    tickets: () =>
      shop
        .prepare("SELECT payment FROM tickets ORDER BY rowid")
        .all()
        .map(({ payment }) => String(payment)),

    receive: async (gateway, request) => {
      const ingested = await ledger.ingest(gateway, request);
      if (ingested.isErr()) {
        events.onRefusal?.(gateway, ingested.error.message);
        return responseOf(ingested.error.acknowledgement);
      }
      if (ingested.value.state === "duplicate") events.onDuplicate?.(gateway);
      // Here, so that the story is in order. A worker, or the next cron job, would do it as well.
      await work();
      return responseOf(ingested.value.acknowledgement);
    },

    close: async () => {
      await worker?.stop();
      await ledger.end();
      shop.close();
    },
  };
};

const responseOf = ({ body, status, headers }: WebhookAcknowledgement): Response =>
  new Response(body, { status, headers: { ...headers } });

/** Why the tickets do not go out. */
const reasonOf = (
  type: "excess" | "late" | "mismatched",
  { amount: price, usage }: PaymentLink,
  { amount, conflicts }: PaymentLinkHistory,
): string => {
  if (type === "excess") return `the link is for ${usage.limit} payments, and this is one more`;
  if (type === "late") return "it was paid after the link had expired";
  const [conflict] = conflicts;
  if (conflict) return `the gateway reports different amounts: ${conflict.values.map(spelled).join(" and ")}`;
  if (!amount) return "the gateway does not report the amount";
  return "open" in price
    ? "it is part of another payment"
    : `${spelled(amount)} was paid, the price is ${spelled(price)}`;
};

const spelled = ({ amount, currency }: Money): string => `${amount} ${currency}`;
