// What an editor completes and what a compiler refuses in the words that users write most.
import {
  type CreatePaymentLink,
  idr,
  type Money,
  money,
  type PaymentChannel,
  type PaymentMethod,
  type PaymentMethodRequest,
} from "@tautan/core";
import { describe, expectTypeOf, test } from "vitest";

describe("rupiah", () => {
  test("are whole numbers, or text of digits", () => {
    expectTypeOf(idr(190_000)).toEqualTypeOf<Money>();
    expectTypeOf(idr("190000")).toEqualTypeOf<Money>();
    expectTypeOf(idr("-5000")).toEqualTypeOf<Money>();
    expectTypeOf(idr(190_000n)).toEqualTypeOf<Money>();
  });

  test("of a point or comma, a word or a fraction do not compile", () => {
    // @ts-expect-error digits only
    idr("190.000");
    // @ts-expect-error digits only
    idr("190,000");
    // @ts-expect-error digits only
    idr("190000.00");
    // @ts-expect-error digits only
    idr("Rp190000");
    // @ts-expect-error digits only
    idr("");
    // @ts-expect-error a number with a fraction
    idr(190.5);
    // @ts-expect-error one of the two
    idr("190.000" as "190000" | "190.000");
    // @ts-expect-error no amount at all
    idr(undefined);
  });

  test("of values that are only known when it runs are checked then", () => {
    expectTypeOf(idr("" as string)).toEqualTypeOf<Money>();
    expectTypeOf(idr(0 as number)).toEqualTypeOf<Money>();
    expectTypeOf(idr(0 as string | number | bigint)).toEqualTypeOf<Money>();
    expectTypeOf(["1", "2"].map((each) => idr(each))).toEqualTypeOf<Money[]>();
    expectTypeOf([1, 2].map(idr)).toEqualTypeOf<Money[]>();
  });
});

describe("money", () => {
  test("has a fraction as text", () => {
    expectTypeOf(money("10.50", "USD")).toEqualTypeOf<Money>();
    expectTypeOf(money(190_000, "IDR")).toEqualTypeOf<Money>();
    expectTypeOf(money(0 as number, "IDR")).toEqualTypeOf<Money>();
    expectTypeOf(money(0 as number | string, "" as string)).toEqualTypeOf<Money>();
  });

  test("takes no number with one", () => {
    // @ts-expect-error a number with a fraction
    money(10.5, "USD");
    // @ts-expect-error a number with a fraction
    money(-0.1, "USD");
    // @ts-expect-error so small that it is one
    money(1e-7, "USD");
    // @ts-expect-error no amount at all
    money(undefined, "USD");
  });
});

describe("channels", () => {
  test("are completed by kind", () => {
    type Known<Kind extends PaymentMethod["kind"]> =
      PaymentChannel<Kind> extends infer Channel
        ? Channel extends string
          ? string extends Channel
            ? never
            : Channel
          : never
        : never;
    expectTypeOf<Known<"retail">>().toEqualTypeOf<
      | "7eleven"
      | "alfamart"
      | "boleto"
      | "cebuana"
      | "ecpay_loan"
      | "indomaret"
      | "konbini"
      | "mlhuillier"
      | "multibanco"
      | "oxxo"
      | "palawan"
    >();
    expectTypeOf<Known<"qr">>().toEqualTypeOf<"paynow" | "pix" | "promptpay" | "qrph">();
    expectTypeOf<"bca">().toExtend<Known<"virtual_account">>();
    expectTypeOf<"alfamart">().not.toExtend<Known<"virtual_account">>();
    expectTypeOf<Known<"card">>().toBeNever();
  });

  test("that are newer than this version are taken, in requests and results", () => {
    expectTypeOf({ kind: "ewallet", channel: "wallet_of_tomorrow" } as const).toExtend<PaymentMethodRequest>();
    expectTypeOf({ kind: "ewallet", channel: "" as string } as const).toExtend<PaymentMethodRequest>();
    expectTypeOf<PaymentMethod>().toExtend<PaymentMethodRequest>();
    const methods: CreatePaymentLink["methods"] = [{ kind: "virtual_account", channel: "bca" }, { kind: "qris" }];
    expectTypeOf(methods).not.toBeAny();
  });

  test("are text, of a kind that exists, under their right name", () => {
    expectTypeOf({ kind: "ewallet", channel: 5 } as const).not.toExtend<PaymentMethodRequest>();
    expectTypeOf({ kind: "virtual-account", channel: "bca" } as const).not.toExtend<PaymentMethodRequest>();
    // @ts-expect-error chanel
    const misspelt: PaymentMethodRequest = { kind: "ewallet", chanel: "gopay" };
    expectTypeOf(misspelt).not.toBeAny();
  });

  test("are known once the kind is", () => {
    const method = {} as PaymentMethod;
    if (method.kind === "retail") expectTypeOf(method.channel).toEqualTypeOf<PaymentChannel<"retail"> | undefined>();
  });
});
