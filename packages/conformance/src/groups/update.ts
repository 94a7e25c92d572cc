import { isSupported, type LinkChanges, type PaymentLink } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { KEY, type TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import { type Group, type GroupContext, reasonOf } from "../plan.ts";
import { amountWithin, DAY_MS, methodAt, methodRequest, sampleFields } from "../requests.ts";
import { checkNothingSent, operationIsClaimed } from "../unclaimed.ts";

type ChangedField = keyof LinkChanges;

/** Changing a link: the requested changes and no others. */
export const update: Group = {
  name: "update",
  define: (context) => {
    if (!operationIsClaimed(context, "update")) return;
    for (const field of ["title", "usage", "expiresAt", "methods", "collect", "redirect", "metadata"] as const) {
      const lack = reasonOf(context.capabilities[field]);
      const fixed = context.subject.notChangeable?.[field];
      if (fixed) fixedField(context, field, fixed.absent);
      else if (lack) refusedField(context, field, lack.unsupported);
      else changedField(context, field);
    }
    refusals(context);
  },
};

/** For each field, a value that differs from the samples. */
const changesOf = (context: TestContext): Required<LinkChanges> => {
  const { capabilities, clock } = context;
  const { methods, usage } = capabilities;
  return {
    title: "Concert, day 2",
    usage: { limit: Math.min(7, usage.maxLimit) },
    expiresAt: instantAt(clock.now() + 5 * DAY_MS),
    methods: [methodAt(methods, 1)],
    collect: sampleFields(capabilities, amountWithin(capabilities)).collect,
    redirect: { url: "https://shop.example/changed" },
    metadata: { order: "B-2" },
  };
};

const comparable = (link: PaymentLink, field: ChangedField): unknown => {
  if (field === "methods") return link.methods?.map(methodRequest);
  return field === "usage" ? { limit: link.usage.limit } : link[field];
};

const changedField = ({ test }: GroupContext, field: ChangedField): void => {
  test(`${field}: a read returns the change`, [], async (context) => {
    const link = await context.create();
    const wanted = changesOf(context)[field];
    const updated = await okOf(context.links.update(link.id, { [field]: wanted }), "update");
    equal(comparable(updated, field), wanted, `update: link.${field}`);
    equal(comparable(await context.read(link), field), wanted, `get: link.${field}`);
  });

  test(`${field}: a change leaves everything else as it was`, [], async (context) => {
    const before = await context.read(await context.create(fullRequest(context)));
    await okOf(context.links.update(before.id, { [field]: changesOf(context)[field] }), "update");
    const after = await context.read(before);
    const changed = { [field]: undefined, updatedAt: undefined };
    equal({ ...after, ...changed }, { ...before, ...changed }, "get: everything else");
  });

  if (field === "usage" || field === "expiresAt") return;
  test(`${field}: null removes it`, [], async (context) => {
    const link = await context.create(fullRequest(context));
    await okOf(context.links.update(link.id, { [field]: null }), "update");
    const reported = comparable(await context.read(link), field);
    if (field === "methods") return checkOffersAll(context, reported);
    equal(reported, undefined, `get: link.${field}`);
  });
};

/** A field that the gateway cannot change is refused by the driver, and stays. */
const fixedField = ({ test, absent }: GroupContext, field: ChangedField, reason: string): void => {
  absent(`${field}: a read returns the change`, reason);
  test(`${field}: a change is refused as unsupported, and changes nothing`, [], async (context) => {
    const before = await context.read(await context.create(fullRequest(context)));
    context.network.reset();
    for (const value of [changesOf(context)[field], null]) {
      // Another change in the same request is not made either.
      const changes = { usage: { limit: Math.min(3, context.capabilities.usage.maxLimit) }, [field]: value };
      const error = await errorOf(context.links.update(before.id, changes), `update of ${field}`);
      equal([error.kind, error.outcome], ["unsupported", "not_sent"], `update of ${field}: kind and outcome`);
    }
    equal(context.network.writes, 0, `update of ${field}: requests that could change something`);
    equal(await context.read(before), before, "get: the link");
  });
};

/** A gateway may report "all methods" as no methods, or as all methods. */
const checkOffersAll = ({ capabilities: { methods } }: TestContext, reported: unknown): void => {
  const all = isSupported(methods) ? methods.offered.length : 0;
  check(
    reported === undefined || (Array.isArray(reported) && reported.length >= all),
    `expected all methods, got ${JSON.stringify(reported)}`,
  );
};

const fullRequest = (context: TestContext): object => {
  const { capabilities, clock } = context;
  const sample = sampleFields(capabilities, amountWithin(capabilities));
  const all = { ...sample, expiresAt: instantAt(clock.now() + 2 * DAY_MS) };
  const claimed = Object.entries(all).filter(([name]) => !reasonOf(capabilities[name as keyof typeof all]));
  return Object.fromEntries(claimed);
};

const refusedField = ({ test }: GroupContext, field: ChangedField, reason: string): void =>
  test(
    `${field} is unsupported: a change of it is refused with the reason, and nothing is sent`,
    [],
    async (context) => {
      const link = await context.create();
      for (const value of field === "usage" || field === "expiresAt"
        ? [changesOf(context)[field]]
        : [changesOf(context)[field], null]) {
        context.network.reset();
        const error = await errorOf(context.links.update(link.id, { [field]: value }), `update of ${field}`);
        checkKind(error, ["unsupported"], `update of ${field}`);
        check(error.message.includes(reason), `expected the declared reason "${reason}", got "${error.message}"`);
        checkNothingSent(context, `update of ${field}`);
      }
    },
  );

const refusals = ({ test, capabilities }: GroupContext): void => {
  test("no change, a misspelt change and one above a limit are refused, and nothing is sent", [], async (context) => {
    const link = await context.create();
    context.network.reset();
    const past = { expiresAt: instantAt(context.clock.now() - DAY_MS) };
    for (const changes of [{}, { titel: "x" }, { usage: null }, past] as readonly LinkChanges[]) {
      const error = await errorOf(context.links.update(link.id, changes), "update");
      checkKind(error, ["invalid_request"], `update with ${JSON.stringify(changes)}`);
    }
    const above = { usage: { limit: capabilities.usage.maxLimit + 1 } };
    checkKind(
      await errorOf(context.links.update(link.id, above), "update"),
      ["unsupported", "invalid_request"],
      "update",
    );
    checkNothingSent(context, "update");
  });

  test("an unknown link is not found", [], async (context) => {
    const error = await errorOf(context.links.update(`${KEY}:99999999`, { usage: { limit: 1 } }), "update");
    checkKind(error, ["not_found"], "update");
  });

  if (capabilities.usage.maxLimit > 1) {
    test("a limit below the number of payments is refused, and the old limit stays", ["pay"], async (context) => {
      const { link } = await context.paidLink({ usage: { limit: 3 } });
      await context.acts.pay(link);
      const error = await errorOf(context.links.update(link.id, { usage: { limit: 1 } }), "update");
      checkKind(error, ["invalid_state", "invalid_request"], "update");
      equal((await okOf(context.links.get(link.id), "get")).usage.limit, 3, "get: link.usage.limit");
    });
  }
};
