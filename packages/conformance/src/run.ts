import { AssertionError } from "node:assert";
import { GROUPS } from "./groups/index.ts";
import { type Group, type PlannedTest, planTests } from "./plan.ts";
import type { ConformanceSubject, Running } from "./subject.ts";

/** The functions of a test framework; those of vitest, node:test and jest fit. */
export interface TestFunctions {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: {
    (name: string, body: () => Promise<void>): unknown;
    readonly skip: (name: string, body: () => Promise<void>) => unknown;
  };
}

/** The result of one test. */
export interface ConformanceResult {
  readonly driver: string;
  readonly group: string;
  readonly test: string;
  /** `absent`: the provider has no such feature. `skipped`: it has, but this run cannot show it, or a known fault hides it. */
  readonly outcome: "passed" | "failed" | "skipped" | "absent";
  /** Why it was skipped, is absent, or failed. */
  readonly reason?: string;
}

export interface ConformanceOptions {
  /** The groups to run, by name. Default: all. */
  readonly groups?: readonly string[] | undefined;
  /** Called after each test. */
  readonly report?: ((result: ConformanceResult) => void) | undefined;
}

/** The names of all groups, in the order of the run. */
export const groupNames: readonly string[] = GROUPS.map((each) => each.name);

/** Declares the suite in a test framework. */
export const describeConformance = <R extends Running>(
  { describe, test }: TestFunctions,
  subject: ConformanceSubject<R>,
  { groups, report }: ConformanceOptions = {},
): void => {
  const planned = plan(subject, groups);
  // A feature that the provider does not have is not a skipped test.
  for (const each of planned) if (each.state.kind === "absent") report?.(unrun(subject.name, each, each.state));
  for (const [group, tests] of Map.groupBy(planned.filter(isTest), (each) => each.group)) {
    describe(`${subject.name}: ${group}`, () => {
      for (const each of tests) {
        const body = async (): Promise<void> => {
          const result = await settle(subject.name, each);
          report?.(result.result);
          if (result.thrown !== undefined) throw result.thrown;
        };
        const { state } = each;
        if (state.kind === "run") test(each.name, body);
        else if (state.kind === "known_fault") test(`${each.name} (known fault: ${state.reason})`, body);
        else {
          report?.(unrun(subject.name, each, state));
          test.skip(`${each.name} (skipped: ${state.reason})`, body);
        }
      }
    });
  }
};

const isTest = ({ state }: PlannedTest): boolean => state.kind !== "absent";

/** Runs the suite without a test framework, one test after the other. */
export const checkConformance = async <R extends Running>(
  subject: ConformanceSubject<R>,
  { groups, report }: ConformanceOptions = {},
): Promise<readonly ConformanceResult[]> => {
  const results: ConformanceResult[] = [];
  for (const each of plan(subject, groups)) {
    const { state } = each;
    const result =
      state.kind === "skipped" || state.kind === "absent"
        ? unrun(subject.name, each, state)
        : (await settle(subject.name, each)).result;
    results.push(result);
    report?.(result);
  }
  return results;
};

/** The suite only uses the interface of a subject, so it needs no more of its type. */
const plan = <R extends Running>(
  subject: ConformanceSubject<R>,
  names: readonly string[] = groupNames,
): readonly PlannedTest[] => {
  for (const name of names) {
    if (!groupNames.includes(name))
      throw new TypeError(`groups: expected some of ${groupNames.join(", ")}, got ${name}`);
  }
  const groups: readonly Group[] = GROUPS.filter((each) => names.includes(each.name));
  // The acts of a subject only get the result of its own start.
  return planTests(subject as unknown as ConformanceSubject, groups);
};

interface Settled {
  readonly result: ConformanceResult;
  readonly thrown?: unknown;
}

const settle = async (driver: string, { group, name, state, run }: PlannedTest): Promise<Settled> => {
  const base = { driver, group, test: name };
  const thrown = await run().then(
    () => undefined,
    (reason: unknown) => reason ?? new Error("a test failed without a reason"),
  );
  // A provider that does not start, or an error of the suite itself, is not the known fault.
  if (state.kind === "known_fault" && (thrown === undefined || thrown instanceof AssertionError)) {
    if (thrown !== undefined) return { result: { ...base, outcome: "skipped", reason: state.reason } };
    const mended = new Error(`the fault is fixed; remove "${group}: ${name}" from knownFaults (${state.reason})`);
    return { result: { ...base, outcome: "failed", reason: mended.message }, thrown: mended };
  }
  if (thrown === undefined) return { result: { ...base, outcome: "passed" } };
  const reason = thrown instanceof Error ? thrown.message : typeof thrown;
  return { result: { ...base, outcome: "failed", reason }, thrown };
};

const unrun = (
  driver: string,
  { group, name }: PlannedTest,
  { kind, reason }: { readonly kind: "skipped" | "absent" | "known_fault"; readonly reason: string },
): ConformanceResult => ({ driver, group, test: name, outcome: kind === "absent" ? "absent" : "skipped", reason });
