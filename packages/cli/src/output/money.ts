import type { LinkAmount, Money } from "@tautan/core";

/** `IDR 190,000`: the digits of the amount, grouped. */
export const describeMoney = ({ amount, currency }: Money): string => {
  const [whole = "", fraction] = amount.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${currency} ${fraction === undefined ? grouped : `${grouped}.${fraction}`}`;
};

/** `IDR 190,000`, or the bounds between which the payer chooses. */
export const describeAmount = (amount: LinkAmount): string => {
  if (!("open" in amount)) return describeMoney(amount);
  const { currency, min, max } = amount.open;
  const bounds = [
    min && `from ${describeMoney({ amount: min, currency })}`,
    max && `to ${describeMoney({ amount: max, currency })}`,
  ];
  return [currency, "open", ...bounds].filter(Boolean).join(" ");
};
