// The fields of a link that can be changed, and values that differ from those of a created link.
import { type DriverCapabilities, isSupported, type LinkChanges, type PaymentLink } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import type { TestContext } from "./context.ts";
import { reasonOf } from "./plan.ts";
import { amountWithin, DAY_MS, methodAt, methodRequest, sampleFields } from "./requests.ts";
import type { ConformanceSubject } from "./subject.ts";
import { chosenFields, leadWithin, momentsLack } from "./traits.ts";

export type ChangedField = keyof LinkChanges;

/** The fields that read links show best come first. */
const CHANGED_FIELDS: readonly ChangedField[] = [
  "usage",
  "title",
  "metadata",
  "redirect",
  "expiresAt",
  "methods",
  "collect",
];

/** Why a link of this gateway cannot have a field, and so cannot have another value in it. */
export const lackOf = (capabilities: DriverCapabilities, field: ChangedField): string | undefined => {
  if (field === "usage") return undefined;
  const lack = field === "expiresAt" ? momentsLack(capabilities) : reasonOf(capabilities[field]);
  return lack?.unsupported;
};

/** Why the gateway has a field and cannot change it. */
export const fixedReason = (
  { changes, usage, collect, alwaysCollects = [] }: DriverCapabilities,
  { notChangeable }: Pick<ConformanceSubject, "notChangeable">,
  field: ChangedField,
): string | undefined => {
  if (changes && !changes.includes(field)) return "its links keep it";
  const isAlways = isSupported(collect) && collect.fields.every((each) => alwaysCollects.includes(each));
  if (field === "collect" && isAlways) return "its pages always ask for the same";
  if (field === "usage" && usage.maxLimit === 0) return "its links have no limit";
  return notChangeable?.[field]?.absent;
};

/** For each field, a value that differs from the samples. */
export const changedValues = (context: Pick<TestContext, "capabilities" | "clock">): Required<LinkChanges> => {
  const { capabilities, clock } = context;
  const { methods, usage } = capabilities;
  return {
    title: "Concert, day 2",
    usage: { limit: Math.min(7, usage.maxLimit) },
    expiresAt: instantAt(clock.now() + leadWithin(capabilities, 5 * DAY_MS)),
    methods: [methodAt(methods, 1)],
    collect: chosenFields(capabilities, sampleFields(capabilities, amountWithin(capabilities)).collect),
    redirect: { url: "https://shop.example/changed" },
    metadata: { order: "B-2" },
  };
};

export const comparableChange = (
  { capabilities }: Pick<TestContext, "capabilities">,
  link: PaymentLink,
  field: ChangedField,
): unknown => {
  if (field === "collect") return link.collect && chosenFields(capabilities, link.collect);
  if (field === "methods") return link.methods?.map(methodRequest);
  return field === "usage" ? { limit: link.usage.limit } : link[field];
};

/** A field whose change a read shows, if there is one. */
export const shownField = (capabilities: DriverCapabilities, subject: ConformanceSubject): ChangedField | undefined =>
  CHANGED_FIELDS.find((field) => {
    if (lackOf(capabilities, field) !== undefined || fixedReason(capabilities, subject, field) !== undefined)
      return false;
    if (field === "usage") return capabilities.usage.maxLimit > 1;
    return field === "expiresAt" || !subject.notReportedByRead?.[field];
  });

/** A change of one field that the gateway can make; a change of the title if it can make none. */
export const anyChange = (context: TestContext, subject: ConformanceSubject): LinkChanges => {
  const field = shownField(context.capabilities, subject) ?? "title";
  return { [field]: changedValues(context)[field] };
};
