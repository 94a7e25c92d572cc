// Contoh Pay as PROVIDER.md describes it: its links, its payments, its webhooks, without HTTP.
import { signatureOf } from "./signature.ts";

export interface Link {
  readonly id: string;
  readonly reference: string;
  readonly title: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly max_payments: number;
  readonly methods: readonly string[] | null;
  readonly customer: object | null;
  readonly return_url: string | null;
  readonly metadata: object | null;
  readonly expires_at: number | null;
  readonly created_at: number;
  isClosed: boolean;
  updated_at: number;
}

interface Refund {
  readonly id: string;
  readonly amount: number;
  readonly status: "pending" | "done" | "failed";
  readonly created_at: number;
}

export interface Payment {
  readonly id: string;
  readonly link: string;
  readonly reference: string;
  readonly amount: number;
  readonly currency: string;
  readonly method: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly refunds: Refund[];
  status: "pending" | "paid" | "failed" | "cancelled" | "expired" | "reversed";
  paid_at: number | null;
  settled_at: number | null;
  ended_at: number | null;
}

/** A webhook as it was sent. */
export interface SentWebhook {
  readonly method: "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer that is not a success. */
export class Refusal extends Error {
  readonly status: 401 | 404 | 409 | 422;
  readonly code: string;
  readonly field: string | undefined;

  constructor(status: Refusal["status"], code: string, message: string, field?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

type Fields = Readonly<Record<string, unknown>>;

interface KeptAnswer {
  readonly body: string;
  readonly answer: object;
  readonly untilMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const PAYABLE_SECONDS = 48 * 60 * 60;

export class ContohPay {
  readonly #clock: { now(): number };
  readonly #webhookSecret: string;
  readonly #links: Link[] = [];
  readonly #payments: Payment[] = [];
  readonly #answers = new Map<string, KeptAnswer>();
  #count = 0;
  /** Every webhook since the start, oldest first. */
  readonly sent: SentWebhook[] = [];

  constructor(clock: { now(): number }, webhookSecret: string) {
    this.#clock = clock;
    this.#webhookSecret = webhookSecret;
  }

  create(body: string, key: string | undefined): object {
    const kept = key === undefined ? undefined : this.#answers.get(key);
    if (kept && kept.untilMs > this.#clock.now()) {
      if (kept.body === body) return kept.answer;
      throw new Refusal(409, "idempotency_conflict", `the key ${key} was used with another body`);
    }
    const fields = readObject(body);
    const link = { ...checkLink(fields), id: this.#newId("lnk"), isClosed: false, ...this.#stamps() };
    if (this.#links.some((each) => each.reference === link.reference)) {
      throw new Refusal(409, "reference_taken", `a link has the reference ${link.reference}`, "reference");
    }
    this.#links.push(link);
    const answer = this.show(link);
    if (key !== undefined) this.#answers.set(key, { body, answer, untilMs: this.#clock.now() + DAY_MS });
    return answer;
  }

  link(id: string): Link {
    const link = this.#links.find((each) => each.id === id);
    if (!link) throw new Refusal(404, "not_found", "no such link");
    return link;
  }

  payment(id: string): Payment {
    const payment = this.#payments.find((each) => each.id === id);
    if (!payment) throw new Refusal(404, "not_found", "no such payment");
    this.#expire(payment);
    return payment;
  }

  /** Newest first. */
  links(reference: string | undefined): readonly Link[] {
    return this.#links.filter((each) => reference === undefined || each.reference === reference).toReversed();
  }

  /** Newest first. */
  paymentsOf(link: Link): readonly Payment[] {
    const payments = this.#payments.filter((each) => each.link === link.id).toReversed();
    for (const each of payments) this.#expire(each);
    return payments;
  }

  /** A link as replies and webhooks tell it. */
  show({ isClosed, ...link }: Link): object {
    const made = this.#payments.filter((each) => each.link === link.id && each.status === "paid").length;
    const hasExpired = link.expires_at !== null && link.expires_at * 1000 <= this.#clock.now();
    const isComplete = made >= link.max_payments;
    const status = isClosed ? "closed" : isComplete ? "complete" : hasExpired ? "expired" : "open";
    return { ...link, payments_made: made, status, url: `https://contohpay.example/pay/${link.id}` };
  }

  close(link: Link): object {
    if (link.isClosed) throw new Refusal(409, "link_state", "the link is closed");
    for (const each of this.paymentsOf(link)) if (each.status === "pending") this.#end(each, "cancelled");
    return this.#turn(link, true, "link.closed");
  }

  reopen(link: Link): object {
    if (!link.isClosed) throw new Refusal(409, "link_state", "the link is not closed");
    return this.#turn(link, false, "link.reopened");
  }

  /** A payer chooses a method. */
  open(link: Link, method: string = link.methods?.[0] ?? "va_bca"): Payment {
    const { status } = this.show(link) as { readonly status: string };
    if (status !== "open") throw new Refusal(409, "link_state", `the link is ${status}`);
    const payment: Payment = {
      id: this.#newId("pay"),
      link: link.id,
      reference: link.reference,
      amount: link.amount,
      currency: link.currency,
      method,
      status: "pending",
      created_at: this.#seconds(),
      expires_at: this.#seconds() + PAYABLE_SECONDS,
      paid_at: null,
      settled_at: null,
      ended_at: null,
      refunds: [],
    };
    this.#payments.push(payment);
    this.send("payment.pending", payment);
    return payment;
  }

  /** A payer pays what is open, in time or late, or else opens a payment and pays it. */
  pay(link: Link): void {
    const payment = this.paymentsOf(link).find((each) => each.status === "pending") ?? this.open(link);
    payment.status = "paid";
    payment.paid_at = this.#seconds();
    this.send("payment.paid", payment);
  }

  fail(link: Link): void {
    this.#end(this.open(link), "failed");
  }

  settle(link: Link): void {
    const payment = this.#lastPaid(link);
    payment.settled_at = this.#seconds();
    this.send("payment.settled", payment);
  }

  refund(link: Link, amount: number): void {
    const payment = this.#lastPaid(link);
    payment.refunds.push({ id: this.#newId("ref"), amount, status: "done", created_at: this.#seconds() });
    this.send("payment.refunded", payment);
  }

  /** The bank takes the last payment back. */
  reverse(link: Link): void {
    this.#end(this.#lastPaid(link), "reversed");
  }

  /** Sends a webhook. */
  send(type: string, data: object): SentWebhook {
    const body = JSON.stringify({ id: this.#newId("evt"), type, created_at: this.#seconds(), data });
    const signature = signatureOf(body, this.#webhookSecret, this.#clock.now());
    const headers = { "content-type": "application/json", "contoh-signature": signature };
    const webhook = { method: "POST", url: "/webhooks/contoh", headers, body } as const;
    this.sent.push(webhook);
    return webhook;
  }

  /** Time alone ends a payment: it is noticed when somebody looks. */
  #expire(payment: Payment): void {
    if (payment.status !== "pending" || payment.expires_at > this.#seconds()) return;
    payment.status = "expired";
    payment.ended_at = payment.expires_at;
  }

  #end(payment: Payment, status: "failed" | "cancelled" | "reversed"): void {
    payment.status = status;
    payment.ended_at = this.#seconds();
    this.send(`payment.${status}`, payment);
  }

  #turn(link: Link, isClosed: boolean, event: string): object {
    link.isClosed = isClosed;
    link.updated_at = this.#seconds();
    const shown = this.show(link);
    this.send(event, shown);
    return shown;
  }

  #lastPaid(link: Link): Payment {
    const paid = this.paymentsOf(link).find((each) => each.status === "paid");
    if (!paid) throw new Error(`nobody has paid ${link.reference}`);
    return paid;
  }

  #stamps() {
    const now = this.#seconds();
    return { created_at: now, updated_at: now };
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  #newId(kind: string): string {
    this.#count += 1;
    return `${kind}_${String(this.#count).padStart(12, "0")}`;
  }
}

const readObject = (body: string): Fields => {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value as Fields;
  } catch {
    // Said below.
  }
  throw new Refusal(422, "invalid_field", "expected a JSON object");
};

/** What a new link is made of, by the limits of PROVIDER.md. */
const checkLink = (fields: Fields) => {
  const refuse = (field: string): never => {
    throw new Refusal(422, "invalid_field", `${field} is not of the documented form`, field);
  };
  const text = (field: string, maxLength: number): string | null => {
    const value = fields[field] ?? null;
    if (value === null) return null;
    return typeof value === "string" && value !== "" && value.length <= maxLength ? value : refuse(field);
  };
  const whole = (field: string, min: number, max: number): number => {
    const value = fields[field];
    return Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max ? Number(value) : refuse(field);
  };
  const reference = text("reference", 64) ?? refuse("reference");
  if (!/^[A-Za-z0-9_-]+$/.test(reference)) refuse("reference");
  const currency = text("currency", 3) ?? refuse("currency");
  if (!["IDR", "JPY", "SGD"].includes(currency)) refuse("currency");
  const amount = whole("amount", currency === "IDR" ? 100_000 : 1, 999_999_999_999);
  if (currency === "IDR" && amount % 100 !== 0) refuse("amount");
  const methods = (fields["methods"] ?? null) as readonly string[] | null;
  if (methods?.some((each) => !["card", "qris", "va_bca", "va_mandiri"].includes(each))) refuse("methods");
  return {
    reference,
    title: text("title", 120),
    amount,
    currency,
    max_payments: whole("max_payments", 1, 1000),
    methods,
    customer: (fields["customer"] ?? null) as object | null,
    return_url: text("return_url", 500),
    metadata: (fields["metadata"] ?? null) as object | null,
    expires_at: fields["expires_at"] === null ? null : whole("expires_at", 1, 253_402_300_799),
  };
};
