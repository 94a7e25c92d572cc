import { createPaymentLinks, type PaymentLinks } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import type { Order } from "./order.ts";

/** The methods of an object, called from outside. */
type Remote<T> = {
  readonly [Name in keyof T]: T[Name] extends (...given: infer Given) => infer Returned
    ? (...given: Given) => Promise<Awaited<Returned>>
    : never;
};

export interface Environment {
  readonly ORDERS: { getByName(name: string): Remote<Pick<Order, "open" | "setUrl" | "pay" | "read">> };
  readonly MIDTRANS_SERVER_KEY: string;
  /** Absent: the gateway itself. */
  readonly MIDTRANS_BASE_URL?: string;
}

/**
 * New for each request. When a request ends, Workers end its work, and another request that waits for the same confirmation or the
 * same turn would wait in vain.
 */
export const linksOf = ({ MIDTRANS_SERVER_KEY, MIDTRANS_BASE_URL }: Environment): PaymentLinks =>
  createPaymentLinks({
    default: "midtrans",
    gateways: {
      midtrans: createMidtransDriver({
        environment: "sandbox",
        serverKey: MIDTRANS_SERVER_KEY,
        baseUrl: MIDTRANS_BASE_URL,
      }),
    },
  });
