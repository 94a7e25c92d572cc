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

    test("the smallest request creates a link that can be paid, with one create sent", [], async (bench) => {
      const request = bench.request();
      const link = await okOf(bench.links.create(request), "create");
      equal(link.gateway, KEY, "link.gateway");
      equal(link.id, `${KEY}:${encodeURIComponent(link.providerId)}`, "link.id");
      equal(link.reference, request.reference, "link.reference");
      equal(link.amount, request.amount, "link.amount");
      equal(link.status, "active", "link.status");
      equal(link.acceptsPayments, true, "link.acceptsPayments");
      check(/^https?:$/.test(new URL(link.url).protocol), `link.url: expected a web address, got ${link.url}`);
      equal(bench.wire.writes, 1, "requests that could create");
    });

    test("a read returns the link that create returned", [], async (bench) => {
      const link = await bench.create();
      bench.wire.reset();
      const read = await bench.read(link);
      for (const field of ["id", "reference", "url", "status", "amount", "usage"] as const) {
        equal(read[field], link[field], `get: link.${field}`);
      }
      checkNow(bench, link.createdAt, "create: link.createdAt");
      checkNow(bench, read.createdAt, "get: link.createdAt");
      equal(bench.wire.writes, 0, "requests of a read that could change something");
    });

    test("a link is frozen, survives JSON and hides the provider's object from it", [], async (bench) => {
      for (const link of [await bench.create(), await bench.read(await bench.create())]) {
        check(Object.isFrozen(link) && Object.isFrozen(link.usage), "expected a frozen link");
        const text = JSON.stringify(link);
        check(!("raw" in JSON.parse(text)), "expected raw to stay out of JSON");
        equal(await okOfParsed(JSON.parse(text)), { ...link }, "the link after JSON");
      }
    });

    test("two links are two links", [], async (bench) => {
      const [one, other] = [await bench.create(), await bench.create()];
      check(one.id !== other.id && one.url !== other.url, `expected two links, got ${one.id} ${one.url} twice`);
      equal((await bench.read(one)).reference, one.reference, "get: link.reference of the first");
    });

    test("an unknown link is not found", [], async (bench) => {
      for (const id of [`${KEY}:no-such-link`, `${KEY}:99999999`] as const) {
        checkKind(await errorOf(bench.links.get(id), "get"), ["not_found"], `get of ${id}`);
      }
    });

    test("references: the maximum length is accepted, one more is refused, and nothing is sent", [], async (bench) => {
      const { maxLength } = capabilities.reference;
      const longest = `${freshReference()}-`.padEnd(maxLength, "x").slice(0, maxLength);
      const request = bench.request({ reference: longest });
      const link = await okOf(bench.wideLinks.create(request), `create with a reference of ${maxLength}`);
      equal(link.reference, longest, "link.reference");
      equal((await bench.read(link)).reference, longest, "get: link.reference");
      const longer = { ...request, reference: `${longest}x` };
      await checkRefusedUnsent(bench, longer, "invalid_request", "reference", bench.wideLinks);
    });

    test("every reference of the portable form is accepted", [], async (bench) => {
      const endings = ["a", "Z", "0", "a_b", "a-b", "-", "_", "x".repeat(22)];
      for (const ending of endings) {
        const reference = freshReference() + ending;
        equal((await bench.read(await bench.create({ reference }))).reference, reference, "get: link.reference");
      }
    });

    if (operationIsClaimed(context, "find")) {
      test("a link is found by the merchant's reference", [], async (bench) => {
        const [link] = [await bench.create(), await bench.create()];
        const found = await okOf(bench.links.find({ reference: link.reference }), "find");
        equal(found.id, link.id, "find: link.id");
        equal(found.reference, link.reference, "find: link.reference");
      });

      test("a reference that nobody used is not found", [], async (bench) => {
        await bench.create();
        const error = await errorOf(bench.links.find({ reference: freshReference() }), "find");
        checkKind(error, ["not_found"], "find");
      });

      test("part of a reference finds nothing", [], async (bench) => {
        const { reference } = await bench.create();
        const error = await errorOf(bench.links.find({ reference: reference.slice(0, -1) }), "find");
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
