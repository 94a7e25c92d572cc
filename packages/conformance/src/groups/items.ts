import { type DriverCapabilities, isSupported, type LinkItem, type Money, money } from "@tautan/core";
import { check, equal } from "../expect.ts";
import type { Group } from "../plan.ts";
import { amountsInProportion, amountWithin, nextAmount, sampleFields } from "../requests.ts";
import { checkRefusedUnsent, fieldIsClaimed } from "../unclaimed.ts";

/** The items of a link. */
export const items: Group = {
  name: "items",
  define: (context) => {
    const { test, absent, subject, capabilities } = context;
    const sampleOf = () => sampleFields(capabilities, amountWithin(capabilities)).items;
    if (!fieldIsClaimed(context, "items", sampleOf) || !isSupported(capabilities.items)) return;
    const {
      nameMaxLength,
      idMaxLength,
      maxCount = Number.POSITIVE_INFINITY,
      negativePrices = true,
    } = capabilities.items;
    const { cart, amount } = cartWithin(capabilities, { maxCount, negativePrices });

    test(`create returns them in their order${negativePrices ? ", discounts included" : ""}`, [], async (context) => {
      equal((await context.create({ items: cart, amount })).items, cart, "create: link.items");
    });

    const unreported = subject.notReportedByRead?.items;
    if (unreported) absent("a read returns them", unreported.absent);
    else {
      test("a read returns them", [], async (context) => {
        const link = await context.read(await context.create({ items: cart, amount }));
        equal(link.items, cart, "get: link.items");
      });
    }

    test("the pay page shows them", ["look"], async (context) => {
      const { text } = await context.acts.look(await context.create({ items: cart, amount }));
      for (const { name } of cart) check(text.includes(name), `expected ${name} on the pay page, got ${text}`);
    });

    test("one item is one item", [], async (context) => {
      const one = [{ name: "Ticket", quantity: 1, unitPrice: amount }];
      equal((await context.create({ items: one, amount })).items, one, "create: link.items");
    });

    test("names with any characters are kept", [], async (context) => {
      const odd = [{ name: 'Día 1 & <2> "x" \\ 票', quantity: 1, unitPrice: amount }];
      equal((await context.create({ items: odd, amount })).items, odd, "create: link.items");
    });

    if (!negativePrices) {
      test("a negative price is unsupported: refused, and nothing is sent", [], async (context) => {
        const lines = [
          { name: "Ticket", quantity: 2, unitPrice: amount },
          { name: "Early bird", quantity: 1, unitPrice: { ...amount, amount: `-${amount.amount}` } },
        ];
        await checkRefusedUnsent(context, context.request({ items: lines, amount }), "unsupported", "a negative price");
      });
    }

    if (maxCount < Number.POSITIVE_INFINITY) {
      test(`${maxCount} items are accepted, one more is refused, and nothing is sent`, [], async (context) => {
        const [one] = amountsInProportion(capabilities, [1000]);
        const lines = (count: number) => ({
          items: Array.from({ length: count }, (_, index) => ({
            name: `Ticket ${index + 1}`,
            quantity: 1,
            unitPrice: one as Money,
          })),
          amount: money(BigInt(one?.amount ?? "0") * BigInt(count), amount.currency),
        });
        equal((await context.create(lines(maxCount))).items, lines(maxCount).items, "create: link.items");
        await checkRefusedUnsent(context, context.request(lines(maxCount + 1)), "unsupported", "one item more");
      });
    }

    test("items that do not sum to the amount are refused, and nothing is sent", [], async (context) => {
      const { decimals = 0 } = capabilities.currencies[amount.currency] ?? {};
      const request = context.request({ items: cart, amount: nextAmount(amount, decimals, 1) });
      await checkRefusedUnsent(context, request, "invalid_request", "items of another sum");
    });

    test(
      `names of ${nameMaxLength} characters are accepted, one more is refused, and nothing is sent`,
      [],
      async (context) => {
        const named = (length: number) => [{ name: "n".repeat(length), quantity: 1, unitPrice: amount }];
        const link = await context.create({ items: named(nameMaxLength), amount });
        equal(link.items, named(nameMaxLength), "create: link.items");
        const longer = context.request({ items: named(nameMaxLength + 1), amount });
        await checkRefusedUnsent(context, longer, "invalid_request", "a longer name");
      },
    );

    const withId = (length: number) => [{ name: "Ticket", quantity: 1, unitPrice: amount, id: "i".repeat(length) }];
    if (idMaxLength === 0) {
      test("item ids are unsupported: an item with an id is refused, and nothing is sent", [], async (context) => {
        await checkRefusedUnsent(context, context.request({ items: withId(1), amount }), "unsupported", "an item's id");
      });
    } else {
      test(
        `ids of ${idMaxLength} characters are accepted, one more is refused, and nothing is sent`,
        [],
        async (context) => {
          const link = await context.create({ items: withId(idMaxLength), amount });
          equal(link.items, withId(idMaxLength), "create: link.items");
          const longer = context.request({ items: withId(idMaxLength + 1), amount });
          await checkRefusedUnsent(context, longer, "invalid_request", "a longer id");
        },
      );
    }
  },
};

/** A cart in the order of its lines, with a discount if the gateway has negative prices, and its sum. */
const cartWithin = (
  capabilities: DriverCapabilities,
  { maxCount, negativePrices }: { readonly maxCount: number; readonly negativePrices: boolean },
): { readonly cart: readonly LinkItem[]; readonly amount: Money } => {
  const wanted = [
    { name: "Ticket, standing", quantity: 2, price: 80_000 },
    { name: "Programme", quantity: 1, price: 30_000 },
    ...(negativePrices ? [{ name: "Early bird", quantity: 1, price: -15_000 }] : []),
  ].slice(0, maxCount);
  const total = wanted.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
  const [amount, ...prices] = amountsInProportion(capabilities, [total, ...wanted.map(({ price }) => Math.abs(price))]);
  const cart = wanted.map(({ name, quantity, price }, index) => {
    const unitPrice = prices[index] as Money;
    return { name, quantity, unitPrice: price < 0 ? { ...unitPrice, amount: `-${unitPrice.amount}` } : unitPrice };
  });
  return { cart, amount: amount as Money };
};
