type CardOutcome = "pay" | "decline" | "challenge";

interface TestCard {
  readonly number: string;
  readonly outcome: CardOutcome;
}

/** The outcomes of the pay page's test cards. The first is filled in. */
export const TEST_CARDS: readonly TestCard[] = [
  { number: "4811 1111 1111 1114", outcome: "pay" },
  { number: "4911 1111 1111 1113", outcome: "decline" },
  // The number that fraud detection challenges in the test environment of the provider that documents reviews.
  { number: "4511 1111 1111 1117", outcome: "challenge" },
];

/** Spaces make no difference. `undefined`: a card that the sandbox does not take, be it a real one. */
export const outcomeOfCard = (number: string): CardOutcome | undefined => {
  const digits = (text: string): string => text.replaceAll(" ", "");
  return TEST_CARDS.find((card) => digits(card.number) === digits(number))?.outcome;
};
