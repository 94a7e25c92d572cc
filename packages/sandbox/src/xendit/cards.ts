// docs.xendit.co/credit-cards/integrations/test-scenarios
import type { LocalText } from "../simulator-kit/index.ts";

/** A test card, with its effect. */
interface XenditCard {
  readonly number: string;
  /** Its description on the page. */
  readonly does: LocalText;
  readonly isDeclined?: true;
}

export const XENDIT_CARDS: readonly XenditCard[] = [
  {
    number: "4000 0000 0000 1091",
    does: { en: "3-D Secure with a code, then pays", id: "3-D Secure dengan kode, lalu membayar" },
  },
  {
    number: "4000 0000 0000 1000",
    does: { en: "3-D Secure without a code, then pays", id: "3-D Secure tanpa kode, lalu membayar" },
  },
  { number: "5200 0000 0000 1096", does: { en: "Mastercard, pays", id: "Mastercard, membayar" } },
  {
    number: "4000 0000 0000 0010",
    does: { en: "fails 3-D Secure: declined", id: "gagal 3-D Secure: ditolak" },
    isDeclined: true,
  },
];

/** Spaces make no difference. `undefined`: a card that the page does not take, be it a real one. */
export const cardWith = (number: string): XenditCard | undefined => {
  const digits = (text: string): string => text.replaceAll(" ", "");
  return XENDIT_CARDS.find((card) => digits(card.number) === digits(number));
};
