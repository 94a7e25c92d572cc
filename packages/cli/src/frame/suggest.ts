import leven from "leven";

/** The known name that was probably meant, if one is close. */
export const closest = (given: string, known: readonly string[]): string | undefined => {
  const limit = Math.max(1, Math.floor(given.length / 3));
  const [best] = known
    .map((name) => ({ name, distance: name.startsWith(given) && given.length > 1 ? 0 : leven(given, name) }))
    .filter(({ distance }) => distance <= limit)
    .sort((one, other) => one.distance - other.distance);
  return best?.name;
};
