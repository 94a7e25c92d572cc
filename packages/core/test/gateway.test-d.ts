import {
  createPaymentLinks,
  type DriverCapabilities,
  type Gateway,
  idr,
  type PaymentLink,
  type PaymentLinkError,
  type ResultAsync,
} from "@tautan/core";
import type { AnyDriver, Driver } from "@tautan/core/driver";
import { describe, expectTypeOf, test } from "vitest";

declare const operations: {
  readonly create: true;
  readonly get: true;
  readonly find: { readonly unsupported: "no look-up" };
  readonly list: { readonly unsupported: "no list" };
  readonly update: { readonly unsupported: "no" };
  readonly close: true;
  readonly reopen: { readonly unsupported: "no" };
  readonly delete: { readonly unsupported: "no" };
  readonly listHistories: true;
  readonly listRecentHistories: { readonly unsupported: "no" };
  readonly getHistory: { readonly unsupported: "no" };
  readonly listPaymentMethods: { readonly unsupported: "no" };
  readonly parseWebhook: true;
  readonly confirm: true;
};
interface SmallCapabilities extends DriverCapabilities {
  readonly operations: typeof operations;
}
interface SmallDriver extends Driver<"small", SmallCapabilities, { readonly note?: string }> {}
declare const small: SmallDriver;
declare const wide: Driver;

const links = createPaymentLinks({ default: "a", gateways: { a: small, b: wide } });

describe("a gateway has the operations that its driver declares", () => {
  test("and no others", () => {
    expectTypeOf<keyof Gateway<SmallDriver>>().toEqualTypeOf<
      | "create"
      | "get"
      | "close"
      | "listHistories"
      | "listHistoryPages"
      | "parseWebhook"
      | "explainWebhook"
      | "confirm"
      | "key"
      | "driver"
      | "capabilities"
    >();
    // @ts-expect-error Property 'list' does not exist on type 'Gateway<SmallDriver>'.
    void links.gateway("a").list;
  });

  test("a driver typed wide keeps them all", () => {
    expectTypeOf(links.gateway("b").list).toBeFunction();
    expectTypeOf(links.gateway("b").reopen).toBeFunction();
  });

  test("every driver is a driver", () => {
    expectTypeOf<SmallDriver>().toExtend<AnyDriver>();
  });
});

describe("keys and options are those configured", () => {
  test("keys", () => {
    expectTypeOf(links.gateways).toEqualTypeOf<readonly ("a" | "b")[]>();
    // @ts-expect-error there is no gateway c
    void (() => links.gateway("c"));
    void (() => links.create({ reference: "R", amount: idr(1), gateway: "b" }));
    // @ts-expect-error there is no gateway c
    void (() => links.create({ reference: "R", amount: idr(1), gateway: "c" }));
    // @ts-expect-error there is no gateway c
    void (() => links.find({ reference: "R", gateway: "c" }));
    // @ts-expect-error the default must be configured
    void (() => createPaymentLinks({ default: "c", gateways: { a: small } }));
  });

  test("provider options are keyed by the driver's name and typed by it", () => {
    const one = createPaymentLinks({ default: "a", gateways: { a: small } });
    void one.create({ reference: "R", amount: idr(1), providerOptions: { small: { note: "x" } } });
    // @ts-expect-error note is a text
    void one.create({ reference: "R", amount: idr(1), providerOptions: { small: { note: 7 } } });
    // @ts-expect-error no driver has this name
    void one.create({ reference: "R", amount: idr(1), providerOptions: { other: {} } });
  });

  test("results are typed on both sides", () => {
    expectTypeOf(links.get("a:x")).toEqualTypeOf<ResultAsync<PaymentLink, PaymentLinkError>>();
  });

  test("outcome and kind narrow an error", () => {
    const error = {} as PaymentLinkError;
    if (error.kind === "rate_limited") expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | undefined>();
    // @ts-expect-error only rate_limited has it
    void error.retryAfterMs;
  });
});
