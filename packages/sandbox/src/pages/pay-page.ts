import type { ActionName } from "../control/actions.ts";
import type { Currency } from "../money.ts";
import type { LocalText } from "./language.ts";
import type { MethodKind, PayMethod } from "./method-kinds.ts";
import type { PaymentStatus } from "./payment-status.ts";

export type PayPageState = "open" | "held" | "paid" | "used_up" | "expired" | "closed" | "failed";

/** The data that a link may request from its payer. */
export type PayerDetail = "name" | "email" | "phone";

/** An amount the payer chooses, in the currency of the page; the bounds are inclusive. */
export interface OpenAmount {
  readonly min: number;
  readonly max: number | undefined;
  readonly preset: number | undefined;
}

/** The instructions to pay by a method. */
export type Instructions =
  | { readonly kind: "authorized" | "elsewhere" }
  /** The payer's bank asks them to confirm; a bank that is asked for money answers in days. */
  | { readonly kind: "confirmation" | "debit" }
  | {
      readonly kind: "card";
      /** Fraud detection may leave the decision to the merchant. */
      readonly isReviewable?: true;
      /** The provider's own test cards, the first of which is filled in. Absent: those of the sandbox. */
      readonly testCards?: readonly { readonly number: string; readonly does: LocalText }[];
    }
  | {
      readonly kind: "virtual_account";
      readonly number: string;
      /** For banks that take payments as a bill of a company. */
      readonly billerCode?: string;
    }
  | { readonly kind: "qris"; readonly reference: string }
  | { readonly kind: "store"; readonly code: string }
  | { readonly kind: "wallet"; readonly phone?: string };

/** A single payment, as the page shows it. */
export interface PagePayment {
  readonly id: string;
  readonly method: PayMethod;
  readonly status: PaymentStatus;
  /** In the currency of the page. */
  readonly amount: number;
  readonly isPaid: boolean;
  /** May still be paid. */
  readonly isOpen: boolean;
  /** The merchant has to decide on it. */
  readonly isUnderReview?: boolean;
  /** A refused payment that can be tried again under the same id. */
  readonly canBeRetried: boolean;
  readonly instructions: Instructions;
  /** While it is open, where its end is known. In milliseconds since 1970. */
  readonly payableUntilMs: number | undefined;
  /** The actions that are possible now: the sandbox's controls and the inspector offer them. */
  readonly actions: readonly ActionName[];
}

/** An item of the order. */
export interface PageItem {
  readonly name: string;
  readonly quantity: number;
  readonly subtotal: number;
  /** Present if the payer can change the quantity; the bounds are inclusive. */
  readonly adjustable?: { readonly min: number; readonly max: number };
}

/** The content of a pay page. */
export interface PayPage {
  readonly provider: string;
  readonly title: string;
  /** `undefined`: the page shows none. */
  readonly reference: string | undefined;
  readonly items: readonly PageItem[];
  readonly currency: Currency;
  /** In its smallest unit, or what the payer may choose. */
  readonly amount: number | OpenAmount;
  readonly state: PayPageState;
  /** The end of the link, if it is known and the page is to show it. In milliseconds since 1970. */
  readonly payableUntilMs?: number | undefined;
  readonly methods: readonly PayMethod[];
  /** The kinds of methods that come first. Absent: in the order that is usual in Indonesia. */
  readonly firstKinds?: readonly MethodKind[];
  /** `false`: nothing ends the link but the merchant. Default: the sandbox's controls can let it expire. */
  readonly endsLink?: boolean;
  /** Why nobody can pay the link although it is open. */
  readonly defect?: LocalText | undefined;
  /** Details without which the payer cannot go on. */
  readonly asksFor: readonly PayerDetail[];
  /** Filled in already. */
  readonly known?: Readonly<Partial<Record<PayerDetail, string | undefined>>>;
  readonly payments: readonly PagePayment[];
  /** In the state `held`: the id of the payment that holds the link. */
  readonly heldBy: string | undefined;
  /** Where the merchant wants the payer to go afterwards. */
  readonly returnUrl: string | undefined;
  /** The merchant's words for who has paid. */
  readonly paidNote?: string;
  /** The merchant's words for who finds the link closed or used up. */
  readonly closedNote?: string;
}
