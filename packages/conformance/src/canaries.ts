// Texts that no error may show, and the search for them.
import { inspect } from "node:util";
import {
  type CreatePaymentLink,
  type DriverCapabilities,
  isSupported,
  type PaymentLinkError,
  type WebhookError,
} from "@tautan/core";
import { check } from "./expect.ts";
import { amountWithin, freshReference } from "./requests.ts";
import { SPELLINGS } from "./spellings.ts";
import type { ConformanceSubject } from "./subject.ts";

/** Personal data of a request: a text of each kind. */
export const CANARIES = {
  title: "Konser Kenari",
  itemName: "Tiket <Kenari>",
  itemId: "KENARI-77",
  name: "Wirabuana Larasati",
  email: "w.larasati@kenari.example",
  phone: "+6281277665544",
  url: "https://kenari.example/balik?nota=Kn88Wb&nama=Wira%20L",
  metadata: "untuk bu Larasati",
} as const;

/** Parts of the texts that would still identify a person. */
const PARTS = ["wirabuana", "larasati", "kenari", "77665544", "kn88wb"];

/** All texts within a value. */
const textsWithin = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsWithin) : [];
};

/** A request with everything in it that the gateway takes, and that may be about a person. */
export const personalRequest = (
  { items, customer, title, redirect, metadata, ...capabilities }: DriverCapabilities,
  { name, personalOptions }: Pick<ConformanceSubject, "name" | "personalOptions">,
): CreatePaymentLink => {
  const amount = amountWithin({ items, customer, title, redirect, metadata, ...capabilities });
  const id = isSupported(items) && items.idMaxLength > 0 ? { id: CANARIES.itemId } : {};
  return {
    reference: freshReference(),
    amount,
    ...(isSupported(title) && { title: CANARIES.title }),
    ...(isSupported(items) && { items: [{ ...id, name: CANARIES.itemName, quantity: 1, unitPrice: amount }] }),
    ...(isSupported(customer) && {
      customer: { name: CANARIES.name, email: CANARIES.email, phone: CANARIES.phone },
    }),
    ...(isSupported(redirect) && { redirect: { url: CANARIES.url } }),
    ...(isSupported(metadata) && { metadata: { note: CANARIES.metadata } }),
    ...(personalOptions && { providerOptions: { [name]: personalOptions } }),
  };
};

/** The texts of such a request, and of the keys, that no error may show. */
export const canariesOf = (subject: ConformanceSubject): readonly string[] => {
  const { title, items = [], customer, redirect, metadata } = personalRequest(subject.capabilities, subject);
  const named = items.flatMap(({ id, name }) => [id, name]);
  const texts = textsWithin([title, named, customer, redirect, metadata, subject.personalOptions]);
  return [...texts, ...subject.secrets];
};

type AnyError = PaymentLinkError | WebhookError;

/** All texts of an error, in every way to print it; `cause` and `existing` are hidden from print, as documented. */
const printed = (error: AnyError): string =>
  [
    inspect(error, { depth: Number.POSITIVE_INFINITY, breakLength: Number.POSITIVE_INFINITY }),
    JSON.stringify(error),
    ...textsWithin(error),
  ]
    .join("\n")
    .toLowerCase();

/** Every spelling of some texts, by text. */
export const spelt = (texts: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    texts
      .flatMap((text, index) =>
        Object.entries(SPELLINGS).map(
          ([name, spell]) => [spell(text).toLowerCase(), `text ${index + 1}, ${name}`] as const,
        ),
      )
      // Many spellings are equal; the plainest one names them.
      .toReversed(),
  );

/** Fails if an error shows one of the spellings. The failure itself does not show it. */
export const checkHidesAll = (error: AnyError, texts: ReadonlyMap<string, string>, what: string): void => {
  const text = printed(error);
  for (const [each, name] of texts) check(!text.includes(each), `${what}: shows ${name}`);
  for (const [index, part] of PARTS.entries()) check(!text.includes(part), `${what}: shows part ${index + 1}`);
};
