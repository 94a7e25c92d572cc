import * as fc from "fast-check";
import { createRandom, damage as damageBy, mutateOnce, noise } from "./fuzzing.ts";

/** Genuine bodies with up to three changes; one in eight is a different body. */
export const mutatedBody = (bodies: readonly object[], words: readonly unknown[]): fc.Arbitrary<unknown> => {
  const changed = fc.tuple(fc.constantFrom(...bodies), fc.array(fc.nat(), { maxLength: 3 })).map(([body, seeds]) => {
    const copy = structuredClone(body);
    for (const seed of seeds) mutateOnce(createRandom(seed), copy, { words });
    return copy;
  });
  return fc.oneof({ weight: 7, arbitrary: changed }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) });
};

/** Damages a text; most of the time it does nothing. */
export const damage: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 12, arbitrary: fc.constant((text: string) => text) },
  { weight: 3, arbitrary: fc.nat().map((seed) => (text: string) => damageBy(createRandom(seed), text)) },
  { weight: 1, arbitrary: fc.nat().map((seed) => () => noise(createRandom(seed))) },
);
