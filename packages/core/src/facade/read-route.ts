import { canonicalDecimal } from "../money.ts";
import { PAYMENT_METHOD_KINDS } from "../payment-method.ts";
import type { RouteCondition, RouteRule } from "../route.ts";
import { expect, isObject, shown } from "./expect.ts";

/** Checks the rules of a route. Throws a `TypeError` with the expected and the received value. */
export const readRoute = (rules: readonly RouteRule[], keys: readonly string[]): readonly RouteRule[] =>
  Object.freeze(Array.from(rules, (rule, index) => readRule(rule, keys, `route[${index}]`)));

const readRule = (rule: RouteRule, keys: readonly string[], path: string): RouteRule => {
  expectFields(rule, ["when", "gateways"], path);
  const { when = {}, gateways } = rule;
  expect(Array.isArray(gateways) && gateways.length > 0, `${path}.gateways: expected at least one key`);
  for (const key of gateways) {
    expect(keys.includes(key), `${path}.gateways: expected some of ${keys.join(", ")}, got ${shown(key)}`);
  }
  expect(new Set(gateways).size === gateways.length, `${path}.gateways: a key is listed twice`);
  return Object.freeze({ when: readCondition(when, `${path}.when`), gateways: Object.freeze([...gateways]) });
};

const readCondition = (when: RouteCondition, path: string): RouteCondition => {
  expectFields(when, ["currencies", "minAmount", "maxAmount", "methodKinds"], path);
  for (const name of ["minAmount", "maxAmount"] as const) {
    const amount: unknown = when[name];
    const isDecimal = amount === undefined || (typeof amount === "string" && canonicalDecimal(amount) !== undefined);
    expect(isDecimal, `${path}.${name}: expected a decimal string such as "190000", got ${shown(amount)}`);
  }
  const { currencies, methodKinds } = when;
  expectList(currencies, (each) => /^[A-Z]{3}$/.test(each), `${path}.currencies: expected ISO 4217 codes`);
  const isKind = (each: string): boolean => PAYMENT_METHOD_KINDS.some((known) => known === each);
  expectList(methodKinds, isKind, `${path}.methodKinds: expected some of ${PAYMENT_METHOD_KINDS.join(", ")}`);
  return Object.freeze({ ...when });
};

const expectList = (list: unknown, isKnown: (each: string) => boolean, message: string): void => {
  const holds = list === undefined || (Array.isArray(list) && list.length > 0 && list.every(isKnown));
  expect(holds, message);
};

const expectFields = (value: object, known: readonly string[], path: string): void => {
  expect(isObject(value), `${path}: expected an object`);
  for (const name of Object.keys(value)) {
    expect(known.includes(name), `${path}: there is no ${shown(name)}; expected ${known.join(", ")}`);
  }
};
