import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linkOrderIds, tiedLink } from "../src/order-id.ts";

describe("which link a purchase's order id belongs to", () => {
  test.each([
    ["order123-1647944535605", ["order123"]],
    ["merchant-order-id-1-1647944535605", ["merchant-order-id-1"]],
    // The merchant's own id ends in 13 digits: only the last suffix goes.
    ["ord-1700000000000-1767225600123", ["ord-1700000000000"]],
    // The sample of Get Payment Link Details has two suffixes.
    ["1525840754698-1658897316-1658897332986", ["1525840754698-1658897316", "1525840754698"]],
    ["no-suffix", []],
    ["-1647944535605", []],
    ["a-12345678901234", []],
    // In an address these would name the folder above.
    [".-1767225600123", []],
    ["..-1767225600123", []],
    ["..-1658897316-1767225600123", ["..-1658897316"]],
  ])("%s", (orderId, expected) => {
    expect(linkOrderIds(orderId)).toEqual(expected);
  });

  test("whatever the merchant's own id, dashes and tails of digits included, it is the first guess", () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
    const tail = fc.oneof(digits(10), digits(13), fc.stringMatching(/^[\w.~-]{1,12}$/)).map((text) => `-${text}`);
    const ownId = fc
      .tuple(fc.stringMatching(/^[A-Za-z0-9][\w.~-]{0,8}$/), fc.array(tail, { maxLength: 2 }))
      .map(([head, tails]) => head + tails.join(""));
    fc.assert(
      fc.property(ownId, digits(13), (id, millis) => {
        expect(linkOrderIds(`${id}-${millis}`)[0]).toBe(id);
        expect(tiedLink(`${id}-${millis}`, id)).toBe(id);
        expect(tiedLink(id, id)).toBeUndefined();
      }),
    );
  });

  test("custom_field1 ties it to one of these", () => {
    expect(tiedLink("1525840754698-1658897316-1658897332986", "1525840754698")).toBe("1525840754698");
  });

  test.each([[undefined], ["somebody-elses-link"], ["order123-1647944535605"], [""]])(
    "custom_field1 that is %j ties it to none",
    (customField1) => {
      expect(tiedLink("order123-1647944535605", customField1)).toBeUndefined();
    },
  );
});
