import { isSupported, type LinkChanges } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { anyChange, type ChangedField, changedValues, comparableChange, fixedReason, lackOf } from "../changes.ts";
import { KEY, type TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import { type Group, type GroupContext, reasonOf } from "../plan.ts";
import { amountWithin, compatible, DAY_MS, endingIn, sampleFields } from "../requests.ts";
import { showsExhaustion } from "../traits.ts";
import { checkNothingSent, operationIsClaimed } from "../unclaimed.ts";

/** The fields that `null` clears. */
const CLEARABLE: ReadonlySet<ChangedField> = new Set(["title", "methods", "collect", "redirect", "metadata"]);

/** Changing a link: the requested changes and no others. */
export const update: Group = {
  name: "update",
  define: (context) => {
    if (!operationIsClaimed(context, "update")) return;
    const { capabilities, subject } = context;
    for (const field of ["title", "usage", "expiresAt", "methods", "collect", "redirect", "metadata"] as const) {
      const lack = lackOf(capabilities, field);
      const fixed = fixedReason(capabilities, subject, field);
      if (lack !== undefined) refusedField(context, field, lack);
      else if (fixed !== undefined) fixedField(context, field, fixed);
      else changedField(context, field);
    }
    refusals(context);
  },
};

const changedField = ({ test }: GroupContext, field: ChangedField): void => {
  test(`${field}: a read returns the change`, [], async (context) => {
    const link = await context.create();
    const wanted = changedValues(context)[field];
    const updated = await okOf(context.links.update(link.id, { [field]: wanted }), "update");
    equal(comparableChange(context, updated, field), wanted, `update: link.${field}`);
    equal(comparableChange(context, await context.read(link), field), wanted, `get: link.${field}`);
  });

  test(`${field}: a change leaves everything else as it was`, [], async (context) => {
    const before = await context.read(await context.create(fullRequest(context)));
    await okOf(context.links.update(before.id, { [field]: changedValues(context)[field] }), "update");
    const after = await context.read(before);
    const changed = { [field]: undefined, updatedAt: undefined };
    equal({ ...after, ...changed }, { ...before, ...changed }, "get: everything else");
  });

  if (!CLEARABLE.has(field)) return;
  test(`${field}: null removes it`, [], async (context) => {
    const link = await context.create(fullRequest(context));
    await okOf(context.links.update(link.id, { [field]: null }), "update");
    const reported = comparableChange(context, await context.read(link), field);
    if (field === "methods") return checkOffersAll(context, reported);
    // A field that every page asks for may still be reported.
    const isNone = field === "collect" && Object.keys(reported ?? {}).length === 0;
    equal(isNone ? undefined : reported, undefined, `get: link.${field}`);
  });
};

/** A field that the gateway cannot change is refused by the driver, and stays. */
const fixedField = ({ test, absent, subject }: GroupContext, field: ChangedField, reason: string): void => {
  absent(`${field}: a read returns the change`, reason);
  test(`${field}: a change is refused as unsupported, and changes nothing`, [], async (context) => {
    const before = await context.read(await context.create(fullRequest(context)));
    context.network.reset();
    const wanted = field === "usage" ? { limit: Math.max(7, context.capabilities.usage.maxLimit) } : undefined;
    const values = [wanted ?? changedValues(context)[field], ...(CLEARABLE.has(field) ? [null] : [])];
    for (const value of values) {
      // Another change in the same request is not made either.
      const changes = { ...anyChange(context, subject), [field]: value };
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
  const claimed = Object.entries(sample).filter(([name]) => !reasonOf(capabilities[name as keyof typeof sample]));
  return compatible(capabilities, {
    ...Object.fromEntries(claimed),
    ...endingIn({ capabilities, clock }, 2 * DAY_MS),
  });
};

const refusedField = ({ test }: GroupContext, field: ChangedField, reason: string): void =>
  test(
    `${field} is unsupported: a change of it is refused with the reason, and nothing is sent`,
    [],
    async (context) => {
      const link = await context.create();
      for (const value of CLEARABLE.has(field)
        ? [changedValues(context)[field], null]
        : [changedValues(context)[field]]) {
        context.network.reset();
        const error = await errorOf(context.links.update(link.id, { [field]: value }), `update of ${field}`);
        checkKind(error, ["unsupported"], `update of ${field}`);
        check(error.message.includes(reason), `expected the declared reason "${reason}", got "${error.message}"`);
        checkNothingSent(context, `update of ${field}`);
      }
    },
  );

const refusals = ({ test, subject, capabilities }: GroupContext): void => {
  test("no change, a misspelt change and one above a limit are refused, and nothing is sent", [], async (context) => {
    const link = await context.create();
    context.network.reset();
    const past = { expiresAt: instantAt(context.clock.now() - DAY_MS) };
    const isTimed = lackOf(capabilities, "expiresAt") === undefined && !fixedReason(capabilities, subject, "expiresAt");
    const isCounted = !fixedReason(capabilities, subject, "usage");
    const wrong = [
      {},
      { titel: "x" },
      ...(isCounted ? [{ usage: null }] : []),
      ...(isTimed ? [past] : []),
    ] as unknown as readonly LinkChanges[];
    for (const changes of wrong) {
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
    const error = await errorOf(context.links.update(`${KEY}:99999999`, anyChange(context, subject)), "update");
    checkKind(error, ["not_found"], "update");
  });

  const isLimitChanged = capabilities.usage.maxLimit > 1 && !fixedReason(capabilities, subject, "usage");
  if (isLimitChanged && showsExhaustion(capabilities)) {
    test("a limit below the number of payments is refused, and the old limit stays", ["pay"], async (context) => {
      const { link } = await context.paidLink({ usage: { limit: 3 } });
      await context.acts.pay(link);
      const error = await errorOf(context.links.update(link.id, { usage: { limit: 1 } }), "update");
      checkKind(error, ["invalid_state", "invalid_request"], "update");
      equal((await okOf(context.links.get(link.id), "get")).usage.limit, 3, "get: link.usage.limit");
    });
  }
};
