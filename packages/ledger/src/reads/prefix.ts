const LAST_CODE_POINT = 0x10ffff;
const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

/**
 * The first text that sorts behind all texts with a prefix, in the order of code points, in which both databases sort references.
 * `undefined` if there is none.
 */
export const endOfPrefix = (prefix: string): string | undefined => {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  const index = points.findLastIndex((point) => point < LAST_CODE_POINT);
  if (index === -1) return undefined;
  const next = (points[index] ?? 0) + 1;
  // Halves of pairs are not characters of their own.
  const after = next >= FIRST_SURROGATE && next <= LAST_SURROGATE ? LAST_SURROGATE + 1 : next;
  return String.fromCodePoint(...points.slice(0, index), after);
};
