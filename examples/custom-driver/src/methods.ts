import type { PaymentMethod } from "@tautan/core";

/** Every documented code of a method. Source: PROVIDER.md, Links. */
const METHODS: ReadonlyMap<string, PaymentMethod> = new Map(
  Object.entries<Omit<PaymentMethod, "raw">>({
    card: { kind: "card" },
    qris: { kind: "qris" },
    va_bca: { kind: "virtual_account", channel: "bca" },
    va_mandiri: { kind: "virtual_account", channel: "mandiri" },
  }).map(([code, method]) => [code, Object.freeze({ ...method, raw: code })]),
);

/** The methods that a link can be restricted to. */
export const OFFERED_METHODS: readonly PaymentMethod[] = Object.freeze([...METHODS.values()]);

/** The method of a code. Total: an undocumented code is `other`, with the code. */
export const methodOfCode = (code: string): PaymentMethod => METHODS.get(code) ?? { kind: "other", raw: code };

/** Contoh Pay's code for a method of the capabilities. */
export const codeOfMethod = ({ kind, channel }: PaymentMethod): string | undefined =>
  OFFERED_METHODS.find((each) => each.kind === kind && each.channel === channel)?.raw;
