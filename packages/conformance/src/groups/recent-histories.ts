import type { PaymentLinkHistory } from "@tautan/core";
import type { TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { GroupContext } from "../plan.ts";
import { DAY_MS, HOUR_MS } from "../requests.ts";

/** The payments of all links of an account in one list. */
export const recentHistories = ({ test }: GroupContext): void => {
  test(
    "the payments of all links are in one list, as each link's own list has them",
    ["pay", "open"],
    async (context) => {
      const since = context.clock.now();
      const links = [(await context.paidLink()).link, (await context.paidLink()).link, await context.create()] as const;
      await context.acts.open(links[2]);
      const own = new Map<string, PaymentLinkHistory>();
      for (const link of links) for (const each of await context.histories(link)) own.set(each.id, each);
      const all = await recentOf(context, since, 100);
      equal(all.map(({ id }) => id).toSorted(), [...own.keys()].toSorted(), "listRecentHistories: ids");
      for (const { id, status, amount, reference, record } of all) {
        const { linkProviderIds, linkReferences } = own.get(id)?.record ?? record;
        equal([status, amount], [own.get(id)?.status, own.get(id)?.amount], "listRecentHistories: status and amount");
        const names = new Set([...linkProviderIds, ...linkReferences].map(({ value }) => value));
        const told = [...record.linkProviderIds, ...record.linkReferences].map(({ value }) => value);
        check(told.length > 0, "listRecentHistories: expected a history that names its link");
        check(
          told.every((each) => names.has(each)),
          `listRecentHistories: expected the link of ${reference}, got another`,
        );
      }
    },
  );

  test("every one of them once, on pages of one", ["pay"], async (context) => {
    const since = context.clock.now();
    for (let each = 0; each < 3; each += 1) await context.paidLink();
    const ids = (await recentOf(context, since, 1)).map(({ id }) => id);
    equal([ids.length, new Set(ids).size], [3, 3], "listRecentHistories: histories, different ones");
  });

  test("those that were opened long before are not among them", ["pay", "wait"], async (context) => {
    const { link: old } = await context.paidLink();
    await context.acts.wait(2 * DAY_MS);
    const since = context.clock.now();
    await context.acts.wait(HOUR_MS);
    const { link: recent } = await context.paidLink();
    const references = (await recentOf(context, since, 100)).map(({ reference }) => reference);
    equal(references, [recent.reference], "listRecentHistories: references");
    const all = (await recentOf(context, since - 3 * DAY_MS, 100)).map(({ reference }) => reference);
    equal(all, [recent.reference, old.reference], "listRecentHistories: references, newest first");
  });

  test("a moment without an offset is refused, and nothing is sent", [], async (context) => {
    const error = await errorOf(
      context.links.listRecentHistories({ since: "2026-01-01T00:00:00" }),
      "listRecentHistories",
    );
    checkKind(error, ["invalid_request"], "listRecentHistories");
    equal(context.network.sent, 0, "requests");
  });
};

const recentOf = async (
  context: TestContext,
  sinceMs: number,
  limit: number,
): Promise<readonly PaymentLinkHistory[]> => {
  const found: PaymentLinkHistory[] = [];
  let cursor: string | undefined;
  do {
    const query = { since: new Date(sinceMs), limit, cursor };
    const page = await okOf(context.links.listRecentHistories(query), "listRecentHistories");
    check(page.items.length <= limit, `listRecentHistories: expected at most ${limit} items, got ${page.items.length}`);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
};
