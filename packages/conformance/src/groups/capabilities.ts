import { isSupported, OPERATIONS, type Unsupported } from "@tautan/core";
import type { SupportingHandlers } from "@tautan/core/driver";
import { KEY } from "../context.ts";
import { check, equal } from "../expect.ts";
import type { Group } from "../plan.ts";

/** Handlers beside the operations: each is optional. */
const SUPPORTING: ReadonlySet<string> = new Set<keyof SupportingHandlers>(["preview", "findRecent", "explainWebhook"]);

/** The capabilities of a driver must be plain data, complete, and match its handlers. */
export const capabilities: Group = {
  name: "capabilities",
  define: ({ test, subject, capabilities: claimed }) => {
    const { operations, createRecovery } = claimed;

    test("the driver and the subject declare the same capabilities", [], async ({ driver }) => {
      equal(driver.name, subject.name, "driver.name");
      equal(driver.contract, 1, "driver.contract");
      equal(driver.capabilities, claimed, "driver.capabilities");
    });

    test("the capabilities are plain data", [], async () => {
      equal(JSON.parse(JSON.stringify(claimed)), claimed, "capabilities after JSON");
    });

    test("everything unsupported has a reason", [], async () => {
      const lacks = [...Object.entries(operations), ...Object.entries(claimed)].filter(
        ([, each]) => !isSupported(each),
      );
      for (const [name, lack] of lacks) {
        check((lack as Unsupported).unsupported.trim() !== "", `${name}: expected a reason in unsupported`);
      }
    });

    test("there is a handler for every supported operation, and no other", [], async ({ driver, links }) => {
      const offered = OPERATIONS.filter((each) => operations[each] === true).toSorted();
      const handlers = Object.entries(driver.handlers).filter(
        ([name, each]) => typeof each === "function" && !SUPPORTING.has(name),
      );
      equal(handlers.map(([name]) => name).toSorted(), offered, "driver.handlers");
      const bound = OPERATIONS.filter((each) => each in links.gateway(KEY)).toSorted();
      equal(bound, offered, "operations of links.gateway(key)");
    });

    test("webhooks.respondWithinMs is a number of milliseconds", [], async () => {
      const { respondWithinMs } = claimed.webhooks;
      const isTime = Number.isSafeInteger(respondWithinMs) && respondWithinMs >= 1000;
      check(isTime, `webhooks.respondWithinMs: expected at least 1000, got ${respondWithinMs}`);
    });

    test("webhooks.delivery.windowMs is a number of milliseconds, and 0 if it is not documented", [], async () => {
      const { windowMs, documented } = claimed.webhooks.delivery;
      const isTime = Number.isSafeInteger(windowMs) && windowMs >= 0;
      check(isTime, `webhooks.delivery.windowMs: expected 0 or more, got ${windowMs}`);
      check(documented || windowMs === 0, `webhooks.delivery.windowMs: expected 0 if not documented, got ${windowMs}`);
    });

    test("create and get are supported", [], async () => {
      for (const name of ["create", "get"] as const) equal(operations[name], true, `operations.${name}`);
    });

    test("a payment is proven by a read, or else by a signed webhook", [], async () => {
      const isRead = operations.listHistories === true && operations.getHistory === true;
      const isSigned = operations.parseWebhook === true && claimed.webhooks.trust === "signed";
      check(isRead || isSigned, "expected listHistories and getHistory, or parseWebhook of trust signed");
    });

    test("the effects of close are declared if close is supported, and agree with reopen", [], async () => {
      equal(claimed.close !== undefined, operations.close === true, "capabilities.close is declared");
      equal(operations.reopen === true, claimed.close?.reversible ?? false, "reopen is supported");
    });

    test("createRecovery is lookup only if find is supported", [], async () => {
      const looksUp = createRecovery === "lookup" || createRecovery === "scan";
      check(!looksUp || operations.find === true, `createRecovery ${createRecovery} needs find`);
    });

    test("a gateway that keeps the answer to a create declares how long, and no other does", [], async () => {
      const isKeyed = createRecovery === "keyed";
      const keptMs = claimed.createKeyKeptMs;
      equal(keptMs !== undefined, isKeyed, `createKeyKeptMs is declared for createRecovery ${createRecovery}`);
      const isTime = keptMs === undefined || (Number.isSafeInteger(keptMs) && keptMs >= 60_000);
      check(isTime, `createKeyKeptMs: expected at least 60000, got ${keptMs}`);
    });

    test("a link can have a limit, or else no limit", [], async () => {
      const { maxLimit, unlimited } = claimed.usage;
      check(Number.isSafeInteger(maxLimit) && maxLimit >= 0, `usage.maxLimit: expected 0 or more, got ${maxLimit}`);
      check(maxLimit > 0 || unlimited, "usage: expected a limit of at least 1, or links without a limit");
    });

    test("webhooks that are not fully signed can be confirmed", [], async () => {
      const { trust } = claimed.webhooks;
      const needsConfirm = operations.parseWebhook === true && trust !== "signed";
      check(!needsConfirm || operations.confirm === true, `webhooks of trust ${trust} need confirm`);
    });

    test("acknowledgements: 2xx accepts, 4xx refuses, and retryLater is not a success", [], async ({ driver }) => {
      const { accepted, forged, malformed, retryLater } = driver.acknowledgements;
      check(accepted.status >= 200 && accepted.status < 300, `accepted: expected 2xx, got ${accepted.status}`);
      for (const [name, { status }] of Object.entries({ forged, malformed })) {
        check(status >= 400 && status < 500, `${name}: expected 4xx, got ${status}`);
      }
      check(retryLater.status >= 400, `retryLater: expected an error, got ${retryLater.status}`);
      for (const each of [accepted, forged, malformed, retryLater]) void new Response(each.body, each);
    });
  },
};
