import type { Recording, RecordingRow, RecordingValue } from "./recording.ts";

type Values = Readonly<Record<string, RecordingValue>>;

/** A row after a step, and before it. */
export interface RowState {
  readonly table: string;
  readonly key: string;
  /** `null` if the step removed it. */
  readonly values: Values | null;
  /** `null` if the step added it. */
  readonly before: Values | null;
  readonly isChanged: boolean;
}

/** The rows after a step, counted from 0, in the order in which they first appeared. Rows that were gone before it are left out. */
export const rowsAt = ({ steps }: Recording, index: number): readonly RowState[] => {
  const nameOf = ({ table, key }: RecordingRow): string => JSON.stringify([table, key]);
  const before = new Map<string, RecordingRow>();
  for (const { rows } of steps.slice(0, index)) for (const row of rows) before.set(nameOf(row), row);
  const changed = new Map((steps[index]?.rows ?? []).map((row) => [nameOf(row), row]));
  return [...new Map([...before, ...changed])]
    .map(([name, { table, key, values }]) => {
      return { table, key, values, before: before.get(name)?.values ?? null, isChanged: changed.has(name) };
    })
    .filter((row) => row.values !== null || row.before !== null);
};
