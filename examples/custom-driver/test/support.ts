import { createPaymentLinks, idr, type Observation, type PaymentLink, type PaymentLinks } from "@tautan/core";
import { createTransport, type Transport } from "@tautan/driver-kit";
import { ok } from "neverthrow";
import { type ContohDriver, type ContohOptions, createContohDriver } from "tautan-driver-contoh";
import { onTestFinished } from "vitest";
import type { ContohPay, Link, SentWebhook } from "./simulator/contoh-pay.ts";
import { type ReceivedRequest, SECRET_KEY, startContohPay, WEBHOOK_SECRET } from "./simulator/server.ts";

export const OPTIONS: ContohOptions = {
  environment: "sandbox",
  secretKey: SECRET_KEY,
  webhookSecrets: [WEBHOOK_SECRET],
};

export const START = Date.parse("2026-01-01T00:00:00Z");

export const CUSTOMER = { name: "Sari Dewi", email: "sari@shop.example", phone: "+628110000001" } as const;

/** The least that can be asked for. */
export const REQUEST = { reference: "INV-001", amount: idr(190_000) } as const;

export interface Shop {
  readonly links: PaymentLinks<{ contoh: ContohDriver }>;
  readonly provider: ContohPay;
  readonly received: readonly ReceivedRequest[];
  /** The time of both sides, in milliseconds since 1970. */
  readonly time: { now: number };
  /** The provider's side of a link. */
  readonly linkOf: (link: PaymentLink) => Link;
}

/** Payment links over the driver over Contoh Pay on a port, stopped with the test. */
export const openShop = async (transportAround: (inner: Transport) => Transport = (inner) => inner): Promise<Shop> => {
  const time = { now: START };
  const clock = { now: () => time.now };
  const { baseUrl, provider, received, stop } = await startContohPay(clock);
  onTestFinished(stop);
  const transport = transportAround(createTransport({ retryDelayMs: 0 }));
  const contoh = createContohDriver({ ...OPTIONS, baseUrl, transport });
  const links = createPaymentLinks({ default: "contoh", gateways: { contoh }, clock });
  return { links, provider, received, time, linkOf: ({ providerId }) => provider.link(providerId) };
};

/** What a webhook says, which must be one thing. */
export const observationIn = async ({ links }: Pick<Shop, "links">, webhook: SentWebhook): Promise<Observation> => {
  const [observation, ...others] = (await links.parseWebhook("contoh", webhook))._unsafeUnwrap().observations;
  if (!observation || others.length > 0) throw new Error("expected exactly one observation");
  return observation;
};

/** Payment links over a gateway that answers everything with one reply. */
export const linksAnsweredWith = (status: number, body: object | string, headers: Record<string, string> = {}) => {
  const transport: Transport = {
    send: async () =>
      ok({
        status,
        header: (name) => headers[name],
        text: typeof body === "string" ? body : JSON.stringify(body),
      }),
  };
  const contoh = createContohDriver({ ...OPTIONS, transport });
  return createPaymentLinks({ default: "contoh", gateways: { contoh }, clock: { now: () => START } });
};
