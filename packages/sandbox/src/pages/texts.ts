import type { Currency } from "../money.ts";
import type { Html } from "./layout.ts";
import type { MethodKind } from "./method-kinds.ts";
import type { NextAction } from "./next-actions.ts";
import type { PayerDetail, PayPageState } from "./pay-page.ts";
import type { PaymentStatus } from "./payment-status.ts";

/** Every text of the pay pages. A text that a language lacks does not compile. */
export interface Texts {
  readonly testBadge: string;
  readonly sandboxOf: (provider: string) => string;
  readonly language: string;
  readonly unknownLink: { readonly title: string; readonly sentence: string };

  readonly reference: (reference: string) => string;
  readonly items: (count: number) => string;
  readonly itemName: string;
  readonly quantity: string;
  readonly subtotal: string;
  readonly total: string;
  readonly openAmount: string;
  readonly linkStates: Readonly<Record<PayPageState, string>>;
  /** In the middle of a sentence. */
  readonly statuses: Readonly<Record<PaymentStatus, string>>;
  /** A payment on its own page. */
  readonly paymentStates: Readonly<Record<PaymentStatus, string>>;
  readonly payWithin: (duration: string) => string;
  readonly payWithinAMinute: string;
  readonly payBefore: (moment: Html) => Html;
  readonly paidBy: (method: string) => string;
  readonly anotherPayment: string;
  readonly startAgain: string;
  readonly startNewPayment: string;
  readonly tryAgain: string;
  readonly otherMethod: string;
  readonly backToMerchant: string;

  readonly chooseMethod: string;
  readonly kinds: Readonly<Record<MethodKind, { readonly name: string; readonly hint: string }>>;
  readonly amountIn: (currency: Currency) => string;
  readonly amountRange: (min: string, max: string) => string;
  readonly amountFrom: (min: string) => string;
  readonly details: Readonly<Record<PayerDetail, string>>;
  readonly goOn: string;
  readonly card: string;
  readonly cardNumber: string;
  readonly validUntil: string;
  readonly securityCode: string;
  readonly payNow: (money: string) => string;
  readonly quantityOf: (item: string) => string;

  readonly copy: (label: string) => string;
  readonly copyShort: string;
  readonly copied: string;
  readonly withoutSpaces: (label: string) => string;
  readonly accountNumber: string;
  readonly companyCode: string;
  readonly billKey: string;
  readonly paymentCode: string;
  readonly howToPay: string;
  readonly accountSteps: (money: Html) => readonly Html[];
  readonly billSteps: (money: Html) => readonly Html[];
  readonly qrisSteps: (money: Html) => readonly Html[];
  readonly qrisImage: (money: string) => string;
  readonly storeSteps: (store: string, money: Html) => readonly Html[];
  readonly wallet: (wallet: string, money: Html, phone: Html | undefined) => Html;
  readonly cardCharge: (money: Html) => Html;
  readonly cardReservation: (money: Html) => Html;
  readonly elsewhere: (name: string, money: Html) => Html;
  readonly confirmation: (money: Html) => Html;
  readonly debit: (name: string, money: Html) => Html;

  readonly problems: {
    readonly noSuchButton: string;
    readonly noSuchPayment: (id: string) => string;
    readonly chooseMethod: string;
    readonly amountForm: (currency: Currency, forms: readonly [string, string]) => string;
    readonly amountRange: (currency: Currency, min: string, max: string) => string;
    readonly amountFrom: (currency: Currency, min: string) => string;
    readonly missing: Readonly<Record<PayerDetail, string>>;
    readonly quantityRange: (item: string, min: number, max: number) => string;
    readonly tooLong: (detail: PayerDetail, max: number) => string;
    readonly emailForm: string;
    readonly phoneForm: string;
    readonly noTestCard: string;
    readonly nothingLeft: (status: string) => string;
    readonly otherAmount: (money: string) => string;
    readonly paidOnce: string;
    readonly notPossible: string;
  };

  readonly sandbox: {
    readonly heading: string;
    readonly intro: string;
    readonly reason: string;
    readonly payAtOnce: string;
    readonly payAtOnceHint: string;
    readonly expireLink: string;
    readonly complete: string;
    readonly confirm: string;
    readonly capture: string;
    readonly byCard: string;
    readonly testCards: string;
    readonly moreCards: string;
    readonly cardOutcomes: Readonly<Record<"pay" | "decline" | "challenge", string>>;
    readonly noRealCard: string;
    readonly otherOutcomes: string;
    readonly decline: string;
    readonly abandon: string;
    readonly payTwice: string;
    readonly payLate: string;
    readonly otherAmountThan: (money: string) => string;
    readonly payWrongAmount: string;
    readonly qrisText: string;
    readonly next: string;
    readonly nextActions: Readonly<Record<NextAction, string>>;
    readonly nothing: string;
    readonly payments: string;
    readonly payment: (money: string, method: string, status: string) => string;
  };
}
