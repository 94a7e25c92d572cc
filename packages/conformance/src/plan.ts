import { type DriverCapabilities, isSupported, type Unsupported } from "@tautan/core";
import { type TestContext, withBench } from "./context.ts";
import type { ActName, ConformanceSubject } from "./subject.ts";

/** Declares a test of a group: its name, the acts that it needs, and the test. */
type DefineTest = (name: string, needs: readonly ActName[], run: (context: TestContext) => Promise<void>) => void;

/** The data from which a group derives its tests. */
export interface GroupContext {
  readonly subject: ConformanceSubject;
  readonly capabilities: DriverCapabilities;
  readonly test: DefineTest;
  /** Declares a test that does not exist for this driver, with the reason for the results. */
  readonly absent: (name: string, reason: string) => void;
}

/** A group of tests. `define` declares those that the capabilities require. */
export interface Group {
  readonly name: string;
  readonly define: (context: GroupContext) => void;
}

/** Whether a test runs and, if not, why. `known_fault`: it runs and must still fail. */
type TestState =
  | { readonly kind: "run" }
  | { readonly kind: "skipped" | "absent" | "known_fault"; readonly reason: string };

export interface PlannedTest {
  readonly group: string;
  readonly name: string;
  readonly state: TestState;
  readonly run: () => Promise<void>;
}

/** The tests that a subject's capabilities require. Throws `TypeError` if its reasons or known faults are invalid. */
export const planTests = (subject: ConformanceSubject, groups: readonly Group[]): readonly PlannedTest[] => {
  const tests = groups.flatMap((group) => testsOf(subject, group));
  for (const name of Object.keys(subject.knownFaults ?? {})) {
    const [group] = name.split(": ", 1);
    const isLookedAt = groups.some((each) => each.name === group);
    if (isLookedAt && !tests.some((each) => nameOf(each) === name)) {
      throw new TypeError(`${subject.name}: knownFaults: there is no test ${JSON.stringify(name)}`);
    }
  }
  return tests;
};

const nameOf = ({ group, name }: Pick<PlannedTest, "group" | "name">): string => `${group}: ${name}`;

const testsOf = (subject: ConformanceSubject, group: Group): readonly PlannedTest[] => {
  const tests: PlannedTest[] = [];
  const add = (name: string, state: TestState, run: () => Promise<void>): void => {
    if (tests.some((each) => each.name === name)) throw new Error(`${group.name}: two tests are called ${name}`);
    tests.push({ group: group.name, name, state, run });
  };
  group.define({
    subject,
    capabilities: subject.capabilities,
    test: (name, needs, run) =>
      add(name, stateOf(subject, { group: group.name, name }, needs), () => withBench(subject, run)),
    absent: (name, reason) => add(name, { kind: "absent", reason: checkReason(subject, name, reason) }, async () => {}),
  });
  return tests;
};

const stateOf = (
  subject: ConformanceSubject,
  test: Pick<PlannedTest, "group" | "name">,
  needs: readonly ActName[],
): TestState => {
  const reasons = { skipped: [] as string[], absent: [] as string[] };
  for (const need of needs) {
    const act = subject.acts[need] ?? { skip: `the subject has no act ${need}` };
    if (typeof act === "function") continue;
    if ("absent" in act) reasons.absent.push(checkReason(subject, need, act.absent));
    else reasons.skipped.push(checkReason(subject, need, act.skip));
  }
  const [absent] = reasons.absent;
  if (absent !== undefined) return { kind: "absent", reason: absent };
  const [skipped = withoutLinks(subject, test)] = reasons.skipped;
  if (skipped !== undefined) return { kind: "skipped", reason: skipped };
  const fault = subject.knownFaults?.[nameOf(test)];
  return fault === undefined
    ? { kind: "run" }
    : { kind: "known_fault", reason: checkReason(subject, test.name, fault) };
};

/** The group that needs no link: it checks what a driver declares. */
const DECLARATIONS = "capabilities";

/** Why a driver that is being written cannot be tested yet: almost every test begins with a link. */
const withoutLinks = ({ capabilities }: ConformanceSubject, test: Pick<PlannedTest, "group">): string | undefined => {
  const missing = reasonOf(capabilities.operations.create);
  return missing === undefined || test.group === DECLARATIONS ? undefined : `no link: ${missing.unsupported}`;
};

const checkReason = ({ name }: ConformanceSubject, what: string, reason: string): string => {
  if (reason.trim() === "") throw new TypeError(`${name}: ${what}: expected a reason, got an empty text`);
  return reason;
};

/** The reason of an unsupported feature. */
export const reasonOf = (capability: unknown): Unsupported | undefined =>
  isSupported(capability) ? undefined : capability;
