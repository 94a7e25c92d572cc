import { inspect } from "node:util";
import type { LinkId, PaymentLinkError } from "@tautan/core";
import { isSupported } from "@tautan/core";
import type { ResultAsync } from "neverthrow";
import { KEY, type TestContext } from "../context.ts";
import { check, errorOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { CUSTOMER } from "../requests.ts";
import type { Fault } from "../traffic.ts";
import { walking } from "./canaries.ts";
import { forgeriesOf } from "./webhooks-forged.ts";

/** No key and no payer's data in an error or in printed objects, whatever the provider returns. */
export const redaction: Group = {
  name: "redaction",
  define: (context) => {
    printing(context);
    failing(context);
    if (context.subject.traffic === "http") walking(context);
    if (context.capabilities.operations.parseWebhook === true) forging(context);
  },
};

/** A word as it is, in an address, and as Basic authentication writes it, at any place in the text. */
const spellingsOf = (word: string): readonly string[] => [
  word,
  encodeURIComponent(word),
  ...[0, 1, 2].map((bytesBefore) => base64Of(word, bytesBefore)),
];

/** The base64 digits that a word alone determines, with this number of other bytes before it. */
const base64Of = (word: string, bytesBefore: number): string => {
  const bytes = new TextEncoder().encode("\0".repeat(bytesBefore) + word);
  const digits = btoa(String.fromCodePoint(...bytes));
  return digits.slice(Math.ceil((bytesBefore * 8) / 6), Math.floor((bytes.length * 8) / 6));
};

/** Checks that a value shows none of the words in any print. The failure does not show them either. */
const checkHides = (value: unknown, words: readonly string[], what: string): void => {
  const printed = [inspect(value, { depth: Number.POSITIVE_INFINITY }), JSON.stringify(value) ?? "", String(value)];
  for (const [index, word] of words.entries()) {
    const shows = spellingsOf(word).some((each) => printed.some((text) => text.includes(each)));
    check(!shows, `${what}: shows secret ${index + 1} of ${words.length}`);
  }
};

const PERSONAL: readonly string[] = [CUSTOMER.name, CUSTOMER.email, CUSTOMER.phone.slice(-9)];

const printing = ({ test, subject: { secrets } }: GroupContext): void =>
  test("printed objects show no key: the payment links, the gateway, the driver, a link", [], async (context) => {
    check(secrets.length > 0 && secrets.every((each) => each.length >= 8), "expected secrets of at least 8 characters");
    checkHides(context.links, secrets, "the payment links");
    checkHides(context.links.gateway(KEY), secrets, "the gateway");
    checkHides(context.driver, secrets, "the driver");
    checkHides(await context.create(), secrets, "a link");
  });

type Call = (context: TestContext, id: LinkId) => ResultAsync<unknown, PaymentLinkError>;

const failing = ({ test, capabilities, subject }: GroupContext): void => {
  const customer = isSupported(capabilities.customer) ? { customer: CUSTOMER } : {};
  const personal = isSupported(capabilities.customer) ? PERSONAL : [];
  const all: Readonly<Record<"create" | "get" | "close" | "listHistories" | "getHistory", Call>> = {
    create: (context) => context.links.create(context.request(customer)),
    get: ({ links }, id) => links.get(id),
    close: ({ links }, id) => links.close(id),
    listHistories: ({ links }, id) => links.listHistories(id),
    getHistory: ({ links }, id) => links.getHistory(`${id}-1767225600123`),
  };
  const calls = Object.entries(all).filter(([name]) => capabilities.operations[name as keyof typeof all] === true);
  const silent: readonly Fault[] = ["refuse_connection", "lose_request"];
  const spoken: readonly Fault[] = [
    "html",
    "http_400",
    "http_401",
    "http_403",
    "http_404",
    "http_409",
    "http_422",
    "http_429",
    "http_500",
  ];

  for (const fault of subject.traffic === "http" ? [...silent, ...spoken] : silent) {
    const name = fault.startsWith("http")
      ? `a ${fault.slice(5)} that repeats the whole request`
      : fault.replace("_", " ");
    test(`errors show no key and no payer: ${name}`, [], async (context) => {
      for (const [operation, call] of calls) {
        context.network.behave();
        const { id } = await context.create();
        context.network.misbehave(fault);
        const error = await errorOf(call(context, id), operation);
        checkHides(error, [...subject.secrets, ...personal], `${operation}: the error`);
      }
    });
  }

  test("errors show no key and no payer: a duplicate, and an unknown link", [], async (context) => {
    const request = context.request(customer);
    await context.links.create(request);
    const results = [
      context.links.create(request),
      context.links.create({ ...request, reference: "not valid", customer: { ...CUSTOMER, phone: "not a phone" } }),
      context.links.get(`${KEY}:99999999`),
      context.links.getHistory(`${KEY}:no-such-history`),
    ];
    for (const result of results) {
      const awaited = await result;
      if (awaited.isErr()) checkHides(awaited.error, [...subject.secrets, ...personal], "the error");
    }
  });
};

const forging = ({ test, subject, capabilities }: GroupContext): void => {
  const { trust } = capabilities.webhooks;
  if (trust === "unsigned") return;
  test("errors about forged webhooks show neither a key nor the body", ["pay", "forge"], async (context) => {
    const { link, webhooks } = await context.paidLink();
    for (const webhook of webhooks) {
      for (const how of forgeriesOf(trust)) {
        const forgery = await context.acts.forge(webhook, how);
        const error = await errorOf(context.links.parseWebhook(KEY, forgery), how);
        checkHides(error, [...subject.secrets, link.reference, forgery.body], `${how}: the error`);
      }
    }
  });
};
