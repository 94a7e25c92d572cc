import { createPaymentLinks, idr } from "@tautan/core";
import {
  createSingapayDriver,
  type SingapayApiVersion,
  type SingapayDriver,
  type SingapayOptions,
} from "@tautan/driver-singapay";
import { expectTypeOf, test } from "vitest";

declare const options: Omit<SingapayOptions, "apiVersion">;
declare const version: SingapayApiVersion | undefined;

test("the version that the options name is in the driver's type; without one it is 1", () => {
  expectTypeOf(createSingapayDriver(options)).toEqualTypeOf<SingapayDriver<1>>();
  expectTypeOf(createSingapayDriver({ ...options, apiVersion: 1 })).toEqualTypeOf<SingapayDriver<1>>();
  expectTypeOf(createSingapayDriver({ ...options, apiVersion: 2 })).toEqualTypeOf<SingapayDriver<2>>();
  expectTypeOf(createSingapayDriver({ ...options, apiVersion: version })).toEqualTypeOf<SingapayDriver>();
  // @ts-expect-error there is no third version
  createSingapayDriver({ ...options, apiVersion: 3 });
});

test("so is what it can do", () => {
  expectTypeOf<SingapayDriver["capabilities"]["usage"]["unlimited"]>().toEqualTypeOf<true>();
  expectTypeOf<SingapayDriver<1>["capabilities"]["expiresAt"]["never"]>().toEqualTypeOf<true>();
  expectTypeOf<SingapayDriver<2>["capabilities"]["expiresAt"]["never"]>().toEqualTypeOf<false>();
  expectTypeOf<SingapayDriver["capabilities"]["expiresAt"]["never"]>().toEqualTypeOf<boolean>();
  expectTypeOf<SingapayDriver<1>["capabilities"]["customer"]>().toHaveProperty("unsupported");
  expectTypeOf<SingapayDriver<2>["capabilities"]["customer"]>().not.toHaveProperty("unsupported");
  expectTypeOf<SingapayDriver<1>>().toExtend<SingapayDriver>();
  expectTypeOf<SingapayDriver<2>>().toExtend<SingapayDriver>();
});

test("and what options a link may have", () => {
  const request = { reference: "A", amount: idr(10_000) };
  const first = createPaymentLinks({ default: "a", gateways: { a: createSingapayDriver(options) } });
  const second = createPaymentLinks({
    default: "a",
    gateways: { a: createSingapayDriver({ ...options, apiVersion: 2 }) },
  });
  void second.create({ ...request, providerOptions: { singapay: { expiredRedirectUrl: "https://a.example/" } } });
  // @ts-expect-error version 1 has no such option
  void first.create({ ...request, providerOptions: { singapay: { expiredRedirectUrl: "https://a.example/" } } });
});
