import {
  type CurrencyCapability,
  type DriverCapabilities,
  isSupported,
  type Money,
  money as moneyOf,
} from "@tautan/core";
import { omitUndefined } from "@tautan/core/driver";
import { checkKind, equal, errorOf } from "../expect.ts";
import { type Group, type GroupContext, reasonOf } from "../plan.ts";
import { amountsInProportion, amountWithin, nextAmount } from "../requests.ts";
import { checkNothingSent, checkRefusedUnsent } from "../unclaimed.ts";

/** Amounts: exact in every supported form, refused in every other. */
export const money: Group = {
  name: "money forms",
  define: (context) => {
    const { test, capabilities } = context;
    const codes = Object.keys(capabilities.currencies);
    const alone = codes.length <= MANY ? codes : representatives(capabilities, codes);
    for (const code of alone) currency(context, code);
    for (const code of representatives(capabilities, codes)) payments(context, code);
    if (alone.length < codes.length) allCurrencies(context, codes);
    test("an unsupported currency is refused, and nothing is sent", [], async (context) => {
      const request = context.request({ amount: moneyOf("50000", "XTS") });
      await checkRefusedUnsent(context, request, "unsupported", "an unsupported currency");
    });
    openAmount(context);
  },
};

/** More currencies than these get one test together, beside the tests of their representatives. */
const MANY = 12;

/** The first currency of each form. */
const representatives = ({ currencies }: DriverCapabilities, codes: readonly string[]): readonly string[] => {
  const forms = new Map(codes.toReversed().map((code) => [formOf(currencies[code]), code]));
  return codes.filter((code) => forms.get(formOf(currencies[code])) === code);
};

const formOf = (currency: CurrencyCapability | undefined): string =>
  JSON.stringify([currency?.decimals, currency?.wire, currency?.min === undefined, currency?.max === undefined]);

/** An amount with this number of decimals, none of them a zero, and within the bounds. */
const fractionIn = (capabilities: DriverCapabilities, code: string, digits: number): Money => {
  const whole = amountWithin(capabilities, "98765", code).amount.split(".")[0] ?? "0";
  const isHighest = whole === capabilities.currencies[code]?.max?.split(".")[0];
  const below = isHighest ? String(BigInt(whole) - 1n) : whole;
  return moneyOf(digits === 0 ? below : `${below}.${"1".repeat(digits)}`, code);
};

const finestIn = (capabilities: DriverCapabilities, code: string): Money =>
  fractionIn(capabilities, code, capabilities.currencies[code]?.decimals ?? 0);

const allCurrencies = ({ test }: GroupContext, codes: readonly string[]): void =>
  test(`each of the ${codes.length} currencies: an amount is returned exactly`, [], async (context) => {
    for (const code of codes) {
      const finest = finestIn(context.capabilities, code);
      const link = await context.create({ amount: finest });
      equal(link.amount, finest, "create: link.amount");
      equal((await context.read(link)).amount, finest, "get: link.amount");
    }
  });

const payments = ({ test, capabilities }: GroupContext, code: string): void =>
  test(`${code}: a payment is reported exactly, by webhooks and reads`, ["pay"], async (context) => {
    const finest = finestIn(capabilities, code);
    const { link, webhooks } = await context.paidLink({ amount: finest });
    for (const { history } of await context.heardIn(webhooks)) equal(history.amount, finest, "the webhook's amount");
    const histories = await context.histories(link);
    equal(histories.length, 1, "histories of the link");
    for (const { id, amount } of histories) {
      equal(amount, finest, "listHistories: history.amount");
      equal((await context.readHistory(link, id)).amount, finest, "getHistory: history.amount");
    }
  });

const currency = ({ test, capabilities }: GroupContext, code: string): void => {
  const { decimals = 0, wire, min, max } = capabilities.currencies[code] ?? {};
  const finest = finestIn(capabilities, code);

  test(`${code}: an amount is returned exactly, with ${decimals} decimals`, [], async (context) => {
    const link = await context.create({ amount: finest });
    equal(link.amount, finest, "create: link.amount");
    equal((await context.read(link)).amount, finest, "get: link.amount");
  });

  test(`${code}: a finer amount is refused, and nothing is sent`, [], async (context) => {
    // Three decimals may be thousands, so that most currencies cannot even express them.
    const request = context.request({
      amount: fractionIn(capabilities, code, decimals === 2 ? 4 : decimals + 1),
    });
    await checkRefusedUnsent(context, request, "amount_unrepresentable", "a finer amount");
  });

  test(`${code}: round amounts keep their zeros`, [], async (context) => {
    for (const amount of ["100000", "1000000", "10000000"].map((each) => amountWithin(capabilities, each, code))) {
      equal((await context.read(await context.create({ amount }))).amount, amount, "get: link.amount");
    }
  });

  if (wire === "json_number") {
    test(
      `${code}: an amount that a number cannot hold exactly is refused, and nothing is sent`,
      [],
      async (context) => {
        const request = context.request({ amount: moneyOf("9007199254740993", code) });
        await checkRefusedUnsent(context, request, "amount_unrepresentable", "an amount above 2^53");
      },
    );
  }
  for (const [bound, limit, beyond] of [
    ["least", min, -1],
    ["most", max, 1],
  ] as const) {
    if (limit === undefined) continue;
    test(
      `${code}: the ${bound} is accepted, a step ${beyond < 0 ? "less" : "more"} is refused, and nothing is sent`,
      [],
      async (context) => {
        const amount = moneyOf(limit, code);
        equal((await context.read(await context.create({ amount }))).amount, amount, "get: link.amount");
        const outside = nextAmount(amount, decimals, beyond);
        // The least may be the least possible amount: one step less is nothing then.
        if (Number(outside.amount) <= 0) return;
        await checkRefusedUnsent(context, context.request({ amount: outside }), "unsupported", `beyond the ${bound}`);
      },
    );
  }
};

const openAmount = ({ test, absent, subject, capabilities }: GroupContext): void => {
  const lack = reasonOf(capabilities.openAmount);
  if (lack || !isSupported(capabilities.openAmount)) {
    test("open amounts are unsupported: refused with the reason, and nothing is sent", [], async (context) => {
      const { currency: code } = amountWithin(capabilities);
      const error = await errorOf(
        context.links.create(context.request({ amount: { open: { currency: code } } })),
        "create",
      );
      checkKind(error, ["unsupported"], "an open amount");
      checkNothingSent(context, "an open amount");
    });
    return;
  }
  const { currency: code } = amountWithin(capabilities);
  const [min, max, preset, chosen] = amountsInProportion(capabilities, [20_000, 90_000, 30_000, 41_000]).map(
    ({ amount }) => amount,
  );
  const open = { currency: code, ...omitUndefined({ min, max, preset }) };
  const paid = moneyOf(chosen ?? "41000", code);

  test("an open amount: create returns its bounds", [], async (context) => {
    equal((await context.create({ amount: { open } })).amount, { open }, "create: link.amount");
  });

  const unreported = subject.notReportedByRead?.openAmount;
  if (unreported) absent("an open amount: a read returns its bounds", unreported.absent);
  else {
    test("an open amount: a read returns its bounds", [], async (context) => {
      equal((await context.read(await context.create({ amount: { open } }))).amount, { open }, "get: link.amount");
    });
  }

  test("an open amount may have no bounds", [], async (context) => {
    const amount = { open: { currency: code } };
    equal((await context.read(await context.create({ amount }))).amount, amount, "get: link.amount");
  });

  for (const each of representatives(capabilities, Object.keys(capabilities.currencies))) {
    if ((capabilities.currencies[each]?.decimals ?? 0) === 0 || unreported) continue;
    test(`${each}: the bounds of an open amount are exact`, [], async (context) => {
      const amount = { open: { currency: each, preset: finestIn(capabilities, each).amount } };
      equal((await context.read(await context.create({ amount }))).amount, amount, "get: link.amount");
    });
  }

  test("the payment has the amount that the payer chose", ["pay"], async (context) => {
    const link = await context.create({ amount: { open } });
    await context.acts.pay(link, paid);
    const webhooks = await context.takeDeliveries();
    for (const { history } of await context.heardIn(webhooks)) equal(history.amount, paid, "the webhook's amount");
    for (const { id } of await context.histories(link)) {
      equal((await context.readHistory(link, id)).amount, paid, "getHistory: history.amount");
    }
  });
};
