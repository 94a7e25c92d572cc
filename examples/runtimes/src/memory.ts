import { createPaymentLinks, historiesIn, idr, type PaymentLinks } from "@tautan/core";
import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";
import { createWebhookHandler } from "@tautan/webhooks";

/** A link in memory: created, paid, reported twice and once forged. */
export const inMemory = async (): Promise<unknown> => {
  const clock = createManualClock("2026-01-01T00:00:00Z");
  const gateway = createMemoryDriver({ clock });
  const links: PaymentLinks = createPaymentLinks({ default: "memory", gateways: { memory: gateway }, clock });
  const created = await links.create({ reference: "INV-001", title: "Concert", amount: idr(190_000) });
  const { webhook } = await gateway.simulate.pay("INV-001");
  const paid: (string | undefined)[] = [];
  const handle = createWebhookHandler(
    {
      links,
      onEvent: (event) => {
        for (const { isPaid, reference } of historiesIn(event)) if (isPaid) paid.push(reference);
      },
    },
    { onProblem: () => {} },
  );
  const { url, ...genuine } = webhook;
  const forged = { ...genuine, body: genuine.body.replace("190000", "190001") };
  const answers: number[] = [];
  for (const init of [genuine, genuine, forged])
    answers.push((await handle(new Request(new URL(url, "https://shop.example"), init))).status);
  const found = await links.find({ reference: "INV-001" });
  return {
    created: created.map(({ reference, status, amount }) => ({ reference, status, amount })).unwrapOr(undefined),
    answers,
    paid,
    found: found.map(({ status }) => status).unwrapOr(undefined),
  };
};
