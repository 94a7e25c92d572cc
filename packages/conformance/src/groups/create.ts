import { parsePaymentLink } from "@tautan/core";
import { checkNow, KEY } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group } from "../plan.ts";
import { freshReference } from "../requests.ts";
import { checkRefusedUnsent, operationIsClaimed } from "../unclaimed.ts";

/** The smallest request that creates a link, and reading the link. */
export const create: Group = {
  name: "create and read back",
  define: (context) => {
    const { test, capabilities } = context;

    test("the smallest request creates a link that can be paid, with one create sent", [], async (context) => {
      const request = context.request();
      const link = await okOf(context.links.create(request), "create");
      equal(link.gateway, KEY, "link.gateway");
      equal(link.id, `${KEY}:${encodeURIComponent(link.providerId)}`, "link.id");
      equal(link.reference, request.reference, "link.reference");
      equal(link.amount, request.amount, "link.amount");
      equal(link.status, "active", "link.status");
      equal(link.acceptsPayments, true, "link.acceptsPayments");
      check(/^https?:$/.test(new URL(link.url).protocol), `link.url: expected a web address, got ${link.url}`);
      equal(context.network.writes, 1, "requests that could create");
    });

    test("a read returns the link that create returned", [], async (context) => {
      const link = await context.create();
      context.network.reset();
      const read = await context.read(link);
      for (const field of ["id", "reference", "url", "status", "amount", "usage"] as const) {
        equal(read[field], link[field], `get: link.${field}`);
      }
      checkNow(context, link.createdAt, "create: link.createdAt");
      checkNow(context, read.createdAt, "get: link.createdAt");
      equal(context.network.writes, 0, "requests of a read that could change something");
    });

    test("a link is frozen, survives JSON and hides the provider's object from it", [], async (context) => {
      for (const link of [await context.create(), await context.read(await context.create())]) {
        check(Object.isFrozen(link) && Object.isFrozen(link.usage), "expected a frozen link");
        const text = JSON.stringify(link);
        check(!("raw" in JSON.parse(text)), "expected raw to stay out of JSON");
        equal(await okOfParsed(JSON.parse(text)), { ...link }, "the link after JSON");
      }
    });

    test("two links are two links", [], async (context) => {
      const [one, other] = [await context.create(), await context.create()];
      check(one.id !== other.id && one.url !== other.url, `expected two links, got ${one.id} ${one.url} twice`);
      equal((await context.read(one)).reference, one.reference, "get: link.reference of the first");
    });

    test("an unknown link is not found", [], async (context) => {
      for (const id of [`${KEY}:no-such-link`, `${KEY}:99999999`] as const) {
        checkKind(await errorOf(context.links.get(id), "get"), ["not_found"], `get of ${id}`);
      }
    });

    test(
      "references: the maximum length is accepted, one more is refused, and nothing is sent",
      [],
      async (context) => {
        const { maxLength } = capabilities.reference;
        const longest = `${freshReference()}-`.padEnd(maxLength, "x").slice(0, maxLength);
        const request = context.request({ reference: longest });
        const link = await okOf(context.wideLinks.create(request), `create with a reference of ${maxLength}`);
        equal(link.reference, longest, "link.reference");
        equal((await context.read(link)).reference, longest, "get: link.reference");
        const longer = { ...request, reference: `${longest}x` };
        await checkRefusedUnsent(context, longer, "invalid_request", "reference", context.wideLinks);
      },
    );

    test("every reference of the portable form is accepted", [], async (context) => {
      const endings = ["a", "Z", "0", "a_b", "a-b", "-", "_", "x".repeat(22)];
      for (const ending of endings) {
        const reference = freshReference() + ending;
        equal((await context.read(await context.create({ reference }))).reference, reference, "get: link.reference");
      }
    });

    if (operationIsClaimed(context, "find")) {
      test("a link is found by the merchant's reference", [], async (context) => {
        const [link] = [await context.create(), await context.create()];
        const found = await okOf(context.links.find({ reference: link.reference }), "find");
        equal(found.id, link.id, "find: link.id");
        equal(found.reference, link.reference, "find: link.reference");
      });

      test("a reference that nobody used is not found", [], async (context) => {
        await context.create();
        const error = await errorOf(context.links.find({ reference: freshReference() }), "find");
        checkKind(error, ["not_found"], "find");
      });

      test("part of a reference finds nothing", [], async (context) => {
        const { reference } = await context.create();
        const error = await errorOf(context.links.find({ reference: reference.slice(0, -1) }), "find");
        checkKind(error, ["not_found"], "find");
      });
    }
  },
};

const okOfParsed = async (revived: unknown): Promise<unknown> => {
  const parsed = parsePaymentLink(revived);
  check(parsed.isOk(), `parsePaymentLink: ${parsed.isErr() ? JSON.stringify(parsed.error.issues) : ""}`);
  return { ...parsed.value };
};
