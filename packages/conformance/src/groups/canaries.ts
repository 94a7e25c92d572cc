// Every operation gets every kind of failing response, which repeats the request's texts in every spelling.
import {
  type CreatePaymentLink,
  type HistoryId,
  isSupported,
  type PaymentLink,
  type PaymentLinkError,
} from "@tautan/core";
import type { ResultAsync } from "neverthrow";
import { CANARIES, canariesOf, checkHidesAll, personalRequest, spelt } from "../canaries.ts";
import { anyChange, fixedReason } from "../changes.ts";
import { KEY, type TestContext } from "../context.ts";
import { check } from "../expect.ts";
import { FAILING_ANSWERS, UNREADABLE_ANSWER } from "../failing-answers.ts";
import type { GroupContext } from "../plan.ts";
import { SPELLINGS } from "../spellings.ts";
import type { RawWebhook } from "../subject.ts";

/** The link and history that the operations act on. */
interface Asked {
  readonly link: PaymentLink;
  readonly historyId: HistoryId;
}

type Call = (context: TestContext, asked: Asked) => ResultAsync<unknown, PaymentLinkError>;

const operationsOf = ({ capabilities, subject }: GroupContext): readonly (readonly [name: string, call: Call])[] => {
  const { operations } = capabilities;
  const texts = { redirect: { url: CANARIES.url }, title: CANARIES.title, metadata: { note: CANARIES.metadata } };
  const field = (["redirect", "title", "metadata"] as const).find(
    (each) => isSupported(capabilities[each]) && !fixedReason(capabilities, subject, each),
  );
  const change = field && { [field]: texts[field] };
  const notice = { kind: "notice", gateway: KEY, trust: "unsigned" } as const;
  const calls: readonly (readonly [name: keyof typeof operations, call: Call])[] = [
    ["create", ({ links }) => links.create(personalRequest(capabilities, subject))],
    ["get", ({ links }, { link }) => links.get(link.id)],
    ["find", ({ links }, { link: { reference } }) => links.find({ reference })],
    ["list", ({ links }) => links.list()],
    ["update", (context, { link }) => context.links.update(link.id, change ?? anyChange(context, subject))],
    ["close", ({ links }, { link }) => links.close(link.id)],
    ["reopen", ({ links }, { link }) => links.reopen(link.id)],
    ["delete", ({ links }, { link }) => links.delete(link.id)],
    ["listHistories", ({ links }, { link }) => links.listHistories(link.id)],
    ["getHistory", ({ links }, { historyId }) => links.getHistory(historyId)],
    ["listRecentHistories", ({ links }) => links.listRecentHistories({ since: new Date(0) })],
    ["listPaymentMethods", ({ links }) => links.listPaymentMethods()],
    ["confirm", ({ links }, { link: { id } }) => links.confirm({ ...notice, resource: "link", id })],
    ["confirm", ({ links }, { historyId: id }) => links.confirm({ ...notice, resource: "history", id })],
  ];
  return calls.filter(([name]) => isSupported(operations[name]));
};

/** A created link which, for reads, was paid, so that it has a history. */
const linkToAskAbout = async (context: TestContext, request: CreatePaymentLink, isPaid: boolean): Promise<Asked> => {
  const link = await context.create(request);
  if (isPaid) await context.acts.pay(link);
  const [history] = isPaid ? await context.histories(link) : [];
  return { link, historyId: history?.id ?? (`${link.id}-1767225600123` as HistoryId) };
};

const WRITES: ReadonlySet<string> = new Set(["create", "update", "close", "reopen", "delete"]);

/** An operation that reads before it writes gets a failing read first, or a failing write if only writes fail. */
const WALKS = [
  { what: "operations that read", needs: ["pay"], writes: false, target: "all" },
  { what: "operations that write", needs: [], writes: true, target: "all" },
  { what: "operations that write, while reads succeed", needs: [], writes: true, target: "writes" },
] as const;

/** The texts in a line, with another one first each time, because an error only shows the beginning. */
const lineOf = (texts: readonly string[], turn: number): string =>
  [...texts.slice(turn % texts.length), ...texts.slice(0, turn % texts.length)].join(" | ");

export const walking = (context: GroupContext): void => {
  const { test, subject } = context;
  const canaries = canariesOf(subject);
  const forbidden = spelt(canaries);
  const operations = operationsOf(context);
  const spellings = Object.entries(SPELLINGS);

  for (const [failure, failing] of Object.entries(FAILING_ANSWERS)) {
    for (const { what, needs, writes, target } of WALKS) {
      test(`spellings of the request's texts: ${what}: ${failure}`, needs, async (context) => {
        const asked = await linkToAskAbout(context, personalRequest(context.capabilities, subject), !writes);
        let failed = 0;
        for (const [operation, call] of operations.filter(([name]) => WRITES.has(name) === writes)) {
          for (const [turn, [spelling, spell]] of spellings.entries()) {
            context.network.answerWith(failing(lineOf(canaries.map(spell), turn + failed), context.network), target);
            const result = await call(context, asked);
            context.network.behave();
            if (result.isOk()) continue;
            failed += 1;
            checkHidesAll(result.error, forbidden, `${operation}, repeated ${spelling}`);
          }
        }
        // A change with an unreadable response is read, which may show that it took effect.
        const mayRecover = target === "writes" && failure === UNREADABLE_ANSWER;
        check(failed > 0 || mayRecover, "expected the failing responses to cause errors");
      });
    }
  }

  if (subject.isPreparation) {
    test("spellings of the request's texts: a request for a token", [], async (context) => {
      let failed = 0;
      for (const failing of Object.values(FAILING_ANSWERS)) {
        for (const [turn, [spelling, spell]] of spellings.entries()) {
          context.network.answerWith(failing(lineOf(canaries.map(spell), turn), context.network), "preparations");
          const result = await context.links.create(personalRequest(context.capabilities, subject));
          if (result.isOk()) continue;
          failed += 1;
          checkHidesAll(result.error, forbidden, `repeated ${spelling}`);
        }
      }
      check(failed > 0, "expected the failing responses to cause errors");
    });
  }

  if (isSupported(context.capabilities.operations.parseWebhook)) {
    test("spellings of a delivery's texts: errors about deliveries", ["pay"], async (context) => {
      const { webhooks } = await context.paidLink();
      let failed = 0;
      for (const webhook of webhooks) {
        for (const [turn, [spelling, spell]] of spellings.entries()) {
          for (const forgery of strangersOf(webhook, lineOf(canaries.map(spell), turn))) {
            const result = await context.links.parseWebhook(KEY, forgery);
            if (result.isOk()) continue;
            failed += 1;
            checkHidesAll(result.error, forbidden, `spelling ${spelling}`);
          }
        }
      }
      check(failed > 0, "expected deliveries to be refused");
    });
  }
};

/** The fields of a body: of JSON, or of a form. */
const fieldsOf = (body: string): Record<string, unknown> => {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return Object.fromEntries(new URLSearchParams(body));
  }
};

/** A delivery with the text in every possible place. */
const strangersOf = (webhook: RawWebhook, text: string): readonly RawWebhook[] => {
  // A header can only contain one line of Latin letters.
  const header = text.replace(/[^\x20-\x7e]/g, "?");
  const body = fieldsOf(webhook.body);
  const inBody = Object.fromEntries(Object.keys(body).map((name) => [name, text]));
  return [
    { ...webhook, body: JSON.stringify({ ...body, [text]: text }) },
    { ...webhook, body: JSON.stringify(inBody) },
    { ...webhook, body: text },
    { ...webhook, url: `/${encodeURIComponent(text.toWellFormed())}?q=${encodeURIComponent(text.toWellFormed())}` },
    ...Object.keys(webhook.headers).map((name) => ({ ...webhook, headers: { ...webhook.headers, [name]: header } })),
  ];
};
