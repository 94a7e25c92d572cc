import {
  type DriverCapabilities,
  isSupported,
  type MethodAmountLimit,
  type MethodsCapability,
  money,
  PAYMENT_METHOD_KINDS,
  type PaymentLink,
  type PaymentMethod,
} from "@tautan/core";
import { describeMethod } from "@tautan/core/driver";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin, methodRequest } from "../requests.ts";
import { checkRefusedUnsent, fieldIsClaimed, operationIsClaimed } from "../unclaimed.ts";

/** Methods of payment. */
export const methods: Group = {
  name: "methods",
  define: (context) => {
    const { capabilities } = context;
    if (fieldIsClaimed(context, "methods", () => [{ kind: "card" }]) && isSupported(capabilities.methods)) {
      choosing(context, capabilities.methods);
      ofCurrencies(context, capabilities.methods);
      const { amountLimits = [] } = capabilities.methods;
      if (amountLimits.length > 0) limiting(context, amountLimits, capabilities.methods.offered);
    }
    if (operationIsClaimed(context, "listPaymentMethods")) listing(context);
  },
};

/** Methods by kind and channel, without the provider's own code. */
const named = (methodsOf: readonly PaymentMethod[] | undefined): readonly string[] | undefined =>
  methodsOf?.map(describeMethod).toSorted();

/** The methods that take a currency. */
const offeredIn = ({ offered, currencies = [] }: MethodsCapability, currency: string): readonly PaymentMethod[] =>
  offered.filter((method) =>
    currencies.every((each) => describeMethod(each) !== describeMethod(method) || each.currencies.includes(currency)),
  );

/** An amount in a currency that a method takes. */
const amountFor = ({ currencies = [] }: MethodsCapability, method: PaymentMethod, capabilities: DriverCapabilities) => {
  const known = currencies.find((each) => describeMethod(each) === describeMethod(method))?.currencies ?? [];
  const { currency } = amountWithin(capabilities);
  return amountWithin(capabilities, undefined, known.includes(currency) ? currency : (known[0] ?? currency));
};

const choosing = ({ test, absent, subject, capabilities }: GroupContext, methodsOf: MethodsCapability): void => {
  const { offered } = methodsOf;
  const unreported = subject.notReportedByRead?.methods;
  if (unreported) absent("a read returns them", unreported.absent);
  const reported = async (link: PaymentLink, read: (link: PaymentLink) => Promise<PaymentLink>) =>
    unreported ? [link] : [link, await read(link)];

  test(`each of the ${offered.length} supported methods is accepted alone, and returned`, [], async (context) => {
    for (const method of offered) {
      const amount = amountFor(methodsOf, method, capabilities);
      const link = await context.create({ amount, methods: [methodRequest(method)] });
      for (const each of await reported(link, (made) => context.read(made))) {
        equal(
          [...new Set(named(each.methods))],
          [describeMethod(method)],
          `link.methods for ${describeMethod(method)}`,
        );
      }
    }
  });

  test("all supported methods of a currency together", [], async (context) => {
    const all = offeredIn(methodsOf, amountWithin(capabilities).currency);
    const link = await context.create({ methods: all.map(methodRequest) });
    for (const each of await reported(link, (made) => context.read(made))) {
      equal([...new Set(named(each.methods))], [...new Set(named(all))], "link.methods");
    }
  });

  for (const kind of new Set(offered.map((each) => each.kind))) {
    test(`${kind} without a channel means all its channels`, [], async (context) => {
      const first = offered.find((each) => each.kind === kind);
      const amount = amountFor(methodsOf, first ?? { kind }, capabilities);
      const link = await context.create({ amount, methods: [{ kind }] });
      const wanted = named(offeredIn(methodsOf, amount.currency).filter((each) => each.kind === kind));
      for (const each of await reported(link, (made) => context.read(made))) {
        equal([...new Set(named(each.methods))], [...new Set(wanted)], "link.methods");
      }
    });
  }

  test("an unsupported method is refused, and nothing is sent", [], async (context) => {
    const missing = PAYMENT_METHOD_KINDS.find((kind) => offered.every((each) => each.kind !== kind)) ?? "other";
    for (const method of [{ kind: missing }, { kind: offered[0]?.kind ?? "card", channel: "no_such_channel" }]) {
      const wanted = context.request({ methods: [method] });
      await checkRefusedUnsent(context, wanted, "unsupported", describeMethod(method));
    }
  });

  test("an unknown kind is refused, and nothing is sent", [], async (context) => {
    const error = await errorOf(
      context.links.create(context.request({ methods: [{ kind: "barter" as never }] })),
      "create",
    );
    checkKind(error, ["invalid_request"], "an unknown kind");
  });
};

/** Methods that do not take every currency. */
const ofCurrencies = ({ test, capabilities }: GroupContext, methodsOf: MethodsCapability): void => {
  const { currencies = [], offered } = methodsOf;
  if (currencies.length === 0) return;
  test("currencies are of supported methods, each once, and supported", [], async () => {
    equal([...new Set(currencies.map(describeMethod))], currencies.map(describeMethod), "methods.currencies");
    for (const each of currencies) {
      check(
        named(offered)?.includes(describeMethod(each)) === true,
        `${describeMethod(each)}: expected a supported method`,
      );
      const unknown = each.currencies.filter((code) => !(code in capabilities.currencies));
      check(each.currencies.length > 0, `${describeMethod(each)}: expected at least one currency`);
      equal(unknown, [], `${describeMethod(each)}: currencies that the gateway does not support`);
    }
  });

  test("a method in a currency that it does not take is refused, and nothing is sent", [], async (context) => {
    for (const each of currencies) {
      const other = Object.keys(capabilities.currencies).find((code) => !each.currencies.includes(code));
      if (other === undefined) continue;
      const amount = amountWithin(capabilities, undefined, other);
      const wanted = context.request({ amount, methods: [methodRequest(each)] });
      await checkRefusedUnsent(context, wanted, "unsupported", `${describeMethod(each)} in ${other}`);
    }
  });
};

/** Limits of one payment by a method. */
const limiting = (
  { test, capabilities }: GroupContext,
  limits: readonly MethodAmountLimit[],
  offered: readonly PaymentMethod[],
): void => {
  test("limits of amounts are for supported methods, each once", [], async () => {
    const keys = limits.map((limit) => `${describeMethod(limit)} ${limit.currency}`);
    equal([...new Set(keys)], keys, "methods.amountLimits");
    for (const limit of limits) {
      const what = `the limit of ${describeMethod(limit)}`;
      check(named(offered)?.includes(describeMethod(limit)) === true, `${what}: expected a supported method`);
      check(limit.currency in capabilities.currencies, `${what}: expected a supported currency`);
      check(limit.min !== undefined || limit.max !== undefined, `${what}: expected a minimum or a maximum`);
      check(Number(limit.min ?? 0) <= Number(limit.max ?? Infinity), `${what}: expected a minimum below the maximum`);
    }
  });

  test("an amount at a limit is accepted, and one beyond it is refused, and nothing is sent", [], async (context) => {
    for (const limit of limits) {
      const currency = capabilities.currencies[limit.currency];
      const step = 1 / 10 ** (currency?.decimals ?? 0);
      const request = (amount: number) =>
        context.request({
          amount: money(amount.toFixed(currency?.decimals ?? 0), limit.currency),
          methods: [methodRequest(limit)],
        });
      for (const [bound, outwards] of [
        [limit.min, -step],
        [limit.max, step],
      ] as const) {
        if (bound === undefined) continue;
        const what = `${describeMethod(limit)} at ${bound}`;
        await okOf(context.links.create(request(Number(bound))), what);
        const beyond = Number(bound) + outwards;
        // An amount outside the gateway's own limits is refused for that reason.
        const isTaken = beyond >= Number(currency?.min ?? 0) && beyond <= Number(currency?.max ?? Infinity);
        const kind = isTaken ? "invalid_request" : "unsupported";
        if (beyond > 0) await checkRefusedUnsent(context, request(beyond), kind, what);
      }
    }
  });
};

const listing = ({ test }: GroupContext): void =>
  test("the account's methods are returned in the kinds that all gateways share", [], async (context) => {
    const listed = await okOf(context.links.listPaymentMethods(), "listPaymentMethods");
    check(listed.length > 0, "listPaymentMethods: expected at least one");
    for (const { kind, channel } of listed) {
      check(PAYMENT_METHOD_KINDS.includes(kind), `listPaymentMethods: unknown kind ${kind}`);
      check(
        channel === undefined || /^[a-z0-9_]+$/.test(channel),
        `channel: expected lower snake case, got ${channel}`,
      );
    }
    equal(context.network.writes, 0, "requests that could change something");
  });
