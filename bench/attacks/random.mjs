// Random numbers that a seed decides, so that a run can be had again.

const hashOf = (text) => {
  let hash = 0x811c9dc5;
  for (const unit of text) hash = Math.imul(hash ^ unit.codePointAt(0), 0x01000193);
  return hash >>> 0;
};

/** A stream of random numbers (mulberry32). `fork` starts another one that does not depend on how far this one is. */
export const createRandom = (seed) => {
  let state = hashOf(String(seed));
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound) => Math.floor(next() * bound);
  const text = (length, alphabet) => Array.from({ length }, () => alphabet[below(alphabet.length)]).join("");
  return {
    next,
    /** A whole number from 0 to below the bound. */
    below,
    /** A whole number from one bound to the other, both included. */
    between: (from, to) => from + below(to - from + 1),
    chance: (share) => next() < share,
    pick: (list) => list[below(list.length)],
    /** One of `[weight, value]` pairs. */
    weighted: (pairs) => {
      let left = next() * pairs.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of pairs) {
        left -= weight;
        if (left < 0) return value;
      }
      return pairs.at(-1)[1];
    },
    shuffled: (list) => {
      const copy = [...list];
      for (let index = copy.length - 1; index > 0; index -= 1) {
        const other = below(index + 1);
        [copy[index], copy[other]] = [copy[other], copy[index]];
      }
      return copy;
    },
    text,
    hex: (length) => text(length, "0123456789abcdef"),
    uuid: () => [8, 4, 4, 4, 12].map((length) => text(length, "0123456789abcdef")).join("-"),
    fork: (name) => createRandom(`${seed}/${name}`),
  };
};
