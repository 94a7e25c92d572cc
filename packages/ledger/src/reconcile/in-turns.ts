import { ok, type Result } from "neverthrow";
import type { DatabaseError } from "../errors.ts";

type Work<Item> = (item: Item) => Promise<Result<unknown, DatabaseError>>;

/** Works on items in order, so many at a time, until one fails. */
export const inTurns = async <Item>(
  items: Iterable<Item>,
  concurrency: number,
  work: Work<Item>,
): Promise<Result<unknown, DatabaseError>> => {
  const left = items[Symbol.iterator]();
  let hasFailed = false;
  const turn = async (): Promise<Result<unknown, DatabaseError>> => {
    for (let next = left.next(); !next.done && !hasFailed; next = left.next()) {
      const done = await work(next.value);
      if (done.isErr()) {
        hasFailed = true;
        return done;
      }
    }
    return ok(undefined);
  };
  const turns = await Promise.all(Array.from({ length: concurrency }, turn));
  return turns.find((each) => each.isErr()) ?? ok(undefined);
};
