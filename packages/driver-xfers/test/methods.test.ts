import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { describe, expect, test } from "vitest";
import { methodOfPayment } from "../src/methods.ts";
import { API, createLinks, ID, LINK_PATH, linkBody } from "./support.ts";

const http = mockHttp(API);

describe("the methods of a payment", () => {
  test.each([
    [{ type: "virtual_bank_account", bankShortCode: "BCA" }, "virtual_account", "bca"],
    [{ type: "virtual_bank_account", bankShortCode: "BRI" }, "virtual_account", "bri"],
    [{ type: "virtual_bank_account", bankShortCode: "BNI" }, "virtual_account", "bni"],
    [{ type: "virtual_bank_account", bankShortCode: "MANDIRI" }, "virtual_account", "mandiri"],
    [{ type: "virtual_bank_account", bankShortCode: "CIMB_NIAGA" }, "virtual_account", "cimb_niaga"],
    [{ type: "virtual_bank_account", bankShortCode: "DANAMON" }, "virtual_account", "danamon"],
    [{ type: "virtual_bank_account", bankShortCode: "PERMATA" }, "virtual_account", "permata"],
    [{ type: "virtual_bank_account", bankShortCode: "HANA" }, "virtual_account", "hana"],
    [{ type: "virtual_bank_account", bankShortCode: "SAHABAT_SAMPOERNA" }, "virtual_account", "sahabat_sampoerna"],
    [{ type: "virtual_bank_account", bankShortCode: "A Bank - of Tomorrow" }, "virtual_account", "a_bank_of_tomorrow"],
    [{ type: "virtual_bank_account" }, "virtual_account", undefined],
    [{ type: "qris" }, "qris", undefined],
    [{ type: "e-wallet", providerCode: "SHOPEEPAY" }, "ewallet", "shopeepay"],
    [{ type: "E-Wallet", providerCode: "OVO" }, "ewallet", "ovo"],
    [{ type: "retail_outlet", retailOutletName: "ALFAMART" }, "retail", "alfamart"],
    [{ type: "retail_outlet", retailOutletName: "INDOMARET" }, "retail", "indomaret"],
    [{ type: "retail_outlet", retailOutletCode: "INDOMARET" }, "retail", "indomaret"],
  ])("%j", (fields, kind, channel) => {
    expect(methodOfPayment(fields)).toEqual({ kind, ...(channel && { channel }), raw: fields.type });
  });

  // Singapore's PayNow, and what links in Indonesia do not have.
  test.each([["paynow"], ["card"], ["paylater"], ["direct_debit"], ["telepathy"], ["constructor"], ["__proto__"]])(
    "%s passes through as other",
    (type) => expect(methodOfPayment({ type })).toEqual({ kind: "other", raw: type }),
  );
});

describe("the method of a link's payment", () => {
  const links = createLinks();
  const methodOf = async (paymentMethod: unknown) => {
    http.reply("GET", LINK_PATH, { body: linkBody({ status: "paid", paymentMethod }) });
    return (await links.getHistory(`xfers:${ID}%231`))._unsafeUnwrap().method;
  };

  test("is not documented, and told where it comes as in a payment", async () => {
    expect(
      await methodOf({
        id: "va_1",
        type: "virtual_bank_account",
        instructions: { bankShortCode: "BCA", accountNo: "1" },
      }),
    ).toEqual({ kind: "virtual_account", channel: "bca", raw: "virtual_bank_account" });
    expect(await methodOf({ type: "qris", instructions: { imageUrl: "https://example.test/qr" } })).toEqual({
      kind: "qris",
      raw: "qris",
    });
  });

  test.each([[undefined], [null], ["qris"], [{}], [{ type: 7 }], [[]]])("%j tells none", async (paymentMethod) => {
    expect(await methodOf(paymentMethod)).toBeUndefined();
  });
});
