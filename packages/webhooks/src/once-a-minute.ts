const MINUTE_MS = 60_000;

/** Whether a reason comes for the first time in a minute. A clock that is set back silences none. */
export const createOnceAMinute = (clock: { now(): number }): ((reason: string) => boolean) => {
  const lastAtMs = new Map<string, number>();
  return (reason) => {
    const now = clock.now();
    const last = lastAtMs.get(reason);
    if (last !== undefined && Math.abs(now - last) < MINUTE_MS) return false;
    lastAtMs.set(reason, now);
    return true;
  };
};
