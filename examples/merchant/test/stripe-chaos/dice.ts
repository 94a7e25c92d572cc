/** Choices that a seed decides. */
export interface Dice {
  /** From 1 to `max`. */
  upTo(max: number): number;
  isLess(probability: number): boolean;
  /** `undefined` only of an empty list. */
  oneOf<const Item>(items: readonly [Item, ...Item[]]): Item;
  oneOf<Item>(items: readonly Item[]): Item | undefined;
}

export const createDice = (seed: number): Dice => {
  let state = seed >>> 0;
  /** Mulberry32. */
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    upTo: (max) => 1 + Math.floor(fraction() * max),
    isLess: (probability) => fraction() < probability,
    oneOf: <Item>(items: readonly Item[]) => items[Math.floor(fraction() * items.length)] as Item,
  };
};
