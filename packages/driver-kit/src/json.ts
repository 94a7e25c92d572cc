import { type DriverError, driverError } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { HttpReply } from "./http-types.ts";
import { isJsonObject, type Parsed, parseBy, type Reader, type Schema, type SchemaError } from "./reader.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value that a text encodes as JSON, or `undefined`. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The object that a text encodes as JSON, or `undefined`. */
export const parseJsonObject = (text: string): JsonObject | undefined => {
  const value = parseJson(text);
  return isJsonObject(value) ? value : undefined;
};

/** The JSON object in a reply. The error describes any other body without showing it. */
export const readJsonObject = (reply: HttpReply): Result<JsonObject, DriverError> => {
  const value = parseJson(reply.text);
  return isJsonObject(value) ? ok(value) : err(unexpected(reply, "object"));
};

/** The JSON list in a reply, whatever its elements. The error describes any other body without showing it. */
export const readJsonArray = (reply: HttpReply): Result<readonly unknown[], DriverError> => {
  const value = parseJson(reply.text);
  return Array.isArray(value) ? ok(value) : err(unexpected(reply, "list"));
};

const unexpected = (reply: HttpReply, expected: "object" | "list"): DriverError => {
  const { status } = reply;
  const message = `expected a JSON ${expected}, got HTTP ${status} with ${whatCame(reply)}`;
  return driverError("malformed_response", { message, status });
};

/** Describes a reply's body without showing it. */
export const whatCame = ({ text, header }: HttpReply): string =>
  text.trim() === "" ? "an empty body" : `${text.length} characters of ${shownType(header("content-type"))}`;

/** The content types that an error may show. Any other header is the text of a third party. */
const COMMON_TYPE =
  /^(?:application\/(?:json|octet-stream|problem\+json|vnd\.api\+json|xml)|text\/(?:html|plain|xml))$/;

const shownType = (header: string | undefined): string => {
  if (header === undefined) return "no content type";
  const type = header.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return COMMON_TYPE.test(type) ? type : "another content type";
};

/** The data that a schema accepted, or an error that names the fields and not their values. */
export const readReply = <T>(parsed: Parsed<T>, status?: number): Result<T, DriverError> => {
  if (parsed.success) return ok(parsed.data);
  const fields = new Set(parsed.error.issues.map((each) => pathOf(each.path)));
  const shown = [...fields].slice(0, MAX_FIELDS_SHOWN).join(", ") + (fields.size > MAX_FIELDS_SHOWN ? ", …" : "");
  const message = `the response lacks documented fields or has them in another form: ${shown}`;
  return err(driverError("malformed_response", { message, status }));
};

/** An object of a reply, as its schema reads it and as it came. */
export interface ReadObject<T> {
  readonly reply: T;
  readonly raw: JsonObject;
}

/** Reads an object by a reader, or by a schema of zod; at once if it has the documented form. */
export const readBy = <T>(
  object: Result<JsonObject, DriverError>,
  source: Reader<T> | Schema<T>,
): Read<T> | Promise<Read<T>> => {
  if (object.isErr()) return err(object.error);
  const raw = object.value;
  const parsed = parseBy(source, raw);
  if (!(parsed instanceof Promise)) return readAs(parsed, raw);
  return parsed.then((each) => readAs(each, raw));
};

type Read<T> = Result<ReadObject<T>, DriverError>;

const readAs = <T>(parsed: Parsed<T>, raw: JsonObject): Read<T> =>
  parsed.success ? ok({ reply: parsed.data, raw }) : readReply<never>(parsed);

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

const MAX_FIELDS_SHOWN = 10;

/** Keys of a reply are the text of a third party too. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((each) =>
      String(each)
        .replace(/[^\w-]/g, "?")
        .slice(0, 40),
    )
    .join(".")
    .slice(0, 80) || "the whole";

/** Whether a `Content-Type` header, if there is one, names JSON. */
export const isJsonContentType = (header: string | undefined): boolean =>
  header === undefined ||
  header === "application/json" ||
  /^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(header);
