import type { Hono } from "hono";
import type { PayPage } from "./pages/pay-page.ts";
import type { Random } from "./state/random.ts";
import type { State } from "./state/store.ts";
import type { Clock, LinkSummary, OtherPayment, Payment } from "./types.ts";

/** The details that the payer entered on the pay page. */
export interface PayerDetails {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
}

/** A payer's choice on a link. */
export interface PayerChoice {
  readonly method?: string | undefined;
  readonly payment?: string | undefined;
  /** In the smallest unit of the currency. */
  readonly amount?: number | undefined;
  /** How many of each item, by its place, where the payer can change it. */
  readonly quantities?: Readonly<Record<number, number>> | undefined;
  readonly details?: PayerDetails | undefined;
  /** A visitor of the page does not take over what another payer has pending. */
  readonly isNew?: boolean | undefined;
}

/** One link as its payer sees it. State changes immediately; the promises wait for the webhooks. */
export interface PayableLink {
  open(choice: PayerChoice): Promise<Payment>;
  pay(choice: PayerChoice): Promise<Payment>;
  fail(choice: PayerChoice): Promise<Payment>;
  challenge(choice: PayerChoice): Promise<Payment>;
  settle(choice: PayerChoice): Promise<Payment>;
  expire(choice: PayerChoice): Promise<void>;
  approve(choice: PayerChoice): Promise<Payment>;
  deny(choice: PayerChoice): Promise<Payment>;
  reverse(choice: PayerChoice): Promise<Payment>;
  chargeback(choice: PayerChoice): Promise<Payment>;
  refund(choice: PayerChoice): Promise<Payment>;
  winDispute(choice: PayerChoice): Promise<Payment>;
  loseDispute(choice: PayerChoice): Promise<Payment>;
  failRefund(choice: PayerChoice): Promise<Payment>;
  /** Present if the provider documents test cards of its own, which {@link PayPage} then lists. `undefined`: it is none of them. */
  payByCard?(
    choice: PayerChoice,
    number: string,
  ): Promise<{ readonly payment: Payment; readonly isPaid: boolean } | undefined>;
  page(): PayPage;
}

/** One provider: its HTTP API with the pay pages, and its links as a payer sees them. */
export interface Simulator {
  readonly app: Hono;
  /** Whether a path is that of a pay page rather than of the API. */
  isPayPage(path: string): boolean;
  /** The link whose pay page has this path. */
  linkAt(path: string): PayableLink | undefined;
  /** Present if a link has further pay pages, such as one for each visit: the path of the link's own. */
  ownPath?(path: string): string;
  links(): readonly LinkSummary[];
  /** The body of a documented webhook about a link, as if it were sent now; `undefined` if it needs a payment that is not there. */
  webhookBody(event: string, path: string, payment: string | undefined): string | undefined;
  /** Present if replies are kept for repeated requests: a fault sent `reply` instead of the one to `request`, which was carried out. */
  keepInstead?(request: Request, reply: Response): Promise<void>;
  /** Present if other products of an account send webhooks to the same URL. */
  payElsewhere?(payment: OtherPayment): Promise<Omit<Payment, "link">>;
  /** Expires and settles what is due by the clock; waits for the webhooks this causes. */
  runDue(): Promise<void>;
  /** When {@link runDue} has something to do next, in milliseconds since 1970; infinity if never. */
  nextDueMs(): number;
  /** Present if calls need a token. */
  readonly tokens?: {
    /** Whether a path is one that issues tokens. */
    isCall(path: string): boolean;
    /** Expires all issued tokens. */
    expire(): void;
    /** The response that issues a token, with its lifetime as a number. */
    withNumericLife(answer: Response): Promise<Response>;
  };
}

/**
 * Actions that only some providers have. `review`: fraud detection leaves the decision to the merchant. `dispute`: a
 * chargeback is open until it is won or lost. `failedRefund`: a refund can fail after it was made.
 */
export type SpecialAction = "review" | "reverse" | "refund" | "chargeback" | "dispute" | "failedRefund";

/** The services that a simulator uses. */
export interface SimulatorContext {
  /** The base URL of this provider's server, without a trailing slash. */
  readonly baseUrl: string;
  readonly clock: Clock;
  /** For all random values: ids, account numbers, tokens. */
  readonly random: Random;
  /** Returns the number of a new link, over all gateways. */
  readonly nextLinkNumber: () => number;
  /** Signs and sends one webhook. Resolves when it was answered or has failed. */
  readonly send: (body: string) => Promise<void>;
  /** Refuses an action that this provider does not have, and names the providers that do. `reason` is a sentence without its period. */
  readonly unsupported: (action: SpecialAction, reason: string) => () => Promise<never>;
  /** State that outlives the process. */
  readonly state: State;
}

/** An action that is impossible now. `status` is the HTTP status of the control API's response. */
export class RefusedAction extends Error {
  override readonly name = "RefusedAction";
  readonly status: 400 | 404 | 409;

  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}
