// docs.stripe.com/testing
import type { LocalText } from "../simulator-kit/index.ts";

/** A test card, with its effect. Absent members: nothing of the kind. */
export interface StripeCard {
  readonly number: string;
  /** Its description on the page. */
  readonly does: LocalText;
  readonly brand: string;
  /** The payer has to confirm at their bank. */
  readonly needsConfirmation?: true;
  readonly decline?: Decline;
  /** A dispute with this reason follows the payment at once. */
  readonly dispute?: "fraudulent" | "product_not_received";
  /** The outcome of a refund: `succeeded` after it was pending, or `failed` after it had succeeded. */
  readonly refund?: "succeeds_later" | "fails_later";
}

/** As in `last_payment_error`. */
export interface Decline {
  readonly code: string;
  readonly declineCode?: string;
  readonly message: string;
}

export const GENERIC_DECLINE: Decline = {
  code: "card_declined",
  declineCode: "generic_decline",
  message: "Your card was declined.",
};

/** docs.stripe.com/error-codes: the payer did not confirm at their bank. */
export const CONFIRMATION_FAILED: Decline = {
  code: "payment_intent_authentication_failure",
  message: "The provided payment method has failed authentication.",
};

const declined = (declineCode: string, message = "Your card was declined."): Decline => ({
  code: "card_declined",
  declineCode,
  message,
});

export const STRIPE_CARDS: readonly StripeCard[] = [
  { number: "4242 4242 4242 4242", brand: "visa", does: { en: "paid", id: "diterima" } },
  { number: "4000 0000 0000 0002", brand: "visa", does: { en: "declined", id: "ditolak" }, decline: GENERIC_DECLINE },
  {
    number: "4000 0000 0000 3220",
    brand: "visa",
    does: { en: "the bank asks to confirm (3-D Secure)", id: "bank meminta konfirmasi (3-D Secure)" },
    needsConfirmation: true,
  },
  {
    number: "4000 0000 0000 0259",
    brand: "visa",
    does: { en: "paid, then disputed as fraud", id: "diterima, lalu disengketakan sebagai penipuan" },
    dispute: "fraudulent",
  },
  {
    number: "4000 0000 0000 5126",
    brand: "visa",
    does: { en: "paid; a refund fails later", id: "diterima; refund gagal belakangan" },
    refund: "fails_later",
  },
  { number: "5555 5555 5555 4444", brand: "mastercard", does: { en: "paid", id: "diterima" } },
  { number: "3782 822463 10005", brand: "amex", does: { en: "paid", id: "diterima" } },
  {
    number: "4000 0084 0000 1629",
    brand: "visa",
    does: { en: "confirmed at the bank, then declined", id: "dikonfirmasi di bank, lalu ditolak" },
    needsConfirmation: true,
    decline: GENERIC_DECLINE,
  },
  {
    number: "4000 0000 0000 9995",
    brand: "visa",
    does: { en: "declined: insufficient funds", id: "ditolak: saldo tidak cukup" },
    decline: declined("insufficient_funds", "Your card has insufficient funds."),
  },
  {
    number: "4000 0000 0000 9987",
    brand: "visa",
    does: { en: "declined: lost card", id: "ditolak: kartu hilang" },
    decline: declined("lost_card"),
  },
  {
    number: "4000 0000 0000 9979",
    brand: "visa",
    does: { en: "declined: stolen card", id: "ditolak: kartu curian" },
    decline: declined("stolen_card"),
  },
  {
    number: "4000 0000 0000 6975",
    brand: "visa",
    does: { en: "declined: used too often", id: "ditolak: terlalu sering dipakai" },
    decline: declined("card_velocity_exceeded"),
  },
  {
    number: "4000 0000 0000 0069",
    brand: "visa",
    does: { en: "declined: expired", id: "ditolak: kartu kedaluwarsa" },
    decline: { code: "expired_card", message: "Your card has expired." },
  },
  {
    number: "4000 0000 0000 0127",
    brand: "visa",
    does: { en: "declined: wrong security code", id: "ditolak: kode keamanan salah" },
    decline: { code: "incorrect_cvc", message: "Your card's security code is incorrect." },
  },
  {
    number: "4000 0000 0000 0119",
    brand: "visa",
    does: { en: "declined: processing error", id: "ditolak: gangguan pemrosesan" },
    decline: {
      code: "processing_error",
      message: "An error occurred while processing your card. Try again in a little bit.",
    },
  },
  {
    number: "4000 0000 0000 2685",
    brand: "visa",
    does: { en: "paid, then disputed as not received", id: "diterima, lalu disengketakan: barang tidak sampai" },
    dispute: "product_not_received",
  },
  {
    number: "4000 0000 0000 7726",
    brand: "visa",
    does: { en: "paid; a refund is pending at first", id: "diterima; refund tertunda dulu" },
    refund: "succeeds_later",
  },
];

const digitsIn = (text: string): string => text.replaceAll(/[\s-]/g, "");

/** Spaces make no difference. `undefined`: a card that the sandbox does not take, be it a real one. */
export const cardWith = (number: string): StripeCard | undefined =>
  STRIPE_CARDS.find((card) => digitsIn(card.number) === digitsIn(number));

export const lastFourOf = ({ number }: StripeCard): string => digitsIn(number).slice(-4);
