const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `500ms`, `90s`, `15m`, `24h` or `7d` in milliseconds, or undefined. */
export const parseDuration = (text: string): number | undefined => {
  const [, digits, unit] = /^(\d{1,9})(ms|[smhd])$/.exec(text) ?? [];
  const ms = Number(digits) * UNIT_MS[unit as keyof typeof UNIT_MS];
  return Number.isSafeInteger(ms) && ms > 0 ? ms : undefined;
};
