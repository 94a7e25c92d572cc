import { isSupported, OPERATIONS, type Unsupported } from "@tautan/core";
import { KEY } from "../context.ts";
import { check, equal } from "../expect.ts";
import type { Group } from "../plan.ts";

/** What a driver declares must be plain data, complete, and true of its own handlers. */
export const capabilities: Group = {
  name: "capabilities",
  define: ({ test, subject, capabilities: claimed }) => {
    const { operations, createRecovery } = claimed;

    test("the driver declares what the subject says", [], async ({ driver }) => {
      equal(driver.name, subject.name, "driver.name");
      equal(driver.contract, 1, "driver.contract");
      equal(driver.capabilities, claimed, "driver.capabilities");
    });

    test("they are plain data", [], async () => {
      equal(JSON.parse(JSON.stringify(claimed)), claimed, "capabilities after a trip through JSON");
    });

    test("whatever is not offered says why", [], async () => {
      const lacks = [...Object.entries(operations), ...Object.entries(claimed)].filter(
        ([, each]) => !isSupported(each),
      );
      for (const [name, lack] of lacks) {
        check((lack as Unsupported).unsupported.trim() !== "", `${name}: expected a reason in unsupported`);
      }
    });

    test("there is a handler for every operation that is offered, and no other", [], async ({ driver, links }) => {
      const offered = OPERATIONS.filter((each) => operations[each] === true).toSorted();
      const handlers = Object.entries(driver.handlers).filter(
        ([name, each]) => typeof each === "function" && name !== "preview" && name !== "findRecent",
      );
      equal(handlers.map(([name]) => name).toSorted(), offered, "driver.handlers");
      const bound = OPERATIONS.filter((each) => each in links.gateway(KEY)).toSorted();
      equal(bound, offered, "operations of links.gateway(key)");
    });

    test("the time in which a delivery must be answered is a number of milliseconds", [], async () => {
      const { respondWithinMs } = claimed.webhooks;
      const isTime = Number.isSafeInteger(respondWithinMs) && respondWithinMs >= 1000;
      check(isTime, `webhooks.respondWithinMs: expected at least 1000, got ${respondWithinMs}`);
    });

    test(
      "create, get, listHistories and getHistory are offered: nothing can be made sure of without them",
      [],
      async () => {
        for (const name of ["create", "get", "listHistories", "getHistory"] as const) {
          equal(operations[name], true, `operations.${name}`);
        }
      },
    );

    test("what closing means is told exactly where a link can be closed, and agrees with reopen", [], async () => {
      equal(claimed.close !== undefined, operations.close === true, "capabilities.close is there");
      equal(operations.reopen === true, claimed.close?.reversible ?? false, "reopen is offered");
    });

    test("a create that is lost is looked up only where find is offered", [], async () => {
      const looksUp = createRecovery === "lookup" || createRecovery === "scan";
      check(!looksUp || operations.find === true, `createRecovery ${createRecovery} needs find`);
    });

    test("webhooks that prove less than everything can be confirmed", [], async () => {
      const { trust } = claimed.webhooks;
      const needsConfirm = operations.parseWebhook === true && trust !== "signed";
      check(!needsConfirm || operations.confirm === true, `webhooks of trust ${trust} need confirm`);
    });

    test(
      "acknowledgements: 2xx accepts, 4xx refuses, and what asks for a retry is no success",
      [],
      async ({ driver }) => {
        const { accepted, forged, malformed, retryLater } = driver.acknowledgements;
        check(accepted.status >= 200 && accepted.status < 300, `accepted: expected 2xx, got ${accepted.status}`);
        for (const [name, { status }] of Object.entries({ forged, malformed })) {
          check(status >= 400 && status < 500, `${name}: expected 4xx, got ${status}`);
        }
        check(retryLater.status >= 400, `retryLater: expected an error, got ${retryLater.status}`);
        for (const each of [accepted, forged, malformed, retryLater]) void new Response(each.body, each);
      },
    );
  },
};
