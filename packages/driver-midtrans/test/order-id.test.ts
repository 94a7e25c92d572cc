import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linkOrderIds } from "../src/order-id.ts";

describe("which link a purchase's order id belongs to", () => {
  test.each([
    ["order123-1647944535605", undefined, ["order123", "order123-1647944535605"]],
    ["merchant-order-id-1-1647944535605", undefined, ["merchant-order-id-1", "merchant-order-id-1-1647944535605"]],
    // The merchant's own id ends in 13 digits: only the last suffix goes.
    ["ord-1700000000000-1767225600123", undefined, ["ord-1700000000000", "ord-1700000000000-1767225600123"]],
    // The sample of Get Payment Link Details has two suffixes.
    [
      "1525840754698-1658897316-1658897332986",
      undefined,
      ["1525840754698-1658897316", "1525840754698", "1525840754698-1658897316-1658897332986"],
    ],
    ["no-suffix", undefined, ["no-suffix"]],
    ["-1647944535605", undefined, ["-1647944535605"]],
    ["a-12345678901234", undefined, ["a-12345678901234"]],
  ])("%s", (orderId, customField, expected) => {
    expect(linkOrderIds(orderId, customField)).toEqual(expected);
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
        expect(linkOrderIds(`${id}-${millis}`, id)[0]).toBe(id);
        expect(linkOrderIds(id)).toContain(id);
      }),
    );
  });

  test("custom_field1 settles the order among candidates", () => {
    expect(linkOrderIds("1525840754698-1658897316-1658897332986", "1525840754698")[0]).toBe("1525840754698");
  });

  test("custom_field1 is not signed: what agrees with no candidate is not believed", () => {
    expect(linkOrderIds("order123-1647944535605", "somebody-elses-link")[0]).toBe("order123");
  });
});
