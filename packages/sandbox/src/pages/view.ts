import { type Currency, formatMoney } from "../money.ts";
import type { NewFormId } from "./form.ts";
import { type Language, textIn } from "./language.ts";
import type { PayMethod } from "./method-kinds.ts";
import type { Texts } from "./texts.ts";

/** The reader of a page, and the time. */
export interface View {
  readonly language: Language;
  readonly texts: Texts;
  readonly currency: Currency;
  readonly nowMs: number;
  readonly newFormId: NewFormId;
  /** This page with other parameters. The language stays, if an address chose it. */
  addressOf(parameters?: Readonly<Record<string, string>>): string;
}

export const moneyIn = ({ language, currency }: Pick<View, "language" | "currency">, amount: number): string =>
  formatMoney({ amount, currency }, language);

export const labelIn = ({ language }: Pick<View, "language">, { label }: PayMethod): string => textIn(language, label);
