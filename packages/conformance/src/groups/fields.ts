import { type CustomerField, isSupported, type PaymentLink } from "@tautan/core";
import type { TestContext } from "../context.ts";
import { check, equal } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin, CUSTOMER, compatible, sampleFields } from "../requests.ts";
import { chosenFields } from "../traits.ts";
import { fieldIsClaimed } from "../unclaimed.ts";
import { fieldLimits } from "./field-limits.ts";

type Field = "title" | "customer" | "collect" | "redirect" | "metadata" | "slug";
const FIELDS: readonly Field[] = ["title", "customer", "collect", "redirect", "metadata", "slug"];

/** Fields of a link other than money, times and methods: returned if supported, refused if not. */
export const fields: Group = {
  name: "fields",
  define: (context) => {
    const claimed = FIELDS.filter((field) => fieldIsClaimed(context, field, (context) => sampleOf(context)[field]));
    for (const field of claimed) comesBack(context, field);
    payerSees(context);
    fieldLimits(context);
    allTogether(context, claimed);
  },
};

const sampleOf = ({ capabilities }: TestContext) => sampleFields(capabilities, amountWithin(capabilities));

const comesBack = ({ test, absent, subject }: GroupContext, field: Field): void => {
  test(`${field}: create returns it`, [], async (context) => {
    const value = sampleOf(context)[field];
    const link = await context.create({ [field]: value });
    equal(comparable(context, link, field), comparable(context, { [field]: value }, field), `create: link.${field}`);
  });
  const unreported = subject.notReportedByRead?.[field];
  if (unreported) return absent(`${field}: a read returns it`, unreported.absent);
  test(`${field}: a read returns it`, [], async (context) => {
    const value = sampleOf(context)[field];
    const link = await context.read(await context.create({ [field]: value }));
    equal(comparable(context, link, field), comparable(context, { [field]: value }, field), `get: link.${field}`);
  });
};

/** If create echoes a field and no read returns it, only the pay page shows whether it arrived. */
const payerSees = ({ test, capabilities }: GroupContext): void => {
  const { title, redirect, collect, alwaysCollects = [] } = capabilities;
  /** The fields of the payer's form, if the request asks for some. */
  const asked = (wished: readonly CustomerField[]): readonly CustomerField[] =>
    [...new Set([...alwaysCollects, ...wished])].toSorted();
  if (isSupported(title)) {
    test("title: the pay page shows it", ["look"], async (context) => {
      const page = await context.acts.look(await context.create({ title: "Concert, day 1" }));
      check(page.text.includes("Concert, day 1"), `expected the title on the pay page, got ${page.text}`);
    });
  }
  if (isSupported(redirect)) {
    test("redirect: the payer is sent back", ["look"], async (context) => {
      const url = "https://shop.example/thanks?order=A-1";
      equal(
        (await context.acts.look(await context.create({ redirect: { url } }))).leadsTo,
        url,
        "where the payer is sent",
      );
      equal(
        (await context.acts.look(await context.create())).leadsTo,
        undefined,
        "where the payer is sent without a redirect",
      );
    });
  }
  if (isSupported(collect)) {
    const { fields: known, together, partNeedsCustomer = false } = collect;
    test("collect: the payer is asked for these fields only", ["look"], async (context) => {
      const wishes = together ? [known, []] : [...known.map((field) => [field]), known, []];
      for (const wished of wishes) {
        const wish = Object.fromEntries(wished.map((field) => [field, "required"]));
        const beside = partNeedsCustomer && wished.length < known.length ? { customer: CUSTOMER } : {};
        const link = await context.create(wished.length > 0 ? { ...beside, collect: wish } : {});
        const { asksFor } = await context.acts.look(link);
        equal(
          asksFor.toSorted(),
          asked(wished),
          `the fields of the payer's form, of ${wished.join(", ") || "nothing"}`,
        );
      }
    });
    test("collect: the payer is asked for these fields also if there is a customer", ["look"], async (context) => {
      const customer = isSupported(context.capabilities.customer) ? { customer: CUSTOMER } : {};
      const link = await context.create({ ...customer, collect: sampleOf(context).collect });
      const { asksFor } = await context.acts.look(link);
      equal(asksFor.toSorted(), asked(known), "the fields of the payer's form");
    });
  } else if (alwaysCollects.length > 0) {
    test("collect: the payer is asked for what every page asks", ["look"], async (context) => {
      const { asksFor } = await context.acts.look(await context.create());
      equal(asksFor.toSorted(), asked([]), "the fields of the payer's form");
    });
  }
};

/** A telephone number may be returned in its national form, and what every page asks for may be reported or not. */
const comparable = ({ capabilities }: TestContext, link: Partial<PaymentLink>, field: Field): unknown => {
  if (field === "collect") return chosenFields(capabilities, link.collect);
  return field === "customer" && link.customer?.phone !== undefined
    ? { ...link.customer, phone: link.customer.phone.replace(/\D/g, "").slice(-9) }
    : link[field];
};

const allTogether = ({ test }: GroupContext, claimed: readonly Field[]): void =>
  test("all supported fields in one link", [], async (context) => {
    const sample = sampleOf(context);
    const all = Object.fromEntries(claimed.map((field) => [field, sample[field]]));
    const asked: Partial<Pick<typeof sample, Field>> = compatible(context.capabilities, all);
    const link = await context.create(asked);
    for (const field of claimed.filter((each) => each in asked)) {
      equal(comparable(context, link, field), comparable(context, asked, field), `create: link.${field}`);
    }
  });
