import { expect } from "vitest";

/** A row as the parameters of a function, which are never read-only. */
type Cells<Row extends readonly unknown[]> = Row extends readonly [...infer Each] ? Each : never;

/**
 * Checks every row of a table and fails once, with all failing rows. `count` is the number of rows, so that none is lost. A
 * row begins with its name, which may be several texts and numbers. `between` runs between two rows, as hooks do between
 * two tests.
 */
export const expectEach = async <Row extends readonly unknown[]>(
  rows: readonly Row[],
  count: number,
  check: (...row: Cells<Row>) => unknown,
  between: () => void = () => {},
): Promise<void> => {
  expect(rows).toHaveLength(count);
  const failed: string[] = [];
  for (const [index, row] of rows.entries()) {
    const problem = await problemOf(() => check(...(row as unknown as Cells<Row>)));
    // The hooks of the test run before the first row and after the last.
    const left = index + 1 < count ? await problemOf(between) : undefined;
    if (problem !== undefined || left !== undefined) failed.push(`  ${nameOf(row)}: ${problem ?? left}`);
  }
  if (failed.length > 0) expect.fail(`${failed.length} of ${count} rows fail\n${failed.join("\n")}`);
};

const nameOf = (row: readonly unknown[]): string =>
  row
    .filter((each) => typeof each === "string" || typeof each === "number")
    .map((each) => `${each}`.slice(0, 60))
    .join(" | ");

const problemOf = async (check: () => unknown): Promise<string | undefined> => {
  try {
    await check();
    return undefined;
  } catch (thrown) {
    const { message = String(thrown), actual, expected } = thrown as { message?: string } & Partial<Comparison>;
    const [line = ""] = message.split("\n");
    return isObject(expected) && isObject(actual) ? `${line} (${differencesOf(actual, expected)})` : line;
  }
};

interface Comparison {
  readonly actual: unknown;
  readonly expected: unknown;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const differencesOf = (
  actual: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>>,
): string =>
  Object.entries(expected)
    .map(([name, value]) => [name, JSON.stringify(value), JSON.stringify(actual[name])] as const)
    .filter(([, wanted, got]) => wanted !== got)
    .map(([name, wanted, got]) => `${name}: expected ${wanted}, got ${got}`)
    .join("; ");
