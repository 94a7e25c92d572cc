import { err, type Result } from "neverthrow";

/** Runs code that may throw although its type does not show it. A thrown value becomes an error. */
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

/** The value of `read`, or `fallback` if it throws: a caller's getters may. */
export const valueOr = <T, Fallback>(read: () => T, fallback: Fallback): T | Fallback => {
  try {
    return read();
  } catch {
    return fallback;
  }
};

/** The class of a thrown value. Never its text, which may contain anything. */
export const nameOfThrown = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : typeof thrown);
