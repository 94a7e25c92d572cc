import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  type ConformanceResult,
  type ConformanceSubject,
  checkConformance,
  describeConformance,
  type TestFunctions,
} from "@tautan/conformance";
import { describe, expect, test } from "vitest";
import { BREAKS, brokenDriver, listsNoRefundInPart } from "./support/breaks.ts";
import { memorySubject, type RunningMemory } from "./support/memory-subject.ts";

type Subject = ConformanceSubject<RunningMemory>;

const BATCH = "a batch reports each of its payments";
const URL_TEST = "another URL than the signed one is named";
const withActs = (acts: Partial<Subject["acts"]>): Subject => ({
  ...memorySubject,
  acts: { ...memorySubject.acts, ...acts },
});

/** Test functions that only write down what they are given. */
const recorder = () => {
  const tests: {
    readonly group: string;
    readonly name: string;
    readonly skipped: boolean;
    run: () => Promise<void>;
  }[] = [];
  let group = "";
  const record = (skipped: boolean) => (name: string, run: () => Promise<void>) =>
    void tests.push({ group, name, skipped, run });
  const functions: TestFunctions = {
    describe: (name, body) => {
      group = name;
      body();
    },
    test: Object.assign(record(false), { skip: record(true) }),
  };
  return { functions, tests };
};

const resultOf = async (subject: Subject, group: string, name: string): Promise<ConformanceResult | undefined> =>
  (await checkConformance(subject, { groups: [group] })).find((each) => each.test === name);

describe("in a test framework", () => {
  test("each group is described, and each test is named once in it", () => {
    const { functions, tests } = recorder();
    describeConformance(functions, memorySubject);
    const names = tests.map((each) => `${each.group}: ${each.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("memory: create and read back: two links are two links");
  });

  test("a skipped test is shown with its reason", () => {
    const { functions, tests } = recorder();
    describeConformance(functions, withActs({ refund: { skip: "no refunds yet" } }), { groups: ["histories"] });
    const skipped = tests.filter((each) => each.skipped).map((each) => each.name);
    expect(skipped).toEqual([
      "after a partial refund the history is paid, after a full one it is not (skipped: no refunds yet)",
    ]);
  });

  test("an absent feature is reported, and not described as a test", () => {
    const { functions, tests } = recorder();
    const reported: ConformanceResult[] = [];
    describeConformance(functions, memorySubject, { report: (result) => void reported.push(result) });
    expect([...new Set(reported.map((each) => each.outcome))]).toEqual(["absent"]);
    expect(reported.map((each) => each.test)).toContain(URL_TEST);
    expect(tests.map((each) => each.name)).not.toContain(URL_TEST);
    expect(tests.filter((each) => each.skipped)).toEqual([]);
  });

  test("every test is reported once it is over, and a failure is thrown, too", async () => {
    const { functions, tests } = recorder();
    const fault = BREAKS.find((each) => each.group === "items");
    const broken: Subject = {
      ...memorySubject,
      start: async (network) => {
        const running = await memorySubject.start(network);
        return { ...running, driver: brokenDriver(running.driver, fault!) };
      },
    };
    const reported: ConformanceResult[] = [];
    describeConformance(functions, broken, { groups: ["items"], report: (result) => void reported.push(result) });
    const thrown: unknown[] = [];
    for (const each of tests.filter((one) => !one.skipped))
      await each.run().catch((reason: unknown) => thrown.push(reason));
    expect(reported).toHaveLength(tests.length);
    expect(reported.filter((each) => each.outcome === "failed")).toHaveLength(thrown.length);
    expect(thrown.length).toBeGreaterThan(0);
  });

  test("node:test fits", () => {
    const file = fileURLToPath(new URL("support/with-node-test.ts", import.meta.url));
    // Inside a test of another framework, node:test would wait to be told what to run.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { status, stdout } = spawnSync(process.execPath, ["--conditions=@tautan/source", file], {
      env,
      encoding: "utf8",
    });
    expect(stdout).toMatch(/^. pass [1-9]\d*$/m);
    expect(stdout).toMatch(/^. fail 0$/m);
    expect(stdout).toMatch(/^. skipped 0$/m);
    expect(status).toBe(0);
  });
});

describe("results", () => {
  test("absent and skipped carry their reasons", async () => {
    expect(await resultOf(memorySubject, "webhook explanations", URL_TEST)).toEqual({
      driver: "memory",
      group: "webhook explanations",
      test: URL_TEST,
      outcome: "absent",
      reason: "the signature covers the body alone",
    });
    const skipping = withActs({ batch: { skip: "not simulated" } });
    expect(await resultOf(skipping, "webhooks", BATCH)).toMatchObject({ outcome: "skipped", reason: "not simulated" });
  });

  test("an act that a subject leaves out skips its tests, and is named", async () => {
    const { dispute: _, ...acts } = memorySubject.acts;
    const name = "a disputed payment is not paid while the dispute is open";
    expect(await resultOf({ ...memorySubject, acts }, "disputes", name)).toMatchObject({
      outcome: "skipped",
      reason: "the subject has no act dispute",
    });
  });

  test("an empty reason is refused", async () => {
    await expect(checkConformance(withActs({ batch: { skip: " " } }))).rejects.toThrow("expected a reason");
  });

  test("a partial refund that lists do not report is only expected in a read", async () => {
    const name = "after a partial refund the history is paid, after a full one it is not";
    const untold: Subject = {
      ...memorySubject,
      notReportedByList: { partialRefund: { absent: "the list reports no amounts" } },
      start: async (network) => {
        const running = await memorySubject.start(network);
        return { ...running, driver: brokenDriver(running.driver, { replace: listsNoRefundInPart }) };
      },
    };
    expect(await resultOf(untold, "histories", name)).toMatchObject({ outcome: "passed" });
    expect(await resultOf(untold, "histories", "a list reports a partial refund")).toMatchObject({
      outcome: "absent",
      reason: "the list reports no amounts",
    });
    const { notReportedByList: _, ...told } = untold;
    expect(await resultOf(told, "histories", name)).toMatchObject({ outcome: "failed" });
  });

  test("a group that does not exist is refused", async () => {
    await expect(checkConformance(memorySubject, { groups: ["itmes"] })).rejects.toThrow(
      "expected some of capabilities",
    );
  });
});

describe("known faults", () => {
  const fault = BREAKS.find((each) => each.what === "drops items silently");
  const name = "a read returns them";
  const known = { [`items: ${name}`]: "items are dropped, a fix is in progress" };

  test("count as skipped while they are there", async () => {
    const faulty: Subject = {
      ...memorySubject,
      knownFaults: known,
      start: async (network) => {
        const running = await memorySubject.start(network);
        return { ...running, driver: brokenDriver(running.driver, fault!) };
      },
    };
    const result = await resultOf(faulty, "items", name);
    expect(result).toMatchObject({ outcome: "skipped", reason: "items are dropped, a fix is in progress" });
  });

  test("fail once they are fixed, so that they are removed from the list", async () => {
    const result = await resultOf({ ...memorySubject, knownFaults: known }, "items", name);
    expect(result).toMatchObject({ outcome: "failed", reason: expect.stringContaining("the fault is fixed") });
  });

  test("of tests that do not exist are refused", async () => {
    const subject = { ...memorySubject, knownFaults: { "items: no such test": "because" } };
    await expect(checkConformance(subject, { groups: ["items"] })).rejects.toThrow(
      'there is no test "items: no such test"',
    );
  });
});
