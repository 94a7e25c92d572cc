import type { PaymentLink } from "@tautan/core";
import type { TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group } from "../plan.ts";
import { checkNothingSent, operationIsClaimed } from "../unclaimed.ts";

/** Lists of links, page by page. */
export const list: Group = {
  name: "list and paging",
  define: (context) => {
    const { test } = context;
    if (!operationIsClaimed(context, "list")) return;

    test("every link is listed once, newest first, on as many pages as needed", [], async (context) => {
      const made = await makeLinks(context, 5);
      for (const limit of [1, 2, 5, 100]) {
        const listed = await listAll(context, limit);
        const ours = listed.map((each) => each.id).filter((id) => made.some((link) => link.id === id));
        equal(ours, made.map((each) => each.id).toReversed(), `list in pages of ${limit}`);
      }
    });

    test("a listed link equals the link that a read returns", [], async (context) => {
      const [link] = await makeLinks(context, 1);
      const [listed] = (await okOf(context.links.list({ limit: 1 }), "list")).items;
      equal({ ...listed }, { ...(await context.read(link as PaymentLink)) }, "list: the link");
    });

    test("the last page has no cursor, and an account without links has one empty page", [], async (context) => {
      equal(await okOf(context.links.list({ limit: 3 }), "list"), { items: [] }, "list of none");
      await makeLinks(context, 2);
      const page = await okOf(context.links.list({ limit: 3 }), "list");
      equal([page.items.length, page.nextCursor], [2, undefined], "items and nextCursor of a last page");
    });

    // A gateway that returns a bare array does not report whether more follow a full page.
    test("nothing follows a full last page", [], async (context) => {
      await makeLinks(context, 3);
      const full = await okOf(context.links.list({ limit: 3 }), "list");
      if (full.nextCursor === undefined) return;
      const next = await okOf(context.links.list({ limit: 3, cursor: full.nextCursor }), "list");
      equal(next, { items: [] }, "the page after a full last page");
    });

    test("an invalid cursor and another gateway's cursor are refused, and nothing is sent", [], async (context) => {
      context.network.reset();
      for (const cursor of ["", "nonsense", "other:1"]) {
        checkKind(
          await errorOf(context.links.list({ cursor, gateway: "checked" }), "list"),
          ["invalid_request"],
          "list",
        );
      }
      checkNothingSent(context, "list");
    });

    test("a limit outside 1 to 100 is refused, and nothing is sent", [], async (context) => {
      for (const limit of [0, 101, 1.5]) {
        checkKind(await errorOf(context.links.list({ limit }), "list"), ["invalid_request"], `list of ${limit}`);
      }
      checkNothingSent(context, "list");
    });
  },
};

const makeLinks = async (context: TestContext, count: number): Promise<readonly PaymentLink[]> => {
  const made: PaymentLink[] = [];
  while (made.length < count) made.push(await context.create());
  return made;
};

const listAll = async ({ links }: TestContext, limit: number): Promise<readonly PaymentLink[]> => {
  const found: PaymentLink[] = [];
  let cursor: string | undefined;
  do {
    const page = await okOf(links.list({ limit, cursor }), "list");
    check(page.items.length <= limit, `list: expected ${limit} items at most, got ${page.items.length}`);
    check(page.nextCursor !== cursor || cursor === undefined, "list: expected the cursor to move on");
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
};
