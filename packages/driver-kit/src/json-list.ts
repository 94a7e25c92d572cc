import { type DriverError, driverError } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { HttpReply } from "./http-types.ts";
import { type JsonObject, type ReadObject, readReply, whatCame } from "./json.ts";
import { parseBy, type Reader, type Schema, type SchemaError } from "./reader.ts";

/** The JSON list in a reply, whatever its elements. The error describes any other body without showing it. */
export const readJsonArray = (reply: HttpReply): Result<readonly unknown[], DriverError> => {
  const list = parseList(reply.text);
  if (list) return ok(list);
  const { status } = reply;
  const message = `expected a JSON list, got HTTP ${status} with ${whatCame(reply)}`;
  return err(driverError("malformed_response", { message, status }));
};

const parseList = (text: string): readonly unknown[] | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

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
