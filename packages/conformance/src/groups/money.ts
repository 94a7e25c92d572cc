import { isSupported, type Money, money as moneyOf } from "@tautan/core";
import { historiesAmong } from "../context.ts";
import { checkKind, equal, errorOf } from "../expect.ts";
import { type Group, type GroupContext, reasonOf } from "../plan.ts";
import { amountWithin } from "../requests.ts";
import { checkNothingSent, checkRefusedUnsent } from "../unclaimed.ts";

/** Amounts: exact in every supported form, refused in every other. */
export const money: Group = {
  name: "money forms",
  define: (context) => {
    for (const code of Object.keys(context.capabilities.currencies)) currency(context, code);
    const { test } = context;
    test("an unsupported currency is refused, and nothing is sent", [], async (context) => {
      const request = context.request({ amount: moneyOf("50000", "XTS") });
      await checkRefusedUnsent(context, request, "unsupported", "an unsupported currency");
    });
    openAmount(context);
  },
};

const currency = ({ test, capabilities }: GroupContext, code: string): void => {
  const { decimals = 0, wire, min, max } = capabilities.currencies[code] ?? {};
  const fraction = (digits: number): Money =>
    moneyOf(`${amountWithin(capabilities, "98765", code).amount}.${"1".repeat(digits)}`, code);
  const finest = decimals === 0 ? amountWithin(capabilities, "98765", code) : fraction(decimals);

  test(`${code}: an amount is returned exactly, with ${decimals} decimals`, [], async (context) => {
    const link = await context.create({ amount: finest });
    equal(link.amount, finest, "create: link.amount");
    equal((await context.read(link)).amount, finest, "get: link.amount");
  });

  test(`${code}: a finer amount is refused, and nothing is sent`, [], async (context) => {
    // Three decimals may be thousands, so that most currencies cannot even express them.
    const request = context.request({ amount: fraction(decimals === 2 ? 4 : decimals + 1) });
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
      `${code}: the ${bound} is accepted, one ${beyond < 0 ? "less" : "more"} is refused, and nothing is sent`,
      [],
      async (context) => {
        const amount = moneyOf(limit, code);
        equal((await context.read(await context.create({ amount }))).amount, amount, "get: link.amount");
        const request = context.request({ amount: moneyOf(BigInt(limit.split(".")[0] ?? "0") + BigInt(beyond), code) });
        await checkRefusedUnsent(context, request, "unsupported", `beyond the ${bound}`);
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
  const open = { currency: code, min: "20000", max: "90000", preset: "30000" };

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

  test("the payment has the amount that the payer chose", ["pay"], async (context) => {
    const link = await context.create({ amount: { open } });
    await context.acts.pay(link, moneyOf("41000", code));
    const webhooks = await context.takeDeliveries();
    for (const { history } of historiesAmong(await context.observationsIn(webhooks))) {
      equal(history.amount, moneyOf("41000", code), "the webhook's amount");
    }
    for (const { id } of await context.histories(link)) {
      const read = (await context.links.getHistory(id))._unsafeUnwrap();
      equal(read.amount, moneyOf("41000", code), "getHistory: history.amount");
    }
  });
};
