import type { Sandbox } from "../src/index.ts";
import { type Caller, type Json, singapayCaller, startSandbox, type TestClock, textAt } from "./support.ts";

export const account = "01K0SANDB0XACC0VNT00000001";
export const links = `/api/v1.0/payment-link-manage/${account}`;
export const histories = `/api/v1.0/payment-link-histories/${account}`;

export interface Setting {
  readonly sandbox: Sandbox;
  readonly clock: TestClock;
  readonly api: Caller;
  /** The pay page of a new link over 75,000 rupiah. */
  readonly create: (reffNo: string, more?: object) => Promise<string>;
  /** The bodies of all webhooks so far. */
  readonly webhooks: () => readonly Json[];
}

/** A sandbox with a token and somebody who makes links at SingaPay. */
export const setUp = async (webhookUrl?: string): Promise<Setting> => {
  const { sandbox, clock } = await startSandbox(webhookUrl === undefined ? {} : { singapay: webhookUrl });
  const api = await singapayCaller(sandbox);
  return {
    sandbox,
    clock,
    api,
    async create(reffNo, more = {}) {
      const reply = await api("POST", links, {
        reff_no: reffNo,
        title: "Order 1001",
        max_usage: 3,
        total_amount: 75_000,
        items: [{ name: "Coffee", quantity: 1, unit_price: 75_000 }],
        required_customer_detail: false,
        ...more,
      });
      return textAt(reply.json, "data", "payment_url");
    },
    webhooks: () => sandbox.deliveries.map(({ body }) => JSON.parse(body) as Json),
  };
};

export const events = (bodies: readonly Json[]): readonly unknown[] => bodies.map((body) => body["event"]);
