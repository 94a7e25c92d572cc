import { isBelow } from "../arithmetic.ts";
import { isSupported, type MethodAmountLimit, type MethodsCapability, type Unsupported } from "../capabilities.ts";
import type { Issue } from "../errors.ts";
import type { LinkAmount, OpenAmount } from "../payment-link.ts";
import { describeMethod, type PaymentMethod } from "../payment-method.ts";

/**
 * The issues of an amount that none of the methods accepts: nobody could pay the link. Without `methods`, all offered methods
 * count. One that accepts the amount is enough, because the payer chooses.
 */
export const methodAmountIssues = (
  capability: MethodsCapability | Unsupported,
  amount: LinkAmount,
  methods: readonly PaymentMethod[] | undefined,
  gateway: string,
): readonly Issue[] => {
  if (!isSupported(capability)) return [];
  const allowed = methods ?? capability.offered;
  const currency = "open" in amount ? amount.open.currency : amount.currency;
  const known: MethodAmountLimit[] = [];
  for (const method of allowed) {
    const limit = limitOf(capability, method, currency);
    // A method without known limits may accept every amount.
    if (!limit || (!("open" in amount) && accepts(limit, amount.amount))) return [];
    known.push(limit);
  }
  if (known.length === 0) return [];
  const issue = (path: string, amounts: string): readonly Issue[] => [
    { path, message: `${gateway}: no method of this link accepts ${amounts}; ${known.map(describeLimit).join(", ")}` },
  ];
  if (!("open" in amount)) return issue("amount", `${amount.amount} ${currency}`);
  const { open } = amount;
  if (!known.some((each) => overlaps(each, open))) return issue("amount.open", `any amount ${describeRange(open)}`);
  return open.preset === undefined || known.some((each) => accepts(each, open.preset as string))
    ? []
    : issue("amount.open.preset", `${open.preset} ${currency}`);
};

const limitOf = (
  { amountLimits = [] }: MethodsCapability,
  { kind, channel }: PaymentMethod,
  currency: string,
): MethodAmountLimit | undefined =>
  amountLimits.find((each) => each.kind === kind && each.channel === channel && each.currency === currency);

const accepts = ({ min, max }: MethodAmountLimit, amount: string): boolean =>
  !isBelow(amount, min) && !isBelow(max, amount);

/** Whether the payer can choose an amount that the method accepts. */
const overlaps = ({ min, max }: MethodAmountLimit, open: OpenAmount): boolean =>
  !isBelow(open.max, min) && !isBelow(max, open.min);

const describeLimit = (limit: MethodAmountLimit): string => `${describeMethod(limit)} accepts ${describeRange(limit)}`;

const describeRange = ({ min, max, currency }: Pick<MethodAmountLimit, "min" | "max" | "currency">): string =>
  [min !== undefined && `from ${min}`, max !== undefined && `up to ${max}`, currency]
    .filter((each) => each !== false)
    .join(" ");
