import {
  historiesIn,
  type Observation,
  type Delivery as ParsedDelivery,
  type PaymentLinks,
  type Result,
  type WebhookError,
} from "@tautan/core";
import { createWebhookHandler, type WebhookProblem } from "@tautan/webhooks";
import type { Delivery } from "./input.ts";

const post = ({ url, headers, body }: Delivery): Request => new Request(url, { method: "POST", headers, body });

const paidIn = (events: readonly Observation[]): readonly (string | undefined)[] =>
  events.flatMap(historiesIn).flatMap(({ isPaid, reference }) => (isPaid ? [reference] : []));

const forgedOf = (delivery: Delivery): Delivery => ({
  ...delivery,
  body: delivery.body.replaceAll("190000", "190001"),
});

const described = (parsed: Result<ParsedDelivery, WebhookError>): unknown =>
  parsed.match(
    ({ digest, observations }) => ({
      digest,
      observations: observations.map(({ kind }) => kind),
      paid: paidIn(observations),
    }),
    ({ kind }) => ({ refused: kind }),
  );

/** `parseWebhook` and `explainWebhook` of a genuine and of a forged delivery. */
export const parsing = async (links: PaymentLinks, gateway: string, delivery: Delivery): Promise<unknown> => {
  const forged = forgedOf(delivery);
  const explain = async (each: Delivery): Promise<string> => (await links.explainWebhook(gateway, post(each))).cause;
  return {
    genuine: described(await links.parseWebhook(gateway, post(delivery))),
    forged: described(await links.parseWebhook(gateway, post(forged))),
    causes: [await explain(delivery), await explain(forged)],
  };
};

/** The endpoint: each delivery once, then a forged one, a duplicate, a large one and a GET. */
export const handling = async (
  links: PaymentLinks,
  deliveries: Readonly<Record<string, Delivery>>,
): Promise<unknown> => {
  const events: Observation[] = [];
  const problems: WebhookProblem[] = [];
  const handle = createWebhookHandler(
    { links, onEvent: (event) => void events.push(event) },
    { onProblem: (problem) => void problems.push(problem) },
  );
  const answers: [string, number][] = [];
  const send = async (name: string, request: Request): Promise<void> => {
    answers.push([name, (await handle(request)).status]);
  };
  for (const [gateway, delivery] of Object.entries(deliveries)) {
    await send(`${gateway}: genuine`, post(delivery));
    await send(`${gateway}: the same again`, post(delivery));
    await send(`${gateway}: forged`, post(forgedOf(delivery)));
    await send(`${gateway}: too large`, post({ ...delivery, body: " ".repeat(100_000) + delivery.body }));
    await send(`${gateway}: GET`, new Request(delivery.url));
  }
  const causes = problems.map(({ kind, explanation }) => (explanation ? `${kind}: ${explanation.cause}` : kind));
  return { answers, paid: paidIn(events), causes };
};
