import type { Hono } from "hono";
import { createInputReader, parseJsonObject } from "../../src/http/input-reader.ts";
import { createProviderApp } from "../../src/http/provider-app.ts";
import { type Currency, formatMoney, plainAmount } from "../../src/money.ts";
import type { PayPage } from "../../src/pages/pay-page.ts";
import { mountPayPages } from "../../src/pages/routes.ts";
import {
  type PayableLink,
  type PayerChoice,
  RefusedAction,
  type Simulator,
  type SimulatorContext,
} from "../../src/simulator.ts";
import type { Payment } from "../../src/types.ts";

export const euro: Currency = { code: "EUR", decimals: 2, locale: "en-IE", name: "euros", unitName: "euros and cents" };
export const acmeKey = "acme-key";

interface AcmeLink {
  readonly number: number;
  readonly id: string;
  readonly reference: string;
  readonly title: string;
  /** In cents. */
  readonly cents: number;
  readonly createdAtMs: number;
  status: "open" | "paid" | "failed" | "expired" | "refunded";
  refundedCents: number;
}

const methods = [{ code: "sepa", name: "Bank transfer" }] as const;
const pageStates = { open: "open", paid: "paid", failed: "failed", expired: "expired", refunded: "paid" } as const;

export const createAcmeSimulator = (context: SimulatorContext): Simulator => {
  const { baseUrl, clock, random, unsupported } = context;
  const collection = context.state.collection<AcmeLink>("acmeLinks");
  const links = new Map(collection.stored);
  const urlOf = (link: AcmeLink): string => `${baseUrl}/pay/${link.id}`;

  const save = (link: AcmeLink): void => {
    links.set(link.id, link);
    collection.put(link.id, link);
  };

  const resource = (link: AcmeLink): object => ({
    id: link.id,
    reference: link.reference,
    status: link.status,
    url: urlOf(link),
    amount: plainAmount(link.cents, euro),
    refunded: plainAmount(link.refundedCents, euro),
    currency: euro.code,
  });

  const paymentOf = (link: AcmeLink): Payment => ({
    provider: "acme",
    link: urlOf(link),
    id: link.id,
    method: methods[0].code,
    status: link.status,
    amount: link.cents,
    currency: euro.code,
  });

  const change = async (link: AcmeLink, status: AcmeLink["status"]): Promise<Payment> => {
    link.status = status;
    save(link);
    await context.send(JSON.stringify({ type: `payment.${status}`, data: resource(link) }));
    return paymentOf(link);
  };

  const refuseUnless = (link: AcmeLink, status: AcmeLink["status"]): void => {
    if (link.status !== status) throw new RefusedAction(409, `The link is ${link.status}, not ${status}.`);
  };

  const whileOpen = (link: AcmeLink, status: AcmeLink["status"]) => async (): Promise<Payment> => {
    refuseUnless(link, "open");
    return change(link, status);
  };

  const refund = async (link: AcmeLink, { amount }: PayerChoice): Promise<Payment> => {
    refuseUnless(link, "paid");
    const left = link.cents - link.refundedCents;
    const cents = amount ?? left;
    if (!Number.isSafeInteger(cents) || cents < 1 || cents > left) {
      throw new RefusedAction(400, `At most ${formatMoney({ amount: left, currency: euro })} can be refunded.`);
    }
    link.refundedCents += cents;
    return change(link, link.refundedCents === link.cents ? "refunded" : "paid");
  };

  const pageOf = (link: AcmeLink): PayPage => ({
    provider: "Acme Pay",
    title: link.title,
    reference: link.reference,
    items: [],
    currency: euro,
    amount: link.cents,
    state: pageStates[link.status],
    methods,
    asksFor: [],
    payments: [
      {
        id: link.id,
        method: methods[0].code,
        methodName: methods[0].name,
        status: link.status,
        amount: link.cents,
        isPaid: link.status === "paid",
        isOpen: link.status === "open",
        canBeRetried: false,
        instructions: { kind: "elsewhere" },
        payableUntilMs: undefined,
        actions: link.status === "paid" ? ["refund"] : [],
      },
    ],
    heldBy: undefined,
    returnUrl: undefined,
  });

  const refuseReview = unsupported("review", "Acme Pay documents no review of a payment");

  const linkAt = (path: string): PayableLink | undefined => {
    const link = links.get(path.replace("/pay/", ""));
    if (link === undefined) return undefined;
    return {
      open: async () => paymentOf(link),
      pay: whileOpen(link, "paid"),
      fail: whileOpen(link, "failed"),
      settle: async () => paymentOf(link),
      async expire() {
        await whileOpen(link, "expired")();
      },
      refund: (choice) => refund(link, choice),
      challenge: refuseReview,
      approve: refuseReview,
      deny: refuseReview,
      reverse: unsupported("reverse", "Acme Pay documents no reversal of a payment"),
      chargeback: unsupported("chargeback", "Acme Pay documents no chargeback"),
      page: () => pageOf(link),
    };
  };

  const createApp = (): Hono => {
    const app = createProviderApp({
      tooLarge: (answer) => answer.json({ error: "too large" }, 413),
      notFound: (answer) => answer.json({ error: "not found" }, 404),
      crashed: (answer) => answer.json({ error: "crashed" }, 500),
    });
    app.use("/v1/*", async (call, next) =>
      call.req.header("authorization") === `Bearer ${acmeKey}` ? next() : call.json({ error: "wrong key" }, 401),
    );
    app.post("/v1/links", async (call) => {
      const body = parseJsonObject(await call.req.text()) ?? {};
      const reader = createInputReader();
      const reference = reader.text("reference", body["reference"], { required: true }) ?? "";
      const amount = reader.text("amount", body["amount"], { required: true, pattern: /^\d+\.\d\d$/ }) ?? "";
      if (reader.problems.length > 0) return call.json({ error: reader.problems }, 400);
      const link: AcmeLink = {
        number: context.nextLinkNumber(),
        id: `lnk_${random.hex(8)}`,
        reference,
        title: `Order ${reference}`,
        cents: Number(amount.replace(".", "")),
        createdAtMs: clock.now(),
        status: "open",
        refundedCents: 0,
      };
      save(link);
      return call.json(resource(link), 201);
    });
    app.get("/v1/links/:id", (call) => {
      const link = links.get(call.req.param("id"));
      return link === undefined ? call.json({ error: "not found" }, 404) : call.json(resource(link));
    });
    return app;
  };

  const app = createApp();
  mountPayPages(app, "/pay/:id", linkAt, random.fork("forms"));
  return {
    app,
    isPayPage: (path) => path.startsWith("/pay/"),
    linkAt,
    links: () =>
      [...links.values()].map((link) => ({
        number: link.number,
        provider: "acme",
        link: urlOf(link),
        reference: link.reference,
        title: link.title,
        state: pageStates[link.status],
        createdAtMs: link.createdAtMs,
        payments: link.status === "open" ? [] : [paymentOf(link)],
      })),
    runDue: async () => undefined,
    nextDueMs: () => Number.POSITIVE_INFINITY,
  };
};
