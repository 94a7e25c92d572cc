import { isSupported, PAYMENT_METHOD_KINDS, type PaymentLink, type PaymentMethod } from "@tautan/core";
import { describeMethod } from "@tautan/core/driver";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { methodRequest } from "../requests.ts";
import { checkRefusedUnsent, fieldIsClaimed, operationIsClaimed } from "../unclaimed.ts";

/** How payers may pay. */
export const methods: Group = {
  name: "methods",
  define: (context) => {
    const { capabilities } = context;
    if (fieldIsClaimed(context, "methods", () => [{ kind: "card" }]) && isSupported(capabilities.methods)) {
      choosing(context, capabilities.methods.offered);
    }
    if (operationIsClaimed(context, "listPaymentMethods")) listing(context);
  },
};

/** Methods by kind and channel: the provider's own code beside them is its own. */
const named = (methodsOf: readonly PaymentMethod[] | undefined): readonly string[] | undefined =>
  methodsOf?.map(describeMethod).toSorted();

const choosing = ({ test, absent, subject }: GroupContext, offered: readonly PaymentMethod[]): void => {
  const untold = subject.notToldByRead?.methods;
  if (untold) absent("a read tells them", untold.absent);
  const told = async (link: PaymentLink, read: (link: PaymentLink) => Promise<PaymentLink>) =>
    untold ? [link] : [link, await read(link)];

  test(`each of the ${offered.length} that are claimed is taken by itself, and told`, [], async (bench) => {
    for (const method of offered) {
      const link = await bench.create({ methods: [methodRequest(method)] });
      for (const each of await told(link, (made) => bench.read(made))) {
        equal(
          [...new Set(named(each.methods))],
          [describeMethod(method)],
          `link.methods for ${describeMethod(method)}`,
        );
      }
    }
  });

  test("all of them together", [], async (bench) => {
    const link = await bench.create({ methods: offered.map(methodRequest) });
    for (const each of await told(link, (made) => bench.read(made))) {
      equal([...new Set(named(each.methods))], [...new Set(named(offered))], "link.methods");
    }
  });

  for (const kind of new Set(offered.map((each) => each.kind))) {
    test(`${kind} alone means every channel of it`, [], async (bench) => {
      const link = await bench.create({ methods: [{ kind }] });
      const wanted = named(offered.filter((each) => each.kind === kind));
      for (const each of await told(link, (made) => bench.read(made))) {
        equal([...new Set(named(each.methods))], [...new Set(wanted)], "link.methods");
      }
    });
  }

  test("one that is not offered is refused unsent", [], async (bench) => {
    const missing = PAYMENT_METHOD_KINDS.find((kind) => offered.every((each) => each.kind !== kind)) ?? "other";
    for (const method of [{ kind: missing }, { kind: offered[0]?.kind ?? "card", channel: "no_such_channel" }]) {
      const wanted = bench.request({ methods: [method] });
      await checkRefusedUnsent(bench, wanted, "unsupported", describeMethod(method));
    }
  });

  test("a kind that does not exist is refused unsent", [], async (bench) => {
    const error = await errorOf(
      bench.links.create(bench.request({ methods: [{ kind: "barter" as never }] })),
      "create",
    );
    checkKind(error, ["invalid_request"], "an unknown kind");
  });
};

const listing = ({ test }: GroupContext): void =>
  test("the account's methods are told in words that every gateway shares", [], async (bench) => {
    const listed = await okOf(bench.links.listPaymentMethods(), "listPaymentMethods");
    check(listed.length > 0, "listPaymentMethods: expected at least one");
    for (const { kind, channel } of listed) {
      check(PAYMENT_METHOD_KINDS.includes(kind), `listPaymentMethods: unknown kind ${kind}`);
      check(
        channel === undefined || /^[a-z0-9_]+$/.test(channel),
        `channel: expected lower snake case, got ${channel}`,
      );
    }
    equal(bench.wire.writes, 0, "requests that could change something");
  });
