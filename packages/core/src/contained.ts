import { err, type Result } from "neverthrow";

/** Runs code that may throw although its type does not show it; what it throws becomes an error. */
export const contained = async <T, E, Thrown>(
  run: () => PromiseLike<Result<T, E>>,
  errorOf: (thrown: unknown) => Thrown,
): Promise<Result<T, E | Thrown>> => {
  try {
    return await run();
  } catch (thrown) {
    return err(errorOf(thrown));
  }
};

/** The class of what was thrown, never its text, which may hold anything. */
export const nameOfThrown = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : typeof thrown);
