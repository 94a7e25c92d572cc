import { type CreatePaymentLink, isSupported, type TextLimits } from "@tautan/core";
import { check, equal } from "../expect.ts";
import type { GroupContext } from "../plan.ts";
import { CUSTOMER } from "../requests.ts";
import { checkRefusedUnsent } from "../unclaimed.ts";

/** Lengths, counts and characters of fields: the declared maximum is accepted, and one more is refused. */
export const fieldLimits = ({ test, subject, capabilities }: GroupContext): void => {
  const { title, slug, redirect, metadata, customer, collect } = capabilities;
  if (isSupported(title)) {
    test("title: any characters are kept, or a warning reports the change", [], async (context) => {
      const odd = 'Día 1 & <2> "x" \\ 票';
      const link = await context.create({ title: odd });
      const isReported = link.warnings.some((each) => each.code === "adjusted" && each.field === "title");
      equal(link.title !== odd, isReported, "create: a warning that the title was adjusted");
      if (!subject.notReportedByRead?.title) equal((await context.read(link)).title, link.title, "get: link.title");
    });
    longest(test, "title", title.maxLength, (length) => ({ title: "t".repeat(length) }));
  }
  if (isSupported(slug)) {
    longest(test, "slug", slug.maxLength, (length) => ({ slug: textFor(slug, length) }));
    test("slug: other characters are refused, and nothing is sent", [], async (context) => {
      check(!new RegExp(`^(?:${slug.pattern})$`, "u").test("a b/c"), "expected a pattern without spaces and slashes");
      await checkRefusedUnsent(context, context.request({ slug: "a b/c" }), "unsupported", "slug");
    });
    test("slug: a link without one gets a slug that cannot be guessed", [], async (context) => {
      const { slug: given } = await context.create();
      check((given?.length ?? 0) >= 16, `expected a random slug of at least 16 characters, got ${given}`);
    });
  }
  if (isSupported(redirect)) {
    const url = (length: number): string => "https://shop.example/".padEnd(length, "a");
    longest(test, "redirect", redirect.maxLength, (length) => ({ redirect: { url: url(length) } }));
  }
  if (isSupported(metadata)) {
    const entries = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, `value ${index}`]));
    test("metadata: any characters are kept", [], async (context) => {
      const odd = { order: 'Día 1 & <2> "x" \\ 票', "a b.c": "x=1; y" };
      equal((await context.read(await context.create({ metadata: odd }))).metadata, odd, "get: link.metadata");
    });
    test(
      "metadata: the maximum number of entries is kept, one more is refused, and nothing is sent",
      [],
      async (context) => {
        const all = entries(metadata.maxEntries);
        equal((await context.read(await context.create({ metadata: all }))).metadata, all, "get: link.metadata");
        const request = context.request({ metadata: entries(metadata.maxEntries + 1) });
        await checkRefusedUnsent(context, request, "unsupported", "metadata");
      },
    );
    const note = (length: number) => ({ metadata: { note: "m".repeat(length) } });
    longest(test, "metadata value", metadata.maxValueLength, note);
    const { maxKeyLength } = metadata;
    if (maxKeyLength !== undefined) {
      longest(test, "metadata key", maxKeyLength, (length) => ({ metadata: { ["k".repeat(length)]: "x" } }));
    }
  }
  if (isSupported(customer)) {
    const name = (length: number) => ({ customer: { ...CUSTOMER, name: "n".repeat(length) } });
    longest(test, "customer's name", customer.nameMaxLength, name);
    for (const field of customer.required) {
      test(`customer: refused without the required ${field}, and nothing is sent`, [], async (context) => {
        const request = context.request({ customer: { ...CUSTOMER, [field]: undefined } });
        await checkRefusedUnsent(context, request, "invalid_request", `customer without ${field}`);
      });
    }
    if (customer.contactedByProvider) {
      test("customer: a warning reports that the provider contacts the customer", [], async (context) => {
        const { warnings } = await context.create({ customer: CUSTOMER });
        const codes = warnings.map((each) => each.code);
        check(codes.includes("provider_contacts_customer"), `expected a warning, got ${JSON.stringify(warnings)}`);
      });
    }
  }
  if (isSupported(collect) && collect.together && collect.fields.length > 1) {
    test("collect: a part is refused if only all or none is supported, and nothing is sent", [], async (context) => {
      const request = context.request({ collect: { [collect.fields[0] ?? "name"]: "required" } });
      await checkRefusedUnsent(context, request, "unsupported", "collect");
    });
  }
};

/** The declared maximum length is accepted, and one more is refused. */
const longest = (
  test: GroupContext["test"],
  what: string,
  maxLength: number,
  changesOf: (length: number) => Partial<CreatePaymentLink>,
): void =>
  test(
    `${what}: ${maxLength} characters are accepted, one more is refused, and nothing is sent`,
    [],
    async (context) => {
      const changes = changesOf(maxLength);
      const { warnings } = await context.create(changes);
      const adjusted = warnings.filter((each) => each.code === "adjusted" && each.field in changes);
      equal(adjusted, [], `${what}: warnings that it was adjusted`);
      await checkRefusedUnsent(context, context.request(changesOf(maxLength + 1)), "invalid_request", what);
    },
  );

const textFor = ({ pattern }: TextLimits, length: number): string => {
  const random = crypto.randomUUID().replaceAll("-", "").padEnd(length, "a").slice(0, length);
  check(new RegExp(`^(?:${pattern})$`, "u").test(random), `expected a pattern that matches ${random}, got ${pattern}`);
  return random;
};
