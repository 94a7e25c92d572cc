// Every driver × every operation, written out by hand: whoever changes what a driver declares has to say so here.
import type { Gateway, OperationName, PaymentLinks } from "@tautan/core";
import type { AnyDriver, SupportingHandlers } from "@tautan/core/driver";
import type { MemoryDriver } from "@tautan/driver-memory";
import type { MidtransDriver } from "@tautan/driver-midtrans";
import type { SingapayDriver } from "@tautan/driver-singapay";
import type { XfersDriver } from "@tautan/driver-xfers";
import { describe, expectTypeOf, test } from "vitest";

type Drivers = {
  memory: MemoryDriver;
  midtrans: MidtransDriver;
  singapay: SingapayDriver;
  xfers: XfersDriver;
};

/** What each driver does not offer; all the rest it does. */
interface Lacking {
  memory: never;
  midtrans: "list" | "update" | "reopen" | "listRecentHistories" | "listPaymentMethods";
  singapay: never;
  xfers: "find" | "list" | "update" | "reopen" | "delete" | "listRecentHistories" | "listPaymentMethods";
}

type Offered<Name extends keyof Drivers> = Exclude<OperationName, Lacking[Name]>;

/** The operations that a driver's capabilities declare. */
type Declared<D extends AnyDriver> = {
  [Operation in OperationName]: D["capabilities"]["operations"][Operation] extends true ? Operation : never;
}[OperationName];

/** The operations that a driver handles, without what supports them. */
type Handled<D extends AnyDriver> = Exclude<keyof D["handlers"], keyof SupportingHandlers>;

/** What a gateway has beside its operations, where it can and where it cannot list its links. */
type Beside = "key" | "driver" | "capabilities" | "listHistoryPages" | "explainWebhook";
type BesideWithList = Beside | "listPages";

declare const links: PaymentLinks<Drivers>;

describe("capabilities declare, a driver handles and its gateway has exactly the operations it offers", () => {
  test("memory", () => {
    expectTypeOf<Declared<MemoryDriver>>().toEqualTypeOf<Offered<"memory">>();
    expectTypeOf<Handled<MemoryDriver>>().toEqualTypeOf<Offered<"memory">>();
    expectTypeOf<keyof Gateway<MemoryDriver>>().toEqualTypeOf<Offered<"memory"> | BesideWithList>();
  });

  test("midtrans", () => {
    expectTypeOf<Declared<MidtransDriver>>().toEqualTypeOf<Offered<"midtrans">>();
    expectTypeOf<Handled<MidtransDriver>>().toEqualTypeOf<Offered<"midtrans">>();
    expectTypeOf<keyof Gateway<MidtransDriver>>().toEqualTypeOf<Offered<"midtrans"> | Beside>();
  });

  test("singapay", () => {
    expectTypeOf<Declared<SingapayDriver>>().toEqualTypeOf<Offered<"singapay">>();
    expectTypeOf<Handled<SingapayDriver>>().toEqualTypeOf<Offered<"singapay">>();
    expectTypeOf<keyof Gateway<SingapayDriver>>().toEqualTypeOf<Offered<"singapay"> | BesideWithList>();
  });

  test("xfers", () => {
    expectTypeOf<Declared<XfersDriver>>().toEqualTypeOf<Offered<"xfers">>();
    expectTypeOf<Handled<XfersDriver>>().toEqualTypeOf<Offered<"xfers">>();
    expectTypeOf<keyof Gateway<XfersDriver>>().toEqualTypeOf<Offered<"xfers"> | Beside>();
  });
});

describe("what a gateway does not offer is no property of it", () => {
  test("midtrans", () => {
    const midtrans = links.gateway("midtrans");
    // @ts-expect-error Property 'list' does not exist on type 'Gateway<MidtransDriver>'.
    void midtrans.list;
    // @ts-expect-error Nor has it pages of what it cannot list.
    void midtrans.listPages;
    // @ts-expect-error Property 'update' does not exist on type 'Gateway<MidtransDriver>'.
    void midtrans.update;
    // @ts-expect-error Property 'reopen' does not exist on type 'Gateway<MidtransDriver>'.
    void midtrans.reopen;
    // @ts-expect-error Property 'listPaymentMethods' does not exist on type 'Gateway<MidtransDriver>'.
    void midtrans.listPaymentMethods;
  });

  test("xfers", () => {
    const xfers = links.gateway("xfers");
    // @ts-expect-error Property 'find' does not exist on type 'Gateway<XfersDriver>'.
    void xfers.find;
    // @ts-expect-error Property 'list' does not exist on type 'Gateway<XfersDriver>'.
    void xfers.list;
    // @ts-expect-error Nor has it pages of what it cannot list.
    void xfers.listPages;
    // @ts-expect-error Property 'update' does not exist on type 'Gateway<XfersDriver>'.
    void xfers.update;
    // @ts-expect-error Property 'reopen' does not exist on type 'Gateway<XfersDriver>'.
    void xfers.reopen;
    // @ts-expect-error Property 'delete' does not exist on type 'Gateway<XfersDriver>'.
    void xfers.delete;
    // @ts-expect-error Property 'listPaymentMethods' does not exist on type 'Gateway<XfersDriver>'.
    void xfers.listPaymentMethods;
  });

  test("the facade has them all, and refuses at run time", () => {
    expectTypeOf<OperationName>().toExtend<keyof typeof links>();
  });
});
