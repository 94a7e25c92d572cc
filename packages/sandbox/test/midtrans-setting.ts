import type { Sandbox } from "../src/index.ts";
import { type Caller, type Json, midtransCaller, startSandbox, type TestClock, textAt } from "./support.ts";

export interface Setting {
  readonly sandbox: Sandbox;
  readonly clock: TestClock;
  readonly api: Caller;
  /** The pay page of a new link. */
  readonly create: (more?: object) => Promise<string>;
  /** The bodies of all notifications so far. */
  readonly notifications: () => readonly Json[];
}

/** A sandbox and somebody who makes links of an amount at Midtrans. */
export const setUpFor = async (grossAmount: number): Promise<Setting> => {
  const { sandbox, clock } = await startSandbox();
  const api = midtransCaller(sandbox);
  let count = 0;
  return {
    sandbox,
    clock,
    api,
    async create(more = {}) {
      count += 1;
      const details = { order_id: `order-${count}`, gross_amount: grossAmount };
      const reply = await api("POST", "/v1/payment-links", { transaction_details: details, ...more });
      return textAt(reply.json, "payment_url");
    },
    notifications: () => sandbox.deliveries.map(({ body }) => JSON.parse(body) as Json),
  };
};
