import { Stripe } from "stripe";
import { onTestFinished } from "vitest";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../src/index.ts";
import { startMs } from "../support.ts";

export interface StripeSetting {
  readonly sandbox: Sandbox<"stripe">;
  /** Stripe's own client, pointed at the simulator. */
  readonly client: Stripe;
  /** A link for two coffees of Rp15.000. */
  readonly create: (more?: Partial<Stripe.PaymentLinkCreateParams>) => Promise<Stripe.PaymentLink>;
  /** The events that were sent so far, in the order in which they were made. */
  readonly events: () => Promise<readonly Stripe.Event[]>;
  /** The types of the events that were sent since the last call, sorted. */
  readonly newTypes: () => readonly string[];
}

export const clientOf = ({ stripe: { url, credentials } }: Sandbox<"stripe">, key?: string): Stripe => {
  const { hostname, port } = new URL(url);
  return new Stripe(key ?? credentials.secretKey, { host: hostname, port, protocol: "http", maxNetworkRetries: 0 });
};

export const COFFEE: Stripe.PaymentLinkCreateParams.LineItem = {
  price_data: { currency: "idr", unit_amount: 1_500_000, product_data: { name: "Kopi" } },
  quantity: 2,
};

/** A sandbox that stands still, with Stripe alone. */
export const startStripe = async (options: SandboxOptions<"stripe"> = {}): Promise<StripeSetting> => {
  const sandbox = await createSandbox({
    gateways: ["stripe"],
    seed: "stripe",
    clock: { frozenAt: startMs },
    ...options,
  });
  onTestFinished(() => sandbox.close());
  const client = clientOf(sandbox);
  let seen = 0;
  return {
    sandbox,
    client,
    create: (more = {}) => client.paymentLinks.create({ line_items: [COFFEE], metadata: { ref: "INV-1" }, ...more }),
    events: async () => (await client.events.list({ limit: 100 })).data.toReversed(),
    newTypes() {
      const types = sandbox.deliveries.slice(seen).map(({ body }) => (JSON.parse(body) as Stripe.Event).type);
      seen = sandbox.deliveries.length;
      return types.toSorted();
    },
  };
};
