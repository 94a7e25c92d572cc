// The actions of the keys. Each action asks, and returns what happened as one line, or undefined if nothing was chosen.
import type { FaultName, LinkOffer, LinkSummary, RecordedDelivery, SandboxActions } from "@tautan/sandbox";
import { describeMoney } from "../../output/money.ts";
import type { Output } from "../../output/output.ts";
import { isNobodyThere } from "./lines.ts";
import { askForNumber, type Choice, choose } from "./menu.ts";
import { describeMoment, describeSpan, describeTime } from "./times.ts";

/** The parts that the actions use. */
export interface Stage {
  readonly sandbox: SandboxActions;
  readonly output: Output;
  readonly signal: AbortSignal;
  /** The sandbox's name of the event of a webhook. */
  readonly eventOf: (delivery: RecordedDelivery) => string;
}

/** Carries out what was chosen. */
type Chosen = () => Promise<string>;
/** Asks, and returns what to carry out, or why there is nothing to choose. */
export type Ask = (stage: Stage) => Promise<Chosen | string | undefined>;

/** Links that can be paid. */
const PAYABLE: ReadonlySet<string> = new Set(["open", "held"]);

const newestFirst = (sandbox: SandboxActions): readonly LinkSummary[] => sandbox.links.toReversed();

const describeLink = ({ title, reference, provider }: LinkSummary, { output }: Stage): string =>
  `${output.plain(reference)} ${output.plain(title)} (${provider})`;

const describeOffer = ({ amount, currency }: LinkOffer): string =>
  typeof amount === "number" ? describeMoney({ amount: String(amount), currency }) : `${currency}, any amount`;

/** `p`: a payment of the newest link that can be paid, or of another. */
export const pay: Ask = async (stage) => {
  const links = newestFirst(stage.sandbox).filter(({ state }) => PAYABLE.has(state));
  const [newest] = links;
  if (!newest) return "There is no link to pay. Create one with your program.";
  return payLink(stage, newest, links);
};

type Way = "paid" | "failed" | "pending" | "method" | "amount" | "link";

const payLink = async (stage: Stage, link: LinkSummary, links: readonly LinkSummary[]): Promise<Chosen | undefined> => {
  const { sandbox, signal, output } = stage;
  const offer = sandbox.offer(link.link);
  const ways: readonly (Choice<Way> | false)[] = [
    { label: "Pay it", value: "paid" },
    offer.methods.length > 1 && { label: "Pay it by another method…", value: "method" },
    typeof offer.amount !== "number" && { label: "Pay an amount…", value: "amount" },
    { label: "Let the payment fail", value: "failed" },
    { label: "Begin a payment and leave it pending", value: "pending" },
    links.length > 1 && { label: "Another link…", value: "link" },
  ];
  const way = await choose(
    `${describeLink(link, stage)}, ${describeOffer(offer)}`,
    ways.filter((each) => each !== false),
    signal,
  );
  if (way === undefined) return undefined;
  if (way === "link") {
    const other = await choose(
      "Which link?",
      links.map((each) => ({ label: describeLink(each, stage), value: each })),
      signal,
    );
    return other && payLink(stage, other, links);
  }
  const method =
    way === "method"
      ? await choose(
          "By which method?",
          offer.methods.map(({ code, label }) => ({ label, hint: code, value: code })),
          signal,
        )
      : undefined;
  const bounds = typeof offer.amount === "number" ? undefined : offer.amount;
  const amount =
    way === "amount" && bounds ? await askForNumber(`How much, in ${offer.currency}?`, bounds, signal) : undefined;
  if ((way === "method" && method === undefined) || (way === "amount" && amount === undefined)) return undefined;
  const outcome = way === "failed" || way === "pending" ? way : "paid";
  return async () => {
    const payment = await sandbox.pay(link.link, { method, amount, outcome });
    return `${output.plain(link.reference)}: ${payment.status} by ${payment.method}, ${describeMoney({ amount: String(payment.amount), currency: payment.currency })}`;
  };
};

/** How many webhooks are listed. */
const LISTED = 50;

/** `w`: a webhook again, the last one first. */
export const resend: Ask = async (stage) => {
  const { sandbox, signal, output, eventOf } = stage;
  // The last sending of each.
  const newest = new Map(sandbox.deliveries.map((delivery) => [delivery.webhook, delivery]));
  const deliveries = [...newest.values()].toReversed().slice(0, LISTED);
  if (deliveries.length === 0) return "There is no webhook yet. Pay a link first: p.";
  const webhook = await choose(
    "Send which webhook again?",
    deliveries.map((delivery) => ({
      label: `#${delivery.webhook} ${output.plain(eventOf(delivery))} of ${delivery.provider}`,
      hint: `${describeTime(delivery.atMs)}, ${describeAnswer(delivery, output)}`,
      value: delivery.webhook,
    })),
    signal,
  );
  if (webhook === undefined) return undefined;
  return async () => {
    const again = await sandbox.resend(webhook);
    return `Webhook #${webhook} was sent again: ${describeAnswer(again, output)}`;
  };
};

const describeAnswer = ({ status, error }: RecordedDelivery, output: Output): string => {
  if (status !== undefined) return `answered with ${status}`;
  if (isNobodyThere(error)) return "no server there";
  return error === undefined ? "not answered" : output.plain(error);
};

const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];

/** `t`: the clock forward. */
export const moveClock: Ask = async ({ sandbox, signal, output }) => {
  const nowMs = sandbox.clock.now();
  const retryMs = Math.min(...sandbox.deliveries.map(({ retryAtMs }) => retryAtMs ?? 0).filter((atMs) => atMs > nowMs));
  const link = newestFirst(sandbox).find(({ state }) => PAYABLE.has(state));
  const endMs = link && sandbox.offer(link.link).payableUntilMs;
  const steps: readonly (Choice<number> | false | undefined)[] = [
    { label: "1 hour forward", value: HOUR_MS },
    { label: "1 day forward", value: DAY_MS },
    Number.isFinite(retryMs) && {
      label: "To the next repetition of a webhook",
      hint: `in ${describeSpan(retryMs - nowMs)}`,
      value: retryMs - nowMs,
    },
    link &&
      endMs !== undefined &&
      endMs > nowMs && {
        label: `To the expiry of ${output.plain(link.reference)}`,
        hint: `in ${describeSpan(endMs - nowMs)}`,
        value: endMs - nowMs,
      },
  ];
  const ms = await choose(
    `It is ${describeMoment(nowMs)} in the sandbox`,
    steps.filter((each) => each !== false && each !== undefined),
    signal,
  );
  if (ms === undefined) return undefined;
  return async () => {
    await sandbox.advance(ms);
    return `It is ${describeMoment(sandbox.clock.now())} in the sandbox.`;
  };
};

const FAULTS: readonly (readonly [FaultName, string])[] = [
  ["timeout_after_commit", "Call: executed, but never answered"],
  ["server_error", "Call: answered with 500, not executed"],
  ["rate_limit", "Call: answered with 429"],
  ["duplicate_webhook", "Webhook: sent twice"],
  ["delay_webhook", "Webhook: a minute late"],
  ["reorder_webhooks", "Webhook: after the next one"],
  ["webhook_before_response", "Webhook: paid before the create is answered"],
  ["wrong_key", "Webhook: signed with another key"],
];

/** `c`: a fault on purpose. */
export const setChaos: Ask = async ({ sandbox, signal }) => {
  const states = sandbox.chaos.faults();
  const isSet = (name: FaultName): boolean =>
    Object.keys(states.find((each) => each.name === name)?.settings ?? {}).length > 0;
  const anySet = states.some(({ name }) => isSet(name));
  const fault = await choose<FaultName | "off">(
    "Which fault?",
    [
      ...FAULTS.map(([name, label]) => ({ label, hint: isSet(name) ? `${name}, set` : name, value: name })),
      ...(anySet ? [{ label: "No faults any more", value: "off" as const }] : []),
    ],
    signal,
  );
  if (fault === undefined) return undefined;
  if (fault === "off") {
    return async () => {
      sandbox.chaos.clear();
      return "No faults any more.";
    };
  }
  const setting = await choose(
    "How often?",
    [
      { label: "The next time", value: { next: 1 } },
      { label: "Every time", value: { probability: 1 } },
    ],
    signal,
  );
  if (!setting) return undefined;
  return async () => {
    const { providers = [] } = states.find(({ name }) => name === fault) ?? {};
    const started = providers.filter((provider) => provider in sandbox);
    for (const provider of started) sandbox.chaos.set(provider, fault, setting);
    return `${fault} is set ${"next" in setting ? "for the next time" : "for every time"} at ${started.join(", ")}.`;
  };
};

/** `l`: all links, as a table. */
export const listLinks = ({ sandbox, output }: Pick<Stage, "sandbox" | "output">): string => {
  const links = newestFirst(sandbox);
  if (links.length === 0) return "There is no link yet. Create one with your program.";
  return output.table(
    ["REFERENCE", "GATEWAY", "AMOUNT", "STATE", "PAY PAGE"],
    links.map((link) => [
      output.plain(link.reference),
      link.provider,
      describeOffer(sandbox.offer(link.link)),
      link.state,
      link.link,
    ]),
  );
};
