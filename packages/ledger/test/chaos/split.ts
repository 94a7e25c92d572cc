/** The databases of the schedules. */
export const STORE_KINDS = ["shared", "file", "postgres"] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** How many of 100 schedules are played on PostgreSQL and on a SQLite file. The others share a connection in memory. */
export interface Split {
  readonly postgres: number;
  readonly file: number;
}

export const DEFAULT_SPLIT: Split = { postgres: 5, file: 10 };

/** The database of a schedule follows from its number. Those of a kind are spread evenly, also over every second number. */
export const kindOf = (schedule: number, { postgres, file }: Split): StoreKind => {
  // Multiples of the golden ratio.
  const percent = (100 * (Math.imul(schedule, 0x9e3779b1) >>> 0)) / 2 ** 32;
  if (percent < postgres) return "postgres";
  return percent < postgres + file ? "file" : "shared";
};
