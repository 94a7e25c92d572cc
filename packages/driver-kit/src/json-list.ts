import type { DriverError } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { type JsonObject, type ReadObject, readReply } from "./json.ts";
import { parseBy, type Reader, type Schema, type SchemaError } from "./reader.ts";

/**
 * Reads every element of a list by a reader, or by a schema of zod. One that does not fit makes the list
 * unreadable, because a page without it would be taken for the whole; the error names its place and its fields.
 */
export const readAllBy = async <T>(
  list: Result<readonly unknown[], DriverError>,
  source: Reader<T> | Schema<T>,
): Promise<Result<readonly ReadObject<T>[], DriverError>> => {
  if (list.isErr()) return err(list.error);
  const items: ReadObject<T>[] = [];
  for (const [at, raw] of list.value.entries()) {
    const parsed = await parseBy(source, raw);
    const read = readReply(parsed.success ? parsed : { success: false, error: atElement(at, parsed.error) });
    if (read.isErr()) return err(read.error);
    items.push({ reply: read.value, raw: raw as JsonObject });
  }
  return ok(items);
};

const atElement = (at: number, { issues }: SchemaError): SchemaError => ({
  issues: issues.map(({ path }) => ({ path: [at, ...path] })),
});
