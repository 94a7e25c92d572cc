import { driverError } from "@tautan/core/driver";
import { err } from "neverthrow";
import type { MinorUnits } from "./minor-units.ts";

/**
 * The conversions of a provider that only takes multiples in some currencies. `multiples` is the number of minor units by ISO
 * 4217 code. No amount is rounded: any other amount is refused. An amount that the provider reports is read whatever it is.
 *
 * @example
 * ```ts
 * import { inMultiples, minorUnits } from "@tautan/driver-kit/http";
 *
 * const units = inMultiples(minorUnits({ exceptions: { ISK: 2 } }), { ISK: 100, KWD: 10 });
 * units.toMinor({ amount: "1500", currency: "ISK" }); // ok(150000)
 * units.toMinor({ amount: "10.5", currency: "ISK" }); // an error: expected a multiple of 1 ISK
 * ```
 */
export const inMultiples = (units: MinorUnits, multiples: Readonly<Record<string, number>>): MinorUnits => {
  const toText: MinorUnits["toText"] = (money, path = "amount") =>
    units.toText(money, path).andThen((text) => {
      const { amount, currency } = money;
      const code = currency.toUpperCase();
      const multipleOf = multiples[code];
      if (multipleOf === undefined || BigInt(text.replace(".", "")) % BigInt(multipleOf) === 0n) {
        return units.toText(money, path);
      }
      const step = units.fromMinor(multipleOf, code).match(
        (each) => each.amount,
        () => `${multipleOf} minor units`,
      );
      const message = `nothing was sent: expected a multiple of ${step} ${code}, got ${amount}`;
      return err(driverError("amount_unrepresentable", { message, path, outcome: "not_sent" }));
    });
  return { ...units, toText, toMinor: (money, path) => toText(money, path).andThen(() => units.toMinor(money, path)) };
};
