const [SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS] = [1_000, 60_000, 3_600_000, 86_400_000];

/** `2 min`, `1 h 30 min`, `3 days`: the two largest units. */
export const describeSpan = (ms: number): string => {
  const units: readonly (readonly [number, string])[] = [
    [Math.floor(ms / DAY_MS), "d"],
    [Math.floor((ms % DAY_MS) / HOUR_MS), "h"],
    [Math.floor((ms % HOUR_MS) / MINUTE_MS), "min"],
    [Math.floor((ms % MINUTE_MS) / SECOND_MS), "s"],
  ];
  const first = units.findIndex(([count]) => count > 0);
  if (first === -1) return `${Math.max(0, Math.round(ms))} ms`;
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
};

/** `10:15:00` in the time zone of the machine. */
export const describeTime = (atMs: number): string => new Date(atMs).toTimeString().slice(0, 8);

/** `2026-03-15 10:15:00` in the time zone of the machine. */
export const describeMoment = (atMs: number): string => {
  const at = new Date(atMs);
  const date = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((each) => String(each).padStart(2, "0"));
  return `${date.join("-")} ${describeTime(atMs)}`;
};
