import { isSupported, type Money, money } from "@tautan/core";
import { check, equal } from "../expect.ts";
import type { Group } from "../plan.ts";
import { amountWithin, sampleFields } from "../requests.ts";
import { checkRefusedUnsent, fieldIsClaimed } from "../unclaimed.ts";

/** The items of a link. */
export const items: Group = {
  name: "items",
  define: (context) => {
    const { test, absent, subject, capabilities } = context;
    const sampleOf = () => sampleFields(capabilities, amountWithin(capabilities)).items;
    if (!fieldIsClaimed(context, "items", sampleOf) || !isSupported(capabilities.items)) return;
    const { nameMaxLength, idMaxLength } = capabilities.items;
    const price = (text: string): Money => money(text, amountWithin(capabilities).currency);
    const cart = [
      { name: "Ticket, standing", quantity: 2, unitPrice: price("80000") },
      { name: "Programme", quantity: 1, unitPrice: price("30000") },
      { name: "Early bird", quantity: 1, unitPrice: price("-15000") },
    ];
    const amount = price("175000");

    test("create returns them in their order, discounts included", [], async (context) => {
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

    test("items that do not sum to the amount are refused, and nothing is sent", [], async (context) => {
      const request = context.request({ items: cart, amount: price("175001") });
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
